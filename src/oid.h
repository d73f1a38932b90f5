/* oid.h - names of object identifiers, as OpenSSL's table has them. */
#ifndef MTLSGATE_OID_H
#define MTLSGATE_OID_H

#include "arena.h"

/* The dotted form of a short name, a long name or a dotted OID. ST_BAD:
 * unknown. */
NODISCARD enum status oid_from_name(struct arena *arena, const char *name,
				    const char **ret_dotted);

/* The short ("CN") and the long name ("commonName") of a dotted OID; the
 * dotted form itself where there is none. */
NODISCARD enum status oid_names(struct arena *arena, const char *dotted,
				const char **ret_short, const char **ret_long);

#endif
