/* memory.h - the allocator of the libraries, which remembers failures. */
#ifndef MTLSGATE_MEMORY_H
#define MTLSGATE_MEMORY_H

#include "base.h"

/* Has libcrypto and jansson allocate through this file, and has libcrypto make
 * ready what it would make ready late: what fails there once is never tried
 * again. Call it before anything else of either. ST_BAD: it cannot be. */
NODISCARD enum status memory_init(void);

/* The same for a process that ends with its first failure: it makes nothing
 * ready, which takes longer than a request. */
NODISCARD enum status memory_init_for_one(void);

/* Before the first use of libcrypto in such a process: without signatures to
 * verify it reads no configuration and lists no algorithms by name. */
void memory_before_crypto(bool signatures);

/* Forgets the failures of this thread. */
void memory_begin(void);

/* True if an allocation of a library failed in this thread since
 * memory_begin: what the library answered meanwhile is not to be believed,
 * since libcrypto takes some failures for a fact about a certificate. */
bool memory_failed(void);

#endif
