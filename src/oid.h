/* oid.h - names of object identifiers, as OpenSSL's table has them. */
#ifndef MTLSGATE_OID_H
#define MTLSGATE_OID_H

#include "arena.h"

/* The dotted form of a short name, a long name or a dotted OID. ST_BAD:
 * unknown. */
NODISCARD enum status oid_from_name(struct arena *arena, const char *name,
				    const char **ret_dotted);

/* As oid_from_name for the type of an attribute in a name's text, of which it
 * is the first len bytes: also the types that servers write their own way (E
 * and Email for emailAddress, S, G, T, I, D, Go's upper-case ones). ST_BAD for
 * over 78 bytes too. */
NODISCARD enum status oid_from_type(struct arena *arena, const char *type,
				    size_t len, const char **ret_dotted);

/* The short ("CN") and the long name ("commonName") of a dotted OID; the
 * dotted form itself where there is none. */
NODISCARD enum status oid_names(struct arena *arena, const char *dotted,
				const char **ret_short, const char **ret_long);

#endif
