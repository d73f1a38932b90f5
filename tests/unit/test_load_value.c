/* test_load_value.c - the kinds of values. */
#include "loader.h"

#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "policy_text.h"

static const struct ini_section nothing = {.kind = "x", .name = ""};

static const struct load_options options = {.now = FIXTURE_NOW};

static struct loader *make(void)
{
	struct arena *arena = arena_new();
	struct loader *loader = arena_alloc(arena, sizeof(*loader));

	loader->arena = arena;
	loader->issues = arena_alloc(arena, sizeof(*loader->issues));
	loader->issues->arena = arena;
	loader->file = "x.ini";
	loader->directory = "/etc/x";
	loader->options = &options;
	loader->section = &nothing;
	return loader;
}

static struct ini_setting say(const char *value)
{
	return (struct ini_setting){"key", value, 7};
}

Test(load_value, yes)
{
	struct loader *loader = make();
	struct ini_setting yes = say("yes"), no = say("no"), bad = say("Yes");
	bool value = false;

	cr_expect(value_yes(loader, &yes, &value) && value);
	cr_expect(value_yes(loader, &no, &value) && !value);
	cr_expect_not(value_yes(loader, &bad, &value));
	cr_expect(issues_match(loader->issues, false, "7: key is yes or no"));
	arena_free(loader->arena);
}

Test(load_value, number)
{
	static const char *const bad[] = {"4",   "101",        "-5", "5 ",
					  "+5",  "5x",         "",   "x",
					  "0x5", "99999999999"};
	struct loader *loader = make();
	struct ini_setting five = say("5"), hundred = say("100");
	long value = 0;

	cr_expect(value_number(loader, &five, 5, 100, &value));
	cr_expect_eq(value, 5);
	cr_expect(value_number(loader, &hundred, 5, 100, &value));
	cr_expect_eq(value, 100);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct ini_setting setting = say(bad[i]);

		cr_expect_not(value_number(loader, &setting, 5, 100, &value),
			      "%s", bad[i]);
	}
	cr_expect_eq(value, 100);
	cr_expect_eq(loader->issues->errors, ARRAY_LEN(bad));
	arena_free(loader->arena);
}

Test(load_value, duration)
{
	struct loader *loader = make();
	struct ini_setting day = say("1d 12h"), zero = say("0s"),
			   bare = say("30");
	int64_t value = 0;

	cr_expect(value_duration(loader, &day, &value));
	cr_expect_eq(value, 36 * 60 * 60);
	cr_expect_not(value_duration(loader, &zero, &value));
	cr_expect_not(value_duration(loader, &bare, &value));
	cr_expect_eq(value, 36 * 60 * 60);
	cr_expect_eq(loader->issues->errors, 2);
	arena_free(loader->arena);
}

Test(load_value, words)
{
	static const char *const bad[] = {"", ",", "a,", ",a", "a,,b", "a, ,b"};
	struct loader *loader = make();
	struct ini_setting list = say("a, b c ,d");
	struct words words;

	cr_expect(value_words(loader, &list, &words));
	cr_assert_eq(words.count, 3);
	cr_expect_str_eq(words.list[0], "a");
	cr_expect_str_eq(words.list[1], "b c");
	cr_expect_str_eq(words.list[2], "d");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct ini_setting setting = say(bad[i]);

		cr_expect_not(value_words(loader, &setting, &words), "%s",
			      bad[i]);
	}
	cr_expect_eq(loader->issues->errors, ARRAY_LEN(bad));
	arena_free(loader->arena);
}

/* 2030-01-01T00:00:00Z is 1893456000. */
Test(load_value, dates)
{
	struct loader *loader = make();
	struct ini_setting day = say("2030-01-01"),
			   hour = say("2030-01-01T01:00:00Z"),
			   bad = say("2030-13-01");
	struct span span = SPAN_ALWAYS;

	value_from(loader, &day, &span.from);
	cr_expect_eq(span.from, 1893456000);
	value_until(loader, &day, &span.until);
	cr_expect_eq(span.until, 1893456000 + 86400);
	value_from(loader, &hour, &span.from);
	cr_expect_eq(span.from, 1893456000 + 3600);
	value_until(loader, &hour, &span.until);
	cr_expect_eq(span.until, 1893456000 + 3600);
	cr_expect_eq(loader->issues->count, 0);
	value_from(loader, &bad, &span.from);
	value_until(loader, &bad, &span.until);
	cr_expect_eq(span.from, span.until);
	cr_expect_eq(loader->issues->errors, 2);
	arena_free(loader->arena);
}

/* FIXTURE_NOW is the first second of 2026. */
Test(load_value, dates_in_the_past)
{
	static const char *const past[] = {"2025-12-31",
					   "2026-01-01T00:00:00Z"};
	static const char *const future[] = {"2026-01-01",
					     "2026-01-01T00:00:01Z"};
	struct loader *loader = make();
	int64_t until;

	for (size_t i = 0; i < 2; i++) {
		struct ini_setting before = say(past[i]);
		struct ini_setting after = say(future[i]);

		value_until(loader, &before, &until);
		cr_expect_eq(loader->issues->count, i + 1, "%s", past[i]);
		value_until(loader, &after, &until);
		cr_expect_eq(loader->issues->count, i + 1, "%s", future[i]);
	}
	cr_expect_eq(loader->issues->errors, 0);
	arena_free(loader->arena);
}

Test(load_value, spans)
{
	struct loader *loader = make();
	struct ini_setting list[] = {{"from", "x", 4}, {"until", "y", 5}};
	struct ini_section section = {"a", "b", 3, list, 2, false};

	loader->section = &section;
	value_span_check(loader, &(struct span){1, 2});
	cr_expect_eq(loader->issues->count, 0);
	value_span_check(loader, &(struct span){2, 2});
	value_span_check(loader, &(struct span){3, 2});
	cr_expect(issues_match(loader->issues, false,
			       "5: before from\n5: before from\n"));
	arena_free(loader->arena);
}

Test(load_value, paths_of_files)
{
	struct loader *loader = make();

	cr_expect_str_eq(value_path(loader, "a/b"), "/etc/x/a/b");
	cr_expect_str_eq(value_path(loader, "/a/b"), "/a/b");
	arena_free(loader->arena);
}

Test(load_value, names)
{
	static const char *const good[] = {"a", "A.b_c-9", "0", "yesterday"};
	static const char *const bad[] = {
		"",     "a b",   "a/b",    "a,b",     "*",      "yes",     "no",
		"deny", "allow", "anyone", "default", "Anyone", "\xc3\xa9"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		cr_expect_null(name_fault(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		cr_expect_not_null(name_fault(bad[i]), "%s", bad[i]);
}

Test(load_value, paths_of_requests)
{
	static const char *const good[] = {"/",      "/a",     "/a/",  "/a/*",
					   "/.a/b.", "/a..b/", "/...", "/a/.b"};
	static const char *const bad[] = {
		"",   "a",   "*",    "//",    "/a//b", "/a;b",  "/a#b",
		"/.", "/..", "/a/.", "/a/..", "/./a",  "/../a", "/a/../b"};

	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		cr_expect_null(path_fault(good[i]), "%s", good[i]);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		cr_expect_not_null(path_fault(bad[i]), "%s", bad[i]);
}

Test(load_value, lists)
{
	struct loader *loader = make();
	size_t *indexes = NULL;
	const char **texts = NULL;
	size_t count = 0, texts_count = 0;

	add_index(loader, &indexes, &count, 4);
	add_index(loader, &indexes, &count, 2);
	add_index(loader, &indexes, &count, 4);
	cr_assert_eq(count, 3);
	cr_expect_eq(indexes[0], 4);
	cr_expect_eq(indexes[1], 2);
	cr_expect_eq(indexes[2], 4);
	add_text(loader, &texts, &texts_count, "a");
	add_text(loader, &texts, &texts_count, "a");
	cr_assert_eq(texts_count, 2);
	cr_expect_str_eq(texts[1], "a");
	arena_free(loader->arena);
}

Test(load_value, keys_of_a_section)
{
	struct ini_setting list[] = {
		{"allow.GET", "x", 4}, {"allow", "y", 5}, {"allow", "z", 6}};
	struct ini_section section = {"a", "b", 3, list, 3, false};

	cr_expect_eq(section_find(&section, "allow"), &list[1]);
	cr_expect_eq(section_find(&section, "allow."), &list[0]);
	cr_expect_null(section_find(&section, "all"));
}
