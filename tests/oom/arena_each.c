/* arena_each.c - an arena that asks for each piece, so that each can be made
 * to fail by interpose.c: linked in the place of src/arena.c, which asks for
 * blocks. Sizes come in, zeroed memory goes out; nothing is used again. */
#include "arena.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct piece {
	struct piece *next;
	_Alignas(16) unsigned char bytes[];
};

struct cleanup {
	struct cleanup *next;
	void (*fn)(void *);
	void *object;
};

struct arena {
	struct piece *pieces;
	struct cleanup *cleanups;
	size_t total;
	bool failed;
};

static void *(*get_piece)(size_t size);

static void *get_from_libc(size_t size)
{
	return calloc(1, size);
}

__attribute__((constructor)) static void find_piece(void)
{
	void *found = dlsym(RTLD_DEFAULT, "oom_piece");

	if (found)
		memcpy(&get_piece, &found, sizeof(get_piece));
	else
		get_piece = get_from_libc;
}

struct arena *arena_new(void)
{
	return get_piece(sizeof(struct arena));
}

void arena_reset(struct arena *arena)
{
	struct cleanup *cleanup;
	struct piece *piece, *next;

	for (cleanup = arena->cleanups; cleanup; cleanup = cleanup->next)
		cleanup->fn(cleanup->object);
	for (piece = arena->pieces; piece; piece = next) {
		next = piece->next;
		free(piece);
	}
	*arena = (struct arena){0};
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	arena_reset(arena);
	free(arena);
}

void *arena_alloc(struct arena *arena, size_t size)
{
	struct piece *piece;

	if (size > SIZE_MAX / 2)
		return NULL;
	piece = get_piece(sizeof(*piece) + size);
	arena->failed |= !piece;
	if (!piece)
		return NULL;
	piece->next = arena->pieces;
	arena->pieces = piece;
	arena->total += size;
	return piece->bytes;
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
	char *text = NULL;
	char *copy = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return NULL;
	copy = arena_strndup(arena, text, (size_t)len);
	free(text);
	return copy;
}

void *arena_grow(struct arena *arena, void *array, size_t count,
		 size_t item_size)
{
	void *larger;

	if (count >= SIZE_MAX / 4 / item_size)
		return NULL;
	larger = arena_alloc(arena, (count + 1) * item_size);
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
