/* test_metrics.c - lines of the Prometheus text format. */
#include "metrics.h"

#include <criterion/criterion.h>

static struct arena *arena;
static struct buf out;
static struct metrics metrics;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	out = (struct buf){0};
	metrics = (struct metrics){arena, &out};
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

TestSuite(metrics, .init = start, .fini = end);

Test(metrics, one)
{
	metrics_one(&metrics, "m_seconds", "gauge", "What it is.", -5);
	cr_assert_str_eq(out.data, "# HELP m_seconds What it is.\n"
				   "# TYPE m_seconds gauge\n"
				   "m_seconds -5\n");
}

Test(metrics, labels_and_large_numbers)
{
	const struct label labels[] = {{"a", "x"}, {"b", NULL}};

	metrics_count(&metrics, "m_total", labels, 2, UINT64_MAX);
	metrics_number(&metrics, "m", labels, 1, INT64_MIN);
	cr_assert_str_eq(out.data,
			 "m_total{a=\"x\",b=\"\"} 18446744073709551615\n"
			 "m{a=\"x\"} -9223372036854775808\n");
}

Test(metrics, values_that_would_end_the_line)
{
	static const struct {
		const char *value;
		const char *line;
	} rows[] = {
		{"CN=\"a\"", "m{l=\"CN=\\\"a\\\"\"} 1\n"},
		{"a\\,b", "m{l=\"a\\\\,b\"} 1\n"},
		{"a\nm{l=\"b\"} 2", "m{l=\"a\\\\x0Am{l=\\\"b\\\"} 2\"} 1\n"},
		{"\xff", "m{l=\"\\\\xFF\"} 1\n"},
		{"\xc3\xa4", "m{l=\"\xc3\xa4\"} 1\n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct label label = {"l", rows[i].value};

		buf_free(&out);
		metrics_count(&metrics, "m", &label, 1, 1);
		cr_expect_str_eq(out.data, rows[i].line);
	}
}

Test(metrics, seconds)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{0, "0"},
		{5000, "0.000005"},
		{250000, "0.00025"},
		{1000000000, "1"},
		{10000000000, "10"},
		{1500000001, "1.500000001"},
		{UINT64_MAX, "18446744073.709551615"},
	};
	char text[METRICS_SECONDS];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_str_eq(metrics_seconds(rows[i].ns, text),
				 rows[i].text);
}
