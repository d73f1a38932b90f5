/* test_utf8.c - clean text, and how the other kind is shown. */
#include "utf8.h"

#include <criterion/criterion.h>
#include <string.h>

struct row {
	const char *text;
	size_t len;
	bool valid;
	bool clean;
	const char *shown;
};

#define T(text) text, sizeof(text) - 1

static const struct row rows[] = {
	{T(""), true, true, ""},
	{T("plain ~"), true, true, "plain ~"},
	{T("a\\b"), true, true, "a\\b"},
	{T("\xc3\xa9"), true, true, "\xc3\xa9"},
	{T("\xe2\x82\xac"), true, true, "\xe2\x82\xac"},
	{T("\xf0\x9f\x98\x80"), true, true, "\xf0\x9f\x98\x80"},
	{T("\xef\xbf\xbf"), true, true, "\xef\xbf\xbf"},
	{T("\xed\x9f\xbf\xee\x80\x80"), true, true, "\xed\x9f\xbf\xee\x80\x80"},
	{T("\xf4\x8f\xbf\xbf"), true, true, "\xf4\x8f\xbf\xbf"},
	{T("\xc2\xa0"), true, true, "\xc2\xa0"},
	/* control characters */
	{T("a\nb"), true, false, "a\\x0Ab"},
	{T("\x1f\x7f"), true, false, "\\x1F\\x7F"},
	{T("a\0b"), true, false, "a\\x00b"},
	{T("\xc2\x80\xc2\x9f"), true, false, "\\xC2\\x80\\xC2\\x9F"},
	/* what is no character */
	{T("\x80"), false, false, "\\x80"},
	{T("a\xff"), false, false, "a\\xFF"},
	{T("\xc3"), false, false, "\\xC3"},
	{T("\xc3z"), false, false, "\\xC3z"},
	{T("\xe2\x82"), false, false, "\\xE2\\x82"},
	{T("\xe2\x82z"), false, false, "\\xE2\\x82z"},
	{T("\xc0\xaf"), false, false, "\\xC0\\xAF"},
	{T("\xc1\xbf"), false, false, "\\xC1\\xBF"},
	{T("\xe0\x9f\xbf"), false, false, "\\xE0\\x9F\\xBF"},
	{T("\xf0\x8f\xbf\xbf"), false, false, "\\xF0\\x8F\\xBF\\xBF"},
	{T("\xed\xa0\x80"), false, false, "\\xED\\xA0\\x80"},
	{T("\xf4\x90\x80\x80"), false, false, "\\xF4\\x90\\x80\\x80"},
	{T("\xf5\x80\x80\x80"), false, false, "\\xF5\\x80\\x80\\x80"},
	{T("\xc3\xa9\xa9"), false, false, "\xc3\xa9\\xA9"},
};

Test(utf8, table)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		const char *shown = utf8_show(arena, r->text, r->len);

		cr_expect_eq(utf8_valid(r->text, r->len), r->valid, "row %zu",
			     i);
		cr_expect_eq(utf8_clean(r->text, r->len), r->clean, "row %zu",
			     i);
		cr_expect_str_eq(shown, r->shown, "row %zu", i);
		cr_expect(utf8_clean(shown, strlen(shown)), "row %zu", i);
	}
	arena_free(arena);
}

Test(utf8, reads_no_further_than_len)
{
	cr_expect_not(utf8_valid("\xc3\xa9", 1));
	cr_expect_eq(utf8_char("\xe2\x82\xac", 2), 0);
	cr_expect_eq(utf8_char("\xe2\x82\xac", 3), 3);
	cr_expect_eq(utf8_char("a", 0), 0);
}
