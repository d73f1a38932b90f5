/* fuzz.h - what the fuzz targets share. */
#ifndef MTLSGATE_FUZZ_H
#define MTLSGATE_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "arena.h"

/* The entry of every target, as libFuzzer calls it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A finding unless it holds. */
#define MUST(condition)           \
	do {                      \
		if (!(condition)) \
			abort();  \
	} while (0)

/* The bytes as text that ends where it ends, so that a sanitizer sees every
 * byte read behind it. Caller frees. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	MUST(text);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
