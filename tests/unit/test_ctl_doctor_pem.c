/* test_ctl_doctor_pem.c - files that are not what somebody takes them for. */
#include "ctl_doctor_pem.h"

#include <criterion/criterion.h>
#include <string.h>

#include <openssl/evp.h>
#include <openssl/pem.h>

struct file_row {
	const char *bytes;
	size_t len; /* 0: that of the text */
	enum pem_kind kind;
};

static const struct file_row rows[] = {
	{"", 0, PEM_EMPTY},
	{" \r\n\n", 0, PEM_EMPTY},
	{"hello\n", 0, PEM_OTHER},
	{"MIIBszCCAVmg\n", 0, PEM_OTHER},
	{"ssh-ed25519 AAAA me", 0, PEM_OTHER},
	{"\xfe\xed\xfe\xed\0\0\0\2", 8, PEM_OTHER},
	{"\xff\xfe-\0-\0", 6, PEM_OTHER},
	{"-\0-\0", 4, PEM_OTHER},
	{"0123", 0, PEM_OTHER},
	{"\x30\x82\x01\x00\x01", 5, PEM_OTHER},
	{"\x30\x84\xff\xff\xff\xff", 6, PEM_OTHER},
	{"-----BEGIN CERTIFICATE-----\n", 0, PEM_TEXT},
	{"x\n-----BEGIN PUBLIC KEY-----\n", 0, PEM_TEXT},
};

static struct pem_file look(struct arena *arena, const char *bytes, size_t len)
{
	struct pem_file file = {.path = "test"};

	cr_assert_eq(pem_look(arena, bytes, len, &file), ST_OK);
	cr_assert_not_null(file.why);
	return file;
}

Test(ctl_doctor_pem, kinds)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = rows[i].len ? rows[i].len : strlen(rows[i].bytes);
		struct pem_file file = look(arena, rows[i].bytes, len);

		cr_assert_eq(file.kind, rows[i].kind, "row %zu: %s", i,
			     file.why);
	}
	arena_free(arena);
}

Test(ctl_doctor_pem, blocks)
{
	static const char text[] =
		"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
		"-----BEGIN NEW CERTIFICATE REQUEST-----\nAAAA\n"
		"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n";
	struct arena *arena = arena_new();
	struct pem_file file = look(arena, text, strlen(text));

	cr_assert_str_eq(file.label, "CERTIFICATE");
	cr_assert_eq(file.cert_blocks, 1);
	cr_assert_eq(sk_X509_num(file.certs), 0);
	cr_assert(file.damaged && file.csr_block && file.key_block &&
		  file.key_encrypted);
	cr_assert_null(file.key);
	arena_free(arena);
}

Test(ctl_doctor_pem, a_key)
{
	struct arena *arena = arena_new();
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	BIO *bio = BIO_new(BIO_s_mem());
	struct pem_file file;
	char *text;
	long len;

	cr_assert(PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL,
					   NULL));
	len = BIO_get_mem_data(bio, &text);
	file = look(arena, text, (size_t)len);
	cr_assert(file.key_block && !file.key_encrypted && !file.damaged);
	cr_assert_eq(EVP_PKEY_eq(file.key, key), 1);
	BIO_free(bio);
	EVP_PKEY_free(key);
	arena_free(arena);
}

/* In DER, and so short that its length takes a single byte. */
Test(ctl_doctor_pem, a_short_key_in_der)
{
	struct arena *arena = arena_new();
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	unsigned char *der = NULL;
	int len = i2d_PrivateKey(key, &der);

	cr_assert(len > 0 && len < 128);
	cr_assert_eq(look(arena, (char *)der, (size_t)len).kind, PEM_KEY_DER);
	OPENSSL_free(der);
	der = NULL;
	len = i2d_PUBKEY(key, &der);
	cr_assert(len > 0 && len < 128);
	cr_assert_eq(look(arena, (char *)der, (size_t)len).kind,
		     PEM_PUBLIC_DER);
	OPENSSL_free(der);
	EVP_PKEY_free(key);
	arena_free(arena);
}

/* Each says how to make PEM of it; DER has that in the row of its cause. */
Test(ctl_doctor_pem, cures)
{
	static const struct {
		const char *text, *cure; /* a part of it */
	} cures[] = {
		{"-----BEGIN PKCS7-----\n", "openssl pkcs7 -in FILE"},
		{"-----BEGIN OPENSSH PRIVATE KEY-----\n", "ssh-keygen"},
		{"  -----BEGIN CERTIFICATE-----\n", "copy"},
		{"LS0tLS1CRUdJTiBDRVJU", "base64 -d"},
		{"\xff\xfe--", "iconv"},
		{"please find attached", "-----BEGIN"},
	};
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(cures); i++) {
		struct pem_file file =
			look(arena, cures[i].text, strlen(cures[i].text));

		cr_assert_not_null(file.cure, "row %zu", i);
		cr_assert_not_null(strstr(file.cure, cures[i].cure),
				   "row %zu: %s", i, file.cure);
	}
	arena_free(arena);
}

/* A bundle of many CAs is read to its end. */
Test(ctl_doctor_pem, many_blocks)
{
	static const char block[] = "-----BEGIN CERTIFICATE-----\nAAAA\n";
	struct arena *arena = arena_new();
	const char *text = "";

	for (int i = 0; text && i < 300; i++)
		text = arena_printf(arena, "%s%s", text, block);
	cr_assert_not_null(text);
	cr_assert_eq(look(arena, text, strlen(text)).cert_blocks, 300);
	arena_free(arena);
}

Test(ctl_doctor_pem, a_file_that_is_not_there)
{
	struct arena *arena = arena_new();
	struct pem_file file;

	cr_assert_eq(pem_read(arena, "/nowhere/at/all", &file), ST_OK);
	cr_assert_eq(file.kind, PEM_UNREADABLE);
	cr_assert_str_eq(file.why, "No such file or directory");
	arena_free(arena);
}
