/* fcgi_params.c - lengths, names and values come in, NAME=value strings go
 * out, in the same bytes: a pair has two bytes of lengths at least, which is
 * room for the = and for the end of the string before it. A value, which may
 * be long, stays where it is. */
#include "fcgi_params.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 64 };

/* A pair, as far as its lengths are read. */
struct pair {
	size_t name;
	size_t value;
};

/* Reads a length of section 3.4 at *at; false when it is cut. */
static bool read_length(const struct buf *params, size_t *at, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)params->data + *at;
	size_t left = params->len - *at;

	if (left < 1 || (p[0] & 0x80 && left < 4))
		return false;
	if (!(p[0] & 0x80)) {
		*ret_len = p[0];
		*at += 1;
		return true;
	}
	*ret_len = (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 |
		   (size_t)p[2] << 8 | p[3];
	*at += 4;
	return true;
}

/* Reads the lengths at *at, which moves to the name; false when there is no
 * whole pair. Nearly all are short. */
static inline bool read_lengths(const struct buf *params, size_t *at,
				struct pair *ret_pair)
{
	const unsigned char *p = (const unsigned char *)params->data + *at;

	if (params->len - *at >= 2 && !((p[0] | p[1]) & 0x80)) {
		ret_pair->name = p[0];
		ret_pair->value = p[1];
		*at += 2;
	} else if (!read_length(params, at, &ret_pair->name) ||
		   !read_length(params, at, &ret_pair->value)) {
		return false;
	}
	return ret_pair->name + ret_pair->value <= params->len - *at;
}

static size_t count_nul(const char *bytes, size_t len)
{
	const char *end = bytes + len;
	size_t count = 0;

	while ((bytes = memchr(bytes, '\0', (size_t)(end - bytes)))) {
		bytes++;
		count++;
	}
	return count;
}

/* Counts the pairs, and the NULs that are not of their lengths. False: these
 * are no whole pairs. */
static bool measure(const struct buf *params, size_t *ret_pairs,
		    size_t *ret_nuls)
{
	size_t nuls = params->len ? count_nul(params->data, params->len) : 0;
	size_t pairs = 0;
	struct pair pair;

	for (size_t at = 0; at < params->len; pairs++) {
		size_t from = at;

		if (!read_lengths(params, &at, &pair))
			return false;
		if (at - from == 2)
			nuls -= (size_t)!pair.name + !pair.value;
		else
			nuls -= count_nul(params->data + from, at - from);
		at += pair.name + pair.value;
	}
	*ret_pairs = pairs;
	*ret_nuls = nuls;
	return true;
}

static inline uint64_t load(const char *eight)
{
	uint64_t word;

	memcpy(&word, eight, sizeof(word));
	return word;
}

static inline void store(char *eight, uint64_t word)
{
	memcpy(eight, &word, sizeof(word));
}

/* Not zero if one of eight bytes is a =. */
static inline uint64_t has_equals(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101;

	word ^= ones * '=';
	return (word - ones) & ~word & (ones << 7);
}

/* Moves a name to the byte before it. False: there is a = in it. Most names are
 * two words that overlap. */
static inline bool move_name(char *name, size_t len)
{
	uint64_t first, last;

	if (len < sizeof(first) || len > 2 * sizeof(first)) {
		memmove(name - 1, name, len);
		return !memchr(name - 1, '=', len);
	}
	first = load(name);
	last = load(name + len - sizeof(last));
	store(name - 1, first);
	store(name - 1 + len - sizeof(last), last);
	return !(has_equals(first) | has_equals(last));
}

/* Servers pass on the bytes of a certificate's attributes, NUL among them.
 * Whoever reads strings would stop there and take what comes before for the
 * whole; no reader of a value takes this control character for anything. */
static void mark_nul(char *value, size_t len)
{
	char *end = value + len;

	while ((value = memchr(value, '\0', (size_t)(end - value))))
		*value = '\x01';
}

/* Room for so many and for the end. */
static bool make_room(struct fcgi_env *env, size_t count)
{
	size_t cap = env->cap ? env->cap : FIRST_CAP;
	char **list;
	uint32_t *names;

	while (cap <= count)
		cap *= 2;
	if (cap == env->cap)
		return true;
	list = realloc(env->list, cap * sizeof(*list));
	if (!list)
		return false;
	env->list = list;
	names = realloc(env->names, cap * sizeof(*names));
	if (!names)
		return false;
	env->names = names;
	env->cap = cap;
	return true;
}

enum status fcgi_params_read(struct buf *params, struct fcgi_env *env)
{
	size_t count, nuls;
	size_t at = 0;
	struct pair pair;

	if (!measure(params, &count, &nuls))
		return ST_BAD;
	if (!make_room(env, count))
		return ST_NOMEM;
	for (size_t i = 0; i < count; i++) {
		char *name;
		/* the value before ends where these lengths begin */
		char *end = params->data + at;

		(void)read_lengths(params, &at, &pair);
		*end = '\0';
		name = params->data + at;
		if (nuls && memchr(name, '\0', pair.name))
			return ST_BAD;
		if (!move_name(name, pair.name))
			return ST_BAD;
		*(name + pair.name - 1) = '=';
		if (nuls)
			mark_nul(name + pair.name, pair.value);
		env->list[i] = name - 1;
		env->names[i] = (uint32_t)pair.name;
		at += pair.name + pair.value;
	}
	env->list[count] = NULL;
	return ST_OK;
}

void fcgi_env_free(struct fcgi_env *env)
{
	free(env->list);
	free(env->names);
	*env = (struct fcgi_env){0};
}
