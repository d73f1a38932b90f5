/* unwrap.h - from the ways servers wrap a certificate as text back to DER. */
#ifndef MTLSGATE_UNWRAP_H
#define MTLSGATE_UNWRAP_H

#include "arena.h"

struct der {
	const unsigned char *bytes;
	size_t len;
};

/* Bytes that base64 of len characters may need. */
#define BASE64_ROOM(len) ((len) / 4 * 3 + 3)

/* Decodes canonical base64 from text to end, behind which there must be a
 * character more (a NUL will do); folded: white space in it does not count.
 * out has room for BASE64_ROOM bytes. False: it is something else. */
bool unwrap_base64(const char *text, const char *end, bool folded,
		   unsigned char *out, size_t *ret_len);

/* True for texts that servers put where there is nothing: NULL, "", "-",
 * "(null)", an unresolved "{http...}" placeholder. */
bool unwrap_is_none(const char *text);

/* Takes one certificate out of text: PEM with newlines, CRLF, lines folded by
 * tabs or spaces, spaces in place of newlines, all of these percent-encoded
 * ('+' is never a space), or bare base64 of the DER. Exactly one: a second
 * block, text around the block, a wrong label, bad or non-canonical base64 is
 * ST_BAD and *ret_why (static) says which. Nothing is tried a second way. */
NODISCARD enum status unwrap_one(struct arena *arena, const char *text,
				 struct der *ret_der, const char **ret_why);

/* As unwrap_one for a text of one or more PEM blocks, at most max. *ret_count
 * is how many ret_ders holds. */
NODISCARD enum status unwrap_many(struct arena *arena, const char *text,
				  struct der *ret_ders, size_t max,
				  size_t *ret_count, const char **ret_why);

#endif
