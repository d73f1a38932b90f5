/* test_table.c - texts with a number each. */
#include "table.h"

#include <criterion/criterion.h>
#include <stdio.h>

static struct arena *arena;
static struct table table;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	table = (struct table){0};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(table, .init = start, .fini = end);

static bool add(const char *text, size_t number)
{
	return table_add(&table, table_hash(0, text), text, number);
}

static size_t find(const char *text)
{
	const struct table_entry *entry =
		table_find(&table, table_hash(0, text), text);

	return entry ? entry->number : SIZE_MAX;
}

Test(table, zeroed_and_empty_ones_have_nothing)
{
	cr_expect_eq(find(""), SIZE_MAX);
	cr_expect_not(add("a", 1));
	cr_assert_eq(table_init(arena, 0, &table), ST_OK);
	cr_expect_eq(find("a"), SIZE_MAX);
	cr_expect_not(add("a", 1), "there is no room");
}

Test(table, each_text_has_its_number)
{
	char *texts[1000];

	cr_assert_eq(table_init(arena, ARRAY_LEN(texts), &table), ST_OK);
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		texts[i] = arena_printf(arena, "text%zu", i);
		cr_assert(add(texts[i], i));
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		cr_expect_eq(find(texts[i]), i);
	cr_expect_eq(find("text1000"), SIZE_MAX);
	cr_expect_eq(find("text"), SIZE_MAX);
	cr_expect_eq(find(""), SIZE_MAX);
	cr_expect_not(add("one more", 1));
}

Test(table, the_same_text_again)
{
	const struct table_entry *entry;
	uint64_t hash = table_hash(0, "a");

	cr_assert_eq(table_init(arena, 3, &table), ST_OK);
	cr_assert(add("a", 1) && add("b", 2) && add("a", 3));
	entry = table_first(&table, hash);
	cr_assert_not_null(entry);
	cr_expect_eq(entry->number, 3, "the last is the first");
	entry = table_next(&table, entry);
	cr_assert_not_null(entry);
	cr_expect_eq(entry->number, 1);
	cr_expect_null(table_next(&table, entry));
	cr_expect_eq(find("a"), 3);
}

Test(table, equal_hashes_are_told_apart_by_the_text)
{
	cr_assert_eq(table_init(arena, 3, &table), ST_OK);
	cr_assert(table_add(&table, 7, "a", 1));
	cr_assert(table_add(&table, 7, "b", 2));
	cr_assert(table_add(&table, 7 + ((uint64_t)1 << 40), "a", 3));
	cr_expect_eq(table_find(&table, 7, "a")->number, 1);
	cr_expect_eq(table_find(&table, 7, "b")->number, 2);
	cr_expect_null(table_find(&table, 7, "c"));
	cr_expect_null(table_find(&table, 8, "a"));
}

Test(table, kinds_have_hashes_of_their_own)
{
	cr_expect_neq(table_hash(0, "a"), table_hash(1, "a"));
	cr_expect_neq(table_hash(0, "a"), table_hash(0, "b"));
	cr_expect_eq(table_hash(1, "a"), table_hash(1, "a"));
}
