/* chain_delta.h - delta CRLs that OpenSSL would pass over. */
#ifndef MTLSGATE_CHAIN_DELTA_H
#define MTLSGATE_CHAIN_DELTA_H

#include "chain.h"

/* Is a certificate, signed by issuer, revoked by a delta CRL of that issuer
 * that no complete CRL has overtaken? OpenSSL 3.0 looks at deltas only where
 * the certificate or the complete CRL has a freshestCRL extension; RFC 5280
 * section 5.2.4 lets a delta be had by any means, and a file that the
 * administrator put there is one. */
bool chain_delta_revokes(const struct chain_rules *rules,
			 struct x509_st *x509, struct x509_st *issuer);

#endif
