/* test_candidates.c - sections that may match, found by what they want. */
#include "candidates.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "policy_fixture.h"

enum { SECTIONS = 24, ATTRS = 5 };

static const char *const NAMES[ATTRS] = {"subject.CN", "subject.OU", "serial",
					 "issuer", "san.dns"};

static struct arena *arena;
static struct attr_list attrs;
static struct conditions all[SECTIONS];
static struct candidate list[SECTIONS];
static size_t count;
static struct candidates made;
static struct attr_values values[ATTRS];
static struct attr_values pins;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	attrs = (struct attr_list){0};
	memset(all, 0, sizeof(all));
	memset(list, 0, sizeof(list));
	memset(values, 0, sizeof(values));
	pins = (struct attr_values){.state = ATTR_READ};
	count = 0;
	for (size_t i = 0; i < ATTRS; i++) {
		(void)fixture_attr(arena, &attrs, NAMES[i]);
		values[i].state = ATTR_READ;
	}
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(candidates, .init = start, .fini = end, .timeout = 60);

static struct candidate *section(void)
{
	struct candidate *one = &list[count];

	*one = (struct candidate){.number = 10 + count,
				  .conditions = &all[count],
				  .from = TIME_ALWAYS};
	count++;
	return one;
}

static void wants(size_t attr, const char *pattern)
{
	fixture_condition(arena, &attrs, &all[count - 1], NAMES[attr],
			  pattern);
}

static void has(size_t attr, const char *value)
{
	cr_assert_eq(attr_add(arena, attrs.list[attr].compare, &values[attr],
			      value), ST_OK);
}

static void has_name(const char *spec)
{
	struct name *name = arena_alloc(arena, sizeof(*name));

	*name = fixture_cert(arena, spec).subject;
	has(3, name_print(arena, name));
	values[3].list[values[3].count - 1].name = name;
}

static void build(void)
{
	cr_assert_eq(candidates_build(arena, list, count, attrs.count, &made),
		     ST_OK);
}

/* Which are named, as bits. */
static uint32_t walk(void)
{
	struct attr_set set = {&attrs, values};
	struct candidate_walk one = {.candidates = &made, .set = &set,
				     .pins = &pins};
	uint32_t found = 0;
	size_t number;

	while (candidates_next(&one, &number))
		found |= UINT32_C(1) << (number - 10);
	return found;
}

Test(candidates, none)
{
	build();
	cr_expect(made.ready);
	cr_expect_eq(walk(), 0);
}

Test(candidates, by_value)
{
	section();
	wants(0, "alice");
	section();
	wants(0, "bob");
	wants(0, "alice");
	section();
	wants(1, "alice");
	section();
	wants(0, "al*");
	section();
	build();
	cr_expect_eq(walk(), 0x18, "the pattern, and the one without any");
	has(0, "alice");
	cr_expect_eq(walk(), 0x1b);
	has(1, "bob");
	cr_expect_eq(walk(), 0x1b);
	has(1, "alice");
	cr_expect_eq(walk(), 0x1f);
}

Test(candidates, by_name)
{
	section();
	wants(3, "CN=a,O=Corp");
	section();
	wants(3, "CN=b,O=Corp");
	build();
	has_name("subject O=Corp\nsubject CN=a\n");
	cr_expect_eq(walk(), 1);
}

Test(candidates, by_pin)
{
	static const char *const some[] = {"p", "q"};
	struct attr_value value = {.text = "q", .key = "q"};

	*section() = (struct candidate){10, &all[0], some, 1, TIME_ALWAYS};
	*section() = (struct candidate){11, &all[1], some, 2, TIME_ALWAYS};
	build();
	cr_expect_eq(walk(), 0);
	pins.list = &value;
	pins.count = 1;
	cr_expect_eq(walk(), 2);
	pins.state = ATTR_UNREAD;
	cr_expect_eq(walk(), 0);
}

Test(candidates, the_rarer_condition_is_taken)
{
	for (size_t i = 0; i < SECTIONS; i++) {
		section();
		wants(3, "CN=CA");
		wants(2, arena_printf(arena, "%zX", i + 1));
	}
	build();
	has_name("subject CN=CA\n");
	cr_expect_eq(walk(), 0);
	has(2, "3");
	cr_expect_eq(walk(), 4);
}

Test(candidates, who_speaks_of_what_is_not_known)
{
	struct attr_set set = {&attrs, values};

	section()->from = 50;
	wants(0, "a");
	section()->from = 70;
	wants(0, "a");
	section()->from = 30;
	wants(1, "x*");
	wants(0, "y*");
	build();
	cr_expect_eq(candidates_unclean(&made, &set, 100), SIZE_MAX);
	values[0].state = ATTR_UNCLEAN;
	cr_expect_eq(candidates_unclean(&made, &set, 100), 10);
	cr_expect_eq(candidates_unclean(&made, &set, 49), 12);
	cr_expect_eq(candidates_unclean(&made, &set, 29), SIZE_MAX);
	values[0].state = ATTR_READ;
	values[1].state = ATTR_UNREAD;
	cr_expect_eq(candidates_unclean(&made, &set, 100), 12);
}

/* ---- against a loop ---- */

static const char *const PATTERNS[ATTRS][4] = {
	{"a", "b", "a*", "?"}, {"a", "b", "*", "c"}, {"1", "2", "03", "A"},
	{"CN=a", "CN=b", "CN=a,O=b", "O=b"}, {"x.y", "X.y", "*.y", "z"}};
static const char *const VALUES[ATTRS][3] = {
	{"a", "b", "c"}, {"a", "b", "z"}, {"1", "A", "03"},
	{"subject CN=a\n", "subject O=b\nsubject CN=a\n", "subject CN=z\n"},
	{"x.y", "z", "q.y"}};

static size_t below(size_t n)
{
	return (size_t)rand() % n;
}

static void random_sections(void)
{
	size_t sections = below(SECTIONS + 1);

	while (count < sections) {
		section()->from = rand() % 3 ? TIME_ALWAYS : rand() % 20;
		for (size_t left = below(4); left > 0; left--) {
			size_t attr = below(ATTRS);

			wants(attr, PATTERNS[attr][below(4)]);
		}
	}
}

static void random_values(void)
{
	for (size_t i = 0; i < ATTRS; i++) {
		for (size_t left = below(3); left > 0; left--) {
			const char *value = VALUES[i][below(3)];

			if (i == 3)
				has_name(value);
			else
				has(i, value);
		}
		if (below(6) == 0)
			values[i].state = below(2) ? ATTR_UNREAD
						   : ATTR_UNCLEAN;
	}
}

Test(candidates, agree_with_a_loop)
{
	struct attr_set set = {&attrs, values};
	size_t matches = 0;

	srand(7);
	for (size_t round = 0; round < 4000; round++) {
		int64_t now = rand() % 20;
		size_t unclean = SIZE_MAX;
		uint32_t found;

		end();
		start();
		random_sections();
		random_values();
		build();
		found = walk();
		for (size_t i = count; i-- > 0;) {
			enum match match = conditions_match(&all[i], &set,
							    NULL);

			if (match == MATCH_UNCLEAN && now >= list[i].from)
				unclean = list[i].number;
			if (match != MATCH_YES)
				continue;
			matches++;
			cr_assert(found >> i & 1, "round %zu: %zu", round, i);
		}
		cr_assert_eq(candidates_unclean(&made, &set, now), unclean);
	}
	cr_expect_gt(matches, 4000);
}
