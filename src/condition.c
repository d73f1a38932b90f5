/* condition.c - compiles patterns and matches them. Text in, yes or no out;
 * knows nothing of certificates. */
#include "condition.h"

#include <string.h>

#include "dn.h"

enum {
	DIGEST_DIGITS = 64,
	SERIAL_DIGITS = 40,
	FEW = 8, /* alternatives that are looked at one by one */
};

static bool value_matches(const struct attr_value *value,
			  const struct pattern *pattern)
{
	if (pattern->file)
		return table_find(&pattern->file->keys,
				  table_hash(0, value->key),
				  value->key) != NULL;
	if (pattern->name)
		return value->name && name_equal(value->name, pattern->name);
	if (pattern->glob.literal)
		return strcmp(value->key, pattern->glob.literal) == 0;
	return glob_match(&pattern->glob, value->key);
}

/* Is one of those that are in the table, or of the rest, the value? */
static bool table_matches(const struct condition *condition,
			  const struct attr_value *value)
{
	const struct table_entry *entry = table_first(
		&condition->table, value_hash(condition->attr, value));

	for (; entry; entry = table_next(&condition->table, entry))
		if (value_matches(value, &condition->any[entry->number]))
			return true;
	for (size_t i = 0; i < condition->rest_count; i++)
		if (value_matches(value, &condition->any[condition->rest[i]]))
			return true;
	return false;
}

static bool any_matches(const struct condition *condition,
			const struct attr_value *value)
{
	if (condition->table.count > 0)
		return table_matches(condition, value);
	for (size_t i = 0; i < condition->count; i++)
		if (value_matches(value, &condition->any[i]))
			return true;
	return false;
}

static enum match match_value(const struct condition *condition,
			      const struct attr_value *value)
{
	if (!any_matches(condition, value))
		return MATCH_NO;
	return value->stale ? MATCH_STALE : MATCH_YES;
}

static enum match match_one(const struct condition *condition,
			    const struct attr_values *values)
{
	enum match best = MATCH_NO;

	if (values->state != ATTR_READ)
		return MATCH_UNCLEAN;
	for (size_t i = 0; i < values->count; i++) {
		enum match match = match_value(condition, &values->list[i]);

		if (match == MATCH_YES)
			return MATCH_YES;
		if (match == MATCH_STALE)
			best = MATCH_STALE;
	}
	return best;
}

/* What two conditions that must both hold come to. */
static enum match both(enum match a, enum match b)
{
	if (a == MATCH_UNCLEAN || b == MATCH_UNCLEAN)
		return MATCH_UNCLEAN;
	return a < b ? a : b;
}

enum match conditions_match(const struct conditions *conditions,
			    const struct attr_set *set,
			    const struct condition **ret_failed)
{
	enum match all = MATCH_YES;

	if (ret_failed)
		*ret_failed = NULL;
	for (size_t i = 0; i < conditions->count; i++) {
		const struct condition *one = &conditions->all[i];
		enum match match = match_one(one, &set->values[one->attr]);

		if (match != MATCH_YES && ret_failed && !*ret_failed)
			*ret_failed = one;
		all = both(all, match);
	}
	return all;
}

bool pattern_is_value(const struct pattern *pattern)
{
	return !pattern->file && (pattern->name || pattern->glob.literal);
}

uint64_t pattern_hash(size_t attr, const struct pattern *pattern)
{
	return pattern->name ? name_hash(attr, pattern->name)
			     : table_hash(attr, pattern->glob.literal);
}

uint64_t value_hash(size_t attr, const struct attr_value *value)
{
	return value->name ? name_hash(attr, value->name)
			   : table_hash(attr, value->key);
}

static enum status prepare(struct arena *arena, struct condition *condition)
{
	struct table table;
	size_t *rest;

	if (condition->count <= FEW)
		return ST_OK;
	rest = arena_alloc(arena, condition->count * sizeof(*rest));
	if (!rest || table_init(arena, condition->count, &table) != ST_OK)
		return ST_NOMEM;
	condition->rest_count = 0;
	for (size_t i = 0; i < condition->count; i++) {
		const struct pattern *pattern = &condition->any[i];

		if (!pattern_is_value(pattern))
			rest[condition->rest_count++] = i;
		else if (!table_add(&table,
				    pattern_hash(condition->attr, pattern),
				    pattern->text, i))
			return ST_NOMEM;
	}
	condition->table = table;
	condition->rest = rest;
	return ST_OK;
}

enum status conditions_prepare(struct arena *arena,
			       struct conditions *conditions)
{
	enum status status = ST_OK;

	for (size_t i = 0; i < conditions->count && status == ST_OK; i++)
		status = prepare(arena, &conditions->all[i]);
	return status;
}

static char separator_of(enum attr_compare compare)
{
	if (compare == COMPARE_DNS)
		return '.';
	return compare == COMPARE_URI ? '/' : '\0';
}

static bool takes_wildcards(enum attr_compare compare)
{
	return compare != COMPARE_HEX && compare != COMPARE_SERIAL &&
	       compare != COMPARE_IP && compare != COMPARE_PIN;
}

static bool has_wildcards(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == '*' || *text == '?')
			return true;
	}
	return false;
}

/* Brings a pattern, wildcards and all, into the form in which values compare,
 * as far as that can be done before it is known to be a literal. */
static enum status fold_pattern(struct arena *arena, const struct attr *attr,
				const char *text, const char **ret_folded,
				const char **ret_why)
{
	bool wild = has_wildcards(text);

	*ret_folded = text;
	*ret_why = "with wildcards it needs an @, which tells the domain";
	if (attr->compare == COMPARE_EMAIL && wild && !strchr(text, '@'))
		return ST_BAD;
	*ret_why = "with wildcards it is written without colons";
	if (attr->compare == COMPARE_BYTES && wild && strchr(text, ':'))
		return ST_BAD;
	if (attr->compare == COMPARE_DNS || attr->compare == COMPARE_EMAIL)
		return attr_key(arena, attr->compare, text, ret_folded);
	if (attr->compare == COMPARE_BYTES && wild)
		return attr_key(arena, COMPARE_DNS, text, ret_folded);
	return ST_OK;
}

static enum status compile_name(struct arena *arena, const char *text,
				struct pattern *pattern, const char **ret_why)
{
	struct name *name = arena_alloc(arena, sizeof(*name));
	enum status status;

	if (!name)
		return ST_NOMEM;
	status = dn_parse(arena, text, name, NULL, ret_why);
	if (status == ST_OK)
		pattern->name = name;
	return status;
}

/* Brings a literal into the form in which values compare. */
static enum status compile_literal(struct arena *arena,
				   const struct attr *attr,
				   struct pattern *pattern,
				   const char **ret_why)
{
	enum status status = attr_key(arena, attr->compare,
				      pattern->glob.literal,
				      &pattern->glob.literal);
	size_t len;

	if (status != ST_OK) {
		*ret_why = "the value is not of the kind that this attribute "
			   "has";
		return status;
	}
	len = strlen(pattern->glob.literal);
	*ret_why = "a SHA-256 digest has 64 hexadecimal digits";
	if (attr->compare == COMPARE_HEX && len != DIGEST_DIGITS)
		return ST_BAD;
	*ret_why = "a serial number has at most 40 hexadecimal digits";
	if (attr->compare == COMPARE_SERIAL && len > SERIAL_DIGITS)
		return ST_BAD;
	return ST_OK;
}

enum status pattern_compile(struct arena *arena, const struct attr *attr,
			    const char *text, struct pattern *ret_pattern,
			    const char **ret_why)
{
	struct pattern pattern = {.text = arena_strdup(arena, text)};
	const char *folded = text;
	enum status status = ST_OK;

	if (!pattern.text)
		return ST_NOMEM;
	if (attr->compare == COMPARE_NAME) {
		status = compile_name(arena, text, &pattern, ret_why);
		if (status == ST_OK)
			*ret_pattern = pattern;
		return status;
	}
	status = fold_pattern(arena, attr, text, &folded, ret_why);
	if (status != ST_OK)
		return status;
	*ret_why = "the wildcards in it are not well formed";
	status = glob_compile(arena, folded, separator_of(attr->compare), false,
			      &pattern.glob);
	if (status != ST_OK)
		return status;
	*ret_why = "this attribute takes no wildcards";
	if (!pattern.glob.literal && !takes_wildcards(attr->compare))
		return ST_BAD;
	if (pattern.glob.literal)
		status = compile_literal(arena, attr, &pattern, ret_why);
	if (status == ST_OK)
		*ret_pattern = pattern;
	return status;
}
