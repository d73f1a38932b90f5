/* test_credential_server.c - certificates in variables of the server's own. */
#include "credential_int.h"

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

TestSuite(credential_server, .init = start, .fini = end);

static enum reason find(void)
{
	struct given given;

	memset(&found, 0xff, sizeof(found));
	given_read(&rules, &request, &given);
	return credential_find(arena, &rules, &given, NULL, &found);
}

static enum reason find_with(const char *text, const char *dn,
			     const char *verify)
{
	request.var[VAR_SSL_CLIENT_CERT] = text;
	request.var[VAR_SSL_CLIENT_S_DN] = dn;
	request.var[VAR_SSL_CLIENT_VERIFY] = verify;
	return find();
}

Test(credential_server, found)
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

Test(credential_server, what_vouches)
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

Test(credential_server, none)
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

Test(credential_server, malformed)
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

Test(credential_server, as_long_as_may_be)
{
	size_t len = MAX_CERT_TEXT;
	char *text = arena_alloc(arena, len + 6);

	memset(text, 'A', len);
	cr_expect_eq(find_with(text, NULL, "SUCCESS"), REASON_GRANTED);
	memset(text, 'A', len + 4);
	cr_expect_eq(find_with(text, NULL, "SUCCESS"),
		     REASON_CERTIFICATE_MALFORMED);
}

Test(credential_server, chain_is_handed_on)
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

Test(credential_server, name_as_text)
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

Test(credential_server, no_name_as_text)
{
	rules.list[0] = SOURCE_SERVER_DN;
	cr_expect_eq(find_with(pem, NULL, "SUCCESS"),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(find_with(pem, "", NULL), REASON_CERTIFICATE_MISSING);
	cr_expect_eq(find_with(pem, "(null)", "FAILED:x"),
		     REASON_NOT_VERIFIED);
}

Test(credential_server, a_name_that_may_be_cut)
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

/* Caddy hands over what it has not verified too. */
Test(credential_server, caddy)
{
	rules.list[0] = SOURCE_CADDY;
	cr_assert_eq(find_with(pem, NULL, "SUCCESS"), REASON_GRANTED);
	cr_expect_not(found.vouched, "the variable is not its own");
	cr_expect_gt(found.leaf.len, 100);
	rules.front_verifies = true;
	cr_expect_eq(find_with(pem, NULL, NULL), REASON_GRANTED);
	cr_expect(found.vouched);
	cr_expect_eq(find_with(NULL, NULL, NULL), REASON_CERTIFICATE_MISSING);
	cr_expect_eq(find_with("{http.request.tls.client.certificate_pem}",
			       NULL, NULL),
		     REASON_CERTIFICATE_MISSING, "not filled in");
	cr_expect_null(found.text);
}

Test(credential_server, haproxy_as_a_client)
{
	rules.list[0] = SOURCE_HAPROXY;
	cr_assert_eq(find_with(pem, NULL, "0"), REASON_GRANTED);
	cr_expect(found.vouched);
	cr_expect_eq(find_with(pem, NULL, "10"), REASON_GRANTED);
	cr_expect_not(found.vouched);
	cr_expect_eq(find_with(NULL, NULL, "0"), REASON_CERTIFICATE_MISSING);
	cr_expect_eq(find_with(NULL, NULL, NULL), REASON_CERTIFICATE_MISSING);
}

Test(credential_server, headers_are_not_looked_at)
{
	char *env[] = {arena_printf(arena, "HTTP_SSL_CLIENT_CERT=%s", pem),
		       NULL};

	request.env = env;
	request.peer = "";
	rules.header[SLOT_CERT] = "HTTP_SSL_CLIENT_CERT";
	cr_expect_eq(find_with(NULL, NULL, "SUCCESS"),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_null(found.spoofed);
}
