/* test_fcgi_params.c - lengths, names and values to strings. */
#include "fcgi_params.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

static struct buf params;
static struct fcgi_env env;

static void end(void)
{
	buf_free(&params);
	fcgi_env_free(&env);
}

static enum status read_text(const char *text, size_t len)
{
	params.len = 0;
	buf_add(&params, text, len);
	return fcgi_params_read(&params, &env);
}

Test(fcgi_params, none, .fini = end)
{
	cr_assert_eq(fcgi_params_read(&params, &env), ST_OK);
	cr_assert_null(env.list[0]);
}

Test(fcgi_params, pairs, .fini = end)
{
	cr_assert_eq(read_text("\001\001Ab\002\003CDefg\001\000H\000\001i",
			       17),
		     ST_OK);
	cr_expect_str_eq(env.list[0], "A=b");
	cr_expect_str_eq(env.list[1], "CD=efg");
	cr_expect_str_eq(env.list[2], "H=");
	cr_expect_str_eq(env.list[3], "=i");
	cr_assert_null(env.list[4]);
	cr_expect_eq(env.names[0], 1);
	cr_expect_eq(env.names[1], 2);
	cr_expect_eq(env.names[2], 1);
	cr_expect_eq(env.names[3], 0);
	cr_expect_eq(env.values[0], 1);
	cr_expect_eq(env.values[1], 3);
	cr_expect_eq(env.values[2], 0);
	cr_expect_eq(env.values[3], 1);
}

/* Every way to write a length names the same parameters. */
Test(fcgi_params, long_lengths, .fini = end)
{
	static char text[8 + 300 + 70000] = "\200\000\001\054\200\001\021\160";
	size_t i;

	memset(text + 8, 'n', 300);
	memset(text + 308, 'v', 70000);
	cr_assert_eq(read_text(text, sizeof(text)), ST_OK);
	cr_assert_eq(strlen(env.list[0]), 300 + 1 + 70000);
	cr_assert_eq(env.list[0][300], '=');
	for (i = 0; i < 300; i++)
		cr_assert_eq(env.list[0][i], 'n');
	cr_assert_eq(strspn(env.list[0] + 301, "v"), 70000);
	cr_assert_eq(read_text("\200\000\000\001\001Ab", 7), ST_OK);
	cr_expect_str_eq(env.list[0], "A=b");
}

/* Names are looked at in pieces: none hides what may not stand in one. */
Test(fcgi_params, every_place_of_a_name, .fini = end)
{
	char text[64];

	for (size_t len = 1; len < 40; len++) {
		for (size_t at = 0; at <= len; at++) {
			for (size_t odd = 0; odd < 2; odd++) {
				memset(text, 'N', sizeof(text));
				text[0] = (char)len;
				text[1] = 2;
				text[2 + at] = odd ? '=' : '\0';
				cr_assert_eq(read_text(text, len + 4),
					     at < len ? ST_BAD : ST_OK,
					     "%zu of %zu", at, len);
			}
		}
		cr_assert_eq(strlen(env.list[0]), len + 3);
		cr_assert_eq(env.list[0][len], '=');
		cr_assert_eq(env.names[0], len);
	}
}

Test(fcgi_params, many, .fini = end)
{
	struct buf text = {0};
	size_t i;

	for (i = 0; i < 1000; i++)
		buf_addf(&text, "%c%cN%03zuv%03zu", 4, 4, i, i);
	cr_assert_eq(read_text(text.data, text.len), ST_OK);
	cr_expect_str_eq(env.list[0], "N000=v000");
	cr_expect_str_eq(env.list[999], "N999=v999");
	cr_assert_null(env.list[1000]);
	cr_assert_eq(read_text("\001\001Ab", 4), ST_OK, "once more");
	cr_assert_null(env.list[1]);
	buf_free(&text);
}

/* A value's NUL stands as another control character, so that the value ends
 * where it ended. */
Test(fcgi_params, nul_in_a_value, .fini = end)
{
	cr_assert_eq(read_text("\001\004Ab\000c\000\001\001Xy", 11), ST_OK);
	cr_expect_str_eq(env.list[0], "A=b\001c\001");
	cr_expect_str_eq(env.list[1], "X=y");
}

struct row {
	const char *text;
	size_t len;
};

#define ROW(text) {text, sizeof(text) - 1}
static const struct row bad_rows[] = {
	ROW("\001"),                /* no value length */
	ROW("\001\001A"),           /* value cut */
	ROW("\002\000A"),           /* name cut */
	ROW("\200\000\000"),        /* length cut */
	ROW("\377\377\377\377\377\377\377\377AB"), /* sum over an int */
	ROW("\300\000\000\000\300\000\000\000AB"),
	ROW("\001\200\000\000\002AB"),
	ROW("\001\001\000b"),       /* NUL in a name */
	ROW("\002\001A=b"),         /* = in a name */
	ROW("\001\002A\000b\000\000\002\000C\000"), /* after others */
	ROW("\001\001Ab\001"),      /* after a good one */
};

/* Indexes: a test runs in a process of its own, with addresses of its own. */
ParameterizedTestParameters(fcgi_params, bad)
{
	static size_t index[ARRAY_LEN(bad_rows)];

	for (size_t i = 0; i < ARRAY_LEN(bad_rows); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(bad_rows));
}

ParameterizedTest(const size_t *index, fcgi_params, bad, .fini = end)
{
	cr_assert_eq(read_text(bad_rows[*index].text, bad_rows[*index].len),
		     ST_BAD, "%zu", *index);
}
