/* fcgi_params.c - lengths, names and values come in, NAME=value strings go
 * out, in the same bytes: a pair has two bytes of lengths at least, which is
 * room for the = and the end of the string. */
#include "fcgi_params.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_CAP = 64 };

/* Reads a length of section 3.4 at *at; false when it is cut. */
static bool pair_length(const struct buf *params, size_t *at, size_t *ret_len)
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

/* Servers pass on the bytes of a certificate's attributes, NUL among them.
 * Whoever reads strings would stop there and take what comes before for the
 * whole; no reader of a value takes this control character for anything. */
static void mark_nul(char *value, size_t len)
{
	char *end = value + len;

	while ((value = memchr(value, '\0', (size_t)(end - value))))
		*value = '\x01';
}

/* Makes a string of the pair at *at, which begins there, and moves *at behind
 * the pair. NULL: there is no whole pair, or none for an environment. */
static char *take_pair(struct buf *params, size_t *at)
{
	char *to = params->data + *at;
	const char *from;
	size_t name, value;

	if (!pair_length(params, at, &name) ||
	    !pair_length(params, at, &value) ||
	    name + value > params->len - *at)
		return NULL;
	from = params->data + *at;
	*at += name + value;
	if (memchr(from, '=', name) || memchr(from, '\0', name))
		return NULL;
	memmove(to, from, name);
	to[name] = '=';
	memmove(to + name + 1, from + name, value);
	mark_nul(to + name + 1, value);
	to[name + 1 + value] = '\0';
	return to;
}

/* Room for one more and for the end. */
static bool make_room(struct fcgi_env *env, size_t count)
{
	size_t cap = env->cap ? env->cap * 2 : FIRST_CAP;
	char **list;

	if (count + 1 < env->cap)
		return true;
	list = realloc(env->list, cap * sizeof(*list));
	if (!list)
		return false;
	env->list = list;
	env->cap = cap;
	return true;
}

enum status fcgi_params_read(struct buf *params, struct fcgi_env *env)
{
	size_t count = 0;
	size_t at = 0;

	if (!make_room(env, count))
		return ST_NOMEM;
	while (at < params->len) {
		char *text = take_pair(params, &at);

		if (!text)
			return ST_BAD;
		if (!make_room(env, count))
			return ST_NOMEM;
		env->list[count++] = text;
	}
	env->list[count] = NULL;
	return ST_OK;
}

void fcgi_env_free(struct fcgi_env *env)
{
	free(env->list);
	*env = (struct fcgi_env){0};
}
