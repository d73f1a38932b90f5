/* test_ctl_options.c - the arguments of a subcommand, and a table that has one
 * option of each kind. */
#include "ctl_options.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <criterion/redirect.h>
#include <stdlib.h>
#include <string.h>

#include "ctl.h"

enum { MAX_ARGS = 32 };

#define USAGE "usage: mtlsgatectl sing [OPTION]... SONG\n"

struct wish {
	struct arena *arena;
	bool loud, at_given;
	const char *song, *voice;
	struct ctl_values parts;
	int64_t at;
	long verses;
	char args[1024]; /* what argv points to */
};

static const char *set_verses(void *to, const char *value)
{
	struct wish *wish = to;

	wish->verses = strtol(value, NULL, 10);
	return wish->verses ? NULL : "not a number";
}

/* Reads the words of args, which stand between spaces. */
static int read_args(const char *args, struct wish *wish)
{
	const struct ctl_option rows[] = {
		{"at", .given = &wish->at_given, .time = &wish->at},
		{"color", .set = ctl_options_color},
		{"loud", .given = &wish->loud},
		{"part", .values = &wish->parts, .max = 2},
		{"parting", .given = &wish->loud},
		{"verses", .set = set_verses},
		{"voice", .text = &wish->voice},
	};
	const struct ctl_options options = {
		.usage = USAGE,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.argument = &wish->song,
		.arena = wish->arena,
		.wish = wish,
	};
	char *argv[MAX_ARGS] = {(char *)"sing"};
	char *save = NULL;
	int argc = 1;

	strncpy(wish->args, args, sizeof(wish->args) - 1);
	for (char *p = strtok_r(wish->args, " ", &save); p;
	     p = strtok_r(NULL, " ", &save))
		argv[argc++] = p;
	return ctl_options_read(&options, argc, argv);
}

static struct wish wish;

static void start(void)
{
	wish = (struct wish){.arena = arena_new(), .at = 7};
	cr_redirect_stdout();
	cr_redirect_stderr();
}

static void end(void)
{
	arena_free(wish.arena);
}

struct row {
	const char *args;
	const char *why; /* the line on stderr, without the program's name */
};

static const struct row refused_rows[] = {
	{"--nonsense", "--nonsense: unknown option"},
	{"--nonsense=x", "--nonsense=x: unknown option"},
	{"--louder", "--louder: unknown option"},
	{"-l", "-l: unknown option"},
	{"--voice x -lx", "-lx: unknown option"},
	{"--voice", "--voice: a value is missing"},
	{"--loud --vo", "--vo: a value is missing"},
	{"--loud=yes", "--loud=yes: takes no value"},
	{"--loud=", "--loud=: takes no value"},
	{"--help=x", "--help=x: takes no value"},
	{"--v x", "--v: may be more than one option"},
	{"--v=x", "--v=x: may be more than one option"},
	{"--par x", "--par: may be more than one option"},
	{"--=x", "--=x: may be more than one option"},
	{"--at soon", "--at soon: not a time as 2026-11-21T10:00:00Z"},
	{"--a=soon", "--at soon: not a time as 2026-11-21T10:00:00Z"},
	{"--at= x", "--at : not a time as 2026-11-21T10:00:00Z"},
	{"--color red", "--color red: not auto, always or never"},
	{"--verses many", "--verses many: not a number"},
	{"--part a --part=b --part c", "--part c: more than 2 of these"},
	{"a b", "b: one argument too many"},
	{"a --loud b c", "b: one argument too many"},
	{"a -- --loud", "--loud: one argument too many"},
	{"--verses x --help", "--verses x: not a number"},
	{"--verses \033[2J", "--verses \\x1B[2J: not a number"},
	{"--\t", "--\\x09: unknown option"},
};

/* Indexes: a test runs in a process of its own, with addresses of its own. */
ParameterizedTestParameters(ctl_options, refused)
{
	static size_t index[ARRAY_LEN(refused_rows)];

	for (size_t i = 0; i < ARRAY_LEN(refused_rows); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(refused_rows));
}

ParameterizedTest(const size_t *index, ctl_options, refused, .init = start,
		  .fini = end)
{
	const struct row *row = &refused_rows[*index];
	char wanted[256];

	cr_assert_eq(read_args(row->args, &wish), CTL_UNKNOWN, "%s", row->args);
	snprintf(wanted, sizeof(wanted), "mtlsgatectl: %s\n" USAGE, row->why);
	fflush(stderr);
	cr_assert_stderr_eq_str(wanted, "%s", row->args);
}

static const char *const help_rows[] = {
	"--help",
	"--h",
	"song --help",
	"a b c --help",
	"--loud --hel --nonsense",
};

ParameterizedTestParameters(ctl_options, help)
{
	static size_t index[ARRAY_LEN(help_rows)];

	for (size_t i = 0; i < ARRAY_LEN(help_rows); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(help_rows));
}

ParameterizedTest(const size_t *index, ctl_options, help, .init = start,
		  .fini = end)
{
	cr_assert_eq(read_args(help_rows[*index], &wish), CTL_YES, "%s",
		     help_rows[*index]);
	fflush(stdout);
	cr_assert_stdout_eq_str(USAGE);
}

Test(ctl_options, every_kind, .init = start, .fini = end)
{
	cr_assert_eq(read_args("--at 1970-01-02 --loud --part a "
			       "--voice=alto=low --verses 3 song --part=b "
			       "--color never",
			       &wish),
		     CTL_GO_ON);
	cr_expect_eq(wish.at, 86400);
	cr_expect(wish.at_given);
	cr_expect(wish.loud);
	cr_expect_str_eq(wish.voice, "alto=low");
	cr_expect_eq(wish.verses, 3);
	cr_expect_str_eq(wish.song, "song");
	cr_assert_eq(wish.parts.count, 2);
	cr_expect_str_eq(wish.parts.list[0], "a");
	cr_expect_str_eq(wish.parts.list[1], "b");
}

Test(ctl_options, what_is_not_given_stays, .init = start, .fini = end)
{
	cr_assert_eq(read_args("", &wish), CTL_GO_ON);
	cr_expect_eq(wish.at, 7);
	cr_expect_not(wish.at_given);
	cr_expect_not(wish.loud);
	cr_expect_null(wish.song);
	cr_expect_null(wish.voice);
	cr_expect_eq(wish.parts.count, 0);
}

/* The last one counts, and a name in full is no other's beginning. */
Test(ctl_options, cut_names, .init = start, .fini = end)
{
	cr_assert_eq(read_args("--l --part x --voi alto --vo=bass", &wish),
		     CTL_GO_ON);
	cr_expect(wish.loud);
	cr_expect_eq(wish.parts.count, 1);
	cr_expect_str_eq(wish.voice, "bass");
}

Test(ctl_options, values_that_look_like_options, .init = start, .fini = end)
{
	cr_assert_eq(read_args("--part --loud --part -- --voice= -", &wish),
		     CTL_GO_ON);
	cr_expect_not(wish.loud);
	cr_assert_eq(wish.parts.count, 2);
	cr_expect_str_eq(wish.parts.list[0], "--loud");
	cr_expect_str_eq(wish.parts.list[1], "--");
	cr_expect_str_eq(wish.voice, "");
	cr_expect_str_eq(wish.song, "-");
}

Test(ctl_options, an_argument_that_looks_like_an_option, .init = start,
     .fini = end)
{
	cr_assert_eq(read_args("--voice alto -- --loud", &wish), CTL_GO_ON);
	cr_expect_not(wish.loud);
	cr_expect_str_eq(wish.song, "--loud");
}

Test(ctl_options, a_table_without_rows, .init = start)
{
	const struct ctl_options options = {.usage = USAGE};
	char *argv[] = {(char *)"sing", (char *)"song", NULL};

	cr_assert_eq(ctl_options_read(&options, 1, argv), CTL_GO_ON);
	cr_assert_eq(ctl_options_read(&options, 2, argv), CTL_UNKNOWN);
	fflush(stderr);
	cr_assert_stderr_eq_str(
		"mtlsgatectl: song: one argument too many\n" USAGE);
}

Test(ctl_options, refuses_by_itself, .init = start)
{
	const struct ctl_options options = {.usage = USAGE};

	cr_assert_eq(ctl_options_refuse(&options, "SONG is missing"),
		     CTL_UNKNOWN);
	fflush(stderr);
	cr_assert_stderr_eq_str("mtlsgatectl: SONG is missing\n" USAGE);
}
