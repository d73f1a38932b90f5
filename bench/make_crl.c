/* make_crl.c - writes what the CRL benchmark needs to a directory: a CA, a
 * good and a revoked client certificate, and a CRL of as many entries as asked
 * for: make_crl DIR ENTRIES. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void fail(const char *what)
{
	fprintf(stderr, "make_crl: %s\n", what);
	exit(2);
}

static void add_ext(X509 *x509, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	ext = X509V3_EXT_nconf_nid(NULL, &ctx, nid, value);
	if (!ext || !X509_add_ext(x509, ext, -1))
		fail(value);
	X509_EXTENSION_free(ext);
}

static X509 *make_cert(const char *name, long serial, EVP_PKEY *key,
		       X509 *issuer, EVP_PKEY *issuer_key)
{
	X509 *x509 = X509_new();
	X509_NAME *subject = X509_get_subject_name(x509);

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
	X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
				   (const unsigned char *)name, -1, -1, 0);
	X509_set_issuer_name(x509, issuer ? X509_get_subject_name(issuer)
					  : subject);
	X509_gmtime_adj(X509_getm_notBefore(x509), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x509), 365L * 86400);
	X509_set_pubkey(x509, key);
	add_ext(x509, issuer ? issuer : x509, NID_subject_key_identifier,
		"hash");
	add_ext(x509, issuer ? issuer : x509, NID_authority_key_identifier,
		"keyid");
	add_ext(x509, issuer ? issuer : x509, NID_basic_constraints,
		issuer ? "CA:FALSE" : "critical,CA:TRUE");
	if (!issuer)
		add_ext(x509, x509, NID_key_usage,
			"critical,keyCertSign,cRLSign");
	if (!X509_sign(x509, issuer_key, EVP_sha256()))
		fail("signing");
	return x509;
}

/* Serials of 16 bytes, as CAs make them; the last is the revoked client's. */
static void add_entries(X509_CRL *crl, long entries, long last)
{
	unsigned char bytes[16] = {0x5a};
	ASN1_TIME *when = ASN1_TIME_adj(NULL, time(NULL), -1, 0);

	srandom(1);
	for (long i = 0; i < entries; i++) {
		X509_REVOKED *entry = X509_REVOKED_new();
		ASN1_INTEGER *serial = ASN1_INTEGER_new();

		for (size_t k = 1; k < sizeof(bytes); k++)
			bytes[k] = (unsigned char)random();
		if (i + 1 == entries)
			ASN1_INTEGER_set(serial, last);
		else
			ASN1_STRING_set(serial, bytes, sizeof(bytes));
		X509_REVOKED_set_serialNumber(entry, serial);
		X509_REVOKED_set_revocationDate(entry, when);
		X509_CRL_add0_revoked(crl, entry);
		ASN1_INTEGER_free(serial);
	}
	ASN1_TIME_free(when);
}

static X509_CRL *make_crl(X509 *ca, EVP_PKEY *key, long entries)
{
	X509_CRL *crl = X509_CRL_new();
	X509V3_CTX ctx;
	X509_EXTENSION *ext;
	ASN1_TIME *when = ASN1_TIME_adj(NULL, time(NULL), 0, -60);

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(ca));
	X509_CRL_set1_lastUpdate(crl, when);
	ASN1_TIME_adj(when, time(NULL), 30, 0);
	X509_CRL_set1_nextUpdate(crl, when);
	ASN1_TIME_free(when);
	X509V3_set_ctx(&ctx, ca, NULL, NULL, crl, 0);
	ext = X509V3_EXT_nconf_nid(NULL, &ctx, NID_authority_key_identifier,
				   "keyid");
	X509_CRL_add_ext(crl, ext, -1);
	X509_EXTENSION_free(ext);
	add_entries(crl, entries, 3);
	if (!X509_CRL_sign(crl, key, EVP_sha256()))
		fail("signing the CRL");
	return crl;
}

static FILE *create(const char *dir, const char *name)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	file = fopen(path, "w");
	if (!file)
		fail(path);
	return file;
}

static void write_cert(const char *dir, const char *name, X509 *x509)
{
	FILE *file = create(dir, name);

	PEM_write_X509(file, x509);
	fclose(file);
	X509_free(x509);
}

int main(int argc, char **argv)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509_CRL *crl;
	X509 *ca;
	FILE *file;

	if (argc != 3 || !key)
		fail("usage: make_crl DIR ENTRIES");
	ca = make_cert("Bench CA", 1, key, NULL, key);
	write_cert(argv[1], "good.pem", make_cert("good", 2, key, ca, key));
	write_cert(argv[1], "revoked.pem",
		   make_cert("revoked", 3, key, ca, key));
	crl = make_crl(ca, key, strtol(argv[2], NULL, 10));
	file = create(argv[1], "crl.der");
	i2d_X509_CRL_fp(file, crl);
	fclose(file);
	X509_CRL_free(crl);
	write_cert(argv[1], "ca.pem", ca);
	EVP_PKEY_free(key);
	return 0;
}
