/* test_ctl_lines.c - lines of files that others write. */
#include "ctl_lines.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "front_fixture.h"

static struct ctl_lines lines;

static void start(const char *text, size_t len)
{
	FILE *file;

	fixture_directory();
	fixture_catch_stderr("log");
	file = fopen("in", "w");
	cr_assert(file && fwrite(text, 1, len, file) == len);
	fclose(file);
	cr_assert_eq(ctl_lines_open("in", &lines), ST_OK);
}

Test(ctl_lines, whole_and_cut)
{
	start("a\n\nb\0c\nlast", 11);
	cr_assert_eq(ctl_lines_next(&lines), ST_OK);
	cr_expect_str_eq(lines.line, "a");
	cr_expect(lines.ended);
	cr_assert_eq(ctl_lines_next(&lines), ST_OK);
	cr_expect_eq(lines.len, 0);
	cr_assert_eq(ctl_lines_next(&lines), ST_OK);
	cr_expect_eq(lines.len, 3);
	cr_assert_eq(ctl_lines_next(&lines), ST_OK);
	cr_expect_str_eq(lines.line, "last");
	cr_expect_not(lines.ended);
	cr_expect_eq(lines.number, 4);
	cr_expect_eq(ctl_lines_next(&lines), ST_ABSENT);
	ctl_lines_close(&lines);
}

Test(ctl_lines, too_long_is_skipped)
{
	size_t len = MAX_LINE + 1;
	char *text = malloc(len + 4);

	memset(text, 'x', len);
	memcpy(text + len, "\nab\n", 4);
	start(text, len + 4);
	free(text);
	cr_expect_eq(ctl_lines_next(&lines), ST_BAD);
	cr_assert_eq(ctl_lines_next(&lines), ST_OK);
	cr_expect_str_eq(lines.line, "ab");
	cr_expect_eq(lines.number, 2);
	ctl_lines_close(&lines);
}

Test(ctl_lines, what_cannot_be_read)
{
	start("", 0);
	cr_expect_eq(ctl_lines_next(&lines), ST_ABSENT);
	ctl_lines_close(&lines);
	ctl_lines_close(&lines);
	cr_expect_eq(ctl_lines_open("nowhere", &lines), ST_BAD);
	cr_assert_eq(ctl_lines_open("/", &lines), ST_OK);
	cr_expect_eq(ctl_lines_next(&lines), ST_BAD);
	cr_expect_null(lines.file);
	cr_expect_eq(ctl_lines_next(&lines), ST_ABSENT);
	ctl_lines_close(&lines);
}
