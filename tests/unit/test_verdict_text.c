/* test_verdict_text.c - ready bytes, with decision ids in their places. */
#include <criterion/criterion.h>
#include <string.h>

#include "verdict.h"

Test(verdict_text, ids_go_where_they_belong)
{
	struct verdict_text text = {"a: \r\nb: \r\n", 10, {3, 8}, 2};
	struct verdict_text none = {0};
	struct buf out = {0};

	cr_expect_not(verdict_text_put(&none, "id", &out));
	cr_expect_eq(out.len, 0);
	cr_expect(verdict_text_put(&text, "id", &out));
	cr_expect_str_eq(out.data, "a: id\r\nb: id\r\n");
	buf_cut(&out, 0);
	text.ids = 0;
	cr_expect(verdict_text_put(&text, "id", &out));
	cr_expect_str_eq(out.data, "a: \r\nb: \r\n");
	buf_free(&out);
}

Test(verdict_text, of_an_audit_line)
{
	struct arena *arena = arena_new();
	const char *roles[] = {"admin", "a\"b"};
	struct verdict verdict = {
		.verified = {.parsed = true, .verified_by = "server",
			     .cert = {.serial = "0A", .sha256 = "ff"}},
		.identity = {.id = "<me>", .roles = roles, .role_count = 2}};

	verdict_text_make(arena, &verdict);
	cr_expect_str_eq(verdict.text[TEXT_JUDGED].bytes,
			 "\"verified_by\":\"server\",\"warning\":null,"
			 "\"spoofed_header\":null");
	cr_expect_str_eq(verdict.text[TEXT_WHO].bytes,
			 "\"source\":\"server\",\"id\":\"\\u003cme\\u003e\","
			 "\"role\":\"admin\",\"roles\":[\"admin\",\"a\\\"b\"],"
			 "\"serial\":\"0A\",\"sha256\":\"ff\"");
	cr_expect_eq(verdict.text[TEXT_WHO].len,
		     strlen(verdict.text[TEXT_WHO].bytes));
	arena_free(arena);
}
