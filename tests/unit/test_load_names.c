/* test_load_names.c - texts found by hash. */
#include "loader.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_text.h"

static struct loader *make(void)
{
	struct arena *arena = arena_new();
	struct loader *loader = arena_alloc(arena, sizeof(*loader));

	loader->arena = arena;
	loader->issues = arena_alloc(arena, sizeof(*loader->issues));
	loader->issues->arena = arena;
	loader->file = "x.ini";
	return loader;
}

Test(load_names, found_by_text)
{
	struct loader *loader = make();
	struct names names;

	cr_assert(names_init(loader, &names, 0));
	cr_expect_null(names_first(&names, "a", 1));
	for (size_t i = 0; i < 1000; i++)
		names_add(loader, &names,
			  arena_printf(loader->arena, "n%zu", i), i);
	for (size_t i = 0; i < 1000; i++) {
		const char *text = arena_printf(loader->arena, "n%zu", i);
		const struct names_entry *entry =
			names_first(&names, text, strlen(text));

		cr_assert_not_null(entry);
		cr_expect_eq(entry->number, i);
		cr_expect_null(names_next(&names, entry));
	}
	cr_expect_null(names_first(&names, "n", 1));
	cr_expect_null(names_first(&names, "n1000", 5));
	cr_expect_not_null(names_first(&names, "n12xx", 3));
	arena_free(loader->arena);
}

Test(load_names, texts_may_repeat)
{
	struct loader *loader = make();
	struct names names;

	cr_assert(names_init(loader, &names, 3));
	names_add(loader, &names, "a", 1);
	names_add(loader, &names, "b", 2);
	names_add(loader, &names, "a", 3);
	const struct names_entry *entry = names_first(&names, "a", 1);
	cr_expect_eq(entry->number, 3);
	entry = names_next(&names, entry);
	cr_expect_eq(entry->number, 1);
	cr_expect_null(names_next(&names, entry));
	arena_free(loader->arena);
}

Test(load_names, required)
{
	struct ini_setting setting = {"allow", "x", 9};
	struct loader *loader = make();
	struct names names;

	cr_assert(names_init(loader, &names, 3));
	names_add(loader, &names, "admin", 1);
	names_add(loader, &names, "admin", 2);
	cr_expect_eq(names_require(loader, &names, "role", &setting, "admin"),
		     1);
	cr_expect_eq(loader->issues->count, 0);
	cr_expect_eq(names_require(loader, &names, "role", &setting, "admni"),
		     SIZE_MAX);
	cr_expect_eq(names_require(loader, &names, "role", &setting, "boss"),
		     SIZE_MAX);
	cr_expect(issues_match(loader->issues, false,
			       "9: no role 'admni': did you mean 'admin'?\n"
			       "9: no role 'boss'\n"));
	arena_free(loader->arena);
}

Test(load_names, pins)
{
	struct ini_setting setting = {"pin", "b, a, b, c", 9};
	struct loader *loader = make();
	size_t *list = NULL;
	size_t count = 0;

	cr_assert(names_init(loader, &loader->pins, 3));
	names_add(loader, &loader->pins, "a", 0);
	names_add(loader, &loader->pins, "b", 1);
	add_pins(loader, &setting, &list, &count);
	cr_assert_eq(count, 3);
	cr_expect_eq(list[0], 1);
	cr_expect_eq(list[1], 0);
	cr_expect(issues_match(loader->issues, false, "9: no pin 'c'\n"));
	arena_free(loader->arena);
}
