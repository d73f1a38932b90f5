/* fixture.c - certificates for tests, signed by a key made on the spot. */
#include "fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>
#include <openssl/x509v3.h>

static void fail(const char *what)
{
	fprintf(stderr, "fixture: %s\n", what);
	exit(2);
}

static EVP_PKEY *make_key(const char *kind)
{
	static EVP_PKEY *ec;

	if (strcmp(kind, "rsa1024") == 0)
		return EVP_RSA_gen(1024);
	if (strcmp(kind, "rsa2048") == 0)
		return EVP_RSA_gen(2048);
	if (!ec)
		ec = EVP_EC_gen("P-256");
	EVP_PKEY_up_ref(ec);
	return ec;
}

static size_t unescape(char *text)
{
	size_t len = 0;

	for (const char *c = text; *c; c++) {
		unsigned byte;

		if (c[0] == '\\' && c[1] == 'x' &&
		    sscanf(c + 2, "%2x", &byte) == 1) {
			text[len++] = (char)byte;
			c += 3;
		} else {
			text[len++] = *c;
		}
	}
	text[len] = '\0';
	return len;
}

static int string_type(const char *kind)
{
	if (!kind)
		return MBSTRING_UTF8;
	if (strcmp(kind, "bmp") == 0)
		return V_ASN1_BMPSTRING;
	if (strcmp(kind, "t61") == 0)
		return V_ASN1_T61STRING;
	if (strcmp(kind, "utf8") == 0)
		return V_ASN1_UTF8STRING;
	if (strcmp(kind, "bits") == 0)
		return V_ASN1_BIT_STRING;
	fail(kind);
	return 0;
}

/* set: 0 a new RDN, -1 the last one */
static void add_name(X509_NAME *name, char *spec, int set)
{
	char *value = strchr(spec, '=');
	char *kind;
	size_t len;

	if (!value)
		fail("a name needs TYPE=VALUE");
	*value++ = '\0';
	kind = strchr(spec, ':');
	if (kind)
		*kind++ = '\0';
	len = unescape(value);
	if (!X509_NAME_add_entry_by_txt(name, spec, string_type(kind),
					(unsigned char *)value, (int)len, -1,
					set))
		fail(spec);
}

static void add_raw(X509 *x509, char *spec)
{
	char *hex = strchr(spec, '=');
	long len;
	unsigned char *bytes;
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *oid;
	X509_EXTENSION *ext;

	if (!hex)
		fail("raw needs OID=HEX");
	*hex++ = '\0';
	bytes = OPENSSL_hexstr2buf(hex, &len);
	oid = OBJ_txt2obj(spec, 0);
	if (!bytes || !oid || !data)
		fail(spec);
	ASN1_OCTET_STRING_set(data, bytes, (int)len);
	ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 0, data);
	X509_add_ext(x509, ext, -1);
	X509_EXTENSION_free(ext);
	ASN1_OBJECT_free(oid);
	ASN1_OCTET_STRING_free(data);
	OPENSSL_free(bytes);
}

static void add_ext(X509 *x509, char *spec)
{
	char *value = strchr(spec, '=');
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	if (!value)
		fail("ext needs NAME=VALUE");
	*value++ = '\0';
	X509V3_set_ctx(&ctx, x509, x509, NULL, NULL, 0);
	ext = X509V3_EXT_nconf(NULL, &ctx, spec, value);
	if (!ext)
		fail(value);
	X509_add_ext(x509, ext, -1);
	X509_EXTENSION_free(ext);
}

static void set_serial(X509 *x509, const char *hex)
{
	BIGNUM *number = NULL;
	ASN1_INTEGER *serial;

	BN_hex2bn(&number, hex);
	serial = BN_to_ASN1_INTEGER(number, NULL);
	X509_set_serialNumber(x509, serial);
	ASN1_INTEGER_free(serial);
	BN_free(number);
}

static void set_time(ASN1_TIME *to, const char *seconds)
{
	ASN1_TIME_set(to, (time_t)strtoll(seconds, NULL, 10));
}

static void apply(X509 *x509, EVP_PKEY **key, char *line)
{
	char *rest = strchr(line, ' ');

	if (!rest)
		fail(line);
	*rest++ = '\0';
	if (strcmp(line, "subject") == 0)
		add_name(X509_get_subject_name(x509), rest, 0);
	else if (strcmp(line, "+subject") == 0)
		add_name(X509_get_subject_name(x509), rest, -1);
	else if (strcmp(line, "issuer") == 0)
		add_name(X509_get_issuer_name(x509), rest, 0);
	else if (strcmp(line, "serial") == 0)
		set_serial(x509, rest);
	else if (strcmp(line, "not_before") == 0)
		set_time(X509_getm_notBefore(x509), rest);
	else if (strcmp(line, "not_after") == 0)
		set_time(X509_getm_notAfter(x509), rest);
	else if (strcmp(line, "ext") == 0)
		add_ext(x509, rest);
	else if (strcmp(line, "raw") == 0)
		add_raw(x509, rest);
	else if (strcmp(line, "key") == 0) {
		EVP_PKEY_free(*key);
		*key = make_key(rest);
	} else {
		fail(line);
	}
}

static X509 *make(const char *spec)
{
	X509 *x509 = X509_new();
	EVP_PKEY *key = make_key("ec");
	char *copy = strdup(spec);
	char *save = NULL;

	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), 0x1234);
	ASN1_TIME_set(X509_getm_notBefore(x509), FIXTURE_NOW - 86400);
	ASN1_TIME_set(X509_getm_notAfter(x509), FIXTURE_NOW + 99 * 86400);
	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		apply(x509, &key, line);
	X509_set_pubkey(x509, key);
	if (!X509_sign(x509, key, EVP_sha256()))
		fail("signing");
	EVP_PKEY_free(key);
	free(copy);
	return x509;
}

char *fixture_pem(const char *spec)
{
	X509 *x509 = make(spec);
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	char *copy;
	long len;

	PEM_write_bio_X509(bio, x509);
	len = BIO_get_mem_data(bio, &data);
	copy = strndup(data, (size_t)len);
	BIO_free(bio);
	X509_free(x509);
	return copy;
}

unsigned char *fixture_der(const char *spec, size_t *ret_len)
{
	X509 *x509 = make(spec);
	unsigned char *der = NULL;
	int len = i2d_X509(x509, &der);
	unsigned char *copy;

	if (len <= 0)
		fail("encoding");
	copy = malloc((size_t)len);
	if (!copy)
		fail("memory");
	memcpy(copy, der, (size_t)len);
	*ret_len = (size_t)len;
	OPENSSL_free(der);
	X509_free(x509);
	return copy;
}
