/* sha256.c - bytes come in, their digest goes out. By OpenSSL's functions for
 * this one digest: those for any digest first look for one by name, which takes
 * a CGI process longer than all the rest of its request, and can fail. */
#define OPENSSL_SUPPRESS_DEPRECATED /* no successor that does not look */
#include "sha256.h"

#include <openssl/sha.h>

_Static_assert(SHA256_BYTES == SHA256_DIGEST_LENGTH, "size of the digest");

void sha256(const void *bytes, size_t len,
	    unsigned char ret_digest[SHA256_BYTES])
{
	SHA256_CTX state;

	SHA256_Init(&state);
	SHA256_Update(&state, bytes, len);
	SHA256_Final(ret_digest, &state);
}
