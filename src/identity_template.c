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

/* For each place in the first len bytes of value: does pattern match from
 * there to their end? A row for each rest of the pattern, the last first, so
 * the work is the one length times the other. */
static void match_rests(const char *pattern, const char *value, size_t len,
			bool *row)
{
	memset(row, 0, len);
	row[len] = true;
	for (size_t left = strlen(pattern); left-- > 0;) {
		char c = pattern[left];

		for (size_t i = 0; c != '*' && i < len; i++) {
			bool digit = value[i] >= '0' && value[i] <= '9';

			row[i] = row[i + 1] &&
				 (c == '#' ? digit : c == value[i]);
		}
		if (c != '*')
			row[len] = false;
		for (size_t i = len; c == '*' && i-- > 0;)
			row[i] |= row[i + 1];
	}
}

/* The one part that the template takes; false: none, or more than one. */
static bool find_part(const struct id_rule *rule, const char *value,
		      size_t len, size_t *ret_from, size_t *ret_to)
{
	bool before[MAX_TEMPLATE_VALUE + 1];
	bool after[MAX_TEMPLATE_VALUE + 1];
	bool inside[MAX_TEMPLATE_VALUE + 1];
	size_t found = 0;

	for (size_t from = 0; from < len; from++)
		before[from] = part_matches(rule->before, value, value + from);
	match_rests(rule->after, value, len, after);
	for (size_t to = 1; to <= len && found < 2; to++) {
		if (!after[to])
			continue;
		match_rests(rule->inside, value, to, inside);
		for (size_t from = 0; from < to && found < 2; from++) {
			if (!before[from] || !inside[from])
				continue;
			found++;
			*ret_from = from;
			*ret_to = to;
		}
	}
	return found == 1;
}

enum status template_take(struct arena *arena, const struct id_rule *rule,
			  const char *value, const char **ret_taken)
{
	size_t len = strlen(value);
	size_t from = 0;
	size_t to = 0;

	*ret_taken = rule->before ? NULL : value;
	if (!rule->before || len > MAX_TEMPLATE_VALUE)
		return ST_OK;
	if (!find_part(rule, value, len, &from, &to))
		return ST_OK;
	*ret_taken = arena_strndup(arena, value + from, to - from);
	return *ret_taken ? ST_OK : ST_NOMEM;
}
