/* test_credential_aws.c - what an Application Load Balancer and API Gateway
 * hand over. */
#include "credential_int.h"

#include <criterion/criterion.h>
#include <string.h>

#include "companion.h"
#include "header_fixture.h"

/* What the balancer leaves as it is. */
#define BARE "+=/"

static struct sent sent;
static char *pem;
static char *leaf;

static void begin(enum source source)
{
	sent_start(&sent, source);
	pem = sent_pem(&sent, "subject O=Acme\\x2c Inc\nsubject CN=alice\n"
			      "serial 0AB1\n");
	leaf = sent_escape(&sent, pem, BARE);
}

static void start(void)
{
	begin(SOURCE_AWS_ALB);
}

static void end(void)
{
	sent_end(&sent);
}

TestSuite(credential_aws, .init = start, .fini = end);

static void put_companions(void)
{
	sent_put(&sent, SLOT_SUBJECT, "CN=alice,O=Acme\\, Inc");
	sent_put(&sent, SLOT_ISSUER, "CN=CA,O=Corp");
	sent_put(&sent, SLOT_SERIAL, "0AB1");
}

Test(credential_aws, verify_mode)
{
	sent_put(&sent, SLOT_LEAF, leaf);
	put_companions();
	sent_put(&sent, SLOT_VALIDITY,
		 "NotBefore=2025-12-31T00:00:00Z;"
		 "NotAfter=2026-04-10T00:00:00Z");
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_eq(sent.found.sent_count, 0);
	cr_expect_str_eq(sent.found.also.subject, "CN=alice,O=Acme\\, Inc");
	cr_expect_str_eq(sent.found.also.issuer, "CN=CA,O=Corp");
	cr_expect_str_eq(sent.found.also.serial, "0AB1");
	cr_expect_str_eq(sent.found.also.not_before, "2025-12-31T00:00:00Z");
	cr_expect_str_eq(sent.found.also.not_after, "2026-04-10T00:00:00Z");
}

Test(credential_aws, words_that_are_not_sent)
{
	cr_assert_eq(sent_alone(&sent, SLOT_LEAF, leaf), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect_null(sent.found.also.subject);
	cr_expect_null(sent.found.also.issuer);
	cr_expect_null(sent.found.also.serial);
	cr_expect_null(sent.found.also.not_before);
	cr_expect_null(sent.found.also.not_after);
	sent_put(&sent, SLOT_VALIDITY, "NotAfter=x;NotBefore=y");
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect_str_eq(sent.found.also.not_before, "y");
	cr_expect_str_eq(sent.found.also.not_after, "x");
}

Test(credential_aws, a_plus_is_never_a_space)
{
	char *plus = NULL;
	char *spaces;

	while (!plus) {
		pem = sent_pem(&sent, "subject CN=alice\n");
		plus = strchr(pem, '+');
	}
	leaf = sent_escape(&sent, pem, BARE);
	cr_assert_eq(sent_alone(&sent, SLOT_LEAF, leaf), REASON_GRANTED);
	cr_expect(sent_is_leaf(&sent, pem));
	spaces = arena_strdup(sent.arena, leaf);
	for (char *c = spaces; *c; c++)
		*c = *c == '+' ? ' ' : *c;
	/* blanks may fold base64: what is left is other bytes, if any */
	cr_expect(sent_alone(&sent, SLOT_LEAF, spaces) != REASON_GRANTED ||
		  !sent_is_leaf(&sent, pem));
	spaces = strstr(leaf, "%20");
	cr_assert_not_null(spaces);
	cr_expect_eq(sent_alone(&sent, SLOT_LEAF,
				arena_printf(sent.arena, "%.*s+%s",
					     (int)(spaces - leaf), leaf,
					     spaces + 3)),
		     REASON_CERTIFICATE_MALFORMED, "BEGIN+CERTIFICATE");
}

Test(credential_aws, passthrough)
{
	char *other = sent_pem(&sent, "subject CN=CA\n");
	char *chain = arena_printf(sent.arena, "%s%s", pem, other);

	sent.rules.passthrough = true;
	cr_assert_eq(sent_alone(&sent, SLOT_CERT,
				sent_escape(&sent, chain, BARE)),
		     REASON_GRANTED);
	cr_expect_not(sent.found.vouched, "nobody has verified it");
	cr_expect(sent_is_leaf(&sent, pem), "the first block");
	cr_expect_eq(sent.found.sent_count, 1);
	cr_expect_gt(sent.found.sent[0].len, 0);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, leaf), REASON_GRANTED);
	cr_expect_eq(sent.found.sent_count, 0);
	sent.rules.passthrough = false;
	cr_expect_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect_not(sent.found.vouched, "whatever the policy says");
}

Test(credential_aws, passthrough_vouches_for_no_leaf)
{
	sent.rules.passthrough = true;
	cr_expect_eq(sent_alone(&sent, SLOT_LEAF, leaf), REASON_GRANTED);
	cr_expect_not(sent.found.vouched);
}

Test(credential_aws, chains_that_are_malformed)
{
	char *text = pem;

	cr_expect_eq(sent_alone(&sent, SLOT_CERT, sent_base64(&sent, pem)),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT,
				arena_printf(sent.arena, "x\n%s", pem)),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT,
				arena_printf(sent.arena, "%s,%s", pem, pem)),
		     REASON_CERTIFICATE_MALFORMED);
	for (size_t i = 0; i < MAX_CHAIN; i++)
		text = arena_printf(sent.arena, "%s%s", text, pem);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, text), REASON_GRANTED);
	cr_expect_eq(sent.found.sent_count, MAX_CHAIN);
	text = arena_printf(sent.arena, "%s%s", text, pem);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, text),
		     REASON_CERTIFICATE_MALFORMED);
}

Test(credential_aws, headers_of_both_modes)
{
	for (int i = 0; i < 2; i++) {
		sent.rules.passthrough = i;
		sent_clear(&sent);
		sent_put(&sent, SLOT_LEAF, leaf);
		sent_put(&sent, SLOT_CERT, leaf);
		cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT);
		cr_expect_not(sent.found.vouched);
		cr_expect_eq(sent.found.leaf.len, 0);
	}
}

Test(credential_aws, a_header_twice)
{
	static const enum slot slots[] = {SLOT_LEAF, SLOT_SUBJECT, SLOT_ISSUER,
					  SLOT_SERIAL, SLOT_VALIDITY};

	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		sent_clear(&sent);
		sent_put(&sent, SLOT_LEAF, leaf);
		sent_put(&sent, SLOT_VALIDITY, "NotAfter=x");
		put_companions();
		sent_put(&sent, slots[i], "again");
		cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT, "%s",
			     slot_name(slots[i]));
	}
}

Test(credential_aws, from_anybody_else)
{
	static const enum slot slots[] = {SLOT_LEAF, SLOT_CERT};

	sent.request.peer = "198.51.100.1";
	for (size_t i = 0; i < ARRAY_LEN(slots); i++) {
		cr_expect_eq(sent_alone(&sent, slots[i], leaf),
			     REASON_CERTIFICATE_MISSING);
		cr_expect_str_eq(sent.found.spoofed,
				 sent.rules.header[slots[i]]);
	}
}

Test(credential_aws, words_without_a_certificate)
{
	put_companions();
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_not(sent.found.vouched);
}

static void begin_gateway(void)
{
	end();
	begin(SOURCE_API_GATEWAY);
}

Test(credential_aws, gateway_of_words)
{
	begin_gateway();
	put_companions();
	sent_put(&sent, SLOT_NOT_BEFORE, "May  8 12:30:02 2019 GMT");
	sent_put(&sent, SLOT_NOT_AFTER, "Aug  5 09:36:04 2029 GMT");
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect_eq(sent.found.leaf.len, 0);
	cr_expect_null(sent.found.text);
	cr_expect_str_eq(sent.found.also.subject, "CN=alice,O=Acme\\, Inc");
	cr_expect_str_eq(sent.found.also.issuer, "CN=CA,O=Corp");
	cr_expect_str_eq(sent.found.also.serial, "0AB1");
	cr_expect_str_eq(sent.found.also.not_before,
			 "May  8 12:30:02 2019 GMT");
	cr_expect_str_eq(sent.found.also.not_after,
			 "Aug  5 09:36:04 2029 GMT");
}

Test(credential_aws, gateway_without_a_subject)
{
	begin_gateway();
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_eq(sent_alone(&sent, SLOT_SERIAL, "0AB1"),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(sent_alone(&sent, SLOT_SUBJECT, ""),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, pem),
		     REASON_CERTIFICATE_MISSING, "the PEM is not asked for");
	cr_expect_not(sent.found.vouched);
}

Test(credential_aws, gateway_with_the_certificate)
{
	begin_gateway();
	sent.rules.gateway_pem = true;
	put_companions();
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING,
		     "words do not take its place");
	sent_put(&sent, SLOT_CERT, pem);
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_str_eq(sent.found.also.serial, "0AB1");
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, "no base64"),
		     REASON_CERTIFICATE_MALFORMED);
}

Test(credential_aws, gateway_spoofed_or_twice)
{
	begin_gateway();
	put_companions();
	sent_put(&sent, SLOT_SUBJECT, "CN=bob");
	cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT);
	cr_expect_not(sent.found.vouched);
	sent.request.peer = "198.51.100.1";
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_not_null(sent.found.spoofed);
	cr_expect_null(sent.found.also.subject);
}
