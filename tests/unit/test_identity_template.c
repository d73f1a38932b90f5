/* test_identity_template.c - "~ TEMPLATE" of an id. */
#include "identity.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct arena *arena;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(identity_template, .init = start, .fini = end);

/* What the template takes out of value; NULL: it does not match. */
static const char *take(const char *template, const char *value)
{
	struct id_rule rule = {0};
	const char *why;
	const char *taken = "untouched";

	cr_assert_eq(template_compile(arena, template, &rule, &why), ST_OK,
		     "%s", template);
	cr_assert_eq(template_take(arena, &rule, value, &taken), ST_OK);
	return taken;
}

Test(identity_template, parts)
{
	struct id_rule rule = {.attr = 7, .line = 9};
	const char *why;

	cr_assert_eq(template_compile(arena, "*.(##)-x", &rule, &why), ST_OK);
	cr_expect_str_eq(rule.before, "*.");
	cr_expect_str_eq(rule.inside, "##");
	cr_expect_str_eq(rule.after, "-x");
	cr_expect_eq(rule.attr, 7);
	cr_expect_eq(rule.line, 9);
}

Test(identity_template, refused)
{
	static const char *const bad[] = {
		"", "x", "()", "(", ")", ")(", "x()", "(a)(b)", "((a))",
		"(a", "a)", ")a(", "(a))", "((a)", "a()b"};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct id_rule rule = {0};
		const char *why = NULL;

		cr_expect_eq(template_compile(arena, bad[i], &rule, &why),
			     ST_BAD, "%s", bad[i]);
		cr_expect_not_null(why);
	}
}

static const struct {
	const char *template;
	const char *value;
	const char *taken; /* NULL: none */
} rows[] = {
	/* the whole value must match */
	{"(alice)", "alice", "alice"},
	{"(alice)", "alice ", NULL},
	{"(alice)", "xalice", NULL},
	{"(alice)", "Alice", NULL},
	{"a(b)c", "abc", "b"},
	{"a(b)c", "ab", NULL},
	{"a(b)c", "bc", NULL},
	{"a(b)c", "abcd", NULL},
	{"(b)", "", NULL},
	/* digits */
	{"(##)", "12", "12"},
	{"(##)", "1", NULL},
	{"(##)", "123", NULL},
	{"(##)", "1a", NULL},
	{"(##)", "##", NULL},
	{"(#)", "\xd9\xa1", NULL}, /* a digit of another script */
	{"*.(##########)", "DOE.JOHN.1234567890", "1234567890"},
	{"*.(##########)", "DOE.JOHN.12345678901", NULL},
	{"*.(##########)", "DOE.JOHN.1234567890 ", NULL},
	{"*.(##########)", "1234567890", NULL},
	{"*(##########)", "DOE1234567890", "1234567890"},
	/* anything */
	{"user-(*)", "user-bob", "bob"},
	{"user-(*)", "user-", NULL},
	{"user-(*)", "User-bob", NULL},
	{"(*)@corp.test", "bob@corp.test", "bob"},
	{"(*)@corp.test", "bob@evil.test@corp.test", "bob@evil.test"},
	{"(*)@corp.test", "bob@corp.test.evil", NULL},
	{"(*)", "anything at all", "anything at all"},
	{"(a*c)", "abbc", "abbc"},
	{"(a*c)", "ac", "ac"},
	{"(**)", "ab", "ab"},
	{"*:(##):*", "a:12:b", "12"},
	{"(*#)", "ab1", "ab1"},
	/* two ways to read it: none */
	{"*(##)*", "1234", NULL},
	{"*.(##).*", "a.12.34.b", NULL},
	{"*-(*)", "a-b-c", NULL},
	{"*-(*)", "a-b", "b"},
	{"(*)-*", "a-b-c", NULL},
	{"*(*)*", "ab", NULL},
	{"*(*)*", "a", "a"},
	{"*(a)*", "aba", NULL},
	/* other characters are themselves */
	{"?(a)", "xa", NULL},
	{"\\(a)", "\\a", "a"},
	{"[(a)]", "[a]", "a"},
	{".(a)", "xa", NULL},
	{"\xc3\xa9(*)", "\xc3\xa9t\xc3\xa9", "t\xc3\xa9"},
};

Test(identity_template, what_is_taken)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *taken = take(rows[i].template, rows[i].value);

		if (!rows[i].taken)
			cr_expect_null(taken, "%s of %s", rows[i].template,
				       rows[i].value);
		else
			cr_expect(taken && !strcmp(taken, rows[i].taken),
				  "%s of %s", rows[i].template, rows[i].value);
	}
}

Test(identity_template, none_takes_all)
{
	struct id_rule rule = {0};
	const char *taken;

	cr_assert_eq(template_take(arena, &rule, "all of it", &taken), ST_OK);
	cr_expect_str_eq(taken, "all of it");
	cr_assert_eq(template_take(arena, &rule, "", &taken), ST_OK);
	cr_expect_str_eq(taken, "");
}

Test(identity_template, long_values, .timeout = 20)
{
	char value[258];

	memset(value, 'a', sizeof(value));
	value[256] = '\0';
	cr_expect_str_eq(take("(*)", value), value);
	cr_expect_null(take("*a*a*(b)*a*a*", value), "and in bounded time");
	value[256] = 'a';
	value[257] = '\0';
	cr_expect_null(take("(*)", value), "too long to be tried");
}

/* ---- the meaning, in the slow and obvious way ---- */

static bool slow_match(const char *p, const char *from, const char *to)
{
	if (*p == '*')
		return slow_match(p + 1, from, to) ||
		       (from < to && slow_match(p, from + 1, to));
	if (*p == '\0' || from == to)
		return *p == '\0' && from == to;
	if (*p == '#' ? *from < '0' || *from > '9' : *p != *from)
		return false;
	return slow_match(p + 1, from + 1, to);
}

/* How many parts could be taken; one of them. */
static size_t slow_take(const struct id_rule *rule, const char *value,
			const char **ret_from, size_t *ret_len)
{
	const char *end = value + strlen(value);
	size_t found = 0;

	for (const char *from = value; from < end; from++)
		for (const char *to = from + 1; to <= end; to++) {
			if (!slow_match(rule->before, value, from) ||
			    !slow_match(rule->inside, from, to) ||
			    !slow_match(rule->after, to, end))
				continue;
			found++;
			*ret_from = from;
			*ret_len = (size_t)(to - from);
		}
	return found;
}

static const char *random_text(const char *from, int least, int most)
{
	int len = least + rand() % (most - least + 1);
	char *text = arena_alloc(arena, (size_t)len + 1);

	for (int i = 0; i < len; i++)
		text[i] = from[(size_t)rand() % strlen(from)];
	return text;
}

Test(identity_template, agrees_with_the_slow_way)
{
	size_t taken_ones = 0;

	srand(10);
	for (size_t round = 0; round < 100000; round++) {
		struct id_rule rule = {.before = random_text("a1*", 0, 3),
				       .inside = random_text("a1*#", 1, 3),
				       .after = random_text("a1*", 0, 3)};
		const char *value = random_text("a1b", 0, 7);
		const char *from = NULL;
		const char *taken;
		size_t len = 0;
		size_t found = slow_take(&rule, value, &from, &len);

		cr_assert_eq(template_take(arena, &rule, value, &taken),
			     ST_OK);
		cr_assert_eq(taken != NULL, found == 1, "%s(%s)%s of %s",
			     rule.before, rule.inside, rule.after, value);
		if (taken) {
			taken_ones++;
			cr_assert_eq(strlen(taken), len);
			cr_assert_eq(memcmp(taken, from, len), 0);
		}
	}
	cr_expect_gt(taken_ones, 1000);
}

/* Patterns that go back again and again would not come back from this. */
Test(identity_template, costs_pattern_times_value_squared, .timeout = 20)
{
	char value[257];

	memset(value, 'a', 256);
	value[256] = '\0';
	for (int i = 0; i < 20; i++)
		cr_expect_null(take("*a*a*a*a*a(*a*a*a*a*a*a*a*a*a*b)*a*a*a*a",
				    value));
}
