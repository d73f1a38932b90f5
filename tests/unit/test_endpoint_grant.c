/* test_endpoint_grant.c - what an authorizer hands on. */
#include "endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct reply reply;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_AUTHORIZER, .method = "GET"};
	reply = (struct reply){0};
}

static void end(void)
{
	reply_free(&reply);
	arena_free(arena);
}

TestSuite(endpoint_grant, .init = start, .fini = end);

static void grant(const char *spec)
{
	outcome = fixture_outcome(policy, &request, spec);
	cr_assert_eq(endpoint_grant(arena, &outcome, &reply), ST_OK);
	cr_expect_eq(reply.status, 200);
	cr_expect_null(reply.content_type);
	cr_expect_eq(reply.body.len, 0);
}

#define ALICE                                                                  \
	"subject OU=Administrators\nsubject OU=Services\nsubject CN=alice\n"   \
	"serial 0AB1\next subjectAltName=email:alice@corp.test\n"

static const char alice[] =
	"Variable-REMOTE_USER: alice\r\n"
	"Variable-MTLSGATE_ID: alice\r\n"
	"Variable-MTLSGATE_EMAIL: alice@corp.test\r\n"
	"Variable-MTLSGATE_DEPARTMENT: Administrators\r\n"
	"Variable-MTLSGATE_ROLE: admin\r\n"
	"Variable-MTLSGATE_ROLES: admin,service\r\n"
	"Variable-MTLSGATE_SERIAL: 0AB1\r\n"
	"Variable-MTLSGATE_SHA256: %s\r\n"
	"Variable-MTLSGATE_DECISION: d-1\r\n";

Test(endpoint_grant, variables)
{
	struct buf wanted = {0};

	grant(ALICE);
	buf_addf(&wanted, alice, outcome.verified.cert.sha256);
	cr_assert_str_eq(reply.headers.data, wanted.data);
	buf_free(&wanted);
}

static const char *const mirrored[] = {
	"Remote-User: alice", "X-Mtlsgate-Id: alice",
	"X-Mtlsgate-Email: alice@corp.test",
	"X-Mtlsgate-Department: Administrators", "X-Mtlsgate-Role: admin",
	"X-Mtlsgate-Roles: admin,service", "X-Mtlsgate-Serial: 0AB1",
	"X-Mtlsgate-Decision: d-1", "Remote-Email: alice@corp.test",
	"Remote-Groups: admin,service", "Variable-REMOTE_USER: alice",
	"Variable-MTLSGATE_DECISION: d-1"};

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; (text = strstr(text, "\r\n")); text += 2)
		count++;
	return count;
}

Test(endpoint_grant, plain_headers_where_they_are_asked_for)
{
	request.mirror = true;
	grant(ALICE);
	for (size_t i = 0; i < ARRAY_LEN(mirrored); i++)
		cr_expect_not_null(
			strstr(reply.headers.data,
			       arena_printf(arena, "%s\r\n", mirrored[i])),
			"%s", mirrored[i]);
	cr_expect_eq(count_lines(reply.headers.data), 20);
}

static const char nobody[] = "Variable-REMOTE_USER: \r\n"
			     "Variable-MTLSGATE_ID: \r\n"
			     "Variable-MTLSGATE_EMAIL: \r\n"
			     "Variable-MTLSGATE_DEPARTMENT: \r\n"
			     "Variable-MTLSGATE_ROLE: \r\n"
			     "Variable-MTLSGATE_ROLES: \r\n"
			     "Variable-MTLSGATE_SERIAL: \r\n"
			     "Variable-MTLSGATE_SHA256: \r\n"
			     "Variable-MTLSGATE_DECISION: d-1\r\n";

Test(endpoint_grant, nobody_has_empty_values)
{
	grant(NULL);
	cr_assert_str_eq(reply.headers.data, nobody);
}

Test(endpoint_grant, an_anonymous_grant_names_nobody)
{
	outcome = fixture_outcome(policy, &request, ALICE);
	outcome.decision.anonymous = true;
	cr_assert_eq(endpoint_grant(arena, &outcome, &reply), ST_OK);
	cr_assert_str_eq(reply.headers.data, nobody);
}

Test(endpoint_grant, an_unknown_identity_names_nobody)
{
	outcome = fixture_outcome(policy, &request, ALICE);
	outcome.identity.known = false;
	cr_assert_eq(endpoint_grant(arena, &outcome, &reply), ST_OK);
	cr_assert_str_eq(reply.headers.data, nobody);
}

Test(endpoint_grant, absent_values_are_empty)
{
	grant("subject CN=bob\n");
	cr_expect_not_null(strstr(reply.headers.data,
				  "Variable-MTLSGATE_EMAIL: \r\n"
				  "Variable-MTLSGATE_DEPARTMENT: \r\n"
				  "Variable-MTLSGATE_ROLE: user\r\n"
				  "Variable-MTLSGATE_ROLES: user\r\n"));
}

Test(endpoint_grant, no_role_at_all)
{
	policy->identity.role_count = 0;
	grant("subject CN=bob\n");
	cr_expect_not_null(strstr(reply.headers.data,
				  "Variable-MTLSGATE_ROLE: \r\n"
				  "Variable-MTLSGATE_ROLES: \r\n"));
}

Test(endpoint_grant, a_name_alone_has_no_digest)
{
	outcome = fixture_outcome(policy, &request, "subject CN=bob\n");
	outcome.verified.cert = (struct cert){.not_before = INT64_MIN,
					      .not_after = INT64_MAX};
	cr_assert_eq(endpoint_grant(arena, &outcome, &reply), ST_OK);
	cr_expect_not_null(strstr(reply.headers.data,
				  "Variable-MTLSGATE_SERIAL: \r\n"
				  "Variable-MTLSGATE_SHA256: \r\n"));
}

Test(endpoint_grant, control_characters_never_leave)
{
	static const char *const ids[] = {"a\nb", "a\r\nX: y", "\t", "a\x7f"};

	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		end();
		start();
		outcome = fixture_outcome(policy, &request,
					  "subject CN=bob\n");
		outcome.identity.id = ids[i];
		cr_expect_eq(endpoint_grant(arena, &outcome, &reply),
			     ST_NOMEM, "row %zu", i);
	}
}

Test(endpoint_grant, other_characters_do)
{
	grant("subject CN=J\\xc3\\xb6rg: <a>, \"b\"\n");
	cr_expect_not_null(
		strstr(reply.headers.data,
		       "Variable-REMOTE_USER: J\xc3\xb6rg: <a>, \"b\"\r\n"));
}
