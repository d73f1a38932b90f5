/* test_cert.c - DER in, a parsed certificate out. */
#include "cert.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "hex.h"

static struct arena *arena;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(cert, .init = start, .fini = end);

static struct der make_der(const char *spec)
{
	size_t len;
	unsigned char *bytes = fixture_der(spec, &len);
	char *copy = arena_strndup(arena, (const char *)bytes, len);

	cr_assert_not_null(copy);
	free(bytes);
	return (struct der){(unsigned char *)copy, len};
}

static struct cert parse(const char *spec)
{
	struct cert cert;
	const char *why;

	cr_assert_eq(cert_parse(arena, make_der(spec), &cert, &why), ST_OK);
	return cert;
}

static void expect_bad(struct der der, const char *wanted)
{
	struct cert cert = {.serial = "untouched"};
	const char *why = NULL;

	cr_expect_eq(cert_parse(arena, der, &cert, &why), ST_BAD);
	cr_expect_str_eq(why, wanted);
	cr_expect_str_eq(cert.serial, "untouched");
}

Test(cert, parts)
{
	struct cert cert = parse("subject C=DE\nsubject OU=A\n"
				 "subject CN=alice\nissuer O=Corp\n"
				 "issuer CN=Corp CA\nserial 0A1B\n");

	cr_expect_str_eq(cert.serial, "0A1B");
	cr_expect_eq(cert.not_before, FIXTURE_NOW - 86400);
	cr_expect_eq(cert.not_after, FIXTURE_NOW + 99 * 86400);
	cr_expect_str_eq(name_print(arena, &cert.subject),
			 "CN=alice,OU=A,C=DE");
	cr_expect_str_eq(name_print(arena, &cert.issuer), "CN=Corp CA,O=Corp");
	cr_expect_eq(strlen(cert.sha256), 64);
	cr_expect_eq(strlen(cert.spki), 64);
	cr_expect_str_neq(cert.sha256, cert.spki);
}

static const char *sha256_hex(const void *bytes, size_t len)
{
	unsigned char hash[32];

	cr_assert_eq(EVP_Digest(bytes, len, hash, NULL, EVP_sha256(), NULL), 1);
	return hex_encode(arena, hash, sizeof(hash), false);
}

Test(cert, digests)
{
	struct der der = make_der("subject CN=a\n");
	struct cert cert;
	const char *why;
	unsigned char *spki = NULL;
	int len;

	cr_assert_eq(cert_parse(arena, der, &cert, &why), ST_OK);
	cr_expect_str_eq(cert.sha256, sha256_hex(der.bytes, der.len));
	len = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(cert.x509), &spki);
	cr_expect_str_eq(cert.spki, sha256_hex(spki, (size_t)len));
	OPENSSL_free(spki);
}

Test(cert, serials)
{
	static const struct {
		const char *given;
		const char *read;
	} rows[] = {
		{"0", "0"},	    {"1", "01"},      {"7F", "7F"},
		{"80", "80"},	    {"00ff", "FF"},   {"abc", "0ABC"},
		{"-5", "-05"},	    {"-1234", "-1234"},
		{"0102030405060708090a0b0c0d0e0f1011121314",
		 "0102030405060708090A0B0C0D0E0F1011121314"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cert cert = parse(arena_printf(
			arena, "subject CN=a\nserial %s\n", rows[i].given));

		cr_expect_str_eq(cert.serial, rows[i].read);
	}
}

Test(cert, times)
{
	static const int64_t times[] = {0, -1, 2147483648, 2524607999,
					2524608000, 253402300799};

	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		long long t = (long long)times[i];
		struct cert cert = parse(arena_printf(
			arena,
			"subject CN=a\nnot_before %lld\nnot_after %lld\n", t,
			t));

		cr_expect_eq(cert.not_before, times[i], "%lld", t);
		cr_expect_eq(cert.not_after, times[i], "%lld", t);
	}
}

Test(cert, a_bad_time_is_refused)
{
	struct der der = make_der("subject CN=a\n");
	unsigned char *bytes = (unsigned char *)der.bytes;
	unsigned char *at = memmem(bytes, der.len, "251231000000Z", 13);

	cr_assert_not_null(at, "notBefore as UTCTime");
	at[2] = '9'; /* month 92 */
	expect_bad(der, "its validity is not a time");
}

Test(cert, what_is_no_certificate)
{
	static const unsigned char junk[] = {0x30, 0x80, 0x00, 0x00};
	struct der der = make_der("subject CN=a\n");
	struct der part = der;

	expect_bad((struct der){NULL, 0}, "it is not a DER certificate");
	expect_bad((struct der){junk, sizeof(junk)},
		   "it is not a DER certificate");
	expect_bad((struct der){(const unsigned char *)"<html>", 6},
		   "it is not a DER certificate");
	for (part.len = 1; part.len < der.len; part.len += 7)
		expect_bad(part, "it is not a DER certificate");
	part.len = der.len - 1;
	expect_bad(part, "it is not a DER certificate");
}

Test(cert, trailing_bytes)
{
	struct der der = make_der("subject CN=a\n");
	unsigned char *longer = arena_alloc(arena, 2 * der.len);

	memcpy(longer, der.bytes, der.len);
	expect_bad((struct der){longer, der.len + 1},
		   "bytes follow the certificate");
	memcpy(longer + der.len, der.bytes, der.len);
	expect_bad((struct der){longer, 2 * der.len},
		   "bytes follow the certificate");
}

/* A certificate of exactly len bytes. */
static struct der make_sized(size_t len)
{
	size_t fill = len - 1024;

	for (;;) {
		char *hex = arena_alloc(arena, 2 * fill + 1);
		struct der der;

		memset(hex, 'a', 2 * fill);
		der = make_der(arena_printf(
			arena, "subject CN=a\nraw 1.2.3.4=%s\n", hex));
		if (der.len == len)
			return der;
		/* the signature's size wanders by a byte or two */
		fill += len - der.len;
	}
}

Test(cert, as_long_as_may_be)
{
	struct cert cert;
	const char *why;
	struct der der = make_sized(MAX_CERT_TEXT);

	cr_expect_eq(cert_parse(arena, der, &cert, &why), ST_OK);
	expect_bad(make_sized(MAX_CERT_TEXT + 1),
		   "it is not a DER certificate");
}

Test(cert, every_damaged_byte_is_survived)
{
	struct der der = make_der("subject CN=a\next subjectAltName=DNS:a\n");
	unsigned char *bytes = (unsigned char *)der.bytes;

	for (size_t i = 0; i < der.len; i++) {
		unsigned char was = bytes[i];
		struct cert cert = {0};
		const char *why = NULL;

		bytes[i] ^= 0xff;
		if (cert_parse(arena, der, &cert, &why) != ST_OK)
			cr_expect_not_null(why);
		bytes[i] = was;
	}
}

Test(cert, names)
{
	struct cert cert = parse("subject OU=a\n+subject CN=b\n"
				 "subject CN=\\xc3\\xa9\n");

	cr_assert_eq(cert.subject.count, 3);
	cr_expect_eq(cert.subject.avas[0].rdn, 0);
	cr_expect_eq(cert.subject.avas[1].rdn, 0);
	cr_expect_eq(cert.subject.avas[2].rdn, 1);
	/* within a SET the encoding has its own order (X.690 section 11.6) */
	cr_expect_str_eq(cert.subject.avas[0].oid, "2.5.4.3");
	cr_expect_str_eq(cert.subject.avas[1].oid, "2.5.4.11");
	cr_expect_str_eq(cert.subject.avas[2].value, "\xc3\xa9");
	cr_expect_eq(cert.issuer.count, 0, "an empty name is a name");
}

Test(cert, kinds_of_strings)
{
	static const struct {
		const char *spec;
		const char *value;
		bool clean;
	} rows[] = {
		{"CN:bmp=\\x00b\\x00o\\x00b", "bob", true},
		{"CN:bmp=\\x20\\xac", "\xe2\x82\xac", true},
		{"CN:t61=bob", "bob", true},
		{"CN:t61=\\xe9", "\xc3\xa9", true},
		{"CN:utf8=bob\\x00evil", "bob\\x00evil", false},
		{"CN:bmp=\\x00b\\x00\\x00", "b\\x00", false},
		{"CN:utf8=a\\x0ab", "a\nb", false},
		{"CN:bits=ab", "ab", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cert cert = parse(
			arena_printf(arena, "subject %s\n", rows[i].spec));

		cr_assert_eq(cert.subject.count, 1);
		cr_expect_str_eq(cert.subject.avas[0].value, rows[i].value);
		cr_expect_eq(cert.subject.avas[0].clean, rows[i].clean, "%s",
			     rows[i].spec);
	}
}

Test(cert, of_a_name_alone)
{
	struct cert cert = {0};
	const char *type = "untouched";
	int bits = 1;

	cr_expect_eq(cert_key(arena, &cert, &type, &bits), ST_OK);
	cr_expect_null(type);
	cr_expect_eq(bits, 0);
	cr_expect_str_eq(cert_signature_algorithm(&cert), "unknown");
}

Test(cert, keys_and_signatures)
{
	static const struct {
		const char *key;
		const char *type;
		const char *signature;
		int bits;
	} rows[] = {
		{"ec", "EC", "ecdsa-with-SHA256", 256},
		{"rsa1024", "RSA", "sha256WithRSAEncryption", 1024},
		{"rsa2048", "RSA", "sha256WithRSAEncryption", 2048},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cert cert = parse(arena_printf(
			arena, "subject CN=a\nkey %s\n", rows[i].key));
		const char *type;
		int bits;

		cr_assert_eq(cert_key(arena, &cert, &type, &bits), ST_OK);
		cr_expect_str_eq(type, rows[i].type);
		cr_expect_eq(bits, rows[i].bits);
		cr_expect_str_eq(cert_signature_algorithm(&cert),
				 rows[i].signature);
	}
}

/* Without its key decoded a certificate is the same one. */
Test(cert, keyless)
{
	static const char *const keys[] = {"ec", "rsa1024", "rsa2048"};
	struct ossl_lib_ctx_st *context = cert_keyless(arena);

	cr_assert_not_null(context);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		struct der der = make_der(arena_printf(
			arena, "subject CN=a,O=b\nkey %s\n", keys[i]));
		struct cert whole, cert;
		const char *why, *type, *whole_type;
		int bits, whole_bits;

		cr_assert_eq(cert_parse(arena, der, &whole, &why), ST_OK);
		cr_assert_eq(cert_parse_in(arena, context, der, &cert, &why),
			     ST_OK);
		cr_expect_null(X509_get0_pubkey(cert.x509));
		cr_expect_str_eq(cert.sha256, whole.sha256);
		cr_expect_str_eq(cert.spki, whole.spki);
		cr_expect_eq(cert.subject.count, whole.subject.count);
		cr_assert_eq(cert_key(arena, &cert, &type, &bits), ST_OK);
		cr_assert_eq(cert_key(arena, &whole, &whole_type,
				      &whole_bits),
			     ST_OK);
		cr_expect_str_eq(type, whole_type);
		cr_expect_eq(bits, whole_bits);
	}
}

Test(cert, keyless_refuses_the_same)
{
	struct ossl_lib_ctx_st *context = cert_keyless(arena);
	struct der der = make_der("subject CN=a\n");
	struct cert cert;
	const char *why;

	der.len--;
	cr_expect_eq(cert_parse_in(arena, context, der, &cert, &why), ST_BAD);
	der.len = 0;
	cr_expect_eq(cert_parse_in(arena, context, der, &cert, &why), ST_BAD);
}

Test(cert, a_key_that_cannot_be_read)
{
	struct der der = make_der("subject CN=a\n");
	static const unsigned char curve[] = {0x2a, 0x86, 0x48, 0xce, 0x3d,
					      0x03, 0x01, 0x07};
	unsigned char *at = memmem((unsigned char *)der.bytes, der.len, curve,
				   sizeof(curve));
	struct cert cert;
	const char *why;
	const char *type = "untouched";
	int bits = 1;

	cr_assert_not_null(at);
	at[7] = 0x7f; /* no such curve */
	cr_assert_eq(cert_parse(arena, der, &cert, &why), ST_OK);
	cr_expect_eq(cert_key(arena, &cert, &type, &bits), ST_OK);
	cr_expect_null(type);
	cr_expect_eq(bits, 0);
	cr_assert_eq(cert_parse_in(arena, cert_keyless(arena), der, &cert,
				   &why),
		     ST_OK);
	cr_expect_eq(cert_key(arena, &cert, &type, &bits), ST_OK);
	cr_expect_null(type);
}
