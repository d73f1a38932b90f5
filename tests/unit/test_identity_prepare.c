/* test_identity_prepare.c - sections and roles by index are those of a loop. */
#include "identity.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "policy_fixture.h"

enum { ROLES = 12, SECTIONS = 6, ATTRS = 3, NOW = 10 };

static const char *const NAMES[ATTRS] = {"subject.CN", "subject.OU", "serial"};
static const char *const PATTERNS[ATTRS][4] = {
	{"a", "b", "a*", "?"}, {"a", "b", "*", "c"}, {"1", "2", "3", "A"}};
static const char *const VALUES[ATTRS][3] = {
	{"a", "b", "c"}, {"a", "b", "z"}, {"1", "A", "3"}};

static struct arena *arena;
static struct attr_list attrs;
static struct role_rule roles[ROLES];
static struct identity_rule sections[SECTIONS];
static struct identity_rules rules;
static struct trust_rules trust;
static struct verified verified;
static struct attr_values values[ATTRS];
static struct id_rule cn;

static size_t below(size_t n)
{
	return (size_t)rand() % n;
}

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	attrs = (struct attr_list){0};
	memset(roles, 0, sizeof(roles));
	memset(sections, 0, sizeof(sections));
	memset(values, 0, sizeof(values));
	for (size_t i = 0; i < ATTRS; i++)
		(void)fixture_attr(arena, &attrs, NAMES[i]);
	rules = (struct identity_rules){.list = sections, .roles = roles,
					.identity_attr = SIZE_MAX,
					.id_attr = SIZE_MAX};
	trust = (struct trust_rules){.pin_attr = SIZE_MAX};
	fixture_pin(arena, &trust.pins, "p", "1", SPAN_ALWAYS);
	fixture_pin(arena, &trust.pins, "q", "2", SPAN_ALWAYS);
	verified = (struct verified){.ok = true, .set = {&attrs, values},
				     .pins = {.state = ATTR_READ}};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(identity_prepare, .init = start, .fini = end, .timeout = 60);

static void random_conditions(struct conditions *conditions)
{
	for (size_t left = below(3); left > 0; left--) {
		size_t attr = below(ATTRS);

		fixture_condition(arena, &attrs, conditions, NAMES[attr],
				  PATTERNS[attr][below(4)]);
	}
}

static void random_role(struct role_rule *role, size_t i)
{
	role->name = arena_printf(arena, "r%zu", i);
	role->span = below(4) ? SPAN_ALWAYS : (struct span){NOW + 1, NOW + 2};
	role->is_default = below(4) == 0;
	if (role->is_default)
		return;
	random_conditions(&role->conditions);
	role->pins = arena_alloc(arena, 2 * sizeof(*role->pins));
	role->pin_count = below(3);
	for (size_t j = 0; j < role->pin_count; j++)
		role->pins[j] = below(2);
}

static void random_policy(void)
{
	rules.count = 1 + below(SECTIONS);
	rules.role_count = below(ROLES + 1);
	for (size_t i = 0; i < rules.count; i++) {
		sections[i] = (struct identity_rule){
			.name = arena_printf(arena, "i%zu", i), .prefix = "",
			.ids = &cn, .id_count = 1, .span = SPAN_ALWAYS};
		if (i + 1 < rules.count)
			random_conditions(&sections[i].conditions);
	}
	for (size_t i = 0; i < rules.role_count; i++)
		random_role(&roles[i], i);
}

static void random_certificate(void)
{
	for (size_t i = 0; i < ATTRS; i++) {
		values[i].state = ATTR_READ;
		for (size_t left = i == 0 ? 1 : below(3); left > 0; left--)
			cr_assert_eq(attr_add(arena, attrs.list[i].compare,
					      &values[i], VALUES[i][below(3)]),
				     ST_OK);
	}
	verified.pins.list = arena_alloc(arena, sizeof(struct attr_value));
	verified.pins.count = below(2);
	verified.pins.list[0] = (struct attr_value){
		.text = "q", .key = "q", .number = 1, .stale = below(2)};
}

/* The meaning: is it this role's, and in force? */
static enum match slow_match(const struct role_rule *role)
{
	enum match match = conditions_match(&role->conditions, &verified.set,
					    NULL);
	enum match pin = pin_required(role->pins, role->pin_count,
				      &verified.pins);

	match = pin < match ? pin : match;
	if (match == MATCH_YES && !span_holds(&role->span, NOW))
		return MATCH_STALE;
	return match;
}

static size_t slow_roles(bool defaults, const char **list, bool *matched)
{
	size_t count = 0;

	for (size_t i = 0; i < rules.role_count; i++) {
		enum match match = MATCH_NO;

		if (roles[i].is_default == defaults)
			match = slow_match(&roles[i]);
		*matched |= match != MATCH_NO;
		if (match == MATCH_YES)
			list[count++] = roles[i].name;
	}
	return count;
}

static const char *slow_section(void)
{
	for (size_t i = 0; i < rules.count; i++)
		if (conditions_match(&sections[i].conditions, &verified.set,
				     NULL) != MATCH_NO)
			return sections[i].name;
	return NULL;
}

Test(identity_prepare, agrees_with_a_loop)
{
	size_t given = 0;

	srand(9);
	for (size_t round = 0; round < 4000; round++) {
		const char *expected[ROLES];
		struct identity who;
		bool matched = false;
		size_t count;

		end();
		start();
		random_policy();
		random_certificate();
		cr_assert_eq(trust_prepare(arena, &trust, ATTRS), ST_OK);
		cr_assert_eq(identity_prepare(arena, &rules, &trust.pins,
					      ATTRS), ST_OK);
		identity_map(arena, &rules, &trust, &verified, NOW, NULL,
			     &who);
		count = slow_roles(false, expected, &matched);
		if (!matched)
			count = slow_roles(true, expected, &matched);
		cr_assert(who.known);
		cr_assert_str_eq(who.section, slow_section());
		cr_assert_eq(who.role_count, count);
		cr_assert_eq(who.role_expired, matched && count == 0);
		for (size_t i = 0; i < count; i++) {
			cr_assert_eq(who.roles[i], expected[i]);
		}
		given += count;
	}
	cr_expect_gt(given, 4000);
}

Test(identity_prepare, without_an_index_nobody_is_known)
{
	struct identity who;

	random_policy();
	random_certificate();
	identity_map(arena, &rules, &trust, &verified, NOW, NULL, &who);
	cr_expect_not(who.known);
	cr_expect_eq(who.reason, REASON_INTERNAL_ERROR);
}
