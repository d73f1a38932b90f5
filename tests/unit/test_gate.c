/* test_gate.c - a request's way through the stages. */
#include "gate.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "policy_fixture.h"

enum { MAX_ENV = 10 };

static struct arena *arena;
static struct policy *policy;
static struct gate_input input;
static struct outcome outcome;
static struct buf out;
static char *env[MAX_ENV + 1];

static void set(const char *name, const char *value)
{
	size_t i = 0;

	while (env[i] && (strncmp(env[i], name, strlen(name)) != 0 ||
			  env[i][strlen(name)] != '='))
		i++;
	cr_assert_lt(i, MAX_ENV);
	env[i] = arena_printf(arena, "%s=%s", name, value);
}

static void set_certificate(const char *spec)
{
	char *pem = fixture_pem(spec);

	set("SSL_CLIENT_CERT", pem);
	set("SSL_CLIENT_VERIFY", "SUCCESS");
	free(pem);
}

/* An authorizer that is asked for a path with GET, without a certificate. */
static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	input = (struct gate_input){.policy = policy,
				    .role = ROLE_AUTHORIZER,
				    .env = env,
				    .decision_id = "d-1",
				    .facts = {.now = FIXTURE_NOW,
					      .version = "1.2.3"}};
	set("REQUEST_METHOD", "GET");
	out = (struct buf){0};
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
	memset(env, 0, sizeof(env));
}

TestSuite(gate, .init = start, .fini = end);

/* Asks for path in the role of input; the reason. */
static enum reason ask(const char *path)
{
	bool script = input.role == ROLE_RESPONDER;

	set(script ? "SCRIPT_NAME" : "REQUEST_URI", path);
	buf_free(&out);
	memset(&outcome, 0xff, sizeof(outcome));
	cr_assert_eq(gate_handle(arena, &input, &outcome, &out), ST_OK);
	cr_expect_eq(strncmp(out.data, "Status: ", 8), 0);
	cr_expect_eq(outcome.decision.granted,
		     strncmp(out.data, "Status: 200 ", 12) == 0 ||
			     strncmp(out.data, "Status: 503 ", 12) == 0);
	cr_expect_eq(outcome.decision.granted,
		     outcome.decision.reason == REASON_GRANTED);
	return outcome.decision.reason;
}

static void expect_in_reply(const char *text)
{
	cr_expect_not_null(strstr(out.data, text), "%s in %s", text, out.data);
}

static void expect_not_in_reply(const char *text)
{
	cr_expect_null(strstr(out.data, text), "%s in %s", text, out.data);
}

/* A header from a peer that may not send it takes nothing from a path for
 * anyone but the welcome, and nothing from one who has a certificate. */
Test(gate, a_spoofed_header)
{
	static struct peer_net nobody = {.family = -1};
	struct source_rules *sources = &policy->source;

	*sources = (struct source_rules){
		.list = {SOURCE_NGINX, SOURCE_SERVER},
		.count = 2,
		.trusted = &nobody,
		.trusted_count = 1,
		.header = {[SLOT_CERT] = "HTTP_X_CERT"}};
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	set("HTTP_X_CERT", "anything");
	cr_expect_eq(ask("/public/x"), REASON_SPOOFED_HEADER);
	cr_expect_eq(ask("/api/x"), REASON_CERTIFICATE_MISSING);
	cr_expect_str_eq(outcome.verified.spoofed, "HTTP_X_CERT");
	set_certificate("subject CN=alice\n");
	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
	cr_expect_str_eq(outcome.verified.spoofed, "HTTP_X_CERT");
}

Test(gate, authorizer)
{
	set_certificate("subject CN=alice\n");
	cr_expect_eq(ask("/api/x"), REASON_GRANTED);
	expect_in_reply("\r\nVariable-REMOTE_USER: alice\r\n");
	expect_not_in_reply("\r\nRemote-User");
	cr_expect_eq(outcome.source, SOURCE_SERVER);
	cr_expect_eq(outcome.policy, policy);
	cr_expect_str_eq(outcome.request->path, "/api/x");
	cr_expect_eq(ask("/admin/x"), REASON_ROLE_REQUIRED);
	expect_in_reply("Status: 403 Forbidden\r\n");
	expect_in_reply("\r\nX-Mtlsgate-Reason: role_required\r\n");
	expect_in_reply("\r\nX-Mtlsgate-Decision: d-1\r\n");
	expect_not_in_reply("Variable-");
	cr_expect_eq(ask("/api/profile"), REASON_GRANTED);
	expect_not_in_reply("{");
}

Test(gate, stages_refuse)
{
	cr_expect_eq(ask("/api/x"), REASON_CERTIFICATE_MISSING);
	expect_in_reply("Status: 401 Unauthorized\r\n");
	set_certificate("subject CN=alice\nnot_after 1767225599\n");
	cr_expect_eq(ask("/api/x"), REASON_EXPIRED);
	set_certificate("subject CN=a\nsubject CN=b\n");
	cr_expect_eq(ask("/api/x"), REASON_IDENTITY_AMBIGUOUS);
	set("SSL_CLIENT_CERT", "junk");
	cr_expect_eq(ask("/api/x"), REASON_CERTIFICATE_MALFORMED);
	set_certificate("subject CN=alice\n");
	set("SSL_CLIENT_VERIFY", "FAILED:x");
	cr_expect_eq(ask("/api/x"), REASON_NOT_VERIFIED);
	set("SSL_CLIENT_VERIFY", "SUCCESS");
	cr_expect_eq(ask("/api/%2e%2e/x"), REASON_BAD_PATH);
	expect_in_reply("Status: 400 Bad Request\r\n");
	cr_expect_eq(ask("/api/.mtlsgate-deny"), REASON_DENY_PROBE);
	cr_expect_eq(ask("/nowhere"), REASON_NO_RULE);
	set("REMOTE_PASSWD", "secret");
	cr_expect_eq(ask("/api/x"), REASON_PASSWORD_NOT_SUPPORTED);
}

Test(gate, anyone)
{
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	cr_expect(outcome.decision.anonymous);
	expect_in_reply("\r\nVariable-REMOTE_USER: \r\n");
	set_certificate("subject CN=alice\nnot_after 1\n");
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	expect_in_reply("\r\nVariable-REMOTE_USER: \r\n");
	expect_not_in_reply("alice");
	set_certificate("subject CN=alice\n");
	cr_expect_eq(ask("/public/x"), REASON_GRANTED);
	expect_in_reply("\r\nVariable-REMOTE_USER: alice\r\n");
	cr_expect_eq(ask("/public/.mtlsgate-deny"), REASON_DENY_PROBE);
}

Test(gate, without_a_policy)
{
	set_certificate("subject OU=Administrators\nsubject CN=a\n");
	input.policy = NULL;
	cr_expect_eq(ask("/api/x"), REASON_POLICY_INVALID);
	expect_in_reply("Status: 500 Internal Server Error\r\n");
	cr_expect_eq(ask("/public/x"), REASON_POLICY_INVALID);
	input.role = ROLE_RESPONDER;
	cr_expect_eq(ask("/api/profile"), REASON_POLICY_INVALID);
	cr_expect_eq(ask("/api/health"), REASON_GRANTED);
	expect_in_reply("Status: 503 Service Unavailable\r\n");
	cr_expect(outcome.decision.open);
}

Test(gate, endpoints)
{
	input.role = ROLE_RESPONDER;
	set_certificate("subject CN=alice\n");
	cr_expect_eq(ask("/api/profile"), REASON_GRANTED);
	expect_in_reply("\r\n\r\n{\"user\":{\"id\":\"alice\",");
	cr_expect_eq(ask("/api/cert-info"), REASON_GRANTED);
	cr_expect_eq(ask("/api/nothing"), REASON_NOT_FOUND);
	expect_in_reply("Status: 404 Not Found\r\n");
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	cr_expect_eq(ask("/public/x"), REASON_NOT_FOUND);
	set("REQUEST_METHOD", "POST");
	cr_expect_eq(ask("/api/profile"), REASON_METHOD_NOT_ALLOWED);
	expect_in_reply("\r\nAllow: GET, HEAD\r\n");
	set_certificate("subject OU=Administrators\nsubject CN=root\n");
	set("REQUEST_METHOD", "GET");
	cr_expect_eq(ask("/api/admin/status"), REASON_GRANTED);
	expect_in_reply("\"admin\":\"root\"");
	policy->endpoints.prefix = "/gate";
	cr_expect_eq(ask("/api/profile"), REASON_NOT_FOUND);
}

Test(gate, health_is_outside_the_rules)
{
	input.role = ROLE_RESPONDER;
	policy->access.count = 0;
	cr_expect_eq(ask("/api/health"), REASON_GRANTED);
	expect_in_reply("\r\n\r\n{\"status\":\"OK\"}");
	cr_expect(outcome.decision.open);
	cr_expect_not(outcome.verified.ok);
	cr_expect_eq(ask("/api/health/"), REASON_CERTIFICATE_MISSING);
	input.role = ROLE_AUTHORIZER;
	cr_expect_eq(ask("/api/health"), REASON_CERTIFICATE_MISSING,
		     "an authorizer has no endpoints");
}

/* admin_role is needed whatever the rules say. */
Test(gate, admin_endpoints)
{
	struct access_rule *rules = policy->access.list;

	input.role = ROLE_RESPONDER;
	rules[1].allow = fixture_allow(policy, "*");
	set_certificate("subject OU=Services\nsubject CN=svc\n");
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	cr_expect_str_eq(outcome.decision.detail,
			 "this endpoint needs admin_role");
	rules[1].allow = fixture_allow(policy, "anyone");
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	set("SSL_CLIENT_CERT", "");
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	set_certificate("subject OU=Administrators\nsubject CN=root\n"
			"not_after 1\n");
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	set_certificate("subject OU=Administrators\nsubject CN=root\n");
	cr_expect_eq(ask("/api/admin/status"), REASON_GRANTED);
	policy->endpoints.admin_index = SIZE_MAX;
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	cr_expect_eq(ask("/api/admin/nothing"), REASON_NOT_FOUND);
}

Test(gate, responder_in_authorizer_mode)
{
	set_certificate("subject CN=alice\n");
	set("MTLSGATE_MODE", "authorizer");
	set("REQUEST_URI", "/api/x");
	input.role = ROLE_RESPONDER;
	cr_expect_eq(ask("/script"), REASON_GRANTED);
	expect_in_reply("\r\nVariable-REMOTE_USER: alice\r\n");
	expect_in_reply("\r\nRemote-User: alice\r\n");
	set("REQUEST_URI", "/a/..");
	cr_expect_eq(ask("/script"), REASON_BAD_PATH);
	expect_in_reply("Status: 403 Forbidden\r\n");
	set("REQUEST_URI", "/api/health");
	set("SSL_CLIENT_CERT", "");
	cr_expect_eq(ask("/api/health"), REASON_CERTIFICATE_MISSING);
	expect_in_reply("Status: 401 Unauthorized\r\n");
}

Test(gate, head)
{
	input.role = ROLE_RESPONDER;
	set_certificate("subject CN=alice\n");
	set("REQUEST_METHOD", "HEAD");
	cr_expect_eq(ask("/api/profile"), REASON_GRANTED);
	cr_expect_str_eq(out.data + out.len - 4, "\r\n\r\n");
	expect_not_in_reply("{");
	cr_expect_eq(ask("/api/admin/status"), REASON_ROLE_REQUIRED);
	expect_not_in_reply("{");
	set("MTLSGATE_METHOD", "GET");
	cr_expect_eq(ask("/api/profile"), REASON_GRANTED);
	expect_in_reply("{");
}

struct row {
	const char *wanted; /* NULL: the policy has none */
	const char *sent;   /* NULL: the server sends none */
	bool authorizer;    /* is answered in this role */
	bool responder;     /* and in this one, also in authorizer mode */
};

Test(gate, secret)
{
	static const struct row rows[] = {
		{NULL, NULL, true, false},
		{NULL, "guess", false, false},
		{NULL, "", false, false},
		{"word", NULL, true, false},
		{"word", "word", true, true},
		{"word", "guess", false, false},
		{"word", "", false, false},
		{"word", "wor", false, false},
		{"word", "words", false, false},
		{"word", "WORD", false, false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows) * 3; i++) {
		const struct row *row = &rows[i / 3];
		bool good = i % 3 ? row->responder : row->authorizer;

		end();
		start();
		set_certificate("subject CN=alice\n");
		set("REQUEST_URI", "/api/profile");
		if (row->sent)
			set("MTLSGATE_SECRET", row->sent);
		if (i % 3 == 2)
			set("MTLSGATE_MODE", "authorizer");
		policy->server.secret = row->wanted;
		input.role = i % 3 ? ROLE_RESPONDER : ROLE_AUTHORIZER;
		input.need_secret = true;
		cr_expect_eq(ask("/api/profile"),
			     good ? REASON_GRANTED : REASON_SECRET_REQUIRED,
			     "row %zu, role %zu", i / 3, i % 3);
		expect_not_in_reply("word");
	}
}

Test(gate, secret_comes_before_all)
{
	input.need_secret = true;
	input.role = ROLE_RESPONDER;
	cr_expect_eq(ask("/api/health"), REASON_SECRET_REQUIRED);
	cr_expect_eq(ask("/a/.."), REASON_SECRET_REQUIRED);
	cr_expect_eq(ask("/public/x"), REASON_SECRET_REQUIRED);
	cr_expect_null(outcome.decision.rule);
	input.need_secret = false;
	cr_expect_eq(ask("/api/health"), REASON_GRANTED);
}

Test(gate, no_role_is_never_granted)
{
	set_certificate("subject CN=alice\n");
	input.role = ROLE_NONE;
	cr_expect_neq(ask("/api/x"), REASON_GRANTED);
	cr_expect_neq(ask("/public/x"), REASON_GRANTED);
	cr_expect_neq(ask("/api/health"), REASON_GRANTED);
	expect_not_in_reply("Variable-");
}

Test(gate, conflicts)
{
	size_t count = 0;

	set_certificate("subject CN=alice\n");
	set("REQUEST_URI", "/x");
	while (env[count])
		count++;
	env[count] = arena_strdup(arena, "SSL_CLIENT_VERIFY=NONE");
	cr_expect_eq(ask("/api/x"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(ask("/public/x"), REASON_SOURCE_CONFLICT);
}

Test(gate, decide_alone_and_trace)
{
	struct trace trace = {.arena = arena};

	set_certificate("subject CN=alice\n");
	set("REQUEST_URI", "/api/x");
	set("MTLSGATE_SITE", "intranet");
	input.trace = &trace;
	cr_assert_eq(gate_decide(arena, &input, &outcome), ST_OK);
	cr_expect(outcome.decision.granted);
	cr_expect_str_eq(outcome.identity.id, "alice");
	cr_assert_gt(trace.count, 5);
	cr_expect_str_eq(trace.steps[0].name, "method");
	cr_expect_str_eq(trace.steps[1].value, "/api/x");
	cr_expect_str_eq(trace.steps[2].value, "intranet");
	cr_expect_str_eq(trace.steps[trace.count - 1].value, "granted");
}

Test(gate, a_failed_out_is_no_answer)
{
	set("REQUEST_URI", "/api/x");
	out.failed = true;
	cr_expect_eq(gate_handle(arena, &input, &outcome, &out), ST_NOMEM);
	cr_expect_eq(out.len, 0);
}
