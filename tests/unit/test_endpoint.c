/* test_endpoint.c - the table of endpoints and the form of every answer. */
#include "endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct reply reply;
static struct buf out;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_RESPONDER, .method = "GET",
				   .method_clean = true};
	outcome = fixture_outcome(policy, &request, "subject CN=alice\n");
	reply = (struct reply){0};
	out = (struct buf){0};
}

static void end(void)
{
	reply_free(&reply);
	buf_free(&out);
	arena_free(arena);
}

TestSuite(endpoint, .init = start, .fini = end);

static const char *bytes(void)
{
	reply_write(&reply, false, &out);
	cr_assert_not(out.failed);
	return out.data;
}

/* The reply to a denial for this reason. */
static const char *deny(enum reason reason)
{
	reply_free(&reply);
	buf_free(&out);
	reply = (struct reply){0};
	outcome.decision = (struct decision){.reason = reason};
	cr_assert_eq(endpoint_deny(arena, &outcome, &reply), ST_OK);
	return bytes();
}

Test(endpoint, table)
{
	static const char *const names[] = {"profile", "cert-info",
					    "admin/status", "admin/metrics",
					    "health"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		cr_expect_str_eq(endpoint_table_name(i), names[i]);
	cr_expect_null(endpoint_table_name(ARRAY_LEN(names)));
	cr_expect_null(endpoint_table_name(SIZE_MAX));
}

Test(endpoint, found_by_path)
{
	static const struct {
		const char *prefix; /* NULL: no rules */
		const char *path;
		const char *name; /* NULL: none */
	} rows[] = {
		{NULL, "/api/profile", "profile"},
		{NULL, "/api/health", "health"},
		{"/api", "/api/admin/status", "admin/status"},
		{"/api", "/api/cert-info", "cert-info"},
		{"/api", "/api/profile/", NULL},
		{"/api", "/api/Profile", NULL},
		{"/api", "/api/profile2", NULL},
		{"/api", "/api/profil", NULL},
		{"/api", "/api/", NULL},
		{"/api", "/api", NULL},
		{"/api", "/apiprofile", NULL},
		{"/api", "/apix/profile", NULL},
		{"/api", "profile", NULL},
		{"/api", "/x/api/profile", NULL},
		{"/api", "/api//profile", NULL},
		{"/api", "", NULL},
		{"/gate/v1", "/gate/v1/profile", "profile"},
		{"/gate/v1", "/api/profile", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct endpoint_rules rules = {.prefix = rows[i].prefix};
		const struct endpoint *found = endpoint_find(
			rows[i].prefix ? &rules : NULL, rows[i].path);

		cr_expect_eq(found != NULL, rows[i].name != NULL, "%s",
			     rows[i].path);
		if (found && rows[i].name)
			cr_expect_str_eq(found->name, rows[i].name);
	}
}

Test(endpoint, what_is_open_and_what_is_for_admins)
{
	const struct endpoint_rules *rules = &policy->endpoints;

	cr_expect(endpoint_find(rules, "/api/health")->open);
	cr_expect_not(endpoint_find(rules, "/api/health")->admin);
	cr_expect(endpoint_find(rules, "/api/admin/status")->admin);
	cr_expect_not(endpoint_find(rules, "/api/admin/status")->open);
	cr_expect(endpoint_find(rules, "/api/admin/metrics")->admin);
	cr_expect_not(endpoint_find(rules, "/api/admin/metrics")->open);
	cr_expect_not(endpoint_find(rules, "/api/profile")->open);
	cr_expect_not(endpoint_find(rules, "/api/cert-info")->open);
}

Test(endpoint, admins)
{
	struct endpoint_rules rules = {.admin_index = 1};
	bool has_role[2] = {true, true};
	struct identity who = {.known = true, .has_role = has_role};

	cr_expect(endpoint_admits(&rules, &who));
	has_role[1] = false;
	cr_expect_not(endpoint_admits(&rules, &who));
	has_role[1] = true;
	who.role_expired = true;
	cr_expect_not(endpoint_admits(&rules, &who));
	who.role_expired = false;
	who.known = false;
	cr_expect_not(endpoint_admits(&rules, &who));
	who.known = true;
	rules.admin_index = SIZE_MAX;
	cr_expect_not(endpoint_admits(&rules, &who), "nobody has it");
	who = (struct identity){0};
	rules.admin_index = 0;
	cr_expect_not(endpoint_admits(&rules, &who));
}

static enum status answer(const char *name)
{
	const struct endpoint *row = endpoint_find(
		NULL, arena_printf(arena, "/api/%s", name));

	return endpoint_answer(arena, row, &outcome, &reply);
}

Test(endpoint, answer)
{
	cr_assert_eq(answer("health"), ST_OK);
	cr_assert_str_eq(bytes(), "Status: 200 OK\r\n"
				  "Cache-Control: no-store\r\n"
				  "X-Content-Type-Options: nosniff\r\n"
				  "Vary: Accept\r\n"
				  "Content-Type: application/json\r\n"
				  "Content-Length: 15\r\n"
				  "\r\n"
				  "{\"status\":\"OK\"}");
	cr_expect(outcome.decision.granted);
}

Test(endpoint, health_without_a_policy)
{
	outcome.policy = NULL;
	cr_assert_eq(answer("health"), ST_OK);
	cr_expect_eq(reply.status, 503);
}

Test(endpoint, head_is_answered_as_get)
{
	request.method = "HEAD";
	cr_assert_eq(answer("profile"), ST_OK);
	cr_expect_eq(reply.status, 200);
	cr_expect(outcome.decision.granted);
}

Test(endpoint, other_methods)
{
	static const char *const methods[] = {"POST", "PUT", "DELETE", "get",
					      "GETX", "", "OPTIONS"};

	for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
		request.method = methods[i];
		outcome.decision = (struct decision){
			.granted = true, .reason = REASON_GRANTED};
		cr_assert_eq(answer("health"), ST_OK);
		cr_expect_eq(reply.status, 405);
		cr_expect_not(outcome.decision.granted);
		cr_expect_eq(outcome.decision.reason,
			     REASON_METHOD_NOT_ALLOWED);
		cr_expect_not_null(strstr(bytes(), "\r\nAllow: GET, HEAD\r\n"));
		end();
		start();
	}
}

Test(endpoint, not_found)
{
	cr_assert_eq(answer("nothing"), ST_OK);
	cr_expect_eq(reply.status, 404);
	cr_expect_not(outcome.decision.granted);
	cr_expect_eq(outcome.decision.reason, REASON_NOT_FOUND);
	cr_expect_not_null(strstr(bytes(), "\"error\":\"Not Found\""));
}

static const char missing[] =
	"Status: 401 Unauthorized\r\n"
	"Cache-Control: no-store\r\n"
	"X-Content-Type-Options: nosniff\r\n"
	"Vary: Accept\r\n"
	"X-Mtlsgate-Reason: certificate_missing\r\n"
	"X-Mtlsgate-Decision: d-1\r\n"
	"WWW-Authenticate: ClientCert\r\n"
	"Content-Type: application/json\r\n"
	"Content-Length: 158\r\n"
	"\r\n"
	"{\"error\":\"Unauthorized\","
	"\"message\":\"Client certificate required\","
	"\"hint\":\"Valid client certificate required\","
	"\"reason\":\"certificate_missing\","
	"\"decision_id\":\"d-1\"}";

Test(endpoint, denial_for_the_certificate)
{
	cr_assert_str_eq(deny(REASON_CERTIFICATE_MISSING), missing);
}

Test(endpoint, denial_by_the_policy)
{
	cr_assert_str_eq(strstr(deny(REASON_NO_RULE), "\r\n\r\n") + 4,
			 "{\"error\":\"Forbidden\","
			 "\"message\":\"No rule allows this path\","
			 "\"reason\":\"no_rule\","
			 "\"decision_id\":\"d-1\"}");
	cr_expect_null(strstr(out.data, "WWW-Authenticate"));
	cr_expect_null(strstr(out.data, "Allow:"));
}

Test(endpoint, every_reason_is_denied_with_its_status)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		const struct reason_row *row = reason_row((enum reason)i);
		const char *status = arena_printf(arena, "Status: %d %s\r\n",
						  row->status,
						  reply_phrase(row->status));
		const char *header = arena_printf(
			arena, "\r\nX-Mtlsgate-Reason: %s\r\n", row->name);
		const char *text;

		if (i == REASON_GRANTED)
			continue;
		text = deny((enum reason)i);
		cr_expect_eq(strncmp(text, status, strlen(status)), 0, "%s",
			     row->name);
		cr_expect_not_null(strstr(text, header), "%s", row->name);
		cr_expect_eq(strstr(text, "\"hint\"") != NULL,
			     row->status == 401, "%s", row->name);
		cr_expect_eq(strstr(text, "\nWWW-Authenticate: ") != NULL,
			     row->status == 401, "%s", row->name);
	}
}

Test(endpoint, a_server_that_only_asks_takes_401_and_403)
{
	request.mirror = true;
	for (int i = 0; i < REASON_COUNT; i++) {
		int status = reason_row((enum reason)i)->status;

		if (i == REASON_GRANTED)
			continue;
		if (status == 400 || status == 404 || status == 405)
			status = 403;
		deny((enum reason)i);
		cr_expect_eq(reply.status, status, "reason %d", i);
		cr_expect_null(strstr(out.data, "\nAllow:"));
	}
	deny(REASON_BAD_PATH);
	cr_expect_not_null(strstr(out.data, "\"error\":\"Forbidden\""));
	cr_expect_not_null(strstr(out.data, "\"reason\":\"bad_path\""));
}

Test(endpoint, allowed_methods)
{
	outcome.decision = (struct decision){
		.reason = REASON_METHOD_NOT_ALLOWED,
		.allowed_methods = "POST"};
	cr_assert_eq(endpoint_deny(arena, &outcome, &reply), ST_OK);
	cr_expect_not_null(strstr(bytes(), "\r\nAllow: POST\r\n"));
}

Test(endpoint, messages_of_the_policy)
{
	policy->messages.contact = "help@corp.test <x>";
	policy->messages.help_url = "https://corp.test/?a&b";
	deny(REASON_NO_RULE);
	cr_expect_not_null(
		strstr(out.data, "\"decision_id\":\"d-1\","
				 "\"contact\":\"help@corp.test "
				 "\\u003cx\\u003e\","
				 "\"help_url\":\"https://corp.test/"
				 "?a\\u0026b\"}"));
	outcome.policy = NULL;
	outcome.request = NULL;
	deny(REASON_POLICY_INVALID);
	cr_expect_null(strstr(out.data, "contact"));
}

Test(endpoint, details_stay_inside)
{
	outcome.decision = (struct decision){.reason = REASON_BLOCKED,
					     .detail = "[block secret]",
					     .rule = "secret-rule"};
	cr_assert_eq(endpoint_deny(arena, &outcome, &reply), ST_OK);
	cr_expect_null(strstr(bytes(), "secret"));
}

Test(endpoint, a_decision_id_that_must_not_leave)
{
	outcome.decision_id = "d\r\nX: y";
	outcome.decision = (struct decision){.reason = REASON_NO_RULE};
	cr_expect_eq(endpoint_deny(arena, &outcome, &reply), ST_NOMEM);
}
