/* load_value.c - the kinds of values that settings have: text comes in, a
 * checked value goes out or an issue is added. Never guesses. */
#include <string.h>
#include <strings.h>

#include "loader.h"

enum { DAY = 24 * 60 * 60 };

void *loader_alloc(struct loader *loader, size_t size)
{
	void *memory = arena_alloc(loader->arena, size);

	if (memory == NULL)
		loader->issues->failed = true;
	return memory;
}

void *loader_grow(struct loader *loader, void *array, size_t count, size_t size)
{
	void *memory = arena_grow(loader->arena, array, count, size);

	if (memory == NULL)
		loader->issues->failed = true;
	return memory;
}

bool value_yes(struct loader *loader, const struct ini_setting *setting,
	       bool *ret_yes)
{
	bool yes = strcmp(setting->value, "yes") == 0;

	if (!yes && strcmp(setting->value, "no") != 0) {
		issue_error(loader->issues, loader->file, setting->line,
			    "%s is yes or no, not '%s'", setting->key,
			    setting->value);
		return false;
	}
	*ret_yes = yes;
	return true;
}

bool value_choice(struct loader *loader, const struct ini_setting *setting,
		  const char *no, const char *yes, bool *ret_yes)
{
	*ret_yes = strcmp(setting->value, yes) == 0;
	if (*ret_yes || strcmp(setting->value, no) == 0)
		return true;
	issue_error(loader->issues, loader->file, setting->line,
		    "%s is %s or %s, not '%s'", setting->key, no, yes,
		    setting->value);
	return false;
}

size_t value_word(struct loader *loader, const struct ini_setting *setting,
		  const char *const *words, const char *all)
{
	for (size_t i = 0; words[i] != NULL; i++)
		if (strcmp(setting->value, words[i]) == 0)
			return i;
	issue_error(loader->issues, loader->file, setting->line,
		    "%s is %s, not '%s'", setting->key, all, setting->value);
	return SIZE_MAX;
}

bool value_number(struct loader *loader, const struct ini_setting *setting,
		  long min, long max, long *ret_number)
{
	const char *text = setting->value;
	size_t digits = strspn(text, "0123456789");
	long number = 0;

	if (digits > 0 && digits < 10 && text[digits] == '\0')
		for (size_t i = 0; i < digits; i++)
			number = number * 10 + (text[i] - '0');
	else
		number = min - 1;
	if (number < min || number > max) {
		issue_error(loader->issues, loader->file, setting->line,
			    "%s is a number from %ld to %ld, not '%s'",
			    setting->key, min, max, text);
		return false;
	}
	*ret_number = number;
	return true;
}

bool value_duration(struct loader *loader, const struct ini_setting *setting,
		    int64_t *ret_seconds)
{
	int64_t seconds;

	if (!duration_parse(setting->value, &seconds) || seconds <= 0) {
		issue_error(loader->issues, loader->file, setting->line,
			    "%s is a duration like 30d, 12h, 5m or 10s, not "
			    "'%s'",
			    setting->key, setting->value);
		return false;
	}
	*ret_seconds = seconds;
	return true;
}

static bool add_word(struct loader *loader, const struct ini_setting *setting,
		     const char *from, const char *to, struct words *words)
{
	while (from < to && *from == ' ')
		from++;
	while (from < to && to[-1] == ' ')
		to--;
	if (from == to) {
		issue_error(loader->issues, loader->file, setting->line,
			    "there is nothing between two commas or at an end "
			    "of the list '%s'",
			    setting->value);
		return false;
	}
	char *word = arena_strndup(loader->arena, from, (size_t)(to - from));
	if (word == NULL) {
		loader->issues->failed = true;
		return false;
	}
	add_text(loader, &words->list, &words->count, word);
	return !loader->issues->failed;
}

bool value_words(struct loader *loader, const struct ini_setting *setting,
		 struct words *ret_words)
{
	const char *from = setting->value;
	const char *comma;

	*ret_words = (struct words){0};
	do {
		comma = strchr(from, ',');
		const char *to = comma ? comma : from + strlen(from);

		if (!add_word(loader, setting, from, to, ret_words))
			return false;
		from = to + 1;
	} while (comma != NULL);
	return true;
}

static bool read_time(struct loader *loader, const struct ini_setting *setting,
		      int64_t *ret_time, bool *ret_date_only)
{
	if (time_parse(setting->value, ret_time, ret_date_only))
		return true;
	issue_error(loader->issues, loader->file, setting->line,
		    "%s is a date like 2026-11-21 or a time like "
		    "2026-11-21T10:00:00Z, not '%s'",
		    setting->key, setting->value);
	return false;
}

void value_from(struct loader *loader, const struct ini_setting *setting,
		int64_t *ret_from)
{
	bool date_only;

	(void)read_time(loader, setting, ret_from, &date_only);
}

/* A bare date holds to its end: it ends where the next day begins. */
void value_until(struct loader *loader, const struct ini_setting *setting,
		 int64_t *ret_until)
{
	bool date_only = false;

	if (!read_time(loader, setting, ret_until, &date_only))
		return;
	if (date_only)
		*ret_until += DAY;
	if (*ret_until <= loader->options->now)
		issue_warning(loader->issues, loader->file, setting->line,
			      "until = %s is in the past: this section is out "
			      "of its dates",
			      setting->value);
}

void value_span_check(struct loader *loader, const struct span *span)
{
	const struct ini_setting *until =
		section_find(loader->section, "until");

	if (until != NULL && span->from >= span->until)
		issue_error(loader->issues, loader->file, until->line,
			    "until comes before from: this section would never "
			    "be in force");
}

const char *value_path(struct loader *loader, const char *path)
{
	const char *whole = path[0] == '/'
				    ? arena_strdup(loader->arena, path)
				    : arena_printf(loader->arena, "%s/%s",
						   loader->directory, path);

	if (whole == NULL)
		loader->issues->failed = true;
	return whole;
}

const char *name_fault(const char *name)
{
	static const char bytes[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
	static const char *const keywords[] = {"yes",   "no",     "deny",
					       "allow", "anyone", "default"};

	if (name[0] == '\0' || name[strspn(name, bytes)] != '\0')
		return "a name consists of letters, digits, '.', '_' and '-' "
		       "only";
	for (size_t i = 0; i < ARRAY_LEN(keywords); i++)
		if (strcasecmp(name, keywords[i]) == 0)
			return "a keyword cannot be a name";
	return NULL;
}

/* The path of a request is taken only without these, so a rule with one of
 * them would guard nothing. */
const char *path_fault(const char *path)
{
	static const char *const dots[] = {"/./", "/../"};
	size_t len = strlen(path);

	if (path[0] != '/')
		return "it does not begin with '/'";
	if (strstr(path, "//") != NULL)
		return "doubled slashes are collapsed before paths are "
		       "compared";
	if (strpbrk(path, ";#") != NULL)
		return "a path with ';' or '#' is refused before it is "
		       "compared";
	for (size_t i = 0; i < ARRAY_LEN(dots); i++) {
		size_t end = strlen(dots[i]) - 1;

		if (strstr(path, dots[i]) != NULL ||
		    (len >= end &&
		     strncmp(path + len - end, dots[i], end) == 0))
			return "a path with a dot segment is refused before "
			       "it is compared";
	}
	return NULL;
}

void add_index(struct loader *loader, size_t **list, size_t *count,
	       size_t index)
{
	size_t *grown = loader_grow(loader, *list, *count, sizeof(*grown));

	if (grown == NULL)
		return;
	grown[(*count)++] = index;
	*list = grown;
}

void add_text(struct loader *loader, const char ***list, size_t *count,
	      const char *text)
{
	const char **grown = loader_grow(loader, *list, *count, sizeof(*grown));

	if (grown == NULL)
		return;
	grown[(*count)++] = text;
	*list = grown;
}

bool section_says(const struct ini_section *section, const char *key,
		  const char *value)
{
	const struct ini_setting *setting = section_find(section, key);

	return setting != NULL && strcmp(setting->value, value) == 0;
}

const struct ini_setting *section_find(const struct ini_section *section,
				       const char *key)
{
	size_t len = strlen(key);
	bool open = key[len - 1] == '.';

	for (size_t i = 0; i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];

		if (open ? strncmp(setting->key, key, len) == 0
			 : strcmp(setting->key, key) == 0)
			return setting;
	}
	return NULL;
}
