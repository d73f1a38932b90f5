/* path.h - the one reading of a request path that decisions are made on. A
 * path is refused or taken, never repaired. */
#ifndef MTLSGATE_PATH_H
#define MTLSGATE_PATH_H

#include "arena.h"

/* The last segment that is always denied, so that whoever gets anything else
 * there knows that nobody asked us. */
#define PATH_PROBE ".mtlsgate-deny"

/* From a request target as the client sent it (RFC 9112 section 3.2): an
 * absolute-form http or https URI loses scheme and authority, the query is
 * cut, then escapes are decoded once and doubled slashes collapsed. ST_BAD: a
 * raw '#', a dot segment literal or encoded, ';', a backslash, an encoded
 * slash or NUL, a control character, a bad escape, or a first byte other than
 * '/'; *ret_why (static) says which. Also refused, as servers disagree on
 * them: an encoded '?' or '#', a raw space, bytes that are not UTF-8 once
 * decoded, an absolute form without a path or with more than host and port,
 * and a target of more than MAX_URI bytes. */
NODISCARD enum status path_from_target(struct arena *arena, const char *target,
				       const char **ret_path,
				       const char **ret_why);

/* From SCRIPT_NAME and PATH_INFO (either may be NULL), which the server has
 * decoded: the same refusals, nothing decoded again. */
NODISCARD enum status path_from_script(struct arena *arena, const char *script,
				       const char *info, const char **ret_path,
				       const char **ret_why);

/* True if the last segment of a path that was taken is PATH_PROBE, a slash
 * behind it or not. */
bool path_is_probe(const char *path);

#endif
