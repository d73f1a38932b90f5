/* arena.h - memory that ends together: one arena a request, one a policy. */
#ifndef MTLSGATE_ARENA_H
#define MTLSGATE_ARENA_H

#include "base.h"

struct arena;

/* A new, empty arena, or NULL when memory is out. Caller frees with
 * arena_free. */
NODISCARD struct arena *arena_new(void);

/* Runs what arena_on_free registered, last first, then frees every block.
 * NULL is allowed. */
void arena_free(struct arena *arena);

/* Ends all that it holds, as arena_free does, but keeps the arena, and a block
 * of memory for what comes next. */
void arena_reset(struct arena *arena);

/* size zeroed bytes, aligned for any type; NULL when memory is out. Lives as
 * long as the arena. */
NODISCARD void *arena_alloc(struct arena *arena, size_t size);

/* A NUL-terminated copy of the first len bytes of text; NULL when memory is
 * out. */
NODISCARD char *arena_strndup(struct arena *arena, const char *text,
			      size_t len);
NODISCARD char *arena_strdup(struct arena *arena, const char *text);
NODISCARD char *arena_printf(struct arena *arena, const char *format, ...)
	PRINTF_LIKE(2, 3);

/* Room for one more item in an array of count items of item_size bytes that
 * this arena holds (NULL when count is 0). Returns the array, which may have
 * moved, with a zeroed item at index count; NULL when memory is out, the old
 * array then still stands. Callers keep count themselves. */
NODISCARD void *arena_grow(struct arena *arena, void *array, size_t count,
			   size_t item_size);

/* Has fn(object) called when the arena ends: for objects of other libraries.
 * ST_NOMEM: not registered, the caller still owns object. */
NODISCARD enum status arena_on_free(struct arena *arena, void (*fn)(void *),
				    void *object);

/* True if something that was asked for found no memory, since it was made or
 * reset. */
bool arena_failed(const struct arena *arena);

/* Bytes that the arena holds from the allocator. */
size_t arena_size(const struct arena *arena);

#endif
