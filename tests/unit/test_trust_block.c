/* test_trust_block.c - the first block that matches. */
#include "trust.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "policy_fixture.h"

enum { BLOCKS = 16, ATTRS = 4 };

static const char *const NAMES[ATTRS] = {"subject.CN", "serial", "pin",
					 "san.dns"};
static const char *const PATTERNS[ATTRS][4] = {
	{"a", "b", "a*", "?"}, {"1", "2", "3", "A"}, {"p", "q", "r", "s"},
	{"x.y", "X.y", "*.y", "z"}};
static const char *const VALUES[ATTRS][3] = {
	{"a", "b", "c"}, {"1", "A", "3"}, {"p", "q", "z"}, {"x.y", "z", "w"}};

static struct arena *arena;
static struct attr_list attrs;
static struct block blocks[BLOCKS];
static struct trust_rules rules;
static struct attr_values values[ATTRS];
static const struct attr_set set = {&attrs, values};

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	attrs = (struct attr_list){0};
	memset(blocks, 0, sizeof(blocks));
	memset(values, 0, sizeof(values));
	rules = (struct trust_rules){.blocks = blocks};
	for (size_t i = 0; i < ATTRS; i++)
		(void)fixture_attr(arena, &attrs, NAMES[i]);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(trust_block, .init = start, .fini = end, .timeout = 60);

static size_t below(size_t n)
{
	return (size_t)rand() % n;
}

static void random_block(struct block *block)
{
	block->from = below(3) ? TIME_ALWAYS : (int64_t)below(20);
	block->phase = (enum block_phase)below(BLOCK_PHASES);
	for (size_t left = 1 + below(3); left > 0; left--) {
		size_t attr = below(ATTRS);

		fixture_condition(arena, &attrs, &block->conditions,
				  NAMES[attr], PATTERNS[attr][below(4)]);
	}
}

static void random_values(void)
{
	for (size_t i = 0; i < ATTRS; i++) {
		values[i].state = below(8) ? ATTR_READ : ATTR_UNCLEAN;
		for (size_t left = below(3); left > 0; left--) {
			cr_assert_eq(attr_add(arena, attrs.list[i].compare,
					      &values[i], VALUES[i][below(3)]),
				     ST_OK);
			values[i].list[values[i].count - 1].stale =
				i == 2 && below(2);
		}
	}
}

/* The meaning. */
static const struct block *first_match(enum block_phase phase, int64_t now,
				       bool *ret_unclean)
{
	*ret_unclean = false;
	for (size_t i = 0; i < rules.block_count; i++) {
		enum match match;

		if (blocks[i].phase != phase || now < blocks[i].from)
			continue;
		match = conditions_match(&blocks[i].conditions, &set, NULL);
		if (match == MATCH_UNCLEAN)
			*ret_unclean = true;
		else if (match != MATCH_NO)
			return &blocks[i];
	}
	return NULL;
}

static void compare(enum block_phase phase, int64_t now, size_t *matches)
{
	const struct block *found;
	const struct block *expected;
	bool unclean;
	bool expected_unclean;

	expected = first_match(phase, now, &expected_unclean);
	cr_assert_eq(block_find(&rules, &set, phase, now, &found, &unclean),
		     ST_OK);
	cr_assert_eq(found, expected);
	cr_assert_eq(unclean, expected_unclean);
	*matches += found != NULL;
}

Test(trust_block, agrees_with_a_loop)
{
	size_t matches = 0;

	srand(8);
	for (size_t round = 0; round < 4000; round++) {
		end();
		start();
		rules.block_count = below(BLOCKS + 1);
		for (size_t i = 0; i < rules.block_count; i++)
			random_block(&blocks[i]);
		random_values();
		cr_assert_eq(trust_prepare(arena, &rules, attrs.count), ST_OK);
		for (int phase = 0; phase < BLOCK_PHASES; phase++)
			compare((enum block_phase)phase, rand() % 20,
				&matches);
	}
	cr_expect_gt(matches, 2000);
}

Test(trust_block, without_an_index_nothing_is_known)
{
	const struct block *found = blocks;
	bool unclean = false;

	cr_expect_eq(block_find(&rules, &set, BLOCK_OWN, 0, &found, &unclean),
		     ST_BAD);
	cr_expect_null(found);
	cr_expect(unclean);
}

Test(trust_block, rules_that_were_not_prepared_refuse)
{
	struct credential credential =
		fixture_credential(arena, "subject CN=a\n");
	struct verified v;

	rules.purpose_any = true;
	trust_check(arena, &rules, &attrs, &credential, NULL, FIXTURE_NOW,
		    NULL, &v);
	cr_expect_not(v.ok);
	cr_expect_eq(v.reason, REASON_INTERNAL_ERROR);
}

Test(trust_block, zero_is_refused)
{
	struct verified zero = {0};

	cr_expect_not(zero.ok);
	cr_expect_eq(zero.reason, REASON_INTERNAL_ERROR);
	cr_expect_not(zero.parsed);
}
