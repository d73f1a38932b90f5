/* glob.h - the wildcards of the policy: ? * ** \ and a path's final slash
 * star. Matching costs at most pattern length times text length. */
#ifndef MTLSGATE_GLOB_H
#define MTLSGATE_GLOB_H

#include "arena.h"

/* What a pattern is made of: a byte that stands for itself, or one of these.
 */
enum glob_token {
	TOKEN_CHAR = 256, /* ? */
	TOKEN_STAR,       /* * */
	TOKEN_ALL,        /* ** */
	TOKEN_SUBTREE,    /* the slash star at the end of a path */
};

/* A compiled pattern. literal is the unescaped text when there is no wildcard
 * in it, else NULL. */
struct glob {
	const char *literal;
	const uint16_t *tokens;
	size_t count;
	char separator;
};

/* Compiles pattern. separator: the character that ? and * do not match
 * ('/' in paths and URIs, '.' in DNS names), or 0 for none. subtree: a final
 * slash star stands for the whole subtree and covers its root with and
 * without the slash. ST_BAD: a backslash at the end, a pattern of over 1000
 * bytes or one that is not UTF-8. A ? is one UTF-8 character, not one byte. */
NODISCARD enum status glob_compile(struct arena *arena, const char *pattern,
				   char separator, bool subtree,
				   struct glob *ret_glob);

/* True if pattern covers all of text. A zeroed glob, and a wildcard before text
 * that is not UTF-8, match nothing. */
bool glob_match(const struct glob *glob, const char *text);

#endif
