/* hex.h - bytes as hexadecimal text, and the comparison of secrets. */
#ifndef MTLSGATE_HEX_H
#define MTLSGATE_HEX_H

#include "arena.h"

/* Lower-case hex of len bytes (upper: upper-case); NULL when memory is out. */
NODISCARD char *hex_encode(struct arena *arena, const void *bytes, size_t len,
			   bool upper);

/* The canonical form of hex that a person wrote: lower-case, colons and
 * spaces removed; strip_zeros: leading zeros removed as well (one digit is
 * left). ST_BAD: another character, or no digit. */
NODISCARD enum status hex_normalize(struct arena *arena, const char *text,
				    bool strip_zeros, const char **ret_hex);

/* The byte that two hex digits at the start of text stand for, in either case;
 * -1 when they are none. Reads no further than a NUL. */
int hex_byte(const char *text);

/* Compares two texts in a time that depends on their lengths only. */
bool secret_equal(const char *a, const char *b);

#endif
