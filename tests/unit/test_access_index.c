/* test_access_index.c - the first of many patterns that matches. */
#include "access_index.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64, TREES = 3 };

static struct arena *arena;
static struct glob globs[MOST];
static const char *texts[MOST];
static struct index_pattern patterns[MOST];
static size_t count;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	count = 0;
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(access_index, .init = start, .fini = end, .timeout = 120);

static bool add(const char *text, size_t tree, size_t rule)
{
	texts[count] = arena_strdup(arena, text);
	if (glob_compile(arena, text, '/', true, &globs[count]) != ST_OK)
		return false;
	patterns[count] = (struct index_pattern){
		&globs[count], (uint32_t)tree, (uint32_t)rule};
	count++;
	return true;
}

static const struct access_index *build(void)
{
	struct index_pattern *copy =
		arena_alloc(arena, (count + 1) * sizeof(*copy));
	const struct access_index *index;

	memcpy(copy, patterns, count * sizeof(*copy));
	cr_assert_eq(access_index_build(arena, copy, count, TREES, &index),
		     ST_OK);
	return index;
}

static size_t find(const struct access_index *index, size_t tree,
		   const char *path)
{
	size_t rule = 0;

	cr_assert_eq(access_index_find(arena, index, tree, path, &rule), ST_OK);
	return rule;
}

/* The meaning: the first of all that match. */
static size_t first_match(size_t tree, const char *path)
{
	size_t best = SIZE_MAX;

	for (size_t i = 0; i < count; i++)
		if ((patterns[i].tree == 0 || patterns[i].tree == tree) &&
		    patterns[i].rule < best && glob_match(&globs[i], path))
			best = patterns[i].rule;
	return best;
}

Test(access_index, nothing_in_it)
{
	const struct access_index *index = build();

	for (size_t tree = 0; tree <= TREES; tree++)
		cr_expect_eq(find(index, tree, "/"), SIZE_MAX);
	cr_expect_eq(find(index, 0, ""), SIZE_MAX);
}

Test(access_index, each_pattern_by_itself)
{
	static const char *const all[] = {
		"/", "/*", "/**", "/x", "/x/*", "/x*", "/x?", "/?",
		"/\\*", "/x/*/y", "/x/**/y", "/x/*/*", "/x/***", "/*/*",
		"/x\\/*", "/a*b*c/*", "/?\xc3\xa9?", "*", "**", "?", "\\a"};
	static const char *const paths[] = {
		"", "/", "/x", "/x/", "/xy", "/x/y", "/x//y", "/x/y/z", "/*",
		"/x/*", "/a1b2c", "/a1b2c/", "/abc/d/e", "/ab/c", "x", "a",
		"/\xc3\xa9", "/x\xc3\xa9", "/a\xc3\xa9z", "/x\xc3",
		"/\xe2\x82\xac\xc3\xa9\xf0\x9f\x98\x80"};

	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		const struct access_index *index;

		count = 0;
		cr_assert(add(all[i], 0, 5), "%s", all[i]);
		index = build();
		for (size_t j = 0; j < ARRAY_LEN(paths); j++)
			cr_expect_eq(find(index, 0, paths[j]),
				     first_match(0, paths[j]), "%s on %s",
				     all[i], paths[j]);
	}
}

Test(access_index, the_first_rule_wins)
{
	const struct access_index *index;

	add("/x/*", 0, 4);
	add("/x/y", 0, 7);
	add("/x/z", 0, 2);
	add("/x/z", 0, 9);
	add("/x/z", 1, 1);
	add("/*", 0, 8);
	index = build();
	cr_expect_eq(find(index, 0, "/x/y"), 4);
	cr_expect_eq(find(index, 0, "/x/z"), 2);
	cr_expect_eq(find(index, 1, "/x/z"), 1);
	cr_expect_eq(find(index, 2, "/x/z"), 2);
	cr_expect_eq(find(index, TREES, "/x/z"), 2, "there is no such tree");
	cr_expect_eq(find(index, 0, "/y"), 8);
}

static const char *pick(const char *const *list, size_t size)
{
	return list[(size_t)rand() % size];
}

/* Small parts, so that patterns and paths meet. */
static void random_text(char *out, const char *const *parts, size_t size)
{
	out[0] = '\0';
	for (int left = rand() % 7; left > 0; left--)
		strcat(out, pick(parts, size));
}

static const char *const pattern_parts[] = {
	"a", "b", "/", "/", "/a", "/*", "*", "**", "?", "\\*", "\\a", "\\?",
	"\xc3\xa9", "\xe2\x82\xac", "ab", "/*/", "/**", "***", "\\\\"};
static const char *const path_parts[] = {
	"a", "b", "/", "/", "/a", "/b", "*", "?", "\xc3\xa9", "\xe2\x82\xac",
	"ab", "//", "\\", "/a/", "\xc3"};

static void add_random(void)
{
	char text[64];

	random_text(text, pattern_parts, ARRAY_LEN(pattern_parts));
	(void)add(text, (size_t)rand() % TREES, (size_t)rand() % 40);
}

Test(access_index, agrees_with_a_loop_over_glob_match)
{
	size_t matches = 0;
	char path[64];

	srand(2);
	for (size_t round = 0; round < 4000; round++) {
		const struct access_index *index;
		size_t size = 1 + (size_t)rand() % (MOST - 1);

		end();
		start();
		while (count < size)
			add_random();
		index = build();
		for (size_t i = 0; i < 100; i++) {
			size_t tree = (size_t)rand() % TREES;
			size_t expected;

			random_text(path, path_parts, ARRAY_LEN(path_parts));
			expected = first_match(tree, path);
			cr_assert_eq(find(index, tree, path), expected,
				     "round %zu, tree %zu, %s", round, tree,
				     path);
			matches += expected != SIZE_MAX;
		}
	}
	cr_expect_gt(matches, 100000);
	cr_expect_lt(matches, 399000);
}

/* ---- cover ---- */

static size_t cover(const struct access_index *index, size_t tree,
		    const char *text, size_t below)
{
	struct glob glob;
	size_t rule = 0;

	cr_assert_eq(glob_compile(arena, text, '/', true, &glob), ST_OK);
	cr_assert_eq(access_index_cover(arena, index, tree, &glob, below,
					&rule),
		     ST_OK);
	return rule;
}

Test(access_index, covers)
{
	static const struct {
		const char *earlier;
		const char *later;
		bool covered;
	} rows[] = {
		{"/x", "/x", true},
		{"/x", "/\\x", true},
		{"/x/*", "/x", true},
		{"/x/*", "/x/", true},
		{"/x/*", "/x/y/*", true},
		{"/x/*", "/x/**", true},
		{"/x/*", "/x/*/y?", true},
		{"/x/*", "/x\\/*", true},
		{"/x/*", "/x*", false},
		{"/x/*", "/xy", false},
		{"/x\\/*", "/x/*", false},
		{"/x/**", "/x/*", false},
		{"/x**", "/x/*", true},
		{"/*", "/**", true},
		{"/**", "/*", false},
		{"**", "/*", true},
		{"**", "*", true},
		{"*", "**", false},
		{"*", "?", true},
		{"?", "*", false},
		{"?", "\xc3\xa9", true},
		{"/x?", "/xy", true},
		{"/x?", "/x?", true},
		{"/x?", "/x/", false},
		{"/x?", "/x", false},
		{"/x*", "/x?", true},
		{"/x*", "/x", true},
		{"/x*", "/xy*z", true},
		{"/x*", "/x/*", false},
		{"/*.html", "/a*.html", true},
		{"/*.html", "/*html", false},
		{"/x/*/z", "/x/*", false},
		{"/x/*/z", "/x/y*/z", true},
		{"/x/**/z", "/x/*/y/z", true},
		{"/*/admin/*", "/*/admin/x/**", true},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		count = 0;
		add(rows[i].earlier, 0, 3);
		cr_expect_eq(cover(build(), 0, rows[i].later, 4) == 3,
			     rows[i].covered, "%s under %s", rows[i].later,
			     rows[i].earlier);
		cr_expect_eq(cover(build(), 0, rows[i].later, 3), SIZE_MAX);
	}
}

/* What is called covered is covered: no path that the one pattern matches is
 * one that the other does not. */
Test(access_index, never_covers_on_a_guess)
{
	size_t covered = 0;
	char text[64];

	srand(3);
	for (size_t round = 0; round < 20000; round++) {
		struct glob later;
		size_t rule;

		end();
		start();
		for (int i = 0; i < 3; i++)
			add_random();
		random_text(text, pattern_parts, ARRAY_LEN(pattern_parts));
		if (glob_compile(arena, text, '/', true, &later) != ST_OK)
			continue;
		rule = cover(build(), 1, text, SIZE_MAX);
		covered += rule != SIZE_MAX;
		for (size_t i = 0; rule != SIZE_MAX && i < 100; i++) {
			char path[64];

			random_text(path, path_parts, ARRAY_LEN(path_parts));
			cr_assert(!glob_match(&later, path) ||
					  first_match(1, path) <= rule,
				  "%s, %s", text, path);
		}
	}
	cr_expect_gt(covered, 2000);
}

/* ---- cost ---- */

Test(access_index, no_pattern_is_gone_back_in)
{
	char *path = arena_alloc(arena, MAX_URI + 1);
	char text[200];

	memset(path, 'a', MAX_URI);
	path[0] = '/';
	for (size_t i = 0; i < MOST; i++) {
		strcpy(text, "/");
		for (size_t j = 0; j < i; j++)
			strcat(text, "*a");
		strcat(text, "*b");
		add(text, 0, i);
	}
	cr_expect_eq(find(build(), 0, path), SIZE_MAX);
}

