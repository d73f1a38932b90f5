/* utf8.h - is this text clean, and how to show it when it is not. */
#ifndef MTLSGATE_UTF8_H
#define MTLSGATE_UTF8_H

#include "arena.h"

/* The size in bytes of the well-formed character (RFC 3629) that text begins
 * with, 0 when there is none in the first len bytes. */
size_t utf8_char(const char *text, size_t len);

/* True if the character of size bytes, as utf8_char measured it, is a control
 * character (U+0000-1F, U+007F-9F). */
bool utf8_control(const char *text, size_t size);

/* True if the len bytes are well-formed UTF-8 (RFC 3629: no overlong forms,
 * no surrogates, nothing above U+10FFFF), control characters included. */
bool utf8_valid(const char *text, size_t len);

/* True if the len bytes are well-formed UTF-8 without NUL and without control
 * characters. */
bool utf8_clean(const char *text, size_t len);

/* A copy in which every byte that is not part of a well-formed character, and
 * every control character, stands as \xHH and a backslash stays as it is:
 * valid UTF-8, nothing dropped. NULL when memory is out. */
NODISCARD char *utf8_show(struct arena *arena, const char *text, size_t len);

#endif
