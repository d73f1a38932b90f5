/* sha256.h - SHA-256 (FIPS 180-4). */
#ifndef MTLSGATE_SHA256_H
#define MTLSGATE_SHA256_H

#include "base.h"

enum { SHA256_BYTES = 32 };

/* Puts the digest of len bytes into ret_digest. It cannot fail. */
void sha256(const void *bytes, size_t len,
	    unsigned char ret_digest[SHA256_BYTES]);

#endif
