/* test_identity.c - who is this, and in which roles. */
#include "identity.h"

#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct identity_rules *rules;
static struct identity_rule *section;
static struct verified verified;
static struct identity who;
static int64_t now;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	rules = &policy->identity;
	section = &rules->list[0];
	now = FIXTURE_NOW;
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(identity, .init = start, .fini = end);

static size_t attr(const char *name)
{
	return fixture_attr(arena, &policy->attrs, name);
}

static void map_verified(void)
{
	memset(&who, 0xff, sizeof(who));
	fixture_prepare(policy);
	identity_map(arena, rules, &policy->trust, &verified, now, NULL, &who);
	cr_expect_eq(who.known, who.reason == REASON_GRANTED);
}

static enum reason map(const char *spec)
{
	struct credential credential = fixture_credential(arena, spec);

	verified = fixture_verified(arena, &policy->trust, &policy->attrs,
				    &credential, now);
	cr_assert(verified.ok, "%s: %s", spec,
		  reason_row(verified.reason)->name);
	map_verified();
	return who.reason;
}

static void expect_id(const char *spec, const char *id)
{
	cr_expect_eq(map(spec), REASON_GRANTED, "%s", spec);
	if (who.known)
		cr_expect_str_eq(who.id, id);
}

static void expect_roles(const char *spec, const char *roles)
{
	const char *text = "";

	cr_assert_eq(map(spec), REASON_GRANTED, "%s", spec);
	for (size_t i = 0; i < who.role_count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "",
				    who.roles[i]);
	cr_expect_str_eq(text, roles, "%s: %s", spec, text);
}

/* Adds [identity NAME] with a condition before the plain one. */
static struct identity_rule *add_section(const char *name, const char *on,
					 const char *pattern)
{
	struct identity_rule *list = arena_alloc(arena, 2 * sizeof(*list));

	list[0] = list[1] = rules->list[0];
	list[0].name = name;
	list[0].prefix = "named:";
	list[0].line = 9;
	fixture_condition(arena, &policy->attrs, &list[0].conditions, on,
			  pattern);
	rules->list = list;
	rules->count = 2;
	return &list[0];
}

Test(identity, zero_is_nobody)
{
	struct identity zero = {0};

	cr_expect_not(zero.known);
	cr_expect_eq(zero.reason, REASON_INTERNAL_ERROR);
	cr_expect_eq(zero.role_count, 0);
}

Test(identity, only_of_a_verified_certificate)
{
	map("subject CN=alice\n");
	verified.ok = false;
	map_verified();
	cr_expect_not(who.known);
	cr_expect_eq(who.reason, REASON_INTERNAL_ERROR);
	cr_expect_null(who.id);
	verified = (struct verified){0};
	map_verified();
	cr_expect_not(who.known);
}

Test(identity, all_of_it)
{
	cr_assert_eq(map("subject OU=Ops\nsubject OU=Other\nsubject CN=alice\n"
			 "ext subjectAltName=email:b@x.test,email:a@x.test\n"),
		     REASON_GRANTED);
	cr_expect_str_eq(who.id, "alice");
	cr_expect_str_eq(who.email, "b@x.test", "the first there");
	cr_expect_str_eq(who.department, "Ops");
	cr_expect_str_eq(who.section, "");
	cr_expect_eq(who.line, 10);
	cr_assert_eq(map("subject CN=alice\n"), REASON_GRANTED);
	cr_expect_null(who.email);
	cr_expect_null(who.department);
}

Test(identity, id_needs_exactly_one_value)
{
	static const struct {
		const char *spec;
		enum reason reason;
	} rows[] = {
		{"subject CN=a\n", REASON_GRANTED},
		{"subject CN=a\nsubject CN=a\n", REASON_GRANTED},
		{"subject CN=a\nsubject CN=b\n", REASON_IDENTITY_AMBIGUOUS},
		{"subject CN=a\nsubject CN=A\n", REASON_IDENTITY_AMBIGUOUS},
		{"subject CN=a\n+subject CN=b\n", REASON_IDENTITY_AMBIGUOUS},
		{"subject OU=a\n", REASON_IDENTITY_MISSING},
		{"serial 1\n", REASON_IDENTITY_MISSING},
		{"subject CN= a\n", REASON_UNCLEAN_ATTRIBUTE},
		{"subject CN=a \n", REASON_UNCLEAN_ATTRIBUTE},
		{"subject CN=a b\n", REASON_GRANTED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cr_expect_eq(map(rows[i].spec), rows[i].reason, "%s",
			     rows[i].spec);
		cr_expect(who.known || who.role_count == 0);
	}
}

Test(identity, second_choice)
{
	struct id_rule ids[] = {{.attr = attr("subject.CN")},
				{.attr = attr("san.dns")}};

	section->ids = ids;
	section->id_count = 2;
	expect_id("subject CN=a\next subjectAltName=DNS:b\n", "a");
	expect_id("subject O=x\next subjectAltName=DNS:b\n", "b");
	cr_expect_eq(map("subject CN=a\nsubject CN=b\n"
			 "ext subjectAltName=DNS:b\n"),
		     REASON_IDENTITY_AMBIGUOUS, "no falling through");
	cr_expect_eq(map("subject O=x\n"), REASON_IDENTITY_MISSING);
}

Test(identity, template_and_prefix)
{
	const char *why;

	cr_assert_eq(template_compile(arena, "*.(###)", &section->ids[0], &why),
		     ST_OK);
	section->prefix = "edipi:";
	expect_id("subject CN=DOE.123\n", "edipi:123");
	cr_expect_eq(map("subject CN=DOE.12\n"), REASON_IDENTITY_MISSING);
	cr_expect_eq(map("subject CN=DOE.123.456\n"), REASON_GRANTED);
	cr_expect_eq(map("subject CN=123\n"), REASON_IDENTITY_MISSING);
	cr_assert_eq(template_compile(arena, "*.(*)", &section->ids[0], &why),
		     ST_OK);
	cr_expect_eq(map("subject CN=a.b.c\n"), REASON_IDENTITY_MISSING,
		     "two ways to read it");
}

Test(identity, first_section_that_matches_decides)
{
	add_section("ops", "subject.OU", "Ops");
	expect_id("subject OU=Ops\nsubject CN=a\n", "named:a");
	cr_expect_str_eq(who.section, "ops");
	cr_expect_eq(who.line, 9);
	expect_id("subject OU=Dev\nsubject CN=a\n", "a");
	cr_expect_str_eq(who.section, "");
	cr_expect_eq(map("subject OU=Ops\n"), REASON_IDENTITY_MISSING,
		     "no fallback to the next one");
	cr_expect_str_eq(who.section, "ops");
	rules->count = 1;
	cr_expect_eq(map("subject OU=Dev\nsubject CN=a\n"),
		     REASON_IDENTITY_MISSING, "no section at all");
	cr_expect_null(who.section);
}

Test(identity, a_section_out_of_its_dates_refuses)
{
	static const struct {
		int64_t from, until;
		enum reason reason;
	} rows[] = {
		{0, 1, REASON_GRANTED},
		{-1, 0, REASON_IDENTITY_MISSING},
		{1, 2, REASON_IDENTITY_MISSING},
		{0, 0, REASON_IDENTITY_MISSING},
	};
	struct identity_rule *ops = add_section("ops", "subject.OU", "Ops");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		ops->span = (struct span){now + rows[i].from,
					  now + rows[i].until};
		cr_expect_eq(map("subject OU=Ops\nsubject CN=a\n"),
			     rows[i].reason, "row %zu", i);
		cr_expect_str_eq(who.section, "ops");
	}
}

Test(identity, a_section_with_a_stale_pin_refuses)
{
	add_section("pinned", "pin", "p");
	expect_id("subject CN=a\n", "a");
	fixture_pin(arena, &policy->trust.pins, "p", verified.cert.sha256,
		    SPAN_ALWAYS);
	policy->trust.pins.list[0].sha256_count = 0;
	policy->trust.pins.list[0].spki = &verified.cert.spki;
	policy->trust.pins.list[0].spki_count = 1;
	expect_id("subject CN=a\n", "named:a");
	policy->trust.pins.list[0].span.until = now;
	cr_expect_eq(map("subject CN=a\n"), REASON_IDENTITY_MISSING);
	cr_expect_str_eq(who.section, "pinned");
	verified.set.values[attr("pin")].state = ATTR_UNCLEAN;
	map_verified();
	cr_expect_eq(who.reason, REASON_UNCLEAN_ATTRIBUTE);
}

Test(identity, values_that_do_not_travel_are_no_email)
{
	section->email[0] = attr("subject.OU");
	cr_assert_eq(map("subject OU= x\nsubject CN=a\n"), REASON_GRANTED);
	cr_expect_null(who.email);
	cr_expect_null(who.department);
}

Test(identity, roles)
{
	expect_roles("subject OU=Administrators\nsubject CN=a\n", "admin");
	cr_expect(who.has_role[0]);
	cr_expect_not(who.has_role[1] || who.has_role[2]);
	expect_roles("subject OU=Services\nsubject OU=Administrators\n"
		     "subject CN=a\n",
		     "admin service");
	expect_roles("subject OU=Other\nsubject CN=a\n", "user");
	cr_expect(who.has_role[2]);
	expect_roles("subject CN=a\n", "user");
	expect_roles("subject CN=bob, OU=Administrators\n", "user");
	expect_roles("subject CN=/OU=Administrators\n", "user");
}

Test(identity, no_role_is_no_refusal)
{
	rules->roles[2].is_default = false;
	fixture_condition(arena, &policy->attrs, &rules->roles[2].conditions,
			  "subject.OU", "Users");
	expect_roles("subject CN=a\n", "");
	cr_expect_not(who.role_expired);
}

Test(identity, roles_out_of_their_dates)
{
	const char *admin = "subject OU=Administrators\nsubject CN=a\n";
	const char *both = "subject OU=Administrators\nsubject OU=Services\n"
			   "subject CN=a\n";

	rules->roles[0].span = (struct span){now, now + 1};
	expect_roles(admin, "admin");
	rules->roles[0].span = (struct span){now - 1, now};
	expect_roles(admin, "");
	cr_expect(who.role_expired, "matched: no default role in its place");
	expect_roles(both, "service");
	cr_expect_not(who.role_expired);
	rules->roles[0].span = (struct span){now + 1, TIME_NEVER};
	expect_roles(admin, "");
	cr_expect(who.role_expired);
	rules->roles[2].span = (struct span){now - 1, now};
	expect_roles("subject CN=a\n", "");
	cr_expect(who.role_expired, "the default role too");
}

Test(identity, roles_that_need_a_pin)
{
	static size_t pins[] = {0};
	const char *admin = "subject OU=Administrators\nsubject CN=a\n";
	struct pin *pin;

	rules->roles[0].pins = pins;
	rules->roles[0].pin_count = 1;
	fixture_pin(arena, &policy->trust.pins, "p", "none", SPAN_ALWAYS);
	pin = &policy->trust.pins.list[0];
	expect_roles(admin, "user");
	pin->spki = arena_alloc(arena, sizeof(*pin->spki));
	pin->spki[0] = verified.cert.spki;
	pin->spki_count = 1;
	expect_roles(admin, "admin");
	pin->span = (struct span){now - 1, now};
	expect_roles(admin, "");
	cr_expect(who.role_expired, "matched but out of date");
	expect_roles("subject CN=a\n", "user");
}

Test(identity, roles_and_blocks_by_identity)
{
	struct block late = {.name = "b", .from = TIME_ALWAYS, .line = 77};
	struct role_rule *boss = fixture_role(policy, "boss");

	add_section("ops", "subject.OU", "Ops");
	fixture_condition(arena, &policy->attrs, &boss->conditions, "identity",
			  "ops");
	fixture_condition(arena, &policy->attrs, &late.conditions, "id",
			  "named:mallory");
	rules->identity_attr = attr("identity");
	rules->id_attr = attr("id");
	FIXTURE_LATE(&late);
	policy->trust.blocks = &late;
	policy->trust.block_count = 1;
	expect_roles("subject OU=Ops\nsubject CN=a\n", "boss");
	expect_roles("subject OU=Dev\nsubject CN=a\n", "user");
	expect_roles("subject OU=Dev\nsubject CN=mallory\n", "user");
	cr_expect_eq(map("subject OU=Ops\nsubject CN=mallory\n"),
		     REASON_BLOCKED);
	cr_expect_eq(who.line, 77);
	cr_expect_str_eq(who.detail, "[block b]");
	cr_expect_eq(who.role_count, 0);
	late.from = now + 1;
	expect_roles("subject OU=Ops\nsubject CN=mallory\n", "boss");
}

Test(identity, a_late_block_that_cannot_be_read_refuses)
{
	struct block late = {.name = "b", .from = TIME_ALWAYS};

	fixture_condition(arena, &policy->attrs, &late.conditions, "id", "x");
	FIXTURE_LATE(&late);
	policy->trust.blocks = &late;
	policy->trust.block_count = 1;
	cr_expect_eq(map("subject CN=a\n"), REASON_UNCLEAN_ATTRIBUTE,
		     "id_attr says that nobody uses it");
}

Test(identity, ids_of_pins_are_for_pins)
{
	cr_expect_eq(map("subject CN=pin:p\n"), REASON_UNCLEAN_ATTRIBUTE);
	section->prefix = "pi";
	cr_expect_eq(map("subject CN=n:p\n"), REASON_UNCLEAN_ATTRIBUTE);
	expect_id("subject CN=p:p\n", "pip:p");
}

Test(identity, admitted_by_a_pin_alone)
{
	static size_t pins[] = {0};
	const char *spec = "subject OU=Administrators\nsubject CN=a\n";

	map(spec);
	fixture_pin(arena, &policy->trust.pins, "p", verified.cert.sha256,
		    SPAN_ALWAYS);
	verified.pin = &policy->trust.pins.list[0];
	verified.pins = (struct attr_values){
		ATTR_READ,
		&(struct attr_value){.text = verified.pin->name,
				     .key = verified.pin->name},
		1};
	map_verified();
	cr_assert(who.known);
	cr_expect_str_eq(who.id, "pin:p");
	cr_expect_null(who.email);
	cr_expect_eq(who.role_count, 0, "what it says of itself is no role");
	rules->roles[1].conditions.count = 0;
	rules->roles[1].pins = pins;
	rules->roles[1].pin_count = 1;
	map_verified();
	cr_assert_eq(who.role_count, 1);
	cr_expect_str_eq(who.roles[0], "service");
}
