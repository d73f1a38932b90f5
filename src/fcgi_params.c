/* fcgi_params.c - lengths, names and values come in, NAME=value strings go
 * out, in the same bytes: a pair has two bytes of lengths at least, which is
 * room for the = and for the end of the string before it. A value, which may
 * be long, stays where it is. */
#include "fcgi_params.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 64, WORD = sizeof(uint64_t) };

/* The lengths of a pair. */
struct pair {
	size_t lengths; /* how many bytes they are themselves; 0: no pair */
	size_t name;
	size_t value;
};

/* Reads a length of section 3.4 at *at; false when it is cut. */
static bool read_length(const unsigned char **at, const unsigned char *end,
			size_t *ret_len)
{
	const unsigned char *p = *at;

	if (p == end || (p[0] & 0x80 && end - p < 4))
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

static struct pair read_any_pair(const char *from, const char *end)
{
	const unsigned char *at = (const unsigned char *)from;
	const unsigned char *stop = (const unsigned char *)end;
	struct pair pair;

	if (!read_length(&at, stop, &pair.name) ||
	    !read_length(&at, stop, &pair.value) ||
	    pair.name + pair.value > (size_t)(stop - at))
		return (struct pair){0};
	pair.lengths = (size_t)(at - (const unsigned char *)from);
	return pair;
}

/* What stands at from, of bytes that go up to end. Nearly all are short. */
static inline struct pair read_pair(const char *from, const char *end)
{
	const unsigned char *p = (const unsigned char *)from;
	size_t left = (size_t)(end - from);

	if (left < 2 || (p[0] | p[1]) & 0x80 || (size_t)p[0] + p[1] > left - 2)
		return read_any_pair(from, end);
	return (struct pair){.lengths = 2, .name = p[0], .value = p[1]};
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

/* A high bit is set in what this gives for eight bytes with a = among them; for
 * other letters of ASCII none is. */
static inline uint64_t smell_equals(uint64_t word)
{
	const uint64_t ones = 0x0101010101010101;

	return (word ^ ones * '=') - ones;
}

static inline bool has_equals(uint64_t smell, const char *name, size_t len)
{
	const uint64_t high = 0x8080808080808080;

	return smell & high && memchr(name, '=', len);
}

/* Moves a name of 17 to 32 bytes to the byte before it: two halves that
 * overlap. False: there is a = in it. */
static inline bool move_long_name(char *name, size_t len)
{
	char *half = name + len - 2 * WORD;
	uint64_t a = load(name), b = load(name + WORD);
	uint64_t c = load(half), d = load(half + WORD);

	store(name - 1, a);
	store(name - 1 + WORD, b);
	store(half - 1, c);
	store(half - 1 + WORD, d);
	return !has_equals(smell_equals(a) | smell_equals(b) | smell_equals(c) |
				   smell_equals(d),
			   name - 1, len);
}

/* The same for any name. Most are two words that overlap. */
static inline bool move_name(char *name, size_t len)
{
	char *half;
	uint64_t a, b;

	if (len > 2 * WORD && len <= 4 * WORD)
		return move_long_name(name, len);
	if (len < WORD || len > 4 * WORD) {
		memmove(name - 1, name, len);
		return !memchr(name - 1, '=', len);
	}
	half = name + len - WORD;
	a = load(name);
	b = load(half);
	store(name - 1, a);
	store(half - 1, b);
	return !has_equals(smell_equals(a) | smell_equals(b), name - 1, len);
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

/* There are NULs in names or values. */
static enum status mark_all(const struct fcgi_env *env, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (memchr(env->list[i], '\0', env->names[i]))
			return ST_BAD;
		mark_nul(env->list[i] + env->names[i] + 1, env->values[i]);
	}
	return ST_OK;
}

/* False: no memory. */
static bool grow(struct fcgi_env *env)
{
	size_t cap = env->cap ? env->cap * 2 : FIRST_CAP;
	char **list = realloc(env->list, cap * sizeof(*list));
	uint32_t *names, *values;

	if (list)
		env->list = list;
	names = realloc(env->names, cap * sizeof(*names));
	if (names)
		env->names = names;
	values = realloc(env->values, cap * sizeof(*values));
	if (values)
		env->values = values;
	if (!list || !names || !values)
		return false;
	env->cap = cap;
	return true;
}

enum status fcgi_params_read(struct buf *params, struct fcgi_env *env)
{
	char *at = params->data;
	char *end = params->len ? at + params->len : at;
	/* those of lengths are taken off */
	size_t nuls = params->len ? count_nul(at, params->len) : 0;
	size_t count = 0;

	if (!env->cap && !grow(env))
		return ST_NOMEM;
	while (at < end) {
		struct pair pair = read_pair(at, end);
		char *name = at + pair.lengths;

		if (pair.lengths == 2)
			nuls -= (size_t)!pair.name + !pair.value;
		else if (pair.lengths)
			nuls -= count_nul(at, pair.lengths);
		else
			return ST_BAD;
		*at = '\0'; /* the end of the value before */
		if (!move_name(name, pair.name))
			return ST_BAD;
		*(name + pair.name - 1) = '=';
		env->list[count] = name - 1;
		env->names[count] = (uint32_t)pair.name;
		env->values[count] = (uint32_t)pair.value;
		at = name + pair.name + pair.value;
		if (++count == env->cap && !grow(env))
			return ST_NOMEM;
	}
	env->list[count] = NULL;
	return nuls ? mark_all(env, count) : ST_OK;
}

void fcgi_env_free(struct fcgi_env *env)
{
	free(env->list);
	free(env->names);
	free(env->values);
	*env = (struct fcgi_env){0};
}
