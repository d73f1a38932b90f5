/* test_ctl_saved.c - saved requests, read back exactly or not at all. */
#include "ctl_saved.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "front_fixture.h"

static struct arena *arena;
static struct ctl_lines lines;
static struct ctl_saved saved;
static const char *why;

static void start(const char *text)
{
	fixture_directory();
	fixture_catch_stderr("log");
	arena = arena_new();
	fixture_write("in", text);
	cr_assert_eq(ctl_lines_open("in", &lines), ST_OK);
}

static void end(void)
{
	ctl_lines_close(&lines);
	arena_free(arena);
}

static enum status next(void)
{
	return ctl_saved_next(arena, &lines, &saved, &why);
}

/* The environment, joined by |. */
static const char *joined(void)
{
	const char *all = "";

	for (char **env = saved.env; *env; env++)
		all = arena_printf(arena, "%s%s|", all, *env);
	return all;
}

Test(ctl_saved, json_lines)
{
	start("{\"decision_id\":\"d-1\",\"time\":\"2026-01-01T00:00:00Z\","
	      "\"role\":\"cgi\",\"need_secret\":true,\"reason\":\"expired\","
	      "\"decision\":\"denied\",\"status\":401,\"policy_sha256\":\"x\","
	      "\"env\":{\"A\":\"1\",\"B\":[\"2\",\"3\"],"
	      "\"C\":{\"hex\":\"ff0a\"},\"D\":\"\"}}\n"
	      "\n{\"env\":{},\"time\":12}\n");
	cr_assert_eq(next(), ST_OK);
	cr_expect_str_eq(saved.decision_id, "d-1");
	cr_expect(saved.has_time);
	cr_expect_eq(saved.time, 1767225600);
	cr_expect_eq(saved.role, ROLE_RESPONDER);
	cr_expect(saved.need_secret);
	cr_expect_str_eq(saved.reason, "expired");
	cr_expect_str_eq(saved.decision, "denied");
	cr_expect_eq(saved.status, 401);
	cr_expect_str_eq(saved.policy_sha256, "x");
	cr_expect_str_eq(joined(), "A=1|B=2|B=3|C=\xff\n|D=|");
	cr_assert_eq(next(), ST_OK);
	cr_expect_eq(saved.time, 12);
	cr_expect_eq(saved.role, ROLE_AUTHORIZER);
	cr_expect_null(saved.decision_id);
	cr_expect_not(saved.need_secret);
	cr_expect_eq(next(), ST_ABSENT);
	end();
}

/* The line is refused, and the one behind it is not. */
static bool refused(const char *line, const char *words)
{
	char text[256];
	bool good;

	snprintf(text, sizeof(text), "%s\n{\"env\":{}}\n", line);
	start(text);
	good = next() == ST_BAD && strstr(why, words) && next() == ST_OK;
	end();
	return good;
}

Test(ctl_saved, lines_that_are_no_requests)
{
	cr_expect(refused("{", "not JSON"));
	cr_expect(refused("{\"env\":{}} x", "not JSON"));
	cr_expect(refused("{\"env\":{\"A\":\"1\",\"A\":\"2\"}}", "not JSON"));
	cr_expect(refused("{}", "member env"));
	cr_expect(refused("{\"env\":[]}", "member env"));
	cr_expect(refused("{\"env\":{\"A\":1}}", "a value"));
	cr_expect(refused("{\"env\":{\"A\":null}}", "a value"));
	cr_expect(refused("{\"env\":{\"A\":[\"x\",[]]}}", "a value"));
	cr_expect(refused("{\"env\":{\"A\":{\"hex\":\"00\"}}}", "a value"));
	cr_expect(refused("{\"env\":{\"A\":{\"hex\":\"abc\"}}}", "a value"));
	cr_expect(refused("{\"env\":{\"A\":{\"hex\":\"zz\"}}}", "a value"));
	cr_expect(refused("{\"env\":{\"A=B\":\"1\"}}", "a name"));
	cr_expect(refused("{\"env\":{\"\":\"1\"}}", "a name"));
	cr_expect(refused("{\"env\":{},\"role\":\"filter\"}", "role is none"));
	cr_expect(refused("{\"env\":{},\"role\":1}", "role is not"));
	cr_expect(refused("{\"env\":{},\"time\":\"now\"}", "time is"));
	cr_expect(refused("{\"env\":{},\"time\":1.5}", "time is"));
}

Test(ctl_saved, a_cut_line)
{
	start("{\"env\":{}");
	cr_expect_eq(next(), ST_BAD);
	cr_expect(strstr(why, "cut"));
	cr_expect_eq(next(), ST_ABSENT);
	end();
}

Test(ctl_saved, plain_lines)
{
	start("REQUEST_METHOD=GET\n"
	      "SSL_CLIENT_CERT=-----BEGIN CERTIFICATE-----\n"
	      "QUJD=\n-----END CERTIFICATE-----\nA=b=c\n");
	cr_assert_eq(next(), ST_OK);
	cr_expect_str_eq(joined(), "REQUEST_METHOD=GET|SSL_CLIENT_CERT="
				   "-----BEGIN CERTIFICATE-----\nQUJD=\n"
				   "-----END CERTIFICATE-----|A=b=c|");
	cr_expect_eq(saved.role, ROLE_AUTHORIZER);
	cr_expect_not(saved.has_time);
	cr_expect_eq(next(), ST_ABSENT);
	end();
}

static bool plain_role(const char *text, enum role role)
{
	bool good;

	start(text);
	good = next() == ST_OK && saved.role == role;
	end();
	return good;
}

Test(ctl_saved, roles_of_plain_lines)
{
	cr_expect(plain_role("GATEWAY_INTERFACE=CGI/1.1\n", ROLE_RESPONDER));
	cr_expect(plain_role("FCGI_ROLE=RESPONDER\n", ROLE_RESPONDER));
	cr_expect(plain_role("FCGI_ROLE=AUTHORIZER\nGATEWAY_INTERFACE=x\n",
			     ROLE_AUTHORIZER));
}

Test(ctl_saved, plain_lines_that_are_none)
{
	start("A=1\nhello\n");
	cr_expect_eq(next(), ST_BAD);
	cr_expect(strstr(why, "neither JSON"));
	end();
}

Test(ctl_saved, secrets_are_filled_in)
{
	struct policy policy = {.server.secret = "s"};
	bool failed;

	policy.source.secret = "p";
	policy.source.header[SLOT_SECRET] = "HTTP_F";
	start("{\"env\":{\"MTLSGATE_SECRET\":\"[left-out-as-in-policy]\","
	      "\"HTTP_F\":\"[left-out-as-in-policy]\","
	      "\"HTTP_G\":\"[left-out-as-in-policy]\"}}\n"
	      "{\"env\":{\"MTLSGATE_SECRET\":\"[left-out]\"}}\n");
	cr_assert_eq(next(), ST_OK);
	cr_expect_str_eq(ctl_saved_fill(arena, &policy, &saved, &failed),
			 "HTTP_F");
	cr_expect_not(failed);
	cr_expect_str_eq(joined(), "MTLSGATE_SECRET=s|HTTP_F=p|"
				   "HTTP_G=[left-out-as-in-policy]|");
	cr_assert_eq(next(), ST_OK);
	cr_expect_null(ctl_saved_fill(arena, &policy, &saved, &failed));
	cr_expect_str_eq(joined(), "MTLSGATE_SECRET=[left-out]|");
	end();
}
