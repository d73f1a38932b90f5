/* test_audit_line.c - what a line says, and that it is one line. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <string.h>

#include "audit.h"

static struct arena *arena;
static struct request request;
static struct outcome outcome;
static struct policy policy;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	request = (struct request){
		.role = ROLE_AUTHORIZER,
		.method = "GET",
		.path = "/app/x",
		.site = "",
		.peer = "192.0.2.1",
	};
	outcome = (struct outcome){
		.request = &request,
		.decision_id = "0123",
		.facts = {.now = 0},
		.policy = &policy,
	};
	memcpy(policy.sha256, "abcd", 5);
}

static void end(void)
{
	arena_free(arena);
}

/* The line as JSON; checks that it is one line. */
static json_t *render(int status, const struct trace *trace)
{
	struct buf line = {0};
	json_t *root;

	audit_render(arena, &outcome, status, trace, &line);
	cr_assert_not(line.failed);
	cr_assert_eq(memchr(line.data, '\n', line.len),
		     line.data + line.len - 1);
	root = json_loadb(line.data, line.len, JSON_REJECT_DUPLICATES, NULL);
	cr_assert_not_null(root, "%s", line.data);
	buf_free(&line);
	return root;
}

static const char *text(const json_t *root, const char *key)
{
	cr_assert_not_null(json_object_get(root, key), "%s", key);
	return json_string_value(json_object_get(root, key));
}

Test(audit_line, decision_nobody_set_is_denied, .init = start, .fini = end)
{
	json_t *root = render(500, NULL);

	cr_assert_str_eq(text(root, "decision"), "denied");
	cr_assert_str_eq(text(root, "reason"), "internal_error");
	cr_assert_str_eq(text(root, "time"), "1970-01-01T00:00:00Z");
	cr_assert_eq(json_integer_value(json_object_get(root, "status")),
		     500);
	cr_assert(json_is_null(json_object_get(root, "line")));
	cr_assert(json_is_null(json_object_get(root, "verified_by")));
	cr_assert(json_is_null(json_object_get(root, "warning")));
	cr_assert(json_is_null(json_object_get(root, "sha256")));
	cr_assert(json_is_null(json_object_get(root, "days_left")));
	cr_assert_null(json_object_get(root, "steps"));
	json_decref(root);
}

Test(audit_line, grant_says_who_and_why, .init = start, .fini = end)
{
	const char *roles[] = {"admin", "user"};
	json_t *root;

	outcome.decision = (struct decision){.granted = true,
					     .reason = REASON_GRANTED,
					     .rule = "app",
					     .line = 12};
	outcome.identity = (struct identity){
		.known = true, .id = "bob", .roles = roles, .role_count = 2};
	outcome.verified.parsed = true;
	outcome.verified.cert.serial = "0A";
	outcome.verified.cert.sha256 = "ff";
	outcome.verified.days_left = 7;
	outcome.verified.verified_by = "chain";
	outcome.verified.warning = "nobody answered";
	outcome.verified.spoofed = "HTTP_CLIENT_CERT";
	root = render(200, NULL);
	cr_assert_str_eq(text(root, "decision"), "granted");
	cr_assert_str_eq(text(root, "rule"), "app");
	cr_assert_str_eq(text(root, "id"), "bob");
	cr_assert_str_eq(text(root, "role"), "admin");
	cr_assert_eq(json_array_size(json_object_get(root, "roles")), 2);
	cr_assert_str_eq(text(root, "serial"), "0A");
	cr_assert_str_eq(text(root, "verified_by"), "chain");
	cr_assert_str_eq(text(root, "warning"), "nobody answered");
	cr_assert_str_eq(text(root, "spoofed_header"), "HTTP_CLIENT_CERT");
	cr_assert_str_eq(text(root, "policy_sha256"), "abcd");
	cr_assert_eq(json_integer_value(json_object_get(root, "line")), 12);
	cr_assert_eq(json_integer_value(json_object_get(root, "days_left")),
		     7);
	json_decref(root);
}

Test(audit_line, refused_path_is_shown_as_it_came, .init = start, .fini = end)
{
	json_t *root;

	request.path = NULL;
	request.var[VAR_REQUEST_URI] = "/a\n\x1b\xff/../b";
	root = render(400, NULL);
	cr_assert_str_eq(text(root, "path"), "/a\\x0A\\x1B\\xFF/../b");
	json_decref(root);
	request.var[VAR_MTLSGATE_URI] = "/c/..";
	root = render(400, NULL);
	cr_assert_str_eq(text(root, "path"), "/c/..");
	json_decref(root);
}

Test(audit_line, no_request_and_no_policy, .init = start, .fini = end)
{
	json_t *root;

	outcome.request = NULL;
	outcome.policy = NULL;
	root = render(500, NULL);
	cr_assert(json_is_null(json_object_get(root, "path")));
	cr_assert(json_is_null(json_object_get(root, "policy_sha256")));
	cr_assert(json_is_null(json_object_get(root, "role_of_request")));
	json_decref(root);
}

Test(audit_line, steps_of_a_trace, .init = start, .fini = end)
{
	struct trace trace = {.arena = arena};
	json_t *root, *steps;

	trace_add(&trace, "request", "path", STEP_OK, "/x");
	trace_add(&trace, "trust", "expired", STEP_FAIL, "since yesterday");
	root = render(401, &trace);
	steps = json_object_get(root, "steps");
	cr_assert_eq(json_array_size(steps), 2);
	cr_assert_str_eq(text(json_array_get(steps, 1), "stage"), "trust");
	cr_assert_str_eq(text(json_array_get(steps, 1), "value"),
			 "since yesterday");
	json_decref(root);
}
