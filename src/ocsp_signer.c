/* ocsp_signer.c - a response comes in, whether somebody signed it who may goes
 * out. That somebody is the certificate's own issuer, or whom this issuer, and
 * no other CA however trusted, gave a certificate for it. */
#include "ocsp_signer.h"

#include <time.h>

#include <openssl/ocsp.h>
#include <openssl/rsa.h>

#include "timefmt.h"

enum {
	MIN_DIGEST = 28,       /* bytes: SHA-1 and MD5 no longer bind */
	MIN_SECURITY_BITS = 80 /* OpenSSL's security level 1 */
};

bool ocsp_time(const ASN1_TIME *from, int64_t *ret_time)
{
	struct tm tm;

	/* OpenSSL takes no time at all for the present one. */
	if (!from || ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	*ret_time = timegm(&tm);
	return true;
}

/* The digest of RSASSA-PSS stands in its parameters; SHA-1 if in none. */
static int pss_digest(const X509_ALGOR *algorithm)
{
	RSA_PSS_PARAMS *pss = ASN1_TYPE_unpack_sequence(
		ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
	int digest = NID_undef;

	if (pss && pss->hashAlgorithm)
		digest = OBJ_obj2nid(pss->hashAlgorithm->algorithm);
	RSA_PSS_PARAMS_free(pss);
	return digest;
}

/* OCSP_basic_verify takes a signature over any digest. */
static bool is_strong(const X509_ALGOR *algorithm)
{
	int digest = NID_undef;
	int key = NID_undef;
	const EVP_MD *md;

	if (!OBJ_find_sigid_algs(OBJ_obj2nid(algorithm->algorithm), &digest,
				 &key))
		return false;
	if (key == NID_ED25519 || key == NID_ED448)
		return true;
	if (key == NID_rsassaPss)
		digest = pss_digest(algorithm);
	md = EVP_get_digestbynid(digest);
	return md && EVP_MD_get_size(md) >= MIN_DIGEST;
}

static bool is_strong_cert(X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);
	int bits = 0;

	return key && EVP_PKEY_get_security_bits(key) >= MIN_SECURITY_BITS &&
	       X509_get_signature_info(x509, NULL, NULL, &bits, NULL) == 1 &&
	       bits >= MIN_SECURITY_BITS;
}

/* Is this the signer that the response names, and is the signature its? The
 * flags keep OpenSSL from looking for a signer, or a chain, of its own. */
static bool signed_by(OCSP_BASICRESP *basic, X509 *signer)
{
	STACK_OF(X509) *only = sk_X509_new_null();
	bool good = only && sk_X509_push(only, signer) &&
		    OCSP_basic_verify(basic, only, NULL,
				      OCSP_NOINTERN | OCSP_NOVERIFY) == 1;

	sk_X509_free(only);
	return good;
}

static bool in_dates(const X509 *x509, int64_t now, int64_t *ret_until)
{
	int64_t from;

	return ocsp_time(X509_get0_notBefore(x509), &from) &&
	       ocsp_time(X509_get0_notAfter(x509), ret_until) &&
	       from <= now && now <= *ret_until;
}

static bool is_on_list(STACK_OF(X509_CRL) *crls, X509 *x509, EVP_PKEY *key)
{
	for (int i = 0; i < sk_X509_CRL_num(crls); i++) {
		X509_CRL *crl = sk_X509_CRL_value(crls, i);
		X509_REVOKED *entry;

		if (X509_CRL_get0_by_cert(crl, &entry, x509) == 1 &&
		    X509_CRL_verify(crl, key) == 1)
			return true;
	}
	return false;
}

/* Who took a responder's key gets no say once a CRL at hand names it. */
static bool is_revoked(const struct ocsp_question *question, X509 *x509)
{
	X509_STORE_CTX *ctx;
	STACK_OF(X509_CRL) *crls = NULL;
	bool revoked = true;

	if (!question->store)
		return false;
	ctx = X509_STORE_CTX_new();
	if (ctx && X509_STORE_CTX_init(ctx, question->store, x509, NULL)) {
		crls = X509_STORE_CTX_get1_crls(ctx,
						X509_get_issuer_name(x509));
		revoked = is_on_list(crls, x509,
				     X509_get0_pubkey(question->issuer));
	}
	sk_X509_CRL_pop_free(crls, X509_CRL_free);
	X509_STORE_CTX_free(ctx);
	return revoked;
}

static bool made_by_issuer(const struct ocsp_question *question, X509 *x509)
{
	EVP_PKEY *key = X509_get0_pubkey(question->issuer);

	return key &&
	       X509_NAME_cmp(X509_get_issuer_name(x509),
			     X509_get_subject_name(question->issuer)) == 0 &&
	       X509_verify(x509, key) == 1;
}

/* What keeps this certificate from speaking for the issuer; NULL: nothing. */
static const char *find_fault(const struct ocsp_question *question,
			      X509 *x509, int64_t *ret_until)
{
	uint32_t flags = X509_get_extension_flags(x509);

	if (!made_by_issuer(question, x509))
		return "its signer's certificate is not from the CA that "
		       "issued the client's";
	if (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL))
		return "its signer's certificate has an extension that cannot "
		       "be read or is not known";
	if (!(flags & EXFLAG_XKUSAGE) ||
	    !(X509_get_extended_key_usage(x509) & XKU_OCSP_SIGN))
		return "its signer's certificate is not for OCSPSigning";
	if (!(X509_get_key_usage(x509) & KU_DIGITAL_SIGNATURE))
		return "its signer's key is not for signatures";
	if (!in_dates(x509, question->now, ret_until))
		return "its signer's certificate is out of its dates";
	if (!is_strong_cert(x509))
		return "its signer's certificate has a weak key or signature";
	if (is_revoked(question, x509))
		return "its signer's certificate is revoked";
	return NULL;
}

bool ocsp_signed(const struct ocsp_question *question, OCSP_BASICRESP *basic,
		 int64_t *ret_until, const char **ret_why)
{
	const STACK_OF(X509) *certs = OCSP_resp_get0_certs(basic);
	const char *fault;
	int seen = 0;

	*ret_until = TIME_NEVER;
	*ret_why = "it is signed with a digest that no longer counts";
	if (!is_strong(OCSP_resp_get0_tbs_sigalg(basic)))
		return false;
	if (signed_by(basic, question->issuer))
		return true;
	*ret_why = "it is not signed by the issuer, or changed since";
	for (int i = 0; i < sk_X509_num(certs) && i < MAX_CHAIN; i++) {
		X509 *x509 = sk_X509_value(certs, i);

		if (X509_cmp(x509, question->issuer) == 0)
			continue;
		fault = find_fault(question, x509, ret_until);
		if (!fault && signed_by(basic, x509))
			return true;
		if (fault && !seen++)
			*ret_why = fault;
	}
	return false;
}
