/* test_credential.c - which text in a request is the certificate. */
#include "credential.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static struct arena *arena;
static char *pem;
static struct source_rules rules;
static struct request request;
static struct credential found;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	pem = fixture_pem("subject CN=alice\n");
	rules = (struct source_rules){.list = {SOURCE_SERVER},
				      .count = 1};
	request = (struct request){.role = ROLE_AUTHORIZER};
}

static void end(void)
{
	free(pem);
	arena_free(arena);
}

TestSuite(credential, .init = start, .fini = end);

static enum reason find(void)
{
	memset(&found, 0xff, sizeof(found));
	return credential_find(arena, &rules, &request, NULL, &found);
}

static enum reason find_with(const char *text, const char *dn,
			     const char *verify)
{
	request.var[VAR_SSL_CLIENT_CERT] = text;
	request.var[VAR_SSL_CLIENT_S_DN] = dn;
	request.var[VAR_SSL_CLIENT_VERIFY] = verify;
	return find();
}

Test(credential, zero_is_not_vouched)
{
	struct credential zero = {0};

	cr_expect_not(zero.vouched);
	cr_expect_eq(zero.leaf.len, 0);
}

Test(credential, table)
{
	cr_expect_str_eq(source_row(SOURCE_SERVER)->name, "server");
	cr_expect_not(source_row(SOURCE_SERVER)->name_only);
	cr_expect_str_eq(source_row(SOURCE_SERVER_DN)->name, "server-dn");
	cr_expect(source_row(SOURCE_SERVER_DN)->name_only);
	cr_expect_null(source_row(SOURCE_COUNT));
	cr_expect_null(source_row((enum source)-1));
	for (size_t i = 0; i < SOURCE_COUNT; i++)
		cr_expect_eq(source_from_name(source_row((enum source)i)->name),
			     i);
	cr_expect_eq(source_from_name("Server"), SOURCE_COUNT);
	cr_expect_eq(source_from_name(""), SOURCE_COUNT);
}

Test(credential, found)
{
	cr_assert_eq(find_with(pem, "CN=alice", "SUCCESS"), REASON_GRANTED);
	cr_expect_eq(found.source, SOURCE_SERVER);
	cr_expect_eq(found.text, pem);
	cr_expect_str_eq(found.also.subject, "CN=alice");
	cr_expect_str_eq(found.verify, "SUCCESS");
	cr_expect(found.vouched);
	cr_expect_gt(found.leaf.len, 100);
	cr_expect_eq(found.chain_count, 0);
}

Test(credential, what_vouches)
{
	static const struct {
		const char *verify;
		bool vouched;
	} rows[] = {
		{"SUCCESS", true},    {"0", true},	  {NULL, false},
		{"", false},	      {"-", false},	  {"(null)", false},
		{"NONE", false},      {"GENEROUS", false}, {"FAILED", false},
		{"FAILED:x", false},  {"success", false}, {"SUCCESS ", false},
		{" SUCCESS", false},  {"SUCCESSFUL", false}, {"1", false},
		{"00", false},	      {"+0", false},	  {"true", false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cr_expect_eq(find_with(pem, NULL, rows[i].verify),
			     REASON_GRANTED, "judged later, with a reason");
		cr_expect_eq(found.vouched, rows[i].vouched, "%s",
			     rows[i].verify ? rows[i].verify : "absent");
	}
}

Test(credential, none)
{
	static const struct {
		const char *verify;
		enum reason reason;
	} rows[] = {
		{NULL, REASON_CERTIFICATE_MISSING},
		{"", REASON_CERTIFICATE_MISSING},
		{"NONE", REASON_CERTIFICATE_MISSING},
		{"0", REASON_CERTIFICATE_MISSING},
		{"SUCCESS", REASON_CERTIFICATE_MISSING},
		{"FAILED", REASON_NOT_VERIFIED},
		{"FAILED:certificate has expired", REASON_NOT_VERIFIED},
		{"GENEROUS", REASON_NOT_VERIFIED},
	};
	static const char *const texts[] = {NULL, "", "-", "(null)",
					    "{http.request.tls}"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		for (size_t j = 0; j < ARRAY_LEN(texts); j++) {
			cr_expect_eq(find_with(texts[j], "CN=alice",
					       rows[i].verify),
				     rows[i].reason, "%zu %zu", i, j);
			cr_expect_null(found.text);
			cr_expect_not(found.vouched);
			cr_expect_not_null(found.detail);
		}
}

Test(credential, malformed)
{
	char *twice = arena_printf(arena, "%s%s", pem, pem);
	char *early = arena_printf(arena, "text\n%s", pem);
	char *late = arena_printf(arena, "%s text", pem);
	char *garbage = arena_alloc(arena, 1 << 20);
	const char *rows[] = {twice,   early,
			      late,    garbage,
			      "x",     "-----BEGIN CERTIFICATE-----",
			      "\x01",  "-----BEGIN PRIVATE KEY-----"};

	memset(garbage, 'A', (1 << 20) - 1);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cr_expect_eq(find_with(rows[i], NULL, "SUCCESS"),
			     REASON_CERTIFICATE_MALFORMED, "row %zu", i);
		cr_expect_not_null(found.detail);
	}
}

Test(credential, as_long_as_may_be)
{
	size_t len = MAX_CERT_TEXT;
	char *text = arena_alloc(arena, len + 6);

	memset(text, 'A', len);
	cr_expect_eq(find_with(text, NULL, "SUCCESS"), REASON_GRANTED);
	memset(text, 'A', len + 4);
	cr_expect_eq(find_with(text, NULL, "SUCCESS"),
		     REASON_CERTIFICATE_MALFORMED);
}

Test(credential, chain_is_handed_on)
{
	request.chain[0] = "one";
	request.chain[2] = "three";
	request.chain_count = 3;
	cr_assert_eq(find_with(pem, NULL, "SUCCESS"), REASON_GRANTED);
	cr_expect_eq(found.chain_count, 3);
	cr_expect_str_eq(found.chain[0], "one");
	cr_expect_null(found.chain[1]);
	cr_expect_str_eq(found.chain[2], "three");
}

Test(credential, name_as_text)
{
	rules.list[0] = SOURCE_SERVER_DN;
	cr_assert_eq(find_with(pem, "CN=alice", "SUCCESS"), REASON_GRANTED);
	cr_expect_eq(found.source, SOURCE_SERVER_DN);
	cr_expect_null(found.text, "the certificate is not looked at");
	cr_expect_eq(found.leaf.len, 0);
	cr_expect_str_eq(found.also.subject, "CN=alice");
	cr_expect(found.vouched);
	cr_expect_eq(find_with(NULL, "CN=alice", "0"), REASON_GRANTED);
	cr_expect_not(found.vouched, "0 counts with a certificate only");
	cr_expect_eq(find_with(NULL, "CN=alice", "NONE"), REASON_GRANTED);
	cr_expect_not(found.vouched);
}

Test(credential, no_name_as_text)
{
	rules.list[0] = SOURCE_SERVER_DN;
	cr_expect_eq(find_with(pem, NULL, "SUCCESS"),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(find_with(pem, "", NULL), REASON_CERTIFICATE_MISSING);
	cr_expect_eq(find_with(pem, "(null)", "FAILED:x"),
		     REASON_NOT_VERIFIED);
}

Test(credential, a_name_that_may_be_cut)
{
	char dn[300];

	rules.list[0] = SOURCE_SERVER_DN;
	memset(dn, 'a', sizeof(dn));
	memcpy(dn, "CN=", 3);
	dn[254] = '\0';
	cr_expect_eq(find_with(NULL, dn, "SUCCESS"), REASON_GRANTED);
	dn[254] = 'a';
	dn[255] = '\0';
	cr_expect_eq(find_with(NULL, dn, "SUCCESS"),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_not_null(found.detail);
}

Test(credential, a_variable_sent_twice)
{
	request.duplicate = true;
	cr_expect_eq(find_with(pem, NULL, "SUCCESS"), REASON_SOURCE_CONFLICT);
	cr_expect_not(found.vouched);
	cr_expect_null(found.text);
	cr_expect_not_null(found.detail);
	cr_expect_eq(find_with(NULL, NULL, NULL), REASON_SOURCE_CONFLICT);
}

Test(credential, no_sources)
{
	rules.count = 0;
	cr_expect_eq(find_with(pem, NULL, "SUCCESS"),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_not(found.vouched);
	cr_expect_not_null(found.detail);
}

/* Rules that no policy can have, for how two sources come together. */
Test(credential, two_sources)
{
	rules.list[1] = SOURCE_SERVER;
	rules.count = 2;
	cr_expect_eq(find_with(pem, NULL, "SUCCESS"), REASON_GRANTED);
	cr_expect_eq(find_with(NULL, NULL, NULL), REASON_CERTIFICATE_MISSING);
	rules.list[1] = SOURCE_SERVER_DN;
	cr_expect_eq(find_with(pem, NULL, "SUCCESS"), REASON_GRANTED,
		     "the second says nothing");
	cr_expect_eq(found.source, SOURCE_SERVER);
	cr_expect_eq(find_with(NULL, "CN=alice", "SUCCESS"), REASON_GRANTED,
		     "the first says nothing");
	cr_expect_eq(found.source, SOURCE_SERVER_DN);
	cr_expect_eq(find_with(pem, "CN=alice", "SUCCESS"),
		     REASON_SOURCE_CONFLICT);
	cr_expect_eq(find_with("x", "CN=alice", "SUCCESS"),
		     REASON_CERTIFICATE_MALFORMED,
		     "one that is refused refuses all");
	cr_expect_eq(find_with(NULL, "CN=alice", "FAILED:x"),
		     REASON_NOT_VERIFIED);
}

Test(credential, trace)
{
	struct trace trace = {.arena = arena};

	request.var[VAR_SSL_CLIENT_CERT] = pem;
	request.var[VAR_SSL_CLIENT_VERIFY] = "SUCCESS";
	cr_assert_eq(credential_find(arena, &rules, &request, &trace, &found),
		     REASON_GRANTED);
	cr_assert_eq(trace.count, 2);
	cr_expect_str_eq(trace.steps[0].name, "SSL_CLIENT_CERT");
	cr_expect_str_eq(trace.steps[1].name, "server");
	cr_expect_eq(trace.steps[1].result, STEP_OK);
	request.var[VAR_SSL_CLIENT_CERT] = NULL;
	cr_assert_neq(credential_find(arena, &rules, &request, &trace, &found),
		      REASON_GRANTED);
	cr_expect_eq(trace.steps[trace.count - 1].result, STEP_FAIL);
	cr_expect_str_eq(trace.steps[trace.count - 1].value,
			 "certificate_missing");
}
