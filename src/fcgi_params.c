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

/* The lengths at *at, which moves to the name; false when there is no whole
 * pair. Nearly all are short. */
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

/* Servers pass on the bytes of a certificate's attributes, NUL among them.
 * Whoever reads strings would stop there and take what comes before for the
 * whole; no reader of a value takes this control character for anything. */
static void mark_nul(char *value, size_t len)
{
	char *end = value + len;

	while ((value = memchr(value, '\0', (size_t)(end - value))))
		*value = '\x01';
}

/* A bit is set if one of eight bytes is c. */
static inline uint64_t find_byte(uint64_t word, unsigned char c)
{
	const uint64_t ones = 0x0101010101010101;

	word ^= ones * c;
	return (word - ones) & ~word & (ones << 7);
}

static inline uint64_t is_wrong(const char *eight)
{
	uint64_t word;

	memcpy(&word, eight, sizeof(word));
	return find_byte(word, '=') | find_byte(word, '\0');
}

/* No name has a = or a NUL; the last eight bytes may be looked at twice. */
static inline bool is_name(const char *name, size_t len)
{
	uint64_t wrong = 0;
	size_t i = 0;

	if (len < sizeof(wrong)) {
		for (; i < len; i++)
			wrong |= name[i] == '=' || name[i] == '\0';
		return !wrong;
	}
	for (; i + sizeof(wrong) < len; i += sizeof(wrong))
		wrong |= is_wrong(name + i);
	return !(wrong | is_wrong(name + len - sizeof(wrong)));
}

/* Makes a string of the pair whose name is given, from the byte before it on,
 * but for its end, which may be the next pair's length. False: it cannot stand
 * in an environment. */
static bool make_entry(char *name, const struct pair *pair)
{
	if (!is_name(name, pair->name))
		return false;
	memmove(name - 1, name, pair->name);
	name[pair->name - 1] = '=';
	mark_nul(name + pair->name, pair->value);
	return true;
}

/* Room for one more and for the end. */
static bool grow(struct fcgi_env *env)
{
	size_t cap = env->cap ? env->cap * 2 : FIRST_CAP;
	char **list = realloc(env->list, cap * sizeof(*list));
	uint32_t *names;

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
	struct pair pair;
	size_t count = 0;
	size_t at = 0;
	char *end = NULL; /* of the value before */

	for (; at < params->len; count++) {
		char *name;

		if (!read_lengths(params, &at, &pair))
			return ST_BAD;
		if (end)
			*end = '\0';
		name = params->data + at;
		at += pair.name + pair.value;
		end = params->data + at;
		if (!make_entry(name, &pair))
			return ST_BAD;
		if (count + 1 >= env->cap && !grow(env))
			return ST_NOMEM;
		env->list[count] = name - 1;
		env->names[count] = (uint32_t)pair.name;
	}
	if (!env->cap && !grow(env))
		return ST_NOMEM;
	env->list[count] = NULL;
	return ST_OK;
}

void fcgi_env_free(struct fcgi_env *env)
{
	free(env->list);
	free(env->names);
	*env = (struct fcgi_env){0};
}
