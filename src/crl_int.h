/* crl_int.h - what crl.c and crl_lookup.c share. */
#ifndef MTLSGATE_CRL_INT_H
#define MTLSGATE_CRL_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include <openssl/x509v3.h>

#include "crl.h"
#include "crl_walk.h"

enum { CRL_MAX_KEYS = 8 };

/* An entry that was asked about, as OpenSSL parses it in a CRL of its own. */
struct hit {
	struct hit *next;
	struct span_der serial;
	X509_CRL *crl;
};

struct crl {
	atomic_size_t users;
	const unsigned char *bytes;
	size_t len;
	void (*release)(const unsigned char *, size_t);
	struct crl_parts parts;
	bool indirect;   /* entries name issuers: all of them are in x509 */
	uint64_t *index; /* hash << 32 | offset, sorted; NULL: walk */
	X509_CRL *x509;
	X509_REVOKED *fallback; /* the answer when memory is out */
	struct arena *arena;    /* of facts */
	struct crl_facts facts;
	pthread_mutex_t lock; /* of what follows */
	struct hit *hits;
	EVP_PKEY *keys[CRL_MAX_KEYS];
	bool verdicts[CRL_MAX_KEYS];
	size_t key_count;
};

/* Parses the CRL with only these entries in its list. NULL: not a CRL, or no
 * memory. */
X509_CRL *crl_parse_with(const struct crl_parts *parts,
			 struct span_der entries);

/* Sorts the entries by the hash of their serial. False: no memory. */
bool crl_build_index(struct crl *crl);

/* The look-up of X509_CRL_METHOD: 0 not in the list, 1 revoked, 2 removed from
 * it. Where memory is out the answer is "revoked": it must not be "not in the
 * list". */
int crl_look_up(X509_CRL *x509, X509_REVOKED **ret,
		const ASN1_INTEGER *serial, const X509_NAME *issuer);

#endif
