/* test_access_prepare.c - what counts for a method, worked out beforehand. */
#include "access.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct access_rule *rule;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	rule = fixture_access(policy, "new", "/new");
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(access_prepare, .init = start, .fini = end);

static void add_method(const char *method)
{
	rule->methods = arena_grow(arena, rule->methods, rule->method_count,
				   sizeof(*rule->methods));
	rule->methods[rule->method_count++] = method;
}

static bool lists(const char *method)
{
	for (size_t i = 0; i < rule->method_count; i++)
		if (strcmp(rule->methods[i], method) == 0)
			return true;
	return false;
}

static const struct allow *own_allow(const char *method)
{
	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (strcmp(rule->method_allows[i].method, method) == 0)
			return &rule->method_allows[i].allow;
	return NULL;
}

/* The meaning, line by line of the manual. */
static const struct allow *expected(const char *method)
{
	bool head = strcmp(method, "HEAD") == 0;
	const struct allow *allow = own_allow(method);

	if (rule->method_count && !lists(method) && !(head && lists("GET")))
		return NULL;
	if (!allow && head)
		allow = own_allow("GET");
	if (!allow && rule->allow.set)
		allow = &rule->allow;
	return allow;
}

static const char *const METHODS[] = {"GET", "HEAD", "POST", "PUT", "GE",
				      "GETS", "A", "Z"};

static void random_rule(void)
{
	rule->method_count = rule->method_allow_count = 0;
	rule->methods = NULL;
	rule->method_allows = NULL;
	rule->allow = (struct allow){0};
	if (rand() % 2)
		rule->allow = fixture_allow(policy, "*");
	for (int left = rand() % 4; left > 0; left--)
		add_method(METHODS[(size_t)rand() % 4]);
	for (size_t i = 0; i < 4; i++)
		if (rand() % 3 == 0)
			fixture_method(policy, rule, METHODS[i], "admin");
}

Test(access_prepare, agrees_with_the_lines)
{
	srand(5);
	for (size_t round = 0; round < 2000; round++) {
		random_rule();
		fixture_prepare(policy);
		for (size_t i = 0; i < ARRAY_LEN(METHODS); i++)
			cr_assert_eq(access_allow(rule, METHODS[i]),
				     expected(METHODS[i]), "round %zu: %s",
				     round, METHODS[i]);
	}
}

Test(access_prepare, a_denial_says_what_is_needed)
{
	rule->allow = fixture_allow(policy, "user,admin,user,service,admin");
	fixture_prepare(policy);
	cr_expect_str_eq(rule->allow.needs, "needs user, admin, service",
			 "as written, each once");
	cr_assert_eq(rule->allow.role_count, 3);
	for (size_t i = 0; i < 3; i++)
		cr_expect_eq(rule->allow.roles[i], i, "in order");
	rule->allow = fixture_allow(policy, "*");
	fixture_prepare(policy);
	cr_expect_str_eq(rule->allow.needs, "");
}

Test(access_prepare, roles_of_one_allow_count_in_another)
{
	rule->allow = fixture_allow(policy, "admin");
	fixture_method(policy, rule, "GET", "admin");
	fixture_method(policy, rule, "PUT", "service,admin");
	fixture_prepare(policy);
	cr_expect_str_eq(rule->allow.needs, "needs admin");
	cr_expect_str_eq(own_allow("GET")->needs, "needs admin");
	cr_expect_str_eq(own_allow("PUT")->needs, "needs service, admin");
}

Test(access_prepare, path_chooses_the_section)
{
	static const struct {
		const char *path;
		const char *rule; /* NULL: none */
	} rows[] = {
		{"/admin", "admin-area"},  {"/admin/", "admin-area"},
		{"/admin/a/b", "admin-area"}, {"/administrator", NULL},
		{"/Admin", NULL},	   {"/", NULL},
		{"/api/admin", "admin-area"}, {"/api/administrator", "api"},
		{"/api/deploy", "deploy"}, {"/api/deploy/", "api"},
		{"/api", "api"},	   {"/public", "public"},
		{"/publicity", NULL},	   {"", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct access_rule *found;

		cr_assert_eq(access_find(arena, &policy->access, rows[i].path,
					 "any", &found), ST_OK);

		cr_expect_eq(found != NULL, rows[i].rule != NULL, "%s",
			     rows[i].path);
		if (found && rows[i].rule)
			cr_expect_str_eq(found->name, rows[i].rule);
	}
}

/* Around the bytes that are compared together. */
Test(access_prepare, one_of_many_roles)
{
	char *text = arena_strdup(arena, "admin");
	bool *has = arena_alloc(arena, 100);
	struct request request = {.method = "GET", .method_clean = true,
				  .path = "/new", .site = ""};
	struct verified verified = {.ok = true, .reason = REASON_GRANTED};
	struct identity who = {.known = true, .reason = REASON_GRANTED,
			       .has_role = has};
	struct decision d;

	for (size_t i = 3; i < 91; i++) {
		const char *name = arena_printf(arena, "role%zu", i);

		fixture_role(policy, name);
		if (i % 2)
			text = arena_printf(arena, "%s,%s", text, name);
	}
	rule->allow = fixture_allow(policy, text);
	fixture_prepare(policy);
	cr_assert_not_null(rule->allow.mask);
	for (size_t i = 0; i < 91; i++) {
		memset(has, 0, 100);
		has[i] = true;
		access_decide(arena, &policy->access, &request, &verified,
			      &who, 0, NULL, &d);
		cr_expect_eq(d.granted, i == 0 || (i > 2 && i % 2), "%zu", i);
	}
}
