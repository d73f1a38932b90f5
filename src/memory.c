/* memory.c - sizes come in, memory goes out, and a note of each failure stays
 * with the thread. It frees nothing by itself. */
#include "memory.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <stdlib.h>

static _Thread_local bool failed;

static void *note(void *made, size_t size)
{
	if (!made && size)
		failed = true;
	return made;
}

static void *get(size_t size)
{
	return note(malloc(size), size);
}

static void *get_for_crypto(size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return get(size);
}

static void *resize(void *old, size_t size, const char *file, int line)
{
	(void)file;
	(void)line;
	return note(realloc(old, size), size);
}

static void release(void *old, const char *file, int line)
{
	(void)file;
	(void)line;
	free(old);
}

/* A P-256 public key: its decoding makes all decoders ready. */
static const unsigned char sample_key[] = {
	0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86,
	0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
	0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03,
	0x42, 0x00, 0x04, 0x8f, 0xfa, 0x93, 0x28, 0x39,
	0xbb, 0x64, 0xc1, 0x56, 0x13, 0x37, 0xc4, 0xd5,
	0xc6, 0xb7, 0xec, 0x66, 0xa4, 0xbc, 0xe2, 0xca,
	0x3f, 0x92, 0x44, 0x78, 0x6b, 0x5e, 0xe7, 0xf3,
	0x2d, 0xe3, 0xd2, 0x1c, 0x09, 0x75, 0x4e, 0x3d,
	0xb9, 0x4d, 0x70, 0xef, 0x6d, 0xe7, 0x4b, 0xae,
	0xb5, 0x67, 0x9d, 0x8d, 0x78, 0x57, 0x21, 0x79,
	0xba, 0xd3, 0x37, 0xf4, 0x36, 0x6b, 0x8d, 0x24,
	0x70, 0x99, 0x79,
};

static bool make_ready(void)
{
	const unsigned char *at = sample_key;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int size;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &at, sizeof(sample_key));
	bool done = key && EVP_Digest(sample_key, sizeof(sample_key), hash,
				      &size, EVP_sha256(), NULL) == 1;

	EVP_PKEY_free(key);
	return done && !failed;
}

enum status memory_init_for_one(void)
{
	if (CRYPTO_set_mem_functions(get_for_crypto, resize, release) != 1)
		return ST_BAD;
	json_set_alloc_funcs(get, free);
	return ST_OK;
}

void memory_before_crypto(bool signatures)
{
	static const uint64_t as_little_as_can_be =
		OPENSSL_INIT_NO_LOAD_CONFIG |
		OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS |
		OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
		OPENSSL_INIT_NO_ADD_ALL_DIGESTS | OPENSSL_INIT_NO_ATEXIT;

	if (!signatures)
		OPENSSL_init_crypto(as_little_as_can_be, NULL);
}

enum status memory_init(void)
{
	enum status st = memory_init_for_one();

	return st == ST_OK && make_ready() ? ST_OK : ST_BAD;
}

void memory_begin(void)
{
	failed = false;
}

bool memory_failed(void)
{
	return failed;
}
