/* accept.h - which form of an answer does the client want? (RFC 9110 section
 * 12.5.1) */
#ifndef MTLSGATE_ACCEPT_H
#define MTLSGATE_ACCEPT_H

#include "base.h"

/* True if header, the value of Accept, gives text/html a higher quality than
 * application/json. NULL: no header. Without one, for a wildcard alone and for
 * what cannot be read the answer is JSON: false. */
bool accept_prefers_html(const char *header);

#endif
