/* test_log.c - one line a message, and nothing in it that acts. */
#include "log.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdlib.h>
#include <string.h>

#include "front_fixture.h"

static char *logged(enum log_level level, const char *text)
{
	fixture_directory();
	fixture_catch_stderr("log");
	log_message(level, "%s", text);
	return fixture_read("log");
}

struct row {
	const char *text;
	const char *line;
};

static const struct row rows[] = {
	{"plain text", "mtlsgate: error: plain text\n"},
	{"", "mtlsgate: error: \n"},
	{"caf\xc3\xa9", "mtlsgate: error: caf\xc3\xa9\n"},
	{"a\nmtlsgate: b",
	 "mtlsgate: error: a\\x0Amtlsgate: b\n"},
	{"\x1b[2J", "mtlsgate: error: \\x1B[2J\n"},
	{"\xff\xc3", "mtlsgate: error: \\xFF\\xC3\n"},
	{"\xc2\x85", "mtlsgate: error: \\xC2\\x85\n"},
	{"\x7f", "mtlsgate: error: \\x7F\n"},
};

/* Indexes: a test runs in a process of its own, with addresses of its own. */
ParameterizedTestParameters(log, lines)
{
	static size_t index[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(rows));
}

ParameterizedTest(const size_t *index, log, lines)
{
	const struct row *row = &rows[*index];
	char *line = logged(LOG_LEVEL_ERROR, row->text);

	cr_assert_str_eq(line, row->line);
	free(line);
}

Test(log, levels_are_named)
{
	char *line = logged(LOG_LEVEL_WARNING, "x");

	cr_assert_str_eq(line, "mtlsgate: warning: x\n");
	free(line);
	line = logged(LOG_LEVEL_NOTICE, "x");
	cr_assert_str_eq(line, "mtlsgate: notice: x\n");
	free(line);
}

Test(log, long_text_is_cut_and_stays_one_line)
{
	char text[20000];
	char *line;

	memset(text, '\n', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	line = logged(LOG_LEVEL_ERROR, text);
	cr_assert_gt(strlen(line), 8000);
	cr_assert_eq(strchr(line, '\n'), line + strlen(line) - 1);
	free(line);
}
