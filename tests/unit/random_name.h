/* random_name.h - hostile distinguished names, for tests of what reads them.
 */
#ifndef MTLSGATE_RANDOM_NAME_H
#define MTLSGATE_RANDOM_NAME_H

#include <openssl/x509.h>
#include <stddef.h>

/* A number from 0 to count - 1, from rand(). */
size_t random_below(size_t count);

/* A name of one to four attributes, some in one RDN, of several string types;
 * the values are made of what the text forms of names give a meaning to, and
 * now and then hold a NUL or a byte that is no UTF-8. Caller frees with
 * X509_NAME_free; out of memory ends the program. */
X509_NAME *random_name(void);

#endif
