/* test_access_sites.c - the sections that a site has, found by an index. */
#include "access.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { RULES = 12, SITES = 4 };

static struct arena *arena;
static struct access_rule list[RULES];
static struct access_rules rules;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	memset(list, 0, sizeof(list));
	rules = (struct access_rules){.list = list};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(access_sites, .init = start, .fini = end, .timeout = 60);

static void add_path(struct access_rule *rule, const char *path)
{
	rule->paths = arena_grow(arena, rule->paths, rule->path_count,
				 sizeof(*rule->paths));
	cr_assert_eq(glob_compile(arena, path, '/', true,
				  &rule->paths[rule->path_count++]),
		     ST_OK);
}

static void add_site(struct access_rule *rule, const char *site)
{
	rule->sites = arena_grow(arena, rule->sites, rule->site_count,
				 sizeof(*rule->sites));
	rule->sites[rule->site_count++] = site;
}

static size_t find(const char *site, const char *path)
{
	const struct access_rule *rule;

	cr_assert_eq(access_find(arena, &rules, path, site, &rule), ST_OK);
	return rule ? (size_t)(rule - list) : SIZE_MAX;
}

/* The meaning: the first section of the site that has the path. */
static size_t first_match(const char *site, const char *path)
{
	for (size_t i = 0; i < rules.count; i++) {
		const struct access_rule *rule = &list[i];
		bool sited = rule->site_any || rule->site_count == 0;

		for (size_t j = 0; j < rule->site_count; j++)
			sited |= strcmp(rule->sites[j], site) == 0;
		for (size_t j = 0; sited && j < rule->path_count; j++)
			if (glob_match(&rule->paths[j], path))
				return i;
	}
	return SIZE_MAX;
}

Test(access_sites, without_an_index_nothing_is_known)
{
	const struct access_rule *rule = list;

	cr_expect_eq(access_find(arena, &rules, "/", "", &rule), ST_BAD);
	cr_expect_null(rule);
}

Test(access_sites, no_sections)
{
	cr_assert_eq(access_prepare(arena, &rules), ST_OK);
	cr_expect_eq(find("", "/"), SIZE_MAX);
	cr_expect_eq(find("s", "/"), SIZE_MAX);
}

Test(access_sites, sites_have_their_sections)
{
	rules.count = 4;
	add_path(&list[0], "/x");
	add_site(&list[0], "s");
	add_site(&list[0], "t");
	add_path(&list[1], "/x");
	list[1].site_any = true;
	add_path(&list[2], "/*");
	add_site(&list[2], "t");
	add_path(&list[3], "/y");
	cr_assert_eq(access_prepare(arena, &rules), ST_OK);
	cr_expect_eq(find("s", "/x"), 0);
	cr_expect_eq(find("t", "/x"), 0);
	cr_expect_eq(find("S", "/x"), 1);
	cr_expect_eq(find("", "/x"), 1);
	cr_expect_eq(find("t", "/y"), 2);
	cr_expect_eq(find("s", "/y"), 3, "no site line");
	cr_expect_eq(find("s", "/z"), SIZE_MAX);
}

static void random_rule(struct access_rule *rule)
{
	static const char *const paths[] = {"/x", "/y", "/x/*", "/*", "/?",
					    "/x/y", "/**", "/*/y"};
	static const char *const sites[SITES] = {"a", "b", "c", "d"};

	for (int left = 1 + rand() % 3; left > 0; left--)
		add_path(rule, paths[(size_t)rand() % ARRAY_LEN(paths)]);
	for (int left = rand() % 4; left > 0; left--)
		add_site(rule, sites[(size_t)rand() % SITES]);
	rule->site_any = rand() % 8 == 0;
}

Test(access_sites, agree_with_a_loop_over_the_sections)
{
	static const char *const sites[] = {"", "a", "b", "c", "d", "e"};
	static const char *const paths[] = {"/", "/x", "/y", "/x/", "/x/y",
					    "/x/z", "/z/y", "/z"};

	srand(4);
	for (size_t round = 0; round < 3000; round++) {
		end();
		start();
		rules.count = 1 + (size_t)rand() % RULES;
		for (size_t i = 0; i < rules.count; i++)
			random_rule(&list[i]);
		cr_assert_eq(access_prepare(arena, &rules), ST_OK);
		for (size_t i = 0; i < ARRAY_LEN(sites); i++)
			for (size_t j = 0; j < ARRAY_LEN(paths); j++)
				cr_assert_eq(find(sites[i], paths[j]),
					     first_match(sites[i], paths[j]),
					     "round %zu: %s %s", round,
					     sites[i], paths[j]);
	}
}

/* Ten thousand sites in one section are one kind of site. */
Test(access_sites, sites_that_are_alike_share)
{
	size_t before;

	rules.count = 1;
	for (size_t i = 0; i < 200; i++)
		add_path(&list[0], arena_printf(arena, "/p%zu/*/x", i));
	for (size_t i = 0; i < 10000; i++)
		add_site(&list[0], arena_printf(arena, "s%zu", i));
	before = arena_size(arena);
	cr_assert_eq(access_prepare(arena, &rules), ST_OK);
	cr_expect_lt(arena_size(arena) - before, 1000000);
	cr_expect_eq(find("s9999", "/p199/a/x"), 0);
	cr_expect_eq(find("s10000", "/p199/a/x"), SIZE_MAX);
}

Test(access_sites, too_many_are_refused)
{
	const struct access_rule *rule;

	rules.count = RULES;
	for (size_t i = 0; i < 100; i++)
		add_path(&list[0], "/x");
	for (size_t i = 1; i < RULES; i++)
		list[i] = list[0];
	for (size_t i = 0; i < 4096; i++)
		for (size_t j = 0; j < RULES; j++)
			if (i >> j & 1)
				add_site(&list[j],
					 arena_printf(arena, "s%zu", i));
	cr_expect_eq(access_prepare(arena, &rules), ST_OK);
	for (size_t i = 0; i < 1000; i++)
		add_path(&list[0], "/x");
	for (size_t i = 0; i < 1000; i++)
		add_path(&list[1], "/x");
	cr_expect_eq(access_prepare(arena, &rules), ST_BAD);
	cr_expect_eq(access_find(arena, &rules, "/x", "s1", &rule), ST_BAD);
}
