/* test_trace.c - the list of what each stage found. */
#include "trace.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct trace trace;

static void start(void)
{
	trace = (struct trace){.arena = arena_new()};
	cr_assert_not_null(trace.arena);
}

static void end(void)
{
	arena_free(trace.arena);
}

Test(trace, null_costs_nothing)
{
	trace_add(NULL, "stage", "name", STEP_OK, "%s", "value");
}

Test(trace, steps_in_order, .init = start, .fini = end)
{
	for (int i = 0; i < 300; i++)
		trace_add(&trace, "request", i % 2 ? "odd" : "even",
			  i % 2 ? STEP_FAIL : STEP_OK, "number %d", i);
	cr_assert_eq(trace.count, 300);
	cr_assert_str_eq(trace.steps[0].value, "number 0");
	cr_assert_str_eq(trace.steps[0].stage, "request");
	cr_assert_str_eq(trace.steps[0].name, "even");
	cr_assert_eq(trace.steps[0].result, STEP_OK);
	cr_assert_str_eq(trace.steps[299].value, "number 299");
	cr_assert_str_eq(trace.steps[299].name, "odd");
	cr_assert_eq(trace.steps[299].result, STEP_FAIL);
}

Test(trace, values_are_clean, .init = start, .fini = end)
{
	static const struct {
		const char *given;
		const char *shown;
	} rows[] = {
		{"", ""},
		{"gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f"},
		{"a\r\nb\x1b[0m", "a\\x0D\\x0Ab\\x1B[0m"},
		{"\xff\xfe", "\\xFF\\xFE"},
		{"\xc2\x85", "\\xC2\\x85"},
		{"%s%n", "%s%n"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		trace_add(&trace, "s", "n", STEP_NOTE, "%s", rows[i].given);
		cr_expect_str_eq(trace.steps[i].value, rows[i].shown);
	}
}

Test(trace, long_values_are_cut, .init = start, .fini = end)
{
	char *text = malloc(100001);

	cr_assert_not_null(text);
	memset(text, 'x', 100000);
	text[100000] = '\0';
	trace_add(&trace, "s", "n", STEP_NOTE, "%s", text);
	cr_expect_eq(trace.count, 1);
	cr_expect_lt(strlen(trace.steps[0].value), 1024);
	/* a character that the cut goes through */
	text[1021] = '\xe2';
	text[1022] = '\x82';
	text[1023] = '\xac';
	trace_add(&trace, "s", "n", STEP_NOTE, "%s", text);
	cr_expect_str_eq(trace.steps[1].value + 1021, "\\xE2\\x82");
	free(text);
}

Test(trace, names_of_results)
{
	cr_expect_str_eq(step_result_name(STEP_NOTE), "note");
	cr_expect_str_eq(step_result_name(STEP_OK), "ok");
	cr_expect_str_eq(step_result_name(STEP_WARN), "warn");
	cr_expect_str_eq(step_result_name(STEP_FAIL), "FAIL");
	cr_expect_str_eq(step_result_name((enum step_result)4), "FAIL");
	cr_expect_str_eq(step_result_name((enum step_result)99), "FAIL");
	cr_expect_str_eq(step_result_name((enum step_result)-1), "FAIL");
}
