/* arena.c - memory that ends together. Takes sizes, gives zeroed memory; frees
 * nothing before the whole arena ends. */
#include "arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 8192, ALIGN = 16 };

struct block {
	struct block *next;
	size_t used;
	size_t dirty; /* bytes that a life before this one wrote to */
	size_t size;
	_Alignas(ALIGN) unsigned char bytes[];
};

struct cleanup {
	struct cleanup *next;
	void (*fn)(void *);
	void *object;
};

struct arena {
	struct block *blocks; /* the one with room first */
	struct cleanup *cleanups;
	size_t total;
	bool failed;
};

struct arena *arena_new(void)
{
	return calloc(1, sizeof(struct arena));
}

/* Ends the objects, and all blocks but keep. */
static void clear(struct arena *arena, const struct block *keep)
{
	for (struct cleanup *c = arena->cleanups; c; c = c->next)
		c->fn(c->object);
	for (struct block *b = arena->blocks; b;) {
		struct block *next = b->next;

		if (b != keep)
			free(b);
		b = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	clear(arena, NULL);
	free(arena);
}

void arena_reset(struct arena *arena)
{
	struct block *keep = arena->blocks;

	if (keep && keep->size != BLOCK)
		keep = NULL;
	clear(arena, keep);
	*arena = (struct arena){.blocks = keep};
	if (!keep)
		return;
	if (keep->dirty < keep->used)
		keep->dirty = keep->used;
	keep->used = 0;
	keep->next = NULL;
	arena->total = sizeof(*keep) + keep->size;
}

/* A block of its own for what is large, so that the current one stays. */
static struct block *add_block(struct arena *arena, size_t size)
{
	bool large = size > BLOCK / 4;
	size_t room = large ? size : BLOCK;
	struct block *block = calloc(1, sizeof(*block) + room);

	if (!block)
		return NULL;
	block->size = room;
	arena->total += sizeof(*block) + room;
	if (large && arena->blocks) {
		block->next = arena->blocks->next;
		arena->blocks->next = block;
	} else {
		block->next = arena->blocks;
		arena->blocks = block;
	}
	return block;
}

static void *fail(struct arena *arena)
{
	arena->failed = true;
	return NULL;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct block *block = arena->blocks;
	void *result;

	if (size > SIZE_MAX / 2)
		return fail(arena);
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!block || block->size - block->used < size)
		block = add_block(arena, size);
	if (!block)
		return fail(arena);
	result = block->bytes + block->used;
	if (block->dirty > block->used)
		memset(result, 0, block->dirty - block->used < size
					  ? block->dirty - block->used : size);
	block->used += size;
	return result;
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
	char *copy = len < SIZE_MAX ? arena_alloc(arena, len + 1) : NULL;

	if (copy)
		memcpy(copy, text, len);
	return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return arena_strndup(arena, text, strlen(text));
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	va_list again;
	char *text = NULL;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len >= 0)
		text = arena_alloc(arena, (size_t)len + 1);
	if (text)
		vsnprintf(text, (size_t)len + 1, format, again);
	va_end(again);
	va_end(args);
	return text;
}

/* Room doubles at the powers of two, so count alone says how much there is. */
void *arena_grow(struct arena *arena, void *array, size_t count,
		 size_t item_size)
{
	void *larger;

	if (count != 0 && (count & (count - 1)) != 0)
		return array;
	if (count > SIZE_MAX / 4 / item_size)
		return fail(arena);
	larger = arena_alloc(arena, (count ? 2 * count : 1) * item_size);
	if (larger && count)
		memcpy(larger, array, count * item_size);
	return larger;
}

enum status arena_on_free(struct arena *arena, void (*fn)(void *),
			  void *object)
{
	struct cleanup *cleanup = arena_alloc(arena, sizeof(*cleanup));

	if (!cleanup)
		return ST_NOMEM;
	*cleanup = (struct cleanup){arena->cleanups, fn, object};
	arena->cleanups = cleanup;
	return ST_OK;
}

bool arena_failed(const struct arena *arena)
{
	return arena->failed;
}

size_t arena_size(const struct arena *arena)
{
	return arena->total;
}
