/* cert.c - DER in, a parsed certificate out. Judges nothing. */
#include "cert.h"

#include <string.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include "hex.h"
#include "sha256.h"

static void free_x509(void *x509)
{
	X509_free(x509);
}

static void free_openssl(char *text)
{
	OPENSSL_free(text);
}

/* What OpenSSL's failure means: for want of memory, or for what it was given.
 */
static enum status failed(void)
{
	unsigned long error;
	enum status status = ST_BAD;

	while ((error = ERR_get_error()) != 0)
		if (ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE)
			status = ST_NOMEM;
	return status;
}

static const char *digest(struct arena *arena, const void *bytes, size_t len)
{
	unsigned char hash[SHA256_BYTES];

	sha256(bytes, len, hash);
	return hex_encode(arena, hash, sizeof(hash), false);
}

/* SHA-256 of the whole SubjectPublicKeyInfo (RFC 7469 section 2.4), not of the
 * bare key as X509_pubkey_digest makes it. */
static const char *spki_digest(struct arena *arena, X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
	const char *hex;

	if (len <= 0)
		return NULL;
	hex = digest(arena, der, (size_t)len);
	OPENSSL_free(der);
	return hex;
}

static const char *read_serial(struct arena *arena, X509 *x509)
{
	BIGNUM *number;
	char *hex = NULL;
	char *copy = NULL;

	number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x509), NULL);
	if (number)
		hex = BN_bn2hex(number);
	if (hex)
		copy = arena_strdup(arena, hex);
	free_openssl(hex);
	BN_free(number);
	return copy;
}

static bool read_time(const ASN1_TIME *from, int64_t *ret_time)
{
	struct tm tm;

	if (!from || ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	*ret_time = timegm(&tm);
	return true;
}

struct cert_dates cert_dates(const struct x509_st *x509)
{
	struct cert_dates dates = {INT64_MIN, INT64_MAX};

	(void)!read_time(X509_get0_notBefore(x509), &dates.not_before);
	(void)!read_time(X509_get0_notAfter(x509), &dates.not_after);
	return dates;
}

static enum status read_entry(struct arena *arena, X509_NAME_ENTRY *entry,
			      struct name *name)
{
	ASN1_STRING *data = X509_NAME_ENTRY_get_data(entry);
	size_t rdn = (size_t)X509_NAME_ENTRY_set(entry);
	unsigned char *utf8 = NULL;
	char dotted[128];
	enum status status;
	int len;

	len = OBJ_obj2txt(dotted, sizeof(dotted),
			  X509_NAME_ENTRY_get_object(entry), 1);
	if (len <= 0 || (size_t)len >= sizeof(dotted))
		return ST_BAD;
	ERR_clear_error();
	len = ASN1_STRING_to_UTF8(&utf8, data);
	if (len < 0 && failed() == ST_NOMEM)
		return ST_NOMEM;
	if (len < 0) {
		/* Not text: kept as it is and never taken for a value. */
		status = name_add(arena, name, dotted,
				  (const char *)ASN1_STRING_get0_data(data),
				  (size_t)ASN1_STRING_length(data), rdn);
		if (status == ST_OK)
			name->avas[name->count - 1].clean = false;
		return status;
	}
	status = name_add(arena, name, dotted, (char *)utf8, (size_t)len, rdn);
	OPENSSL_free(utf8);
	return status;
}

enum status cert_read_name(struct arena *arena,
			   const struct X509_name_st *from,
			   struct name *ret_name)
{
	struct name name = {0};

	for (int i = 0; i < X509_NAME_entry_count(from); i++) {
		enum status status = read_entry(
			arena, X509_NAME_get_entry(from, i), &name);

		if (status != ST_OK)
			return status;
	}
	*ret_name = name;
	return ST_OK;
}

static enum status read_parts(struct arena *arena, struct der der,
			      struct cert *cert, const char **ret_why)
{
	X509 *x509 = cert->x509;
	enum status status;

	cert->serial = read_serial(arena, x509);
	cert->sha256 = digest(arena, der.bytes, der.len);
	cert->spki = spki_digest(arena, x509);
	if (!cert->serial || !cert->sha256 || !cert->spki)
		return ST_NOMEM;
	*ret_why = "its validity is not a time";
	if (!read_time(X509_get0_notBefore(x509), &cert->not_before) ||
	    !read_time(X509_get0_notAfter(x509), &cert->not_after))
		return ST_BAD;
	*ret_why = "its subject or issuer cannot be read";
	status = cert_read_name(arena, X509_get_subject_name(x509),
				&cert->subject);
	if (status != ST_OK)
		return status;
	return cert_read_name(arena, X509_get_issuer_name(x509),
			      &cert->issuer);
}

/* A context and the one provider that is loaded in it. */
struct keyless {
	OSSL_LIB_CTX *context;
	OSSL_PROVIDER *null;
};

static void free_keyless(void *arg)
{
	struct keyless *keyless = arg;

	/* the context alone would not let go of what was loaded by name */
	if (keyless->null)
		OSSL_PROVIDER_unload(keyless->null);
	OSSL_LIB_CTX_free(keyless->context);
}

/* Without a provider that decodes keys OpenSSL leaves them as they are. The
 * one named null is there so that no other is loaded by itself. */
OSSL_LIB_CTX *cert_keyless(struct arena *arena)
{
	struct keyless *keyless = arena_alloc(arena, sizeof(*keyless));

	if (!keyless)
		return NULL;
	keyless->context = OSSL_LIB_CTX_new();
	keyless->null = NULL;
	if (keyless->context)
		keyless->null = OSSL_PROVIDER_load(keyless->context, "null");
	if (keyless->null &&
	    arena_on_free(arena, free_keyless, keyless) == ST_OK)
		return keyless->context;
	free_keyless(keyless);
	return NULL;
}

enum status cert_parse(struct arena *arena, struct der der,
		       struct cert *ret_cert, const char **ret_why)
{
	return cert_parse_in(arena, NULL, der, ret_cert, ret_why);
}

enum status cert_parse_in(struct arena *arena, OSSL_LIB_CTX *keyless,
			  struct der der, struct cert *ret_cert,
			  const char **ret_why)
{
	const unsigned char *end = der.bytes;
	struct cert cert = {.keyless = keyless};
	enum status status;

	*ret_why = "it is not a DER certificate";
	if (der.len == 0 || der.len > MAX_CERT_TEXT)
		return ST_BAD;
	ERR_clear_error();
	cert.x509 = (X509 *)ASN1_item_d2i_ex(NULL, &end, (long)der.len,
					     ASN1_ITEM_rptr(X509), keyless,
					     NULL);
	if (!cert.x509)
		return failed();
	if (arena_on_free(arena, free_x509, cert.x509) != ST_OK) {
		X509_free(cert.x509);
		return ST_NOMEM;
	}
	*ret_why = "bytes follow the certificate";
	if (end != der.bytes + der.len)
		return ST_BAD;
	status = read_parts(arena, der, &cert, ret_why);
	if (status == ST_OK)
		*ret_cert = cert;
	return status;
}

enum status cert_of(struct arena *arena, struct x509_st *x509,
		    struct cert *ret_cert)
{
	struct cert cert = {.x509 = x509};
	unsigned char *bytes = NULL;
	const char *why;
	enum status status;
	struct der der;
	int len;

	if (!X509_up_ref(x509))
		return ST_NOMEM;
	if (arena_on_free(arena, free_x509, x509) != ST_OK) {
		X509_free(x509);
		return ST_NOMEM;
	}
	len = i2d_X509(x509, &bytes);
	if (len <= 0)
		return ST_NOMEM;
	der = (struct der){bytes, (size_t)len};
	status = read_parts(arena, der, &cert, &why);
	OPENSSL_free(bytes);
	if (status == ST_OK)
		*ret_cert = cert;
	return status;
}

/* The key, or NULL; caller frees. */
static EVP_PKEY *decode_key(X509 *x509)
{
	unsigned char *der = NULL;
	int len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(x509), &der);
	const unsigned char *at = der;
	EVP_PKEY *key = len > 0 ? d2i_PUBKEY(NULL, &at, len) : NULL;

	OPENSSL_free(der);
	return key;
}

enum status cert_key(struct arena *arena, const struct cert *cert,
		     const char **ret_type, int *ret_bits)
{
	EVP_PKEY *own = NULL;
	EVP_PKEY *key = NULL;
	const char *type;

	ERR_clear_error();
	if (cert->keyless)
		key = own = decode_key(cert->x509);
	else if (cert->x509)
		key = X509_get0_pubkey(cert->x509);
	type = key ? EVP_PKEY_get0_type_name(key) : NULL;
	*ret_bits = type ? EVP_PKEY_get_bits(key) : 0;
	*ret_type = type ? arena_strdup(arena, type) : NULL;
	EVP_PKEY_free(own);
	if (!type)
		return failed() == ST_NOMEM ? ST_NOMEM : ST_OK;
	return *ret_type ? ST_OK : ST_NOMEM;
}

const char *cert_signature_algorithm(const struct cert *cert)
{
	int nid = cert->x509 ? X509_get_signature_nid(cert->x509) : NID_undef;

	return nid == NID_undef ? "unknown" : OBJ_nid2ln(nid);
}
