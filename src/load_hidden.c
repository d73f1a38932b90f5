/* load_hidden.c - access sections come in, warnings about those that earlier
 * ones hide go out. Never warns on a guess: each path of such a section is
 * taken, on each of its sites, by a pattern of an earlier one. */
#include <string.h>

#include "loader.h"

/* The sections that hide one: the first two, and how many there are. */
struct hiders {
	size_t first;
	size_t second;
	size_t count;
};

struct search {
	struct arena *scratch;
	const struct access_rules *rules;
	size_t *seen; /* by tree of the index: the section that had it last */
	size_t *hides; /* by section: the one that it was found to hide */
	bool failed;
};

static void note_hider(struct search *search, size_t by, size_t rule,
		       struct hiders *hiders)
{
	if (search->hides[by] == rule)
		return;
	search->hides[by] = rule;
	if (hiders->count == 0)
		hiders->first = by;
	else if (hiders->count == 1)
		hiders->second = by;
	hiders->count++;
}

/* Paths begin with a slash, so the subtree of the root is all of them. */
static const struct glob *as_asked(const struct glob *path)
{
	static const uint16_t tokens[] = {'/', TOKEN_ALL};
	static const struct glob all = {.tokens = tokens, .count = 2,
					.separator = '/'};

	return path->count == 1 && path->tokens[0] == TOKEN_SUBTREE ? &all
								   : path;
}

/* True if every path of the section is taken before, in this tree. */
static bool is_hidden_in(struct search *search, size_t rule, size_t tree,
			 struct hiders *hiders)
{
	const struct access_rule *later = &search->rules->list[rule];

	for (size_t i = 0; i < later->path_count; i++) {
		size_t by;

		if (access_index_cover(search->scratch, search->rules->index,
				       tree, as_asked(&later->paths[i]), rule,
				       &by) != ST_OK)
			search->failed = true;
		if (search->failed || by == SIZE_MAX)
			return false;
		note_hider(search, by, rule, hiders);
	}
	return later->path_count > 0;
}

static bool is_hidden(struct search *search, size_t rule,
		      struct hiders *hiders)
{
	const struct access_rule *later = &search->rules->list[rule];
	const struct table *sites = &search->rules->sites;

	if (later->site_any || later->site_count == 0)
		return is_hidden_in(search, rule, 0, hiders);
	for (size_t i = 0; i < later->site_count; i++) {
		const char *site = later->sites[i];
		const struct table_entry *entry =
			table_find(sites, table_hash(0, site), site);

		if (entry == NULL || search->seen[entry->number] == rule)
			continue;
		search->seen[entry->number] = rule;
		if (!is_hidden_in(search, rule, entry->number, hiders))
			return false;
	}
	return true;
}

static void warn(struct loader *loader, const struct access_rule *rule,
		 const struct hiders *hiders)
{
	const struct access_rule *list = loader->policy->access.list;
	const struct access_rule *first = &list[hiders->first];
	const struct access_rule *second = &list[hiders->second];

	if (hiders->count == 1)
		issue_warning(loader->issues, loader->file, rule->line,
			      "[access %s] is never reached: [access %s] in "
			      "line %zu comes before it and takes its paths",
			      rule->name, first->name, first->line);
	else
		issue_warning(loader->issues, loader->file, rule->line,
			      "[access %s] is never reached: [access %s] in "
			      "line %zu and [access %s] in line %zu%s come "
			      "before it and take its paths",
			      rule->name, first->name, first->line,
			      second->name, second->line,
			      hiders->count > 2 ? " and others" : "");
}

static void search_all(struct loader *loader, struct search *search)
{
	const struct access_rules *rules = search->rules;
	size_t trees = rules->sites.count + 1;
	struct arena *scratch = search->scratch;

	search->seen = arena_alloc(scratch, trees * sizeof(*search->seen));
	search->hides = arena_alloc(scratch,
				    rules->count * sizeof(*search->hides));
	search->failed = search->seen == NULL || search->hides == NULL;
	/* the first section is hidden by none, so 0 is nobody's number */
	for (size_t i = 1; i < rules->count && !search->failed; i++) {
		struct hiders hiders = {0};

		if (is_hidden(search, i, &hiders) && !search->failed)
			warn(loader, &rules->list[i], &hiders);
	}
}

void check_hidden(struct loader *loader)
{
	struct search search = {.rules = &loader->policy->access,
				.scratch = arena_new()};

	if (search.scratch == NULL) {
		loader->issues->failed = true;
		return;
	}
	if (search.rules->index != NULL && search.rules->count > 0)
		search_all(loader, &search);
	if (search.failed)
		loader->issues->failed = true;
	arena_free(search.scratch);
}
