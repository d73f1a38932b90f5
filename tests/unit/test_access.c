/* test_access.c - may they? */
#include "access.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

enum { NOW = 1000000 };

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct verified verified;
static struct identity identity;
static struct decision d;
static bool has_role[8];
static struct attr_values values[8];

/* Somebody in the role service, asking with GET. */
static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_AUTHORIZER, .method = "GET",
				   .method_clean = true, .site = "",
				   .peer = ""};
	verified = (struct verified){.ok = true, .reason = REASON_GRANTED};
	verified.set = (struct attr_set){&policy->attrs, values};
	identity = (struct identity){.known = true, .reason = REASON_GRANTED,
				     .has_role = has_role, .id = "svc",
				     .role_count = 1};
	has_role[1] = true;
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(access, .init = start, .fini = end);

static enum reason ask(const char *path)
{
	request.path = path;
	memset(&d, 0xff, sizeof(d));
	fixture_prepare(policy);
	access_decide(arena, &policy->access, &request, &verified, &identity,
		      NOW, NULL, &d);
	cr_expect_eq(d.granted, d.reason == REASON_GRANTED);
	cr_expect(d.granted || !d.anonymous);
	cr_expect_not(d.open);
	return d.reason;
}

static enum reason ask_by(const char *method, const char *path)
{
	request.method = method;
	return ask(path);
}

static void refuse_certificate(enum reason reason)
{
	verified.ok = false;
	verified.reason = reason;
	identity = (struct identity){0};
}

static struct access_rule *rule_called(const char *name)
{
	for (size_t i = 0; i < policy->access.count; i++)
		if (strcmp(policy->access.list[i].name, name) == 0)
			return &policy->access.list[i];
	cr_assert_fail("no rule %s", name);
	return NULL;
}

Test(access, zero_is_a_denial)
{
	struct decision zero = {0};

	cr_expect_not(zero.granted);
	cr_expect_eq(zero.reason, REASON_INTERNAL_ERROR);
	verified = (struct verified){0};
	identity = (struct identity){0};
	cr_expect_eq(ask("/api/x"), REASON_INTERNAL_ERROR);
	cr_expect_eq(ask("/public/x"), REASON_INTERNAL_ERROR,
		     "and not even anyone");
	request = (struct request){0};
	cr_expect_eq(ask(NULL), REASON_BAD_PATH);
}

Test(access, no_rules)
{
	policy->access.count = 0;
	cr_expect_eq(ask("/"), REASON_NO_RULE);
	cr_expect_null(d.rule);
	cr_expect_eq(d.line, 0);
}

Test(access, a_later_section_never_helps)
{
	cr_expect_eq(ask("/api/admin/x"), REASON_ROLE_REQUIRED);
	cr_expect_str_eq(d.rule, "admin-area");
	cr_expect_eq(d.line, 31);
	cr_expect_str_eq(d.detail, "needs admin");
	cr_expect_eq(ask("/api/deploy"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_str_eq(d.rule, "deploy");
}

Test(access, sites)
{
	static const char *intranet[] = {"intranet", "lab"};
	struct access_rule *api = rule_called("api");

	api->sites = intranet;
	api->site_count = 2;
	cr_expect_eq(ask("/api/x"), REASON_NO_RULE, "the server named none");
	request.site = "internet";
	cr_expect_eq(ask("/api/x"), REASON_NO_RULE);
	request.site = "Intranet";
	cr_expect_eq(ask("/api/x"), REASON_NO_RULE);
	request.site = "lab";
	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
	api->site_any = true;
	request.site = "";
	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
}

Test(access, roles)
{
	struct access_rule *api = rule_called("api");

	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
	cr_expect_str_eq(d.rule, "api");
	cr_expect_eq(d.line, 33);
	cr_expect_null(d.detail);
	api->allow = fixture_allow(policy, "admin,service");
	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
	has_role[1] = false;
	cr_expect_eq(ask("/api/x"), REASON_ROLE_REQUIRED);
	cr_expect_str_eq(d.detail, "needs admin, service");
	api->allow = fixture_allow(policy, "*");
	cr_expect_eq(ask("/api/x"), REASON_GRANTED, "any identified");
	api->allow = (struct allow){.set = true};
	cr_expect_eq(ask("/api/x"), REASON_ROLE_REQUIRED, "names nobody");
}

Test(access, zeroed_allow_is_no_allow)
{
	rule_called("api")->allow = (struct allow){0};
	cr_expect_eq(ask("/api/x"), REASON_METHOD_NOT_ALLOWED);
	rule_called("api")->allow.any_role = true;
	cr_expect_eq(ask("/api/x"), REASON_METHOD_NOT_ALLOWED);
}

Test(access, allow_for_a_method)
{
	struct access_rule *api = rule_called("api");

	fixture_method(policy, api, "GET", "admin");
	fixture_method(policy, api, "PUT", "service");
	cr_expect_eq(ask_by("GET", "/api/x"), REASON_ROLE_REQUIRED);
	cr_expect_eq(ask_by("HEAD", "/api/x"), REASON_ROLE_REQUIRED,
		     "GET covers HEAD");
	cr_expect_eq(ask_by("PUT", "/api/x"), REASON_GRANTED);
	cr_expect_eq(ask_by("POST", "/api/x"), REASON_GRANTED, "allow = *");
	fixture_method(policy, api, "HEAD", "service");
	cr_expect_eq(ask_by("HEAD", "/api/x"), REASON_GRANTED);
	cr_expect_eq(ask_by("GET", "/api/x"), REASON_ROLE_REQUIRED);
	api->allow = (struct allow){0};
	cr_expect_eq(ask_by("POST", "/api/x"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_not_null(d.allowed_methods);
}

Test(access, head_does_not_cover_get)
{
	cr_expect_eq(ask_by("POST", "/api/deploy"), REASON_GRANTED);
	cr_expect_eq(ask_by("HEAD", "/api/deploy"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_str_eq(d.allowed_methods, "POST");
	fixture_method(policy, rule_called("deploy"), "HEAD", "*");
	cr_expect_eq(ask_by("HEAD", "/api/deploy"), REASON_GRANTED);
	cr_expect_eq(ask_by("GET", "/api/deploy"), REASON_METHOD_NOT_ALLOWED);
}

Test(access, method_limits_the_rest)
{
	static const char *methods[] = {"GET", "POST"};
	struct access_rule *api = rule_called("api");

	api->methods = methods;
	api->method_count = 2;
	cr_expect_eq(ask_by("GET", "/api/x"), REASON_GRANTED);
	cr_expect_eq(ask_by("HEAD", "/api/x"), REASON_GRANTED);
	cr_expect_eq(ask_by("POST", "/api/x"), REASON_GRANTED);
	cr_expect_eq(ask_by("DELETE", "/api/x"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_str_eq(d.allowed_methods, "GET, POST, HEAD");
	fixture_method(policy, api, "DELETE", "*");
	cr_expect_eq(ask_by("DELETE", "/api/x"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_eq(ask_by("GE", "/api/x"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_eq(ask_by("GETS", "/api/x"), REASON_METHOD_NOT_ALLOWED);
}

Test(access, allowed_methods_are_those_that_pass)
{
	static const char *methods[] = {"GET", "HEAD", "POST"};
	struct access_rule *rule = rule_called("deploy");

	rule->methods = methods;
	rule->method_count = 3;
	cr_expect_eq(ask_by("PUT", "/api/deploy"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_str_eq(d.allowed_methods, "POST", "has allow.POST only");
	rule->allow = fixture_allow(policy, "*");
	cr_expect_eq(ask_by("PUT", "/api/deploy"), REASON_METHOD_NOT_ALLOWED);
	cr_expect_str_eq(d.allowed_methods, "GET, POST, HEAD");
}

/* What is denied everywhere, in the order of the reasons. */
Test(access, unsound_requests)
{
	static const char *const paths[] = {"/api/x", "/public/x", "/nowhere"};

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		verified.reason = REASON_SOURCE_CONFLICT;
		verified.ok = false;
		cr_expect_eq(ask(paths[i]), REASON_SOURCE_CONFLICT);
		request.method_clean = false;
		cr_expect_eq(ask(paths[i]), REASON_METHOD_NOT_ALLOWED);
		cr_expect_null(d.allowed_methods);
		request.probe = true;
		cr_expect_eq(ask(paths[i]), REASON_DENY_PROBE);
		request.path_error = "why";
		cr_expect_eq(ask(NULL), REASON_BAD_PATH);
		cr_expect_str_eq(d.detail, "why");
		request.password = true;
		cr_expect_eq(ask(NULL), REASON_PASSWORD_NOT_SUPPORTED);
		cr_expect_eq(ask(paths[i]), REASON_PASSWORD_NOT_SUPPORTED);
		cr_expect_null(d.rule);
		request.password = request.probe = false;
		request.method_clean = true;
	}
}

Test(access, internal_errors_are_not_nobody)
{
	identity.known = false;
	identity.reason = REASON_INTERNAL_ERROR;
	cr_expect_eq(ask("/public/x"), REASON_INTERNAL_ERROR);
	refuse_certificate(REASON_INTERNAL_ERROR);
	cr_expect_eq(ask("/public/x"), REASON_INTERNAL_ERROR);
}

Test(access, anyone_without_a_certificate)
{
	refuse_certificate(REASON_CERTIFICATE_MISSING);
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect(d.anonymous);
	cr_expect_str_eq(d.rule, "public");
	cr_expect_eq(d.line, 30);
	cr_expect_null(d.detail);
	cr_expect_eq(ask("/api/x"), REASON_CERTIFICATE_MISSING);
	cr_expect_eq(ask("/nowhere"), REASON_CERTIFICATE_MISSING,
		     "before no_rule");
	cr_expect_eq(ask_by("POST", "/public/x"), REASON_GRANTED);
}

Test(access, anyone_with_a_refused_certificate)
{
	refuse_certificate(REASON_BLOCKED);
	verified.line = 44;
	verified.detail = "[block b]";
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect(d.anonymous);
	cr_expect_eq(d.line, 30, "the rule that granted");
	cr_expect_eq(ask("/api/x"), REASON_BLOCKED);
	cr_expect_eq(d.line, 44, "the block that refused");
	cr_expect_str_eq(d.detail, "[block b]");
}

Test(access, anyone_with_a_good_certificate)
{
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect_not(d.anonymous);
}

Test(access, anyone_whose_rule_does_not_stand)
{
	static const char *get[] = {"GET"};
	struct access_rule *rule = rule_called("public");

	refuse_certificate(REASON_CERTIFICATE_MISSING);
	rule->methods = get;
	rule->method_count = 1;
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect_eq(ask_by("POST", "/public/x"), REASON_CERTIFICATE_MISSING,
		     "no allow for this method lets anyone in");
	request.method = "GET";
	rule->span.until = NOW;
	cr_expect_eq(ask("/public/x"), REASON_RULE_EXPIRED);
	cr_expect_not(d.anonymous);
}

Test(access, nobody_known)
{
	identity = (struct identity){.reason = REASON_IDENTITY_AMBIGUOUS,
				     .detail = "subject.CN", .line = 12};
	cr_expect_eq(ask("/api/x"), REASON_IDENTITY_AMBIGUOUS);
	cr_expect_str_eq(d.detail, "subject.CN");
	cr_expect_eq(d.line, 12);
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect(d.anonymous);
}

Test(access, role_expired)
{
	identity.role_expired = true;
	cr_expect_eq(ask("/api/x"), REASON_ROLE_EXPIRED);
	cr_expect_eq(ask("/nowhere"), REASON_ROLE_EXPIRED);
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect(d.anonymous, "is nobody there");
}

Test(access, dates_of_a_rule)
{
	static const struct {
		int64_t from, until;
		bool holds;
	} rows[] = {{NOW, NOW + 1, true},	  {NOW - 1, NOW, false},
		    {NOW + 1, TIME_NEVER, false}, {TIME_ALWAYS, NOW, false},
		    {NOW, NOW, false},		  {0, 0, false}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rule_called("api")->span = (struct span){rows[i].from,
							 rows[i].until};
		cr_expect_eq(ask("/api/x"), rows[i].holds ? REASON_GRANTED
							  : REASON_RULE_EXPIRED,
			     "row %zu", i);
		cr_expect_str_eq(d.rule, "api");
	}
	cr_expect_eq(ask_by("POST", "/api/x"), REASON_RULE_EXPIRED);
}

Test(access, pins_and_conditions)
{
	static size_t pins[] = {0};
	struct access_rule *api = rule_called("api");
	struct attr_value *pin = arena_alloc(arena, sizeof(*pin));
	size_t ou = fixture_attr(arena, &policy->attrs, "subject.OU");

	fixture_pin(arena, &policy->trust.pins, "p", "digest", SPAN_ALWAYS);
	api->pins = pins;
	api->pin_count = 1;
	fixture_condition(arena, &policy->attrs, &api->conditions, "subject.OU",
			  "Ops");
	cr_expect_eq(ask("/api/x"), REASON_PIN_REQUIRED);
	*pin = (struct attr_value){.text = policy->trust.pins.list[0].name};
	verified.pins = (struct attr_values){ATTR_READ, pin, 1};
	pin->stale = true;
	cr_expect_eq(ask("/api/x"), REASON_PIN_REQUIRED);
	pin->stale = false;
	cr_expect_eq(ask("/api/x"), REASON_CONDITION_FAILED, "nobody read it");
	values[ou].state = ATTR_READ;
	cr_expect_eq(ask("/api/x"), REASON_CONDITION_FAILED);
	cr_expect_str_eq(d.detail, "subject.OU");
	cr_expect_eq(d.line, 101, "of the condition");
	cr_assert_eq(attr_add(arena, COMPARE_EXACT, &values[ou], "Ops"), ST_OK);
	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
	values[ou].list[0].stale = true;
	cr_expect_eq(ask("/api/x"), REASON_CONDITION_FAILED);
	api->allow = fixture_allow(policy, "admin");
	cr_expect_eq(ask("/api/x"), REASON_ROLE_REQUIRED, "comes before");
}
