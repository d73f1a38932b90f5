/* access_sites.c - the access rules come in, the index of their paths by site
 * goes out. Sites that the same sections name share a tree of it. */
#include <stdlib.h>

#include "access_int.h"

/* Of all sections the paths for each kind of site, to bound the memory. */
enum { MOST_PATTERNS = 4000000 };

/* A name of a site, and the sections that name it, in order. */
struct site {
	const char *name;
	size_t *rules;
	size_t count;
};

struct index_rules {
	struct arena *arena;   /* of the policy */
	struct arena *scratch; /* ends with the work */
	struct access_rules *rules;
	struct table names; /* to sites */
	struct site *sites;
	size_t site_count;
	struct index_pattern *patterns;
	size_t pattern_count;
};

static struct site *find_site(struct index_rules *p, const char *name)
{
	uint64_t hash = table_hash(0, name);
	const struct table_entry *entry = table_find(&p->names, hash, name);
	struct site *sites;

	if (entry)
		return &p->sites[entry->number];
	sites = arena_grow(p->scratch, p->sites, p->site_count,
			   sizeof(*sites));
	if (!sites || !table_add(&p->names, hash, name, p->site_count))
		return NULL;
	p->sites = sites;
	sites[p->site_count].name = name;
	return &sites[p->site_count++];
}

static enum status note_site(struct index_rules *p, const char *name,
			     size_t rule)
{
	struct site *site = find_site(p, name);
	size_t *rules;

	if (!site)
		return ST_NOMEM;
	if (site->count > 0 && site->rules[site->count - 1] == rule)
		return ST_OK;
	rules = arena_grow(p->scratch, site->rules, site->count,
			   sizeof(*rules));
	if (!rules)
		return ST_NOMEM;
	site->rules = rules;
	rules[site->count++] = rule;
	return ST_OK;
}

static enum status note_sites(struct index_rules *p)
{
	const struct access_rules *rules = p->rules;
	enum status status;
	size_t mentions = 0;

	for (size_t i = 0; i < rules->count; i++)
		mentions += rules->list[i].site_count;
	status = table_init(p->scratch, mentions, &p->names);
	for (size_t i = 0; i < rules->count; i++)
		for (size_t j = 0; j < rules->list[i].site_count; j++)
			if (status == ST_OK)
				status = note_site(p, rules->list[i].sites[j],
						   i);
	return status;
}

static int compare_sites(const void *left, const void *right)
{
	const struct site *a = left;
	const struct site *b = right;

	if (a->count != b->count)
		return a->count < b->count ? -1 : 1;
	for (size_t i = 0; i < a->count; i++)
		if (a->rules[i] != b->rules[i])
			return a->rules[i] < b->rules[i] ? -1 : 1;
	return 0;
}

static enum status add_patterns(struct index_rules *p, size_t rule, size_t tree)
{
	const struct access_rule *from = &p->rules->list[rule];

	for (size_t i = 0; i < from->path_count; i++) {
		struct index_pattern *patterns =
			arena_grow(p->scratch, p->patterns, p->pattern_count,
				   sizeof(*patterns));

		if (!patterns)
			return ST_NOMEM;
		if (p->pattern_count >= MOST_PATTERNS)
			return ST_BAD;
		p->patterns = patterns;
		patterns[p->pattern_count++] = (struct index_pattern){
			&from->paths[i], (uint32_t)tree, (uint32_t)rule};
	}
	return ST_OK;
}

/* Sites that the same sections name share a tree. */
static enum status add_sites(struct index_rules *p, size_t *trees)
{
	struct table *table = &p->rules->sites;
	enum status status = table_init(p->arena, p->site_count, table);

	if (p->site_count > 0)
		qsort(p->sites, p->site_count, sizeof(*p->sites),
		      compare_sites);
	for (size_t i = 0; i < p->site_count && status == ST_OK; i++) {
		const struct site *site = &p->sites[i];

		if (i == 0 || compare_sites(&p->sites[i - 1], site) != 0) {
			for (size_t j = 0; j < site->count; j++)
				if (status == ST_OK)
					status = add_patterns(
						p, site->rules[j], *trees);
			*trees += 1;
		}
		if (status == ST_OK &&
		    !table_add(table, table_hash(0, site->name), site->name,
			       *trees - 1))
			status = ST_NOMEM;
	}
	return status;
}

/* Tree 0 has what is for every site. */
enum status access_index_rules(struct arena *arena, struct arena *scratch,
			       struct access_rules *rules)
{
	struct index_rules p = {.arena = arena, .scratch = scratch,
				.rules = rules};
	enum status status = note_sites(&p);
	size_t trees = 1;

	for (size_t i = 0; i < rules->count && status == ST_OK; i++)
		if (rules->list[i].site_any || rules->list[i].site_count == 0)
			status = add_patterns(&p, i, 0);
	if (status == ST_OK)
		status = add_sites(&p, &trees);
	if (status != ST_OK)
		return status;
	return access_index_build(arena, p.patterns, p.pattern_count, trees,
				  &rules->index);
}
