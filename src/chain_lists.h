/* chain_lists.h - what the certificates and CRLs of a policy say about each
 * other, for the loader, before there is a chain. */
#ifndef MTLSGATE_CHAIN_LISTS_H
#define MTLSGATE_CHAIN_LISTS_H

#include "chain.h"

/* True if it is there already. */
bool chain_has(const struct chain_file_cert *list, size_t count,
	       const struct cert *cert);

/* True for a certificate that signed itself, which alone can end a chain
 * unless partial chains are allowed. */
bool chain_is_root(const struct cert *cert);

/* The subject of x509 (RFC 4514); NULL: no memory, or it cannot be read. */
const char *chain_subject(struct arena *arena, struct x509_st *x509);

/* How many different keys the anchors have: a root renewed with its key counts
 * once. */
size_t chain_anchor_keys(const struct chain_rules *rules);

/* Is the name of the CRL's issuer that of an anchor or intermediate? */
bool chain_knows_issuer(const struct chain_rules *rules,
			const struct crl *crl);

/* Did the key of an anchor or intermediate of that name sign the CRL? Hashes
 * it, once for each such key. */
bool chain_signed_crl(const struct chain_rules *rules, struct crl *crl);

/* Will a CRL of this CA be asked for, and there is none that is no delta? */
bool chain_lacks_crl(const struct chain_rules *rules, struct x509_st *x509);

#endif
