/* test_html.c - text of any bytes inside HTML. */
#include "html.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "utf8.h"

static struct buf out;

static void end(void)
{
	buf_free(&out);
}

TestSuite(html, .fini = end);

static const char *text(const char *from, size_t max)
{
	buf_free(&out);
	buf_adds(&out, "|");
	html_text(&out, from, max);
	cr_assert_not(out.failed);
	return out.data + 1;
}

static const struct {
	const char *from;
	const char *to;
} rows[] = {
	{"", ""},
	{"alice", "alice"},
	{"<script>alert(1)</script>",
	 "&lt;script&gt;alert(1)&lt;/script&gt;"},
	{"\"><img src=x onerror='a&b'>",
	 "&quot;&gt;&lt;img src=x onerror=&#39;a&amp;b&#39;&gt;"},
	{"&lt;", "&amp;lt;"},
	{"</style></title><!--", "&lt;/style&gt;&lt;/title&gt;&lt;!--"},
	/* characters that are not ASCII stay */
	{"J\xc3\xbcrgen \xe2\x82\xac \xf0\x9f\x98\x80",
	 "J\xc3\xbcrgen \xe2\x82\xac \xf0\x9f\x98\x80"},
	{"\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d",
	 "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"},
	/* no UTF-8: lone bytes, overlong <, surrogate, cut */
	{"a\xff" "b", "a\\xFFb"},
	{"\xc0\xbcscript", "\\xC0\\xBCscript"},
	{"\xed\xa0\x80", "\\xED\\xA0\\x80"},
	{"\xe2\x82", "\\xE2\\x82"},
	{"\x80<", "\\x80&lt;"},
	/* control characters */
	{"a\r\nb\tc\x1b\x7f", "a\\x0D\\x0Ab\\x09c\\x1B\\x7F"},
	{"\xc2\x85", "\\xC2\\x85"},
	/* direction, separators, zero widths: U+202E, 2066, 2069, 061C, 200B,
	 * 2028, FEFF */
	{"a\xe2\x80\xae" "b", "a\\u202Eb"},
	{"\xe2\x81\xa6x\xe2\x81\xa9", "\\u2066x\\u2069"},
	{"\xd8\x9c", "\\u061C"},
	{"\xe2\x80\x8b\xe2\x80\xa8\xef\xbb\xbf", "\\u200B\\u2028\\uFEFF"},
	/* their neighbours stay: U+200A, 2010, 2027, 202F, 205F, 2070 */
	{"\xe2\x80\x8a\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\x9f"
	 "\xe2\x81\xb0",
	 "\xe2\x80\x8a\xe2\x80\x90\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\x9f"
	 "\xe2\x81\xb0"},
};

Test(html, text)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_str_eq(text(rows[i].from, 0), rows[i].to, "%s",
				 rows[i].to);
}

Test(html, nothing_that_is_markup_is_left_of_any_bytes)
{
	char from[64];

	srand(4711);
	for (int round = 0; round < 20000; round++) {
		size_t len = (size_t)rand() % (sizeof(from) - 1);
		const char *at;

		for (size_t i = 0; i < len; i++)
			from[i] = (char)(rand() % 255 + 1);
		from[len] = '\0';
		text(from, round % 3 ? 0 : (size_t)rand() % 50 + 1);
		cr_assert_null(strpbrk(out.data, "<>\"'"));
		cr_assert(utf8_clean(out.data, out.len));
		for (at = strchr(out.data, '&'); at; at = strchr(at + 1, '&'))
			cr_assert(strncmp(at, "&lt;", 4) == 0 ||
				  strncmp(at, "&gt;", 4) == 0 ||
				  strncmp(at, "&amp;", 5) == 0 ||
				  strncmp(at, "&quot;", 6) == 0 ||
				  strncmp(at, "&#39;", 5) == 0);
	}
}

Test(html, cut)
{
	cr_expect_str_eq(text("abcdef", 3), "abc\xe2\x80\xa6");
	cr_expect_str_eq(text("abc", 3), "abc");
	cr_expect_str_eq(text("abcd", 4), "abcd");
	/* never inside a character or a reference */
	cr_expect_str_eq(text("a\xc3\xbc\xc3\xbc", 2),
			 "a\xc3\xbc\xe2\x80\xa6");
	cr_expect_str_eq(text("<<<", 5), "&lt;&lt;\xe2\x80\xa6");
}

Test(html, value)
{
	html_value(&out, "a<b", 0);
	cr_expect_str_eq(out.data, "<bdi>a&lt;b</bdi>");
	buf_free(&out);
	html_value(&out, "abc", 1);
	cr_expect_str_eq(out.data, "<bdi>a\xe2\x80\xa6</bdi>");
	buf_free(&out);
	html_value(&out, NULL, 0);
	html_value(&out, "", 0);
	cr_expect_str_eq(out.data, "<i>none</i><i>none</i>");
}
