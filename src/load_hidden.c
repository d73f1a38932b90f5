/* load_hidden.c - access sections come in, warnings about those that an
 * earlier one hides go out. Never warns on a guess: where it is not certain
 * that every path of a section is taken before, it says nothing. The work is
 * bounded: paths are looked up by hash, and only so many others compared. */
#include <string.h>

#include "loader.h"

enum {
	MOST_SAME = 64,  /* sections of one path that are looked at */
	MOST_GLOBS = 64, /* other patterns that are tried */
};

struct seen {
	struct loader *loader;
	const struct access_rule *rules;
	struct names texts; /* patterns as written, to section */
	struct names trees; /* "/x" of "/x" slash star, to section */
	struct {
		const struct glob *glob;
		size_t rule;
	} globs[MOST_GLOBS];
	size_t glob_count;
};

/* Bytes of pattern before its first wildcard or escape. */
static size_t plain_bytes(const char *pattern)
{
	return strcspn(pattern, "*?\\");
}

static bool names_site(const struct access_rule *rule, const char *site)
{
	for (size_t i = 0; i < rule->site_count; i++)
		if (strcmp(rule->sites[i], site) == 0)
			return true;
	return false;
}

static bool covers_sites(const struct access_rule *earlier,
			 const struct access_rule *later)
{
	if (earlier->site_any)
		return true;
	if (later->site_any || earlier->site_count == 0 ||
	    later->site_count == 0)
		return earlier->site_count == 0 && later->site_count == 0 &&
		       !later->site_any;
	for (size_t i = 0; i < later->site_count; i++)
		if (!names_site(earlier, later->sites[i]))
			return false;
	return true;
}

/* A section with this text and for these sites, or SIZE_MAX. */
static size_t find_text(const struct seen *seen, const struct names *names,
			const char *text, size_t len,
			const struct access_rule *later)
{
	const struct names_entry *entry = names_first(names, text, len);

	for (int i = 0; entry != NULL && i < MOST_SAME; i++) {
		if (covers_sites(&seen->rules[entry->number], later))
			return entry->number;
		entry = names_next(names, entry);
	}
	return SIZE_MAX;
}

/* A subtree above all that begins with the plain bytes of the pattern; that of
 * a literal's own path covers it as well. */
static size_t find_tree(const struct seen *seen, const char *text, bool literal,
			const struct access_rule *later)
{
	size_t plain = plain_bytes(text);

	for (size_t i = 0; i < plain; i++) {
		size_t rule = SIZE_MAX;

		if (text[i] == '/')
			rule = find_text(seen, &seen->trees, text, i, later);
		if (rule != SIZE_MAX)
			return rule;
	}
	if (literal && text[plain] == '\0')
		return find_text(seen, &seen->trees, text, plain, later);
	return SIZE_MAX;
}

static size_t find_cover(const struct seen *seen,
			 const struct access_rule *later, size_t path)
{
	const char *text = later->path_texts[path];
	const char *literal = later->paths[path].literal;
	size_t rule = find_text(seen, &seen->texts, text, strlen(text), later);

	if (rule == SIZE_MAX)
		rule = find_tree(seen, text, literal != NULL, later);
	for (size_t i = 0;
	     literal != NULL && rule == SIZE_MAX && i < seen->glob_count; i++)
		if (glob_match(seen->globs[i].glob, literal) &&
		    covers_sites(&seen->rules[seen->globs[i].rule], later))
			rule = seen->globs[i].rule;
	return rule;
}

static void remember_path(struct seen *seen, size_t rule, size_t path)
{
	const char *text = seen->rules[rule].path_texts[path];
	const struct glob *glob = &seen->rules[rule].paths[path];
	size_t len = strlen(text);

	names_add(seen->loader, &seen->texts, text, rule);
	if (glob->literal != NULL)
		return;
	if (len >= 2 && plain_bytes(text) == len - 1 && text[len - 2] == '/') {
		const char *root =
			arena_strndup(seen->loader->arena, text, len - 2);

		if (root != NULL)
			names_add(seen->loader, &seen->trees, root, rule);
		else
			seen->loader->issues->failed = true;
	} else if (seen->glob_count < MOST_GLOBS) {
		seen->globs[seen->glob_count].glob = glob;
		seen->globs[seen->glob_count++].rule = rule;
	}
}

static void check_rule(const struct seen *seen, const struct access_rule *rule)
{
	size_t by = SIZE_MAX;

	for (size_t i = 0; i < rule->path_count; i++) {
		by = find_cover(seen, rule, i);
		if (by == SIZE_MAX)
			return;
	}
	if (by == SIZE_MAX)
		return;
	issue_warning(seen->loader->issues, seen->loader->file, rule->line,
		      "[access %s] is never reached: [access %s] in line %zu "
		      "comes before it and takes its paths",
		      rule->name, seen->rules[by].name, seen->rules[by].line);
}

void check_hidden(struct loader *loader)
{
	const struct access_rules *rules = &loader->policy->access;
	struct seen seen = {.loader = loader, .rules = rules->list};

	if (!names_init(loader, &seen.texts, rules->count) ||
	    !names_init(loader, &seen.trees, rules->count))
		return;
	for (size_t i = 0; i < rules->count; i++) {
		check_rule(&seen, &rules->list[i]);
		for (size_t j = 0; j < rules->list[i].path_count; j++)
			remember_path(&seen, i, j);
	}
}
