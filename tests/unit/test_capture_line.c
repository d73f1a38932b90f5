/* test_capture_line.c - what is kept of a refused request, and what is not. */
#include "capture_line.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static struct arena *arena;
static struct policy policy;
static struct buf out;

static void start(void)
{
	arena = arena_new();
	policy = (struct policy){.server.secret = "the-server-secret"};
	policy.source.secret = "the-proxy-secret";
	policy.source.header[SLOT_SECRET] = "HTTP_X_FRONT";
	policy.source.header[SLOT_CERT] = "HTTP_X_CLIENT_TOKEN_CERT";
	strcpy(policy.sha256, "abc");
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

/* The line of a refused request with this environment. */
static bool render(char *const *env)
{
	struct gate_input input = {.policy = &policy,
				   .role = ROLE_RESPONDER,
				   .env = env,
				   .need_secret = true};
	struct outcome outcome = {.policy = &policy,
				  .decision_id = "d-1",
				  .facts = {.now = FIXTURE_NOW},
				  .decision = {.reason = REASON_NO_RULE}};

	buf_free(&out);
	return capture_render(arena, &input, &outcome, 403, &out);
}

/* The value of a variable in the line of that entry alone. */
static const char *kept(const char *entry)
{
	char *env[] = {(char *)entry, NULL};
	json_error_t error;
	json_t *root, *value;
	char *name;

	cr_assert(render(env));
	root = json_loads(out.data, 0, &error);
	name = arena_strndup(arena, entry, strcspn(entry, "="));
	value = json_object_get(json_object_get(root, "env"), name);
	const char *text = json_is_string(value)
				   ? arena_strdup(arena,
						  json_string_value(value))
				   : NULL;
	json_decref(root);
	return text;
}

Test(capture_line, the_whole_line, .init = start, .fini = end)
{
	char *env[] = {(char *)"REQUEST_METHOD=GET", (char *)"NO_VALUE",
		       (char *)"A=", (char *)"B=1", (char *)"B=2",
		       (char *)"B=3", (char *)"C=a\xff\n", NULL};

	cr_assert(render(env));
	cr_assert_str_eq(out.data,
		"{\"decision_id\":\"d-1\",\"time\":\"2026-01-01T00:00:00Z\","
		"\"role\":\"responder\",\"need_secret\":true,"
		"\"decision\":\"denied\",\"reason\":\"no_rule\","
		"\"status\":403,\"policy_sha256\":\"abc\","
		"\"env\":{\"REQUEST_METHOD\":\"GET\",\"A\":\"\","
		"\"B\":[\"1\",\"2\",\"3\"],\"C\":{\"hex\":\"61ff0a\"}}}\n");
}

Test(capture_line, secrets_are_left_out, .init = start, .fini = end)
{
	static const char *const secrets[] = {
		"MTLSGATE_SECRET=guess", "HTTP_X_FRONT=guess",
		"HTTP_AUTHORIZATION=Basic eDp5",
		"HTTP_PROXY_AUTHORIZATION=x", "REDIRECT_HTTP_AUTHORIZATION=x",
		"HTTP_COOKIE=a=b", "REMOTE_PASSWD=x", "HTTP_X_API_KEY=x",
		"HTTP_X_CSRF_TOKEN=x", "QUERY_STRING=token=x",
		"DB_PASSWORD=x", "http_cookie=x", "HTTP_X=the-server-secret",
		"HTTP_X=the-proxy-secret",
	};

	for (size_t i = 0; i < ARRAY_LEN(secrets); i++)
		cr_expect_str_eq(kept(secrets[i]), CAPTURE_LEFT_OUT, "%s",
				 secrets[i]);
	cr_expect_str_eq(kept("MTLSGATE_SECRET=the-server-secret"),
			 CAPTURE_AS_POLICY);
	cr_expect_str_eq(kept("HTTP_X_FRONT=the-proxy-secret"),
			 CAPTURE_AS_POLICY);
	cr_expect_str_eq(kept("MTLSGATE_SECRET=the-proxy-secret"),
			 CAPTURE_LEFT_OUT);
	cr_expect_str_eq(kept("MTLSGATE_SECRET=" CAPTURE_AS_POLICY),
			 CAPTURE_LEFT_OUT);
}

Test(capture_line, what_is_read_is_kept, .init = start, .fini = end)
{
	cr_expect_str_eq(kept("HTTP_X_CLIENT_TOKEN_CERT=MII"), "MII");
	cr_expect_str_eq(kept("SSL_CLIENT_CERT=a\nb"), "a\nb");
	cr_expect_str_eq(kept("SSL_CLIENT_VERIFY=SUCCESS"), "SUCCESS");
}

Test(capture_line, queries_are_left_out, .init = start, .fini = end)
{
	cr_expect_str_eq(kept("REQUEST_URI=/a?b=c"), "/a?[left-out]");
	cr_expect_str_eq(kept("MTLSGATE_URI=/a?b=c"), "/a?[left-out]");
	cr_expect_str_eq(kept("REQUEST_URI=/a?"), "/a?");
	cr_expect_str_eq(kept("REQUEST_URI=/a"), "/a");
	/* it is why this one is refused */
	cr_expect_str_eq(kept("REQUEST_URI=/a?b#c"), "/a?b#c");
}

Test(capture_line, what_is_too_large_is_not_kept, .init = start, .fini = end)
{
	char *large = calloc(1, MAX_CAPTURE + 2);
	char *env[] = {large, NULL};

	memset(large, 'A', MAX_CAPTURE + 1);
	large[1] = '=';
	cr_expect_not(render(env));
	large[MAX_CAPTURE] = '\0';
	cr_expect(render(env));
	/* six bytes for each */
	memset(large + 2, 1, MAX_CAPTURE - 2);
	cr_expect_not(render(env));
	free(large);
}
