/* test_sha256.c - the examples of FIPS 180-4, and OpenSSL's other way. */
#include "sha256.h"

#include <criterion/criterion.h>
#include <openssl/evp.h>
#include <string.h>

static void expect(const char *text, const unsigned char *digest)
{
	unsigned char found[SHA256_BYTES];

	sha256(text, strlen(text), found);
	cr_expect_arr_eq(found, digest, SHA256_BYTES, "%s", text);
}

Test(sha256, examples)
{
	expect("", (const unsigned char *)
		       "\xe3\xb0\xc4\x42\x98\xfc\x1c\x14\x9a\xfb\xf4\xc8"
		       "\x99\x6f\xb9\x24\x27\xae\x41\xe4\x64\x9b\x93\x4c"
		       "\xa4\x95\x99\x1b\x78\x52\xb8\x55");
	expect("abc", (const unsigned char *)
		       "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde"
		       "\x5d\xae\x22\x23\xb0\x03\x61\xa3\x96\x17\x7a\x9c"
		       "\xb4\x10\xff\x61\xf2\x00\x15\xad");
}

Test(sha256, as_by_name)
{
	static unsigned char bytes[1000];
	unsigned char wanted[EVP_MAX_MD_SIZE], found[SHA256_BYTES];
	size_t len;

	for (len = 0; len < sizeof(bytes); len++) {
		bytes[len] = (unsigned char)(len * 7);
		cr_assert(EVP_Digest(bytes, len, wanted, NULL, EVP_sha256(),
				     NULL));
		sha256(bytes, len, found);
		cr_expect_arr_eq(found, wanted, SHA256_BYTES, "%zu", len);
	}
}
