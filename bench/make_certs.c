/* make_certs.c - writes COUNT different client certificates of one CA to
 * standard output: make_certs COUNT [FIRST]. All have one key; serial and CN
 * count from FIRST. */
#include <stdio.h>
#include <stdlib.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void fail(const char *what)
{
	fprintf(stderr, "make_certs: %s\n", what);
	exit(2);
}

static void add_text(X509_NAME *name, const char *type, const char *text)
{
	if (!X509_NAME_add_entry_by_txt(name, type, MBSTRING_UTF8,
					(const unsigned char *)text, -1, -1,
					0))
		fail(text);
}

static void add_ext(X509 *x509, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, x509, x509, NULL, NULL, 0);
	ext = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
	if (!ext || !X509_add_ext(x509, ext, -1))
		fail(value);
	X509_EXTENSION_free(ext);
}

/* All that they have in common. */
static X509 *make_first(EVP_PKEY *key)
{
	X509 *x509 = X509_new();

	if (!x509 || !X509_set_version(x509, X509_VERSION_3) ||
	    !X509_set_pubkey(x509, key))
		fail("memory");
	add_text(X509_get_issuer_name(x509), "O", "Trusted CA Inc");
	add_text(X509_get_issuer_name(x509), "CN", "Bench CA");
	X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x509), 30L * 86400);
	add_ext(x509, NID_basic_constraints, "critical,CA:FALSE");
	add_ext(x509, NID_key_usage, "critical,digitalSignature");
	add_ext(x509, NID_ext_key_usage, "clientAuth");
	add_ext(x509, NID_subject_key_identifier, "hash");
	add_ext(x509, NID_subject_alt_name, "email:user@example.com");
	return x509;
}

static void write_one(X509 *x509, EVP_PKEY *key, long number)
{
	X509_NAME *name = X509_NAME_new();
	char text[32];

	if (!name)
		fail("memory");
	snprintf(text, sizeof(text), "user%ld", number);
	add_text(name, "O", "Example");
	add_text(name, "OU", "Users");
	add_text(name, "CN", text);
	ASN1_INTEGER_set_int64(X509_get_serialNumber(x509),
			       (int64_t)number + 0x1000000000000000);
	if (!X509_set_subject_name(x509, name) ||
	    !X509_sign(x509, key, EVP_sha256()) ||
	    !PEM_write_X509(stdout, x509))
		fail("signing");
	X509_NAME_free(name);
}

int main(int argc, char **argv)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	long first = argc > 2 ? atol(argv[2]) : 0;
	long count = argc > 1 ? atol(argv[1]) : 0;
	X509 *x509;

	if (count < 1 || !key)
		fail("usage: make_certs COUNT [FIRST]");
	x509 = make_first(key);
	for (long i = 0; i < count; i++)
		write_one(x509, key, first + i);
	X509_free(x509);
	EVP_PKEY_free(key);
	return 0;
}
