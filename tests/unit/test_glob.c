/* test_glob.c - the wildcards of the policy. */
#include "glob.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct row {
	const char *pattern;
	const char *text;
	char separator;
	bool subtree;
	bool matches;
};

static const struct row rows[] = {
	/* no wildcard */
	{"admin", "admin", 0, false, true},
	{"admin", "Admin", 0, false, false},
	{"admin", "admin ", 0, false, false},
	{"admin", "adm", 0, false, false},
	{"", "", 0, false, true},
	{"", "a", 0, false, false},
	{"a\\*b", "a*b", 0, false, true},
	{"a\\*b", "axb", 0, false, false},
	{"a\\\\b", "a\\b", 0, false, true},
	{"\\a\\?", "a?", 0, false, true},
	/* one character */
	{"a?c", "abc", 0, false, true},
	{"a?c", "ac", 0, false, false},
	{"a?c", "abbc", 0, false, false},
	{"a?c",
	 "a\xc3\xa9"
	 "c",
	 0, false, true},
	{"a??c",
	 "a\xc3\xa9"
	 "c",
	 0, false, false},
	{"?", "\xf0\x9f\x98\x80", 0, false, true},
	{"??", "\xf0\x9f\x98\x80", 0, false, false},
	{"??", "\xc3\xa9\xe2\x82\xac", 0, false, true},
	{"?*", "\xc3\xa9", 0, false, true},
	{"?", "", 0, false, false},
	{"a?c", "a/c", '/', false, false},
	{"a?c", "a/c", '.', false, true},
	{"?", ".", '.', false, false},
	/* any number, not across the separator */
	{"*", "", 0, false, true},
	{"*", "a/b.c", 0, false, true},
	{"*", "a/b", '/', false, false},
	{"*.example.com", "www.example.com", '.', false, true},
	{"*.example.com", "a.b.example.com", '.', false, false},
	{"*.example.com", ".example.com", '.', false, true},
	{"*.example.com", "example.com", '.', false, false},
	{"/a/*/c", "/a/b/c", '/', false, true},
	{"/a/*/c", "/a/b/b/c", '/', false, false},
	{"/a/*/c", "/a//c", '/', false, true},
	{"/a/*", "/a/b", '/', false, true},
	{"/a/*", "/a/b/c", '/', false, false},
	{"/a/*", "/a", '/', false, false},
	{"a*b*c", "aXbYbZc", 0, false, true},
	{"a*b*c", "aXbYbZ", 0, false, false},
	{"*a", "aaa", 0, false, true},
	/* across everything */
	{"**", "a/b/c", '/', false, true},
	{"/a/**/z", "/a/b/c/z", '/', false, true},
	{"/a/**/z", "/a/z", '/', false, false},
	{"/a/***", "/a/b/c", '/', false, true},
	{"/a/**b", "/a/x/y/b", '/', false, true},
	{"/a/**b", "/a/x/y/c", '/', false, false},
	{"**.com", "a.b.com", '.', false, true},
	/* the subtree */
	{"/x/*", "/x", '/', true, true},
	{"/x/*", "/x/", '/', true, true},
	{"/x/*", "/x/y", '/', true, true},
	{"/x/*", "/x/y/z/", '/', true, true},
	{"/x/*", "/xy", '/', true, false},
	{"/x/*", "/xy/z", '/', true, false},
	{"/x/*", "/", '/', true, false},
	{"/x/*", "/y/x/z", '/', true, false},
	{"/*", "/", '/', true, true},
	{"/*", "/x", '/', true, true},
	{"/*", "/x/y/z", '/', true, true},
	{"/*/admin/*", "/a/admin", '/', true, true},
	{"/*/admin/*", "/a/admin/b/c", '/', true, true},
	{"/*/admin/*", "/a/b/admin/c", '/', true, false},
	{"/x/**", "/x", '/', true, false},
	{"/x/**", "/x/", '/', true, true},
	{"/x/\\*", "/x/*", '/', true, true},
	{"/x/\\*", "/x/y", '/', true, false},
	{"/x\\/*", "/x/y", '/', true, true},
	{"/x\\/*", "/x", '/', true, false},
	{"/x?/*", "/x\xc3\xa9", '/', true, true},
	{"/x", "/x/", '/', true, false},
	{"/x/", "/x", '/', true, false},
	/* text that is no UTF-8 */
	{"*", "a\xff", 0, false, false},
	{"?", "\xa9", 0, false, false},
};

Test(glob, table)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct glob glob = {0};

		cr_expect_eq(glob_compile(arena, r->pattern, r->separator,
					  r->subtree, &glob),
			     ST_OK, "%s", r->pattern);
		cr_expect_eq(glob_match(&glob, r->text), r->matches,
			     "row %zu: %s on %s", i, r->pattern, r->text);
	}
	arena_free(arena);
}

Test(glob, literal_is_the_unescaped_text)
{
	struct arena *arena = arena_new();
	struct glob glob = {0};

	cr_expect_eq(glob_compile(arena, "a\\*\\\\", 0, true, &glob), ST_OK);
	cr_expect_str_eq(glob.literal, "a*\\");
	cr_expect_eq(glob_compile(arena, "a?", 0, true, &glob), ST_OK);
	cr_expect_null(glob.literal);
	cr_expect_eq(glob_compile(arena, "/*", '/', true, &glob), ST_OK);
	cr_expect_null(glob.literal);
	arena_free(arena);
}

Test(glob, refuses_and_leaves_the_output)
{
	struct arena *arena = arena_new();
	struct glob glob = {.count = 7};
	char text[1002];

	memset(text, '*', sizeof(text));
	text[1001] = '\0';
	cr_expect_eq(glob_compile(arena, text, 0, false, &glob), ST_BAD);
	cr_expect_eq(glob_compile(arena, "a\\", 0, false, &glob), ST_BAD);
	cr_expect_eq(glob_compile(arena, "\\", 0, false, &glob), ST_BAD);
	cr_expect_eq(glob_compile(arena, "a\xff", 0, false, &glob), ST_BAD);
	cr_expect_eq(glob.count, 7);
	memset(text, '?', sizeof(text));
	text[1000] = '\0';
	cr_expect_eq(glob_compile(arena, text, 0, false, &glob), ST_OK);
	cr_expect(glob_match(&glob, text));
	cr_expect_not(glob_match(&glob, text + 1));
	arena_free(arena);
}

Test(glob, a_zeroed_one_matches_nothing)
{
	struct glob glob = {0};

	cr_expect_not(glob_match(&glob, ""));
	cr_expect_not(glob_match(&glob, "a"));
}

/* The meaning once more, in the slow and obvious way, for ASCII. */
static bool slow_match(const char *p, const char *t, char separator)
{
	if (p[0] == '*' && p[1] == '*') {
		for (;; t++) {
			if (slow_match(p + 2, t, separator))
				return true;
			if (*t == '\0')
				return false;
		}
	}
	if (p[0] == '*') {
		for (;; t++) {
			if (slow_match(p + 1, t, separator))
				return true;
			if (*t == '\0' || *t == separator)
				return false;
		}
	}
	if (p[0] == '\0' || t[0] == '\0')
		return p[0] == t[0];
	if (p[0] == '?' ? t[0] == separator : t[0] != p[0])
		return false;
	return slow_match(p + 1, t + 1, separator);
}

static void random_text(char *out, const char *from)
{
	size_t len = (size_t)rand() % 9;

	for (size_t i = 0; i < len; i++)
		out[i] = from[(size_t)rand() % strlen(from)];
	out[len] = '\0';
}

Test(glob, agrees_with_the_slow_way)
{
	struct arena *arena = arena_new();
	char pattern[10];
	char text[10];
	size_t matches = 0;

	srand(1);
	for (size_t i = 0; i < 200000; i++) {
		struct glob glob;
		bool expected;

		random_text(pattern, "ab/**?");
		random_text(text, "ab/");
		expected = slow_match(pattern, text, '/');
		cr_assert_eq(glob_compile(arena, pattern, '/', false, &glob),
			     ST_OK);
		cr_assert_eq(glob_match(&glob, text), expected, "%s on %s",
			     pattern, text);
		matches += expected;
	}
	cr_expect_gt(matches, 5000);
	arena_free(arena);
}

/* A backtracking matcher would not come back from this. */
Test(glob, costs_pattern_times_text_at_most, .timeout = 20)
{
	struct arena *arena = arena_new();
	char *text = arena_alloc(arena, MAX_URI + 1);
	char pattern[1001];
	struct glob glob;
	clock_t start = clock();

	memset(text, 'a', MAX_URI);
	for (size_t i = 0; i < 998; i += 2)
		memcpy(pattern + i, "*a", 2);
	memcpy(pattern + 998, "*b", 3);
	cr_assert_eq(glob_compile(arena, pattern, '/', false, &glob), ST_OK);
	cr_expect_not(glob_match(&glob, text));
	cr_expect_lt((double)(clock() - start) / CLOCKS_PER_SEC, 5.0);
	arena_free(arena);
}
