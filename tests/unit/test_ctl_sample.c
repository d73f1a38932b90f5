/* test_ctl_sample.c - paths that patterns cover. */
#include "ctl_sample.h"

#include <criterion/criterion.h>

static struct arena *arena;

static const char *sample(const char *pattern, size_t n)
{
	struct glob glob;

	cr_assert_eq(glob_compile(arena, pattern, '/', true, &glob), ST_OK);
	return ctl_sample_path(arena, pattern, &glob, n);
}

Test(ctl_sample, patterns)
{
	arena = arena_new();
	cr_expect_str_eq(sample("/a/b", 0), "/a/b");
	cr_expect_null(sample("/a/b", 1));
	cr_expect_str_eq(sample("/a\\*b", 0), "/a%2Ab");
	cr_expect_str_eq(sample("/a b%", 0), "/a%20b%25");
	cr_expect_str_eq(sample("/a/*", 0), "/a/x");
	cr_expect_str_eq(sample("/a/*", 1), "/a/any-0");
	cr_expect_str_eq(sample("/*/b", 0), "/x/b");
	cr_expect_str_eq(sample("/**.html", 0), "/x.html");
	cr_expect_str_eq(sample("/a?c", 0), "/axc");
	cr_expect_null(sample("/a/*", 5));
	arena_free(arena);
}
