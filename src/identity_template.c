/* identity_template.c - "~ TEMPLATE" of an id: text in, the part that is the
 * id out. */
#include <string.h>

#include "identity.h"

/* The longest value a template is tried on, to bound the work. */
enum { MAX_TEMPLATE_VALUE = 256 };

static bool has_one(const char *text, char c)
{
	const char *first = strchr(text, c);

	return first && !strchr(first + 1, c);
}

enum status template_compile(struct arena *arena, const char *text,
			     struct id_rule *ret_rule, const char **ret_why)
{
	const char *open = strchr(text, '(');
	const char *close = strchr(text, ')');

	*ret_why = "a template has exactly one ( ) with something in it";
	if (!has_one(text, '(') || !has_one(text, ')') || close <= open + 1)
		return ST_BAD;
	ret_rule->before = arena_strndup(arena, text, (size_t)(open - text));
	ret_rule->inside = arena_strndup(arena, open + 1,
					 (size_t)(close - open - 1));
	ret_rule->after = arena_strdup(arena, close + 1);
	if (!ret_rule->before || !ret_rule->inside || !ret_rule->after)
		return ST_NOMEM;
	return ST_OK;
}

/* Does the part from value to end match pattern (# * and plain characters)?
 * One star is remembered at a time: enough for a star that matches anything. */
static bool part_matches(const char *pattern, const char *value,
			 const char *end)
{
	const char *star = NULL;
	const char *retry = NULL;

	while (value < end) {
		bool digit = *value >= '0' && *value <= '9';

		if (*pattern == '*') {
			star = ++pattern;
			retry = value;
		} else if (*pattern == '#' ? digit : *pattern == *value) {
			pattern++;
			value++;
		} else if (star) {
			pattern = star;
			value = ++retry;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

enum status template_take(struct arena *arena, const struct id_rule *rule,
			  const char *value, const char **ret_taken)
{
	size_t len = strlen(value);
	const char *end = value + len;
	const char *found = NULL;
	size_t found_len = 0;

	*ret_taken = rule->before ? NULL : value;
	if (!rule->before || len > MAX_TEMPLATE_VALUE)
		return ST_OK;
	for (const char *from = value; from < end; from++) {
		if (!part_matches(rule->before, value, from))
			continue;
		for (const char *to = from + 1; to <= end; to++) {
			if (!part_matches(rule->inside, from, to) ||
			    !part_matches(rule->after, to, end))
				continue;
			if (found)
				return ST_OK; /* two ways to read it: none */
			found = from;
			found_len = (size_t)(to - from);
		}
	}
	if (!found)
		return ST_OK;
	*ret_taken = arena_strndup(arena, found, found_len);
	return *ret_taken ? ST_OK : ST_NOMEM;
}
