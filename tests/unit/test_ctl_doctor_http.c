/* test_ctl_doctor_http.c - answers of servers, good and hostile. */
#include "ctl_doctor_http.h"

#include <criterion/criterion.h>
#include <string.h>

struct answer_row {
	const char *text;
	enum http_end end;
	int status;
	const char *body;
	bool kept;
};

#define HEAD "HTTP/1.1 200 OK\r\n"

static const struct answer_row rows[] = {
	{HEAD "Content-Length: 3\r\n\r\nabc", HTTP_WHOLE, 200, "abc", true},
	{HEAD "content-length:3\r\n\r\nabcdef", HTTP_WHOLE, 200, "abc", true},
	{HEAD "Content-Length: 3\r\nConnection: Close\r\n\r\nabc", HTTP_WHOLE,
	 200, "abc", false},
	{HEAD "Content-Length: 4\r\n\r\nabc", HTTP_CUT, 200, "abc", false},
	{HEAD "\r\nabc", HTTP_WHOLE, 200, "abc", false},
	{HEAD "Transfer-Encoding: chunked\r\n\r\n"
	      "2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n",
	 HTTP_WHOLE, 200, "abc", true},
	{HEAD "Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n5\r\nc", HTTP_CUT,
	 200, "ab", false},
	{HEAD "Transfer-Encoding: chunked\r\n\r\nzz\r\nab", HTTP_CUT, 200, "",
	 false},
	{HEAD "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab",
	 HTTP_CUT, 200, "", false},
	{HEAD "Transfer-Encoding: chunked\r\n\r\n-1\r\nab", HTTP_CUT, 200, "",
	 false},
	{"HTTP/1.1 204 No Content\r\n\r\n", HTTP_WHOLE, 204, "", true},
	{"HTTP/1.0 403 No\n\nno", HTTP_WHOLE, 403, "no", false},
	{"HTTP/1.1 100 Continue\r\n\r\n" HEAD "Content-Length: 0\r\n\r\n",
	 HTTP_WHOLE, 200, "", true},
	{"HTTP/1.1 OK\r\n\r\n", HTTP_GARBAGE, 0, NULL, false},
	{"HTTP/1.1 200 OK\r\nX: y", HTTP_GARBAGE, 0, NULL, false},
	{"SSH-2.0-OpenSSH\r\n", HTTP_GARBAGE, 0, NULL, false},
	{"", HTTP_NOTHING, 0, NULL, false},
};

Test(ctl_doctor_http, answers)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct answer_row *row = &rows[i];
		struct http_answer got;

		(void)http_parse(arena, row->text, strlen(row->text), true,
				 false, &got);
		cr_assert_eq(got.end, row->end, "%s", row->text);
		cr_assert_eq(got.status, row->status, "%s", row->text);
		cr_assert_eq(got.kept, row->kept, "%s", row->text);
		if (row->body)
			cr_assert_str_eq(got.body, row->body);
	}
	arena_free(arena);
}

/* Byte by byte an answer is not whole before its last one. */
Test(ctl_doctor_http, waits_for_the_whole)
{
	struct arena *arena = arena_new();
	static const char *const texts[] = {
		HEAD "Content-Length: 3\r\n\r\nabc",
		HEAD "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		size_t len = strlen(texts[i]);
		struct http_answer got;

		for (size_t j = 0; j < len; j++)
			cr_assert_not(http_parse(arena, texts[i], j, false,
						 false, &got),
				      "%zu of %s", j, texts[i]);
		cr_assert(http_parse(arena, texts[i], len, false, false, &got));
		cr_assert_eq(got.end, HTTP_WHOLE);
	}
	arena_free(arena);
}

Test(ctl_doctor_http, headers_do_not_grow_for_ever)
{
	struct arena *arena = arena_new();
	size_t len = 80 * 1024;
	char *text = arena_alloc(arena, len + 1);
	struct http_answer got;

	memset(text, 'a', len);
	memcpy(text, HEAD, strlen(HEAD));
	cr_assert(http_parse(arena, text, len, false, false, &got));
	cr_assert_eq(got.end, HTTP_GARBAGE);
	arena_free(arena);
}

Test(ctl_doctor_http, header_values)
{
	struct arena *arena = arena_new();
	struct http_answer got = {
		.head = HEAD "X-A: one\r\nx-b:  two \t\r\nX-A: three\r\n\r\n"};

	cr_assert_str_eq(http_header(arena, &got, "x-a"), "one");
	cr_assert_str_eq(http_header(arena, &got, "X-B"), "two");
	cr_assert_null(http_header(arena, &got, "X"));
	cr_assert_null(http_header(arena, &got, "X-C"));
	arena_free(arena);
}
