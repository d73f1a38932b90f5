/* test_name.c - names compared as such, and their text. */
#include "name.h"

#include <criterion/criterion.h>
#include <string.h>

#define CN "2.5.4.3"
#define OU "2.5.4.11"
#define O "2.5.4.10"

struct part {
	const char *oid;
	const char *value;
	size_t rdn;
};

#define NAME(arena, ...) make(arena, (const struct part[]){__VA_ARGS__, {0}})

static struct name make(struct arena *arena, const struct part *parts)
{
	struct name name = {0};

	for (; parts->oid; parts++)
		cr_assert_eq(name_add(arena, &name, parts->oid, parts->value,
				      strlen(parts->value), parts->rdn),
			     ST_OK);
	return name;
}

Test(name, add_copies_and_looks)
{
	struct arena *arena = arena_new();
	struct name name = {0};
	char oid[] = CN;
	char value[] = "a\0b";

	cr_expect_eq(name_add(arena, &name, oid, value, 1, 0), ST_OK);
	cr_expect_eq(name_add(arena, &name, oid, value, 3, 1), ST_OK);
	cr_expect_eq(name_add(arena, &name, oid, "a\n", 2, 1), ST_OK);
	cr_expect_eq(name_add(arena, &name, oid, "\xff\n", 2, 2), ST_OK);
	cr_expect_eq(name_add(arena, &name, oid, "", 0, 3), ST_OK);
	memset(oid, 'x', 3);
	memset(value, 'x', 3);
	cr_assert_eq(name.count, 5);
	cr_expect_str_eq(name.avas[0].oid, CN);
	cr_expect_str_eq(name.avas[0].value, "a");
	cr_expect(name.avas[0].clean);
	cr_expect_str_eq(name.avas[1].value, "a\\x00b");
	cr_expect_not(name.avas[1].clean);
	cr_expect_eq(name.avas[1].rdn, 1);
	cr_expect_str_eq(name.avas[2].value, "a\n");
	cr_expect_not(name.avas[2].clean);
	cr_expect_str_eq(name.avas[3].value, "\\xFF\\x0A");
	cr_expect_not(name.avas[3].clean);
	cr_expect_str_eq(name.avas[4].value, "");
	cr_expect(name.avas[4].clean);
	arena_free(arena);
}

Test(name, equal)
{
	struct arena *arena = arena_new();
	struct name one = NAME(arena, {O, "x", 0}, {CN, "a", 1});
	struct name same = NAME(arena, {O, "x", 0}, {CN, "a", 1});
	struct name later = NAME(arena, {O, "x", 3}, {CN, "a", 4});
	struct name empty = {0};
	struct name other[] = {
		NAME(arena, {CN, "a", 0}, {O, "x", 1}),
		NAME(arena, {O, "x", 0}, {CN, "a", 0}),
		NAME(arena, {O, "x", 0}, {CN, "A", 1}),
		NAME(arena, {O, "x", 0}, {CN, "a ", 1}),
		NAME(arena, {O, "x", 0}, {OU, "a", 1}),
		NAME(arena, {O, "x", 0}),
		NAME(arena, {O, "x", 0}, {CN, "a", 1}, {CN, "a", 2}),
		NAME(arena, {O, "x", 0}, {CN, "a", 1}, {CN, "a", 1}),
	};

	cr_expect(name_equal(&one, &same));
	cr_expect(name_equal(&one, &later));
	cr_expect(name_equal(&empty, &empty));
	cr_expect_not(name_equal(&one, &empty));
	for (size_t i = 0; i < ARRAY_LEN(other); i++) {
		cr_expect_not(name_equal(&one, &other[i]), "other %zu", i);
		cr_expect_not(name_equal(&other[i], &one), "other %zu", i);
		cr_expect(name_equal(&other[i], &other[i]), "other %zu", i);
	}
	arena_free(arena);
}

Test(name, an_rdn_is_a_set)
{
	struct arena *arena = arena_new();
	struct name a = NAME(arena, {CN, "a", 0}, {OU, "b", 0}, {OU, "c", 0},
			     {O, "d", 1});
	struct name b = NAME(arena, {OU, "c", 0}, {CN, "a", 0}, {OU, "b", 0},
			     {O, "d", 1});
	struct name split = NAME(arena, {CN, "a", 0}, {OU, "b", 0},
				 {OU, "c", 1}, {O, "d", 1});
	struct name twice =
		NAME(arena, {OU, "x", 0}, {OU, "x", 0}, {OU, "y", 0});
	struct name once =
		NAME(arena, {OU, "x", 0}, {OU, "y", 0}, {OU, "y", 0});

	cr_expect(name_equal(&a, &b));
	cr_expect_not(name_equal(&a, &split));
	cr_expect_not(name_equal(&twice, &once));
	cr_expect_not(name_equal(&once, &twice));
	arena_free(arena);
}

Test(name, unclean_equals_nothing)
{
	struct arena *arena = arena_new();
	struct name control = NAME(arena, {CN, "a\n", 0});
	struct name nul = {0};
	struct name spelt = NAME(arena, {CN, "a\\x00b", 0});

	cr_expect_eq(name_add(arena, &nul, CN, "a\0b", 3, 0), ST_OK);
	cr_expect_not(name_equal(&control, &control));
	cr_expect_not(name_equal(&nul, &nul));
	cr_expect_not(name_equal(&nul, &spelt));
	cr_expect_not(name_equal(&spelt, &nul));
	cr_expect(name_equal(&spelt, &spelt));
	arena_free(arena);
}

struct row {
	const char *value;
	const char *text;
};

static const struct row rows[] = {
	{"bob", "CN=bob"},
	{"", "CN="},
	{"a,b+c\"d\\e;f<g>h", "CN=a\\,b\\+c\\\"d\\\\e\\;f\\<g\\>h"},
	{"bob, OU=Administrators", "CN=bob\\, OU=Administrators"},
	{"a=b/c#d", "CN=a=b/c#d"},
	{"#a", "CN=\\#a"},
	{" a b ", "CN=\\ a b\\ "},
	{"  ", "CN=\\ \\ "},
	{" ", "CN=\\ "},
	{"caf\xc3\xa9", "CN=caf\xc3\xa9"},
	{"a\nb\x7f", "CN=a\\0Ab\\7F"},
	{"\xc2\x85", "CN=\\C2\\85"},
	{"\\x00", "CN=\\\\x00"},
};

Test(name, print_value)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct name name = NAME(arena, {CN, rows[i].value, 0});

		cr_expect_str_eq(name_print(arena, &name), rows[i].text);
	}
	arena_free(arena);
}

Test(name, print_whole)
{
	struct arena *arena = arena_new();
	struct name name = NAME(arena, {O, "x", 0}, {OU, "y", 1}, {CN, "z", 1},
				{"1.2.3.4", "u", 2});
	struct name odd_name = NAME(arena, {"2.16.840.1.101.3.4.2.5", "v", 0});
	struct name empty = {0};
	struct name nul = {0};

	cr_expect_str_eq(name_print(arena, &name), "1.2.3.4=u,CN=z+OU=y,O=x");
	cr_expect_str_eq(name_print(arena, &empty), "");
	cr_expect_str_eq(name_print(arena, &odd_name), "SHA512-224=v");
	cr_expect_eq(name_add(arena, &nul, CN, "a\0\\", 3, 0), ST_OK);
	cr_expect_str_eq(name_print(arena, &nul), "CN=a\\x00\\\\",
			 "what was shown is no RFC 4514 escape");
	arena_free(arena);
}

/* RSA-SHA512/224: a / in a type would end it in other forms. */
Test(name, prints_types_that_are_no_descr_dotted)
{
	struct arena *arena = arena_new();
	struct name name = NAME(arena, {"1.2.840.113549.1.1.15", "v", 0});

	cr_expect_str_eq(name_print(arena, &name), "1.2.840.113549.1.1.15=v");
	arena_free(arena);
}
