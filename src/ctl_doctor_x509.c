/* ctl_doctor_x509.c - in: certificates of clients and servers; out: what they
 * say, in words, and how they fit together. */
#include "ctl_doctor_x509.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

static void free_certs(void *certs)
{
	sk_X509_pop_free(certs, X509_free);
}

STACK_OF(X509) *x509_list(struct arena *arena)
{
	STACK_OF(X509) *list = sk_X509_new_null();

	if (list && arena_on_free(arena, free_certs, list) != ST_OK) {
		sk_X509_free(list);
		list = NULL;
	}
	return list;
}

bool x509_list_add(STACK_OF(X509) *list, X509 *cert)
{
	if (sk_X509_push(list, cert) <= 0)
		return false;
	return X509_up_ref(cert) == 1;
}

bool x509_has_key(X509 *cert, EVP_PKEY *key)
{
	bool same = X509_check_private_key(cert, key) == 1;

	ERR_clear_error();
	return same;
}

enum x509_link x509_link(X509 *issuer, X509 *cert)
{
	bool signs;

	if (X509_NAME_cmp(X509_get_subject_name(issuer),
			  X509_get_issuer_name(cert)) != 0)
		return LINK_NONE;
	signs = X509_verify(cert, X509_get0_pubkey(issuer)) == 1;
	ERR_clear_error();
	return signs ? LINK_SIGNED : LINK_NAMESAKE;
}

bool x509_self_signed(X509 *cert)
{
	return x509_link(cert, cert) == LINK_SIGNED;
}

static int64_t seconds_of(const ASN1_TIME *time)
{
	struct tm parts;

	return ASN1_TIME_to_tm(time, &parts) == 1 ? (int64_t)timegm(&parts)
						  : 0;
}

int64_t x509_not_before(const X509 *cert)
{
	return seconds_of(X509_get0_notBefore(cert));
}

int64_t x509_not_after(const X509 *cert)
{
	return seconds_of(X509_get0_notAfter(cert));
}

bool x509_valid_at(const X509 *cert, int64_t when)
{
	return x509_not_before(cert) <= when && when <= x509_not_after(cert);
}

bool x509_is_ca(X509 *cert)
{
	return X509_get_extension_flags(cert) & EXFLAG_CA;
}

const char *x509_not_for_client(X509 *cert)
{
	uint32_t flags = X509_get_extension_flags(cert);

	if ((flags & EXFLAG_XKUSAGE) &&
	    !(X509_get_extended_key_usage(cert) & XKU_SSL_CLIENT))
		return X509_get_extended_key_usage(cert) & XKU_SSL_SERVER
			       ? "its extendedKeyUsage is for a server "
				 "(serverAuth), without clientAuth"
			       : "its extendedKeyUsage has no clientAuth";
	if ((flags & EXFLAG_KUSAGE) &&
	    !(X509_get_key_usage(cert) &
	      (KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT)))
		return "its keyUsage has no digitalSignature";
	return NULL;
}

bool x509_old_type(X509 *cert)
{
	return (X509_get_extension_flags(cert) & EXFLAG_NSCERT) &&
	       X509_check_purpose(cert, X509_PURPOSE_SSL_CLIENT, 0) == 0;
}

const char *x509_extension(struct arena *arena, X509 *cert)
{
	char name[80];

	for (int i = 0; i < X509_get_ext_count(cert); i++) {
		X509_EXTENSION *extension = X509_get_ext(cert, i);

		if (!X509_EXTENSION_get_critical(extension) ||
		    X509_supported_extension(extension))
			continue;
		OBJ_obj2txt(name, sizeof(name),
			    X509_EXTENSION_get_object(extension), 0);
		return arena_printf(arena,
				    "%s is critical, and OpenSSL does not "
				    "know it", name);
	}
	if (X509_get_extension_flags(cert) & EXFLAG_INVALID)
		return "an extension of it is malformed, or there twice";
	return NULL;
}

bool x509_key_rare(const EVP_PKEY *key)
{
	static const char *const curves[] = {"prime256v1", "secp384r1"};
	char curve[80] = "";

	if (EVP_PKEY_is_a(key, "RSA"))
		return false;
	if (!EVP_PKEY_is_a(key, "EC") ||
	    EVP_PKEY_get_group_name(key, curve, sizeof(curve), NULL) != 1)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(curves); i++)
		if (strcmp(curve, curves[i]) == 0)
			return false;
	return true;
}

const char *x509_weak(struct arena *arena, X509 *cert, int least)
{
	const EVP_PKEY *key = X509_get0_pubkey(cert);
	int bits = 0;
	int digest = NID_undef;

	if (key && EVP_PKEY_get_security_bits(key) < least)
		return arena_printf(arena, "the key of %s is weak (%s)",
				    x509_words(arena, cert),
				    x509_key_words(arena, key));
	if (X509_get_signature_info(cert, &digest, NULL, &bits, NULL) == 1 &&
	    bits < least && !x509_self_signed(cert))
		return arena_printf(arena, "%s is signed with %s",
				    x509_words(arena, cert),
				    OBJ_nid2sn(digest));
	return NULL;
}

bool x509_among(const X509_NAME *name, const STACK_OF(X509_NAME) * names)
{
	for (int i = 0; i < sk_X509_NAME_num(names); i++)
		if (X509_NAME_cmp(name, sk_X509_NAME_value(names, i)) == 0)
			return true;
	return false;
}

/* An organisation or domain that both names have. */
static bool shares_owner(const X509_NAME *a, const X509_NAME *b)
{
	for (int i = 0; i < X509_NAME_entry_count(a); i++) {
		X509_NAME_ENTRY *entry = X509_NAME_get_entry(a, i);
		const ASN1_OBJECT *kind = X509_NAME_ENTRY_get_object(entry);
		int nid = OBJ_obj2nid(kind);
		int at = -1;

		if (nid != NID_organizationName && nid != NID_domainComponent)
			continue;
		at = X509_NAME_get_index_by_OBJ(b, kind, -1);
		if (at >= 0 && ASN1_STRING_cmp(
				       X509_NAME_ENTRY_get_data(entry),
				       X509_NAME_ENTRY_get_data(
					       X509_NAME_get_entry(b, at))) ==
				       0)
			return true;
	}
	return false;
}

static bool sounds_like(const X509_NAME *name, const char *const *words)
{
	char *text = X509_NAME_oneline(name, NULL, 0);
	bool found = false;

	for (; text && *words; words++)
		found = found || strcasestr(text, *words);
	OPENSSL_free(text);
	return found;
}

/* authorityCertIssuer names the issuer's own issuer (RFC 5280 section
 * 4.2.1.1), or is NULL. */
static const X509_NAME *issuer_of_issuer(X509 *cert)
{
	const GENERAL_NAMES *names = X509_get0_authority_issuer(cert);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type == GEN_DIRNAME)
			return name->d.directoryName;
	}
	return NULL;
}

static bool has_places(const X509 *cert)
{
	return X509_get_ext_by_NID(cert, NID_info_access, -1) >= 0 ||
	       X509_get_ext_by_NID(cert, NID_crl_distribution_points, -1) >= 0;
}

int x509_below(X509 *cert, const STACK_OF(X509_NAME) * roots)
{
	static const char *const below[] = {"intermediate", "issuing", "sub ",
					    "subca", "sub-ca", "subordinate",
					    "signing", "inter", "int ca", NULL};
	const X509_NAME *issuer = X509_get_issuer_name(cert);
	const X509_NAME *above = issuer_of_issuer(cert);

	if (above && X509_NAME_cmp(above, issuer) == 0)
		return -1;
	if ((above && x509_among(above, roots)) || sounds_like(issuer, below))
		return 1;
	/* CAs of size say where they and their lists are to be had */
	for (int i = 0; i < sk_X509_NAME_num(roots); i++)
		if (shares_owner(issuer, sk_X509_NAME_value(roots, i)) &&
		    has_places(cert))
			return 1;
	return 0;
}

const char *x509_name_words(struct arena *arena, const X509_NAME *name)
{
	const unsigned long how =
		XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;
	const char *words = NULL;

	if (bio && X509_NAME_print_ex(bio, name, 0, how) >= 0) {
		len = BIO_get_mem_data(bio, &text);
		/* of nothing there is no text at all */
		words = arena_strndup(arena, len > 0 ? text : "",
				      len > 0 ? (size_t)len : 0);
	}
	BIO_free(bio);
	if (words && !*words)
		words = "(empty name)";
	return words ? words : "?";
}

const char *x509_words(struct arena *arena, const X509 *cert)
{
	return x509_name_words(arena, X509_get_subject_name(cert));
}

const char *x509_key_words(struct arena *arena, const EVP_PKEY *key)
{
	const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
	const char *words;

	if (!type)
		return "a key of an unknown kind";
	words = arena_printf(arena, "%s, %d bits", type,
			     EVP_PKEY_get_bits(key));
	return words ? words : "?";
}

const char *x509_cert_key_words(struct arena *arena, const X509 *cert)
{
	return x509_key_words(arena, X509_get0_pubkey(cert));
}
