/* chain_reason.h - OpenSSL's verification results as reasons of ours. */
#ifndef MTLSGATE_CHAIN_REASON_H
#define MTLSGATE_CHAIN_REASON_H

#include "reason.h"

/* The reason for an X509_V_ERR code met at depth (0 is the leaf); anything not
 * in the table is chain_invalid, never a pass. */
enum reason chain_reason(int error, int depth);

#endif
