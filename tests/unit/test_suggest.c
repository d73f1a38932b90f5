/* test_suggest.c - what was probably meant. */
#include "suggest.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

static const char *const words[] = {
	"path", "allow", "method", "department", "emailAddress", "CN", NULL};

struct row {
	char word[64];
	char best[16]; /* "": nothing */
};

ParameterizedTestParameters(suggest, words)
{
	static struct row rows[] = {
		{"path", "path"},
		{"pth", "path"},
		{"paht", "path"},
		{"paths", "path"},
		{"Path", "path"},
		{"PATH", "path"},
		{"bath", "path"},
		{"alow", "allow"},
		{"allwo", "allow"},
		{"metod", "method"},
		{"mehtods", "method"},
		{"departement", "department"},
		{"dapertmint", "department"},
		{"email", "emailAddress"},
		{"emailadress", "emailAddress"},
		{"cn", "CN"},
		{"NC", "CN"},
		{"colour", ""},
		{"xy", ""},
		{"", ""},
		{"x", ""},
		{"ema", ""},
		{"pxxh", ""},
		{"a-word-much-longer-than-any-word-that-is-looked-at", ""},
	};
	return cr_make_param_array(struct row, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

ParameterizedTest(struct row *row, suggest, words)
{
	const char *best = suggest_from(row->word, words);

	if (row->best[0] == '\0')
		cr_expect_null(best, "%s: %s", row->word, best);
	else
		cr_expect_str_eq(best, row->best, "%s: %s", row->word, best);
}

Test(suggest, nearest_wins)
{
	struct suggest suggest = SUGGEST_FOR("threads");

	suggest_try(&suggest, "threats");
	suggest_try(&suggest, "treads");
	cr_expect_str_eq(suggest.best, "threats");
	suggest_try(&suggest, "threads");
	suggest_try(&suggest, "thread");
	cr_expect_str_eq(suggest.best, "threads");
	cr_expect_eq(suggest.distance, 0);
}

/* Other letters throughout are another word, however short. */
Test(suggest, nothing_in_common)
{
	struct suggest suggest = SUGGEST_FOR("a");

	suggest_try(&suggest, "b");
	cr_expect_null(suggest.best);
	suggest_try(&suggest, "ab");
	cr_expect_str_eq(suggest.best, "ab");
}
