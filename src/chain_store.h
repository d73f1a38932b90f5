/* chain_store.h - what chain.c builds on: the store of anchors and CRLs, and
 * the certificates around a leaf. */
#ifndef MTLSGATE_CHAIN_STORE_H
#define MTLSGATE_CHAIN_STORE_H

#include "chain.h"

struct stack_st_X509; /* OpenSSL's STACK_OF(X509) */

/* Unwraps and parses the chain of a request and adds the intermediates of the
 * rules. REASON_GRANTED: *ret_certs is a new stack that the caller frees with
 * its certificates; otherwise why not, and *ret_detail says which. */
enum reason chain_unwrap(struct arena *arena, const struct chain_rules *rules,
			 const struct credential *credential,
			 struct stack_st_X509 **ret_certs,
			 const char **ret_detail);

/* The file a certificate came from; "the request" for one in none. */
const char *chain_origin(const struct chain_rules *rules,
			 const struct x509_st *x509);

/* The first moment after now, and before until, at which one of these begins
 * or has ended; else until. */
int64_t chain_first_date(const struct stack_st_X509 *list, int64_t now,
			 int64_t until);

/* The first nextUpdate after now of all CRLs, TIME_NEVER without one. */
int64_t chain_good_until(const struct chain_rules *rules, int64_t now);

#endif
