/* test_ctl_term.c - what comes out on a terminal, and what does not. */
#include "ctl_term.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static void start(void)
{
	arena = arena_new();
	setenv("TERM", "xterm", 1);
	unsetenv("NO_COLOR");
}

static void end(void)
{
	arena_free(arena);
}

/* What a table of two columns prints to a file. */
static char *printed(const char *name)
{
	struct ctl_table table = {.arena = arena, .columns = 2};
	char *text = NULL;
	size_t len = 0;
	FILE *file = tmpfile();

	ctl_cell(&table, CTL_PLAIN, "NAME");
	ctl_cell(&table, CTL_PLAIN, "STATE");
	ctl_cell(&table, CTL_PLAIN, "%s", name);
	ctl_cell(&table, CTL_GREEN, "ok");
	ctl_cell(&table, CTL_PLAIN, "not whole");
	ctl_table_print(file, &table);
	rewind(file);
	cr_assert_geq(getdelim(&text, &len, 0, file), 0);
	fclose(file);
	return text;
}

Test(ctl_term, plain_in_a_file, .init = start, .fini = end)
{
	char *text = printed("bob");

	cr_assert_str_eq(text, "NAME\tSTATE\nbob\tok\n");
	free(text);
}

Test(ctl_term, always_colours_and_aligns, .init = start, .fini = end)
{
	char *text;

	cr_assert(ctl_term_color("always"));
	text = printed("b\xc3\xb6""bby");
	cr_assert_str_eq(text, "\033[1mNAME\033[0m   \033[1mSTATE\033[0m\n"
			       "b\xc3\xb6""bby  \033[32mok\033[0m\n");
	free(text);
}

Test(ctl_term, when_is_one_of_three_words, .init = start, .fini = end)
{
	cr_expect(ctl_term_color("auto"));
	cr_expect(ctl_term_color("never"));
	cr_expect_not(ctl_term_color("maybe"));
	cr_expect_not(ctl_term_color(""));
	cr_expect_not(ctl_term_colored(stdout));
}

Test(ctl_term, hostile_bytes_are_shown, .init = start, .fini = end)
{
	static const char *const rows[][2] = {
		{"a\033[2Jb", "a\\x1B[2Jb"},
		{"a\rb\n\t", "a\\x0Db\\x0A\\x09"},
		{"\xc2\x9b" "31m", "\\xC2\\x9B31m"},
		{"\xff", "\\xFF"},
		{"a\xe2\x80\xae" "b", "a\\xE2\\x80\\xAEb"},
		{"\xe2\x81\xa6x\xe2\x80\xa8",
		 "\\xE2\\x81\\xA6x\\xE2\\x80\\xA8"},
		{"\xe2\x82\xac \xe2\x80\x93", "\xe2\x82\xac \xe2\x80\x93"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_str_eq(ctl_term_show(arena, rows[i][0],
					       strlen(rows[i][0])),
				 rows[i][1]);
}

Test(ctl_term, json_stays_json, .init = start, .fini = end)
{
	static const char *const rows[][2] = {
		{"{\"a\":\"\\u001b<\"}", "{\"a\":\"\\u001b<\"}"},
		{"[\"\xe2\x80\xae" "b\"]", "[\"\\u202eb\"]"},
		{"[\"\x7f\xc2\x9b\xc3\xa9\"]", "[\"\\u007f\\u009b\xc3\xa9\"]"},
		{"[\"\xe2\x81\xa6\xe2\x80\xa8\"]",
		 "[\"\\u2066\\u2028\"]"},
		{"[\"\xe2\x82\xac\xe2\x80\x93\"]",
		 "[\"\xe2\x82\xac\xe2\x80\x93\"]"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_str_eq(ctl_term_show_json(arena, rows[i][0]),
				 rows[i][1]);
}

Test(ctl_term, width_is_in_characters, .init = start, .fini = end)
{
	cr_expect_eq(ctl_term_width(""), 0);
	cr_expect_eq(ctl_term_width("b\xc3\xb6""b"), 3);
}
