/* test_credential.c - which text in a request is the certificate. */
#include "credential.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "credential_given.h"

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
	struct given given;

	request.var[VAR_SSL_CLIENT_CERT] = pem;
	request.var[VAR_SSL_CLIENT_VERIFY] = "SUCCESS";
	given_read(&rules, &request, &given);
	cr_assert_eq(credential_find(arena, &rules, &given, &trace, &found),
		     REASON_GRANTED);
	cr_assert_eq(trace.count, 2);
	cr_expect_str_eq(trace.steps[0].name, "SSL_CLIENT_CERT");
	cr_expect_str_eq(trace.steps[1].name, "server");
	cr_expect_eq(trace.steps[1].result, STEP_OK);
	request.var[VAR_SSL_CLIENT_CERT] = NULL;
	given_read(&rules, &request, &given);
	cr_assert_neq(credential_find(arena, &rules, &given, &trace, &found),
		      REASON_GRANTED);
	cr_expect_eq(trace.steps[trace.count - 1].result, STEP_FAIL);
	cr_expect_str_eq(trace.steps[trace.count - 1].value,
			 "certificate_missing");
}

static const struct {
	enum source source;
	const char *name;
	bool headers;
	enum vouch vouch;
	unsigned required;
} table[] = {
	{SOURCE_SERVER, "server", false, VOUCH_SIGNAL, 0},
	{SOURCE_SERVER_DN, "server-dn", false, VOUCH_SIGNAL, 0},
	{SOURCE_RFC9440, "rfc9440", true, VOUCH_PRESENCE, 0},
	{SOURCE_AWS_ALB, "aws-alb", true, VOUCH_PRESENCE, 0},
	{SOURCE_API_GATEWAY, "api-gateway", true, VOUCH_PRESENCE, 0},
	{SOURCE_ENVOY_XFCC, "envoy-xfcc", true, VOUCH_PRESENCE, 0},
	{SOURCE_NGINX, "nginx", true, VOUCH_SIGNAL, 0},
	{SOURCE_TRAEFIK, "traefik", true, VOUCH_PRESENCE, 0},
	{SOURCE_HAPROXY, "haproxy", false, VOUCH_SIGNAL, 0},
	{SOURCE_CADDY, "caddy", false, VOUCH_POLICY, 0},
	{SOURCE_CLOUDFLARE, "cloudflare", true, VOUCH_SIGNAL, 0},
	{SOURCE_AZURE, "azure", true, VOUCH_NEVER, 0},
	{SOURCE_GCP, "gcp", true, VOUCH_SIGNAL,
	 1u << SLOT_LEAF | 1u << SLOT_PRESENT | 1u << SLOT_VERIFY},
	{SOURCE_HEADER, "header", true, VOUCH_POLICY, 1u << SLOT_CERT},
};

Test(credential, rows)
{
	cr_expect_eq(ARRAY_LEN(table), SOURCE_COUNT);
	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const struct source_row *row = source_row(table[i].source);

		cr_expect_str_eq(row->name, table[i].name);
		cr_expect_eq(row->headers, table[i].headers, "%s", row->name);
		cr_expect_eq(row->vouch, table[i].vouch, "%s", row->name);
		cr_expect_eq(row->required, table[i].required, "%s",
			     row->name);
		if (row->headers)
			cr_expect_not_null(row->defaults[SLOT_SECRET], "%s",
					   row->name);
	}
}

Test(credential, slots)
{
	cr_expect_str_eq(slot_name(SLOT_CERT), "cert");
	cr_expect_str_eq(slot_name(SLOT_NOT_BEFORE), "not_before");
	cr_expect_str_eq(slot_name(SLOT_SECRET), "secret");
	cr_expect_null(slot_name(SLOT_COUNT));
	for (size_t i = 0; i < SLOT_COUNT; i++)
		cr_expect_eq(slot_from_name(slot_name((enum slot)i)), i);
	cr_expect_eq(slot_from_name("Cert"), SLOT_COUNT);
	cr_expect_eq(slot_from_name(""), SLOT_COUNT);
}

static struct peer_net local = {.local = true};
static char *headers[2];

/* A header and the server's own variable. */
static enum reason find_both(const char *peer, const char *header,
			     const char *own)
{
	headers[0] = arena_printf(arena, "HTTP_X=%s", header);
	request.env = headers;
	request.peer = peer;
	rules = (struct source_rules){
		.list = {SOURCE_NGINX, SOURCE_SERVER},
		.count = 2,
		.trusted = &local,
		.trusted_count = 1,
		.header = {[SLOT_CERT] = "HTTP_X"}};
	return find_with(own, NULL, "SUCCESS");
}

Test(credential, a_header_beside_a_variable)
{
	char *other = fixture_pem("subject CN=bob\n");

	cr_expect_eq(find_both("unix:", pem, pem), REASON_GRANTED);
	cr_expect_eq(found.source, SOURCE_NGINX);
	cr_expect_not(found.vouched, "the first says nothing of that");
	cr_expect_eq(find_both("unix:", other, pem), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find_both("unix:", other, "x!"),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(find_both("192.0.2.1", other, pem), REASON_GRANTED);
	cr_expect_eq(found.source, SOURCE_SERVER);
	cr_expect_str_eq(found.spoofed, "HTTP_X", "though it is ignored");
	cr_expect_eq(find_both("192.0.2.1", other, NULL),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_str_eq(found.spoofed, "HTTP_X");
	free(other);
}
