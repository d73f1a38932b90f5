/* test_arena.c - memory that ends together. */
#include "arena.h"

#include <criterion/criterion.h>
#include <string.h>

/* Lets an allocation that is too large fail as it does without sanitizers. */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
	return "allocator_may_return_null=1";
}

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

static bool all_zero(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

Test(arena, alloc_is_zeroed_aligned_and_apart, .init = start, .fini = end)
{
	static const size_t sizes[] = {1, 2, 15, 16, 17, 100, 2047, 2048,
				       2049, 8192, 8193, 100000};
	unsigned char *made[ARRAY_LEN(sizes) * 20];
	size_t count = 0;

	for (size_t round = 0; round < 20; round++)
		for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
			unsigned char *bytes = arena_alloc(arena, sizes[i]);

			cr_assert_not_null(bytes);
			cr_assert_eq((uintptr_t)bytes % 16, 0, "%zu", sizes[i]);
			cr_assert(all_zero(bytes, sizes[i]), "%zu", sizes[i]);
			memset(bytes, (int)(count % 255) + 1, sizes[i]);
			made[count++] = bytes;
		}
	for (size_t i = 0; i < count; i++) {
		size_t size = sizes[i % ARRAY_LEN(sizes)];

		cr_assert_eq(made[i][0], i % 255 + 1, "item %zu", i);
		cr_assert_eq(made[i][size - 1], i % 255 + 1, "item %zu", i);
	}
}

Test(arena, alloc_of_nothing_is_not_a_failure, .init = start, .fini = end)
{
	cr_assert_not_null(arena_alloc(arena, 0));
}

Test(arena, sizes_that_cannot_be_fail, .init = start, .fini = end)
{
	static const size_t sizes[] = {SIZE_MAX,     SIZE_MAX - 1,
				       SIZE_MAX - 15, SIZE_MAX / 2 + 1,
				       SIZE_MAX / 2, SIZE_MAX / 2 - 4096};
	size_t before = arena_size(arena);

	for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
		cr_expect_null(arena_alloc(arena, sizes[i]), "row %zu", i);
	cr_expect_null(arena_strndup(arena, "x", SIZE_MAX));
	cr_expect_null(arena_strndup(arena, "x", SIZE_MAX - 1));
	cr_expect_eq(arena_size(arena), before, "nothing was kept");
	cr_expect_not_null(arena_alloc(arena, 16), "it can be used on");
}

Test(arena, size_counts_what_is_held, .init = start, .fini = end)
{
	size_t before = arena_size(arena);

	cr_assert_not_null(arena_alloc(arena, 1));
	cr_expect_gt(arena_size(arena), before);
	before = arena_size(arena);
	cr_assert_not_null(arena_alloc(arena, 1));
	cr_expect_eq(arena_size(arena), before, "the same block");
	cr_assert_not_null(arena_alloc(arena, 50000));
	cr_expect_geq(arena_size(arena), before + 50000);
	before = arena_size(arena);
	cr_assert_not_null(arena_alloc(arena, 1));
	cr_expect_eq(arena_size(arena), before,
		     "a large item leaves the block with room in use");
}

Test(arena, copies_of_text, .init = start, .fini = end)
{
	static const char bare[3] = {'a', 'b', 'c'}; /* without a NUL */
	char *copy = arena_strndup(arena, bare, sizeof(bare));

	cr_assert_str_eq(copy, "abc");
	copy = arena_strndup(arena, "a\0b", 3);
	cr_assert_arr_eq(copy, "a\0b", 4);
	cr_assert_str_eq(arena_strndup(arena, "abc", 0), "");
	cr_assert_str_eq(arena_strdup(arena, ""), "");
	cr_assert_str_eq(arena_strdup(arena, "text"), "text");
}

Test(arena, printf_of_any_length, .init = start, .fini = end)
{
	static const int widths[] = {1, 15, 16, 2047, 2048, 8191, 8192, 70000};

	for (size_t i = 0; i < ARRAY_LEN(widths); i++) {
		char *text = arena_printf(arena, "%*d|", widths[i], 7);

		cr_assert_eq(strlen(text), (size_t)widths[i] + 1);
		cr_assert_str_eq(text + widths[i] - 1, "7|");
	}
	cr_assert_str_eq(arena_printf(arena, "%s", ""), "");
}

struct item {
	size_t number;
	char text[13]; /* a size that is no power of two */
};

Test(arena, grow_keeps_items_and_zeroes_the_new_one, .init = start,
     .fini = end)
{
	struct item *items = NULL;
	static const struct item zero;

	for (size_t i = 0; i < 5000; i++) {
		items = arena_grow(arena, items, i, sizeof(*items));
		cr_assert_not_null(items);
		cr_assert_eq(memcmp(&items[i], &zero, sizeof(zero)), 0);
		items[i].number = i;
		memset(items[i].text, 'x', sizeof(items[i].text));
		/* whatever comes between must not lie in the array */
		memset(arena_alloc(arena, 24), 0xff, 24);
	}
	for (size_t i = 0; i < 5000; i++) {
		cr_assert_eq(items[i].number, i);
		cr_assert_eq(items[i].text[12], 'x');
	}
}

Test(arena, grow_refuses_what_does_not_fit, .init = start, .fini = end)
{
	struct item *items = arena_grow(arena, NULL, 0, sizeof(*items));

	cr_assert_not_null(items);
	items[0].number = 42;
	cr_expect_null(arena_grow(arena, items, (size_t)1 << 62,
				  sizeof(*items)));
	cr_expect_null(arena_grow(arena, items, (size_t)1 << 57,
				  sizeof(*items)),
		       "doubled it would be over");
	cr_expect_eq(items[0].number, 42, "the old array stands");
}

static char order[8];
static size_t order_len;

static void note(void *object)
{
	order[order_len++] = *(char *)object;
}

Test(arena, on_free_runs_last_first_and_once)
{
	static char a = 'a';
	static char b = 'b';
	char *inside;

	start();
	inside = arena_alloc(arena, 1);
	*inside = 'c';
	cr_assert_eq(arena_on_free(arena, note, &a), ST_OK);
	cr_assert_eq(arena_on_free(arena, note, &b), ST_OK);
	cr_assert_eq(arena_on_free(arena, note, inside), ST_OK);
	cr_assert_eq(order_len, 0);
	end();
	cr_assert_str_eq(order, "cba", "and the blocks stood until then");
}

Test(arena, reset_ends_all_and_zeroes_again)
{
	static char a = 'a';
	size_t size;

	start();
	for (int i = 0; i < 5; i++) {
		memset(arena_alloc(arena, 3000), 'x', 3000);
		memset(arena_alloc(arena, 24), 'x', 24);
	}
	cr_assert_eq(arena_on_free(arena, note, &a), ST_OK);
	arena_reset(arena);
	cr_assert_str_eq(order, "a");
	size = arena_size(arena);
	cr_assert_leq(size, 16384);
	for (int i = 0; i < 5; i++) {
		const char *made = arena_alloc(arena, 1000);

		for (int at = 0; at < 1000; at++)
			cr_assert_eq(made[at], 0, "%d %d", i, at);
	}
	cr_assert_eq(arena_size(arena), size, "the block is used again");
	arena_reset(arena);
	cr_assert_str_eq(order, "a", "once");
	end();
}

Test(arena, reset_of_an_empty_one)
{
	start();
	arena_reset(arena);
	arena_reset(arena);
	cr_assert_eq(arena_size(arena), 0);
	end();
}

Test(arena, free_of_null)
{
	arena_free(NULL);
}
