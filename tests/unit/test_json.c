/* test_json.c - JSON whose failure sticks and whose text is always valid. */
#include "json.h"

#include <criterion/criterion.h>
#include <string.h>

#include "timefmt.h"

static struct json json;
static struct buf out;

static void start(void)
{
	json = (struct json){.arena = arena_new()};
	out = (struct buf){0};
	cr_assert_not_null(json.arena);
}

static void end(void)
{
	buf_free(&out);
	arena_free(json.arena);
}

Test(json, members_in_the_order_they_came, .init = start, .fini = end)
{
	json_t *map = json_map(&json);
	json_t *list = json_list(&json);

	json_put_text(&json, map, "z", "text");
	json_put_text(&json, map, "a", NULL);
	json_put_int(&json, map, "least", INT64_MIN);
	json_put_int(&json, map, "most", INT64_MAX);
	json_put_bool(&json, map, "yes", true);
	json_put_bool(&json, map, "no", false);
	json_put_time(&json, map, "time", 1767225600);
	json_append_text(&json, list, "one");
	json_append_text(&json, list, NULL);
	json_append(&json, list, json_map(&json));
	json_put(&json, map, "list", list);
	json_finish(&json, map, &out);
	cr_assert_not(json.failed || out.failed);
	cr_assert_str_eq(out.data,
			 "{\"z\":\"text\",\"a\":null,"
			 "\"least\":-9223372036854775808,"
			 "\"most\":9223372036854775807,"
			 "\"yes\":true,\"no\":false,"
			 "\"time\":\"2026-01-01T00:00:00Z\","
			 "\"list\":[\"one\",null,{}]}");
}

Test(json, times_that_no_calendar_has, .init = start, .fini = end)
{
	json_t *map = json_map(&json);

	json_put_time(&json, map, "always", TIME_ALWAYS);
	json_put_time(&json, map, "never", TIME_NEVER);
	json_finish(&json, map, &out);
	cr_assert_str_eq(out.data, "{\"always\":\"0000-01-01T00:00:00Z\","
				   "\"never\":\"9999-12-31T23:59:59Z\"}");
}

Test(json, text_of_any_bytes, .init = start, .fini = end)
{
	static const struct {
		const char *given;
		const char *written;
	} rows[] = {
		{"", ""},
		{"plain", "plain"},
		{"\"\\/", "\\\"\\\\/"},
		{"</script>&amp;", "\\u003c/script\\u003e\\u0026amp;"},
		{"a\nb", "a\\\\x0Ab"},
		{"\x01\x1f\x7f", "\\\\x01\\\\x1F\\\\x7F"},
		{"\xc3\xa9", "\xc3\xa9"},
		{"\xff", "\\\\xFF"},
		{"\xc0\xaf", "\\\\xC0\\\\xAF"},
		{"\xed\xa0\x80", "\\\\xED\\\\xA0\\\\x80"},
		{"\xe2\x82", "\\\\xE2\\\\x82"},
		{"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"},
		{"%s%n", "%s%n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *list = json_list(&json);
		struct buf wanted = {0};

		json_append_text(&json, list, rows[i].given);
		json_finish(&json, list, &out);
		buf_addf(&wanted, "[\"%s\"]", rows[i].written);
		cr_expect_str_eq(out.data, wanted.data);
		buf_free(&wanted);
		buf_free(&out);
	}
}

Test(json, names_of_members_are_escaped_too, .init = start, .fini = end)
{
	json_t *map = json_map(&json);

	json_put_int(&json, map, "<b>", 1);
	json_finish(&json, map, &out);
	cr_assert_str_eq(out.data, "{\"\\u003cb\\u003e\":1}");
}

Test(json, long_text, .init = start, .fini = end)
{
	json_t *list = json_list(&json);
	char *text = arena_alloc(json.arena, 200001);

	memset(text, '<', 200000);
	json_append_text(&json, list, text);
	json_finish(&json, list, &out);
	cr_assert_eq(out.len, 200000 * 6 + 4);
}

Test(json, finish_appends_to_what_is_there, .init = start, .fini = end)
{
	buf_adds(&out, "before ");
	json_finish(&json, json_list(&json), &out);
	cr_assert_str_eq(out.data, "before []");
}

/* Each way to fail, and that nothing is written after it. */
static void expect_failed(json_t *root)
{
	cr_expect(json.failed);
	json_put_int(&json, root, "later", 1);
	cr_expect(json.failed, "it sticks");
	json_finish(&json, root, &out);
	cr_expect(out.failed);
	cr_expect_eq(out.len, 0);
	out.failed = false;
	json.failed = false;
}

Test(json, a_failure_sticks, .init = start, .fini = end)
{
	json_put_int(&json, NULL, "key", 1);
	expect_failed(json_map(&json));
	json_append_text(&json, NULL, "text");
	expect_failed(json_map(&json));
	json_put(&json, NULL, "key", json_map(&json));
	expect_failed(json_map(&json));
	json_append(&json, NULL, json_list(&json));
	expect_failed(json_map(&json));
}

Test(json, a_child_that_is_not_there_fails, .init = start, .fini = end)
{
	json_t *map = json_map(&json);
	json_t *list = json_list(&json);

	json_put(&json, map, "key", NULL);
	expect_failed(map);
	json_append(&json, list, NULL);
	expect_failed(list);
}

Test(json, the_wrong_kind_of_parent_fails, .init = start, .fini = end)
{
	json_t *map = json_map(&json);
	json_t *list = json_list(&json);

	json_put_text(&json, list, "key", "text");
	expect_failed(list);
	json_append_text(&json, map, "text");
	expect_failed(map);
}

Test(json, finish_of_nothing_fails, .init = start, .fini = end)
{
	json_finish(&json, NULL, &out);
	cr_assert(out.failed);
}

Test(json, finish_into_a_failed_buf, .init = start, .fini = end)
{
	out.failed = true;
	json_finish(&json, json_map(&json), &out);
	cr_assert(out.failed);
	cr_assert_eq(out.len, 0);
	out.failed = false;
}
