/* test_credential_rfc9440.c - sources that hand over byte sequences of RFC
 * 8941: the headers of RFC 9440, and those of Google's balancers. */
#include "credential_int.h"

#include <criterion/criterion.h>
#include <string.h>

#include "header_fixture.h"
#include "rfc9440_rows.h"

#define ITEM(base64) ":" base64 ":"

static struct sent sent;
static char *pem;
static char *base64;
static char *item;

static void begin(enum source source)
{
	sent_start(&sent, source);
	pem = sent_pem(&sent, "subject CN=alice\n");
	base64 = sent_base64(&sent, pem);
	item = arena_printf(sent.arena, ":%s:", base64);
}

static void start(void)
{
	begin(SOURCE_RFC9440);
}

static void end(void)
{
	sent_end(&sent);
}

TestSuite(credential_rfc9440, .init = start, .fini = end);

static enum reason find(const char *cert, const char *chain)
{
	sent_clear(&sent);
	if (chain)
		sent_put(&sent, SLOT_CHAIN, chain);
	sent_put(&sent, SLOT_CERT, cert);
	return sent_find(&sent);
}

/* RFC 9440, Appendix A */
Test(credential_rfc9440, example)
{
	cr_assert_eq(find(ITEM(RFC9440_LEAF),
			  ITEM(RFC9440_CA) ", " ITEM(RFC9440_ROOT)),
		     REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, RFC9440_LEAF));
	cr_assert_eq(sent.found.chain_count, 2);
	cr_expect_str_eq(sent.found.chain[0], RFC9440_CA);
	cr_expect_str_eq(sent.found.chain[1], RFC9440_ROOT);
	cr_expect_str_eq(sent_hash(&sent, RFC9440_LEAF),
			 "bfaf1f7e070f9fa8dd62905f158da73f"
			 "84a1136624fbafcc9393c8f7287a69eb");
}

Test(credential_rfc9440, blanks_around)
{
	cr_expect_eq(find(arena_printf(sent.arena, " \t%s ", item), NULL),
		     REASON_GRANTED);
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_eq(sent.found.chain_count, 0);
	cr_expect_eq(find(item, " :AA==: ,\t:AQ==:"), REASON_GRANTED);
	cr_assert_eq(sent.found.chain_count, 2);
	cr_expect_str_eq(sent.found.chain[0], "AA==");
	cr_expect_str_eq(sent.found.chain[1], "AQ==");
	cr_expect_eq(find(item, ":AA==:,:AQ==:"), REASON_GRANTED,
		     "fields that the server has joined");
}

static char *with(const char *before, const char *text, const char *after)
{
	return arena_printf(sent.arena, "%s%s%s", before, text, after);
}

static void expect_malformed(const char *cert, const char *chain)
{
	const char *text = chain ? chain : cert;

	cr_expect_eq(find(cert, chain), REASON_CERTIFICATE_MALFORMED, "%s",
		     text);
	cr_expect_not_null(sent.found.detail, "%s", text);
}

/* One item, never a list, and no parameters. */
Test(credential_rfc9440, malformed)
{
	char *rows[] = {
		base64,
		pem,
		with(":", base64, ""),
		with("", base64, ":"),
		with(item, ",", item),
		with(item, ", ", item),
		with(item, item, ""),
		with(item, ",", ""),
		with(",", item, ""),
		with(item, ";a=1", ""),
		with(item, "; a", ""),
		with("(", item, ")"),
		with("\"", base64, "\""),
		with("a=", item, ""),
		with("::", base64, "::"),
		with(":", sent_escape(&sent, base64, "") + 1, ":"),
		with(item, "\n", ""),
		with("\r\n", item, ""),
		":", "::", ": :", ":=:", ":A:", ":====:",
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		expect_malformed(rows[i], NULL);
		cr_expect_eq(sent.found.leaf.len, 0, "%s", rows[i]);
	}
}

/* A byte sequence is base64 and nothing else (RFC 8941 section 3.3.5). */
Test(credential_rfc9440, other_wrappings_inside)
{
	expect_malformed(with(":", pem, ":"), NULL);
	expect_malformed(with(":", sent_escape(&sent, pem, ""), ":"), NULL);
	expect_malformed(with(":%4D", base64 + 1, ":"), NULL);
	expect_malformed(with(": ", base64, ":"), NULL);
	expect_malformed(with(":", base64, " :"), NULL);
}

Test(credential_rfc9440, malformed_chains)
{
	static const char *const rows[] = {
		"AA==", ":AA==", "AA==:", ":AA==:;a=1", ":AA==:,",
		":AA==:, ", ",:AA==:", ":AA==:,,:AQ==:", ":AA==: :AQ==:",
		":AA==::AQ==:", "::", "(:AA==:)", "\"AA==\"", ":AA==:\n",
		":1:,:2:,:3:,:4:,:5:,:6:,:7:,:8:,:9:,:10:,:11:"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_malformed(item, rows[i]);
	cr_expect_eq(find(item, ":1:,:2:,:3:,:4:,:5:,:6:,:7:,:8:,:9:,:10:"),
		     REASON_GRANTED);
	cr_expect_eq(sent.found.chain_count, MAX_CHAIN);
}

Test(credential_rfc9440, a_chain_alone_is_no_certificate)
{
	cr_expect_eq(sent_alone(&sent, SLOT_CHAIN, item),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(sent.found.leaf.len, 0);
	cr_expect_not(sent.found.vouched);
}

Test(credential_rfc9440, a_chain_twice)
{
	sent_put(&sent, SLOT_CERT, item);
	sent_put(&sent, SLOT_CHAIN, ":AA==:");
	sent_put(&sent, SLOT_CHAIN, ":AQ==:");
	cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT);
}

static void begin_gcp(void)
{
	end();
	begin(SOURCE_GCP);
	sent_name(&sent, SLOT_LEAF, "X-Client-Cert-Leaf");
	sent_name(&sent, SLOT_CHAIN, "X-Client-Cert-Chain");
	sent_name(&sent, SLOT_PRESENT, "X-Client-Cert-Present");
	sent_name(&sent, SLOT_VERIFY, "X-Client-Cert-Verified");
	sent_name(&sent, SLOT_ERROR, "X-Client-Cert-Error");
}

static enum reason gcp(const char *leaf, const char *present,
		       const char *verify, const char *error)
{
	sent_clear(&sent);
	if (leaf)
		sent_put(&sent, SLOT_LEAF, leaf);
	if (present)
		sent_put(&sent, SLOT_PRESENT, present);
	if (verify)
		sent_put(&sent, SLOT_VERIFY, verify);
	if (error)
		sent_put(&sent, SLOT_ERROR, error);
	return sent_find(&sent);
}

Test(credential_rfc9440, gcp)
{
	begin_gcp();
	cr_assert_eq(gcp(item, "true", "true", NULL), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_eq(gcp(base64, "true", "true", ""), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, pem));
	sent_put(&sent, SLOT_CHAIN, ":AA==:, :AQ==:");
	cr_expect_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect_eq(sent.found.chain_count, 2);
	sent.request.peer = "192.0.3.1";
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_not_null(sent.found.spoofed);
}

Test(credential_rfc9440, gcp_that_does_not_verify)
{
	begin_gcp();
	cr_expect_eq(gcp(item, "true", "false", NULL), REASON_GRANTED);
	cr_expect_not(sent.found.vouched);
	cr_expect_eq(gcp(item, "true", NULL, NULL), REASON_GRANTED);
	cr_expect_not(sent.found.vouched);
	cr_expect_eq(gcp(item, "true", "SUCCESS", NULL), REASON_GRANTED);
	cr_expect_not(sent.found.vouched);
	cr_expect_eq(gcp(item, "true", "true", "client_cert_not_trusted"),
		     REASON_GRANTED);
	cr_expect_not(sent.found.vouched, "an error counts more");
}

Test(credential_rfc9440, gcp_without_a_certificate)
{
	begin_gcp();
	cr_expect_eq(gcp(item, "false", "true", NULL),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(gcp(item, NULL, "true", NULL),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_not(sent.found.vouched);
	cr_expect_eq(gcp(item, "True", "true", NULL),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(gcp(NULL, "true", "true", NULL),
		     REASON_CERTIFICATE_MISSING);
	cr_expect_eq(gcp(with(item, ",", item), "true", "true", NULL),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(gcp(with(item, " ", ""), "true", "true", NULL),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(gcp("::", "true", "true", NULL),
		     REASON_CERTIFICATE_MALFORMED);
}
