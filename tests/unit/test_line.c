/* test_line.c - JSON without a tree: the bytes that json.h gives. */
#include "line.h"

#include <criterion/criterion.h>
#include <string.h>

#include "json.h"

static struct arena *arena;
static struct buf out;
static struct buf wanted;
static struct line line;

static void start(void)
{
	arena = arena_new();
	out = wanted = (struct buf){0};
	line = (struct line){arena, &out};
}

static void end(void)
{
	buf_free(&out);
	buf_free(&wanted);
	arena_free(arena);
}

TestSuite(line, .init = start, .fini = end);

/* Every byte there is, in pairs, and what is more than one byte. */
Test(line, text_as_in_a_tree)
{
	static const char *const odd[] = {"", "plain", "\xc3\xa4", "\xe2\x82",
					  "\xf0\x9f\x94\x92z", "a\\x0Ab",
					  "</script>&", "\xc2\x85"};
	char text[3] = {0};

	for (int i = 1; i < 256 + (int)ARRAY_LEN(odd); i++) {
		struct json json = {.arena = arena};
		json_t *root = json_map(&json);
		const char *value = i < 256 ? text : odd[i - 256];

		text[0] = (char)(i < 128 ? 'a' : i);
		text[1] = (char)i;
		buf_cut(&out, 0);
		buf_cut(&wanted, 0);
		line_open(&line);
		line_put_text(&line, "key", value);
		line_close(&line);
		json_put_text(&json, root, "key", value);
		json_finish(&json, root, &wanted);
		cr_expect_str_eq(out.data, wanted.data);
	}
}

Test(line, members)
{
	const char *const list[] = {"a", "<"};

	line_open(&line);
	line_put_text(&line, "n", NULL);
	line_put_int(&line, "min", INT64_MIN);
	line_put_int(&line, "max", INT64_MAX);
	line_put_int(&line, "zero", 0);
	line_put_time(&line, "t", 0);
	line_put_texts(&line, "none", NULL, 0);
	line_put_ready(&line, "\"r\":1", 5);
	line_put_texts(&line, "two", list, 2);
	line_put_plain(&line, "p", "as it is");
	line_put_plain(&line, "q", NULL);
	line_close(&line);
	cr_expect_str_eq(out.data,
			 "{\"n\":null,\"min\":-9223372036854775808,"
			 "\"max\":9223372036854775807,\"zero\":0,"
			 "\"t\":\"1970-01-01T00:00:00Z\",\"none\":[],\"r\":1,"
			 "\"two\":[\"a\",\"\\u003c\"],\"p\":\"as it is\","
			 "\"q\":null}");
}
