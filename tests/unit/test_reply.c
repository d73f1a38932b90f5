/* test_reply.c - the answer and its bytes. */
#include "reply.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct reply reply;
static struct buf out;

static void start(void)
{
	reply = (struct reply){0};
	out = (struct buf){0};
}

static void end(void)
{
	reply_free(&reply);
	buf_free(&out);
}

TestSuite(reply, .init = start, .fini = end);

static void expect_denial(const char *bytes)
{
	cr_assert_not_null(bytes);
	cr_expect_eq(strncmp(bytes, "Status: 500 Internal Server Error\r\n",
			     35),
		     0);
	cr_expect_not_null(strstr(bytes, "\r\n\r\n{"));
	cr_expect_not_null(strstr(bytes, "internal_error"));
	cr_expect_null(strstr(bytes, "200"));
}

Test(reply, zero_is_a_denial)
{
	reply_write(&reply, false, &out);
	cr_expect_not(out.failed);
	expect_denial(out.data);
}

Test(reply, zero_status_is_a_denial_whatever_else_is_set)
{
	reply_header(&reply, "Variable-REMOTE_USER", "mallory");
	buf_adds(&reply.body, "granted");
	reply.content_type = "text/plain";
	reply_write(&reply, false, &out);
	expect_denial(out.data);
	cr_expect_null(strstr(out.data, "mallory"));
}

Test(reply, last_resort)
{
	size_t len = 0;
	const char *bytes = reply_last_resort(&len);

	cr_expect_eq(len, strlen(bytes));
	expect_denial(bytes);
	cr_expect_eq(bytes[len - 1], '}');
}

Test(reply, whole)
{
	reply.status = 403;
	reply.content_type = "application/json";
	reply_header(&reply, "X-One", "1");
	reply_header(&reply, "X-Two", "");
	buf_adds(&reply.body, "{\"a\":1}");
	reply_write(&reply, false, &out);
	cr_assert_not(out.failed);
	cr_assert_str_eq(out.data, "Status: 403 Forbidden\r\n"
				   "X-One: 1\r\n"
				   "X-Two: \r\n"
				   "Content-Type: application/json\r\n"
				   "Content-Length: 7\r\n"
				   "\r\n"
				   "{\"a\":1}");
}

Test(reply, head_has_the_headers_alone)
{
	reply.status = 200;
	reply.content_type = "application/json";
	reply_header(&reply, "X-One", "1");
	buf_adds(&reply.body, "{\"a\":1}");
	reply_write(&reply, true, &out);
	cr_assert_str_eq(out.data, "Status: 200 OK\r\n"
				   "X-One: 1\r\n"
				   "Content-Type: application/json\r\n"
				   "\r\n");
}

Test(reply, without_a_body)
{
	reply.status = 200;
	reply_header(&reply, "Variable-REMOTE_USER", "alice");
	reply_write(&reply, false, &out);
	cr_assert_str_eq(out.data, "Status: 200 OK\r\n"
				   "Variable-REMOTE_USER: alice\r\n"
				   "\r\n");
}

Test(reply, status_alone)
{
	reply.status = 200;
	reply_write(&reply, false, &out);
	cr_assert_str_eq(out.data, "Status: 200 OK\r\n\r\n");
}

Test(reply, a_body_of_any_bytes)
{
	reply.status = 200;
	reply.content_type = "x";
	buf_add(&reply.body, "a\0\r\n", 4);
	reply_write(&reply, false, &out);
	cr_assert_eq(memcmp(out.data + out.len - 4, "a\0\r\n", 4), 0);
	cr_assert_not_null(strstr(out.data, "Content-Length: 4\r\n"));
}

static void expect_nothing_leaves(void)
{
	reply.status = 200;
	reply_write(&reply, false, &out);
	cr_expect(out.failed);
	cr_expect_eq(out.len, 0);
	end();
	start();
}

Test(reply, control_characters_never_leave)
{
	char value[] = "before?after";

	for (int c = 1; c < 256; c++) {
		bool control = c < 0x20 || c == 0x7f;

		value[6] = (char)c;
		reply_header(&reply, "X-Value", value);
		cr_expect_eq(reply.headers.failed, control, "byte %d", c);
		if (control)
			expect_nothing_leaves();
		end();
		start();
	}
	reply_header(&reply, "X", "a\r\nVariable-REMOTE_USER: root");
	reply_header(&reply, "X", "good");
	cr_expect(reply.headers.failed, "it sticks");
	expect_nothing_leaves();
	reply_header(&reply, "X", "\n");
	expect_nothing_leaves();
	reply_header(&reply, "X", "end\r");
	expect_nothing_leaves();
}

Test(reply, failures_of_parts)
{
	reply.headers.failed = true;
	expect_nothing_leaves();
	reply.body.failed = true;
	expect_nothing_leaves();
	out.failed = true;
	expect_nothing_leaves();
}

Test(reply, a_failed_out_stays_failed)
{
	out.failed = true;
	reply_write(&reply, false, &out);
	cr_expect(out.failed, "for the denial as well");
	cr_expect_eq(out.len, 0);
}

Test(reply, phrases)
{
	static const struct {
		int status;
		const char *phrase;
	} rows[] = {
		{200, "OK"},
		{400, "Bad Request"},
		{401, "Unauthorized"},
		{403, "Forbidden"},
		{404, "Not Found"},
		{405, "Method Not Allowed"},
		{500, "Internal Server Error"},
		{503, "Service Unavailable"},
		{0, "Denied"},
		{201, "Denied"},
		{-1, "Denied"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_str_eq(reply_phrase(rows[i].status), rows[i].phrase);
}

Test(reply, free_makes_it_new)
{
	reply_header(&reply, "X", "y");
	buf_adds(&reply.body, "z");
	reply_free(&reply);
	cr_expect_null(reply.headers.data);
	cr_expect_null(reply.body.data);
	reply_free(&reply);
}
