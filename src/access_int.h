/* access_int.h - what access_prepare is made of. */
#ifndef MTLSGATE_ACCESS_INT_H
#define MTLSGATE_ACCESS_INT_H

#include "access.h"

/* Fills in index and sites of rules; scratch is for what is not kept. ST_BAD:
 * sites times paths are too many. ST_NOMEM. */
NODISCARD enum status access_index_rules(struct arena *arena,
					 struct arena *scratch,
					 struct access_rules *rules);

#endif
