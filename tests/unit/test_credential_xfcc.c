/* test_credential_xfcc.c - Envoy's X-Forwarded-Client-Cert. */
#include "credential_int.h"

#include <criterion/criterion.h>
#include <string.h>

#include "header_fixture.h"

static struct sent sent;
static char *pem_a;
static char *pem_b;
static char *a; /* percent-encoded, as Envoy does */
static char *b;

static void start(void)
{
	sent_start(&sent, SOURCE_ENVOY_XFCC);
	pem_a = sent_pem(&sent, "subject CN=alice\n");
	pem_b = sent_pem(&sent, "subject CN=bob\n");
	a = sent_escape(&sent, pem_a, "");
	b = sent_escape(&sent, pem_b, "");
}

static void end(void)
{
	sent_end(&sent);
}

TestSuite(credential_xfcc, .init = start, .fini = end);

/* In template @a and @b are the certificates, @h and @i their hashes. */
static char *fill(const char *template)
{
	char *text = arena_strdup(sent.arena, "");

	for (; *template; template++) {
		const char *put = NULL;

		if (template[0] == '@')
			put = *++template == 'a'   ? a
			      : *template == 'b' ? b
			      : *template == 'h' ? sent_hash(&sent, pem_a)
						 : sent_hash(&sent, pem_b);
		text = put ? arena_printf(sent.arena, "%s%s", text, put)
			   : arena_printf(sent.arena, "%s%c", text, *template);
		cr_assert_not_null(text);
	}
	return text;
}

static enum reason find(const char *template)
{
	return sent_alone(&sent, SLOT_CERT, fill(template));
}

static void expect_alice(const char *template)
{
	cr_expect_eq(find(template), REASON_GRANTED, "%s", template);
	cr_expect(sent.found.vouched, "%s", template);
	cr_expect(sent_is_leaf(&sent, pem_a), "%s", template);
}

Test(credential_xfcc, one_element)
{
	expect_alice("Cert=@a");
	expect_alice("Cert=\"@a\"");
	expect_alice("cert=@a");
	expect_alice("Hash=@h;Cert=@a");
	expect_alice("By=spiffe://d/x;Hash=@h;Cert=\"@a\";Subject=\"\";URI=");
	expect_alice("Cert=@a;Unknown=1;Unknown=2;DNS=a.test;DNS=b.test");
	cr_expect_eq(sent.found.sent_count, 0);
}

Test(credential_xfcc, quoting)
{
	expect_alice("Subject=\"CN=x,O=a;b\";Cert=\"@a\"");
	expect_alice("Subject=\"CN=\\\"x\\\"\";Cert=\"@a\"");
	expect_alice("Subject=\"a\\\\b\";Cert=@a");
	expect_alice("Subject=\"\\\";Cert=@b;\\\"\";Cert=@a");
	expect_alice("Subject=\"x\\\\\";Cert=@b,\\\"\";Cert=@a");
	expect_alice("Subject=\"a,Cert=@b\";Cert=@a");
	expect_alice("URI=\"https://a.test/?a=b;c,d\";Cert=@a");
}

Test(credential_xfcc, which_element_counts)
{
	cr_expect_eq(find("Hash=@i;Cert=@b;URI=x,Hash=@h;Cert=@a"),
		     REASON_SOURCE_CONFLICT, "a URI with a comma in it");
	cr_expect_eq(find("Cert=@b;uri=,Cert=@a"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@b;DNS=x;By=y,Cert=@a"),
		     REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("DNS=x,By=y,Cert=@a"), REASON_SOURCE_CONFLICT);
	expect_alice("Cert=@b,Hash=@h;Cert=@a;URI=x;DNS=y");
	expect_alice("Cert=@b,Cert=@a");
	sent.rules.xfcc = XFCC_ONLY;
	cr_expect_eq(find("Cert=@b,Cert=@a"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@a,By=x"), REASON_SOURCE_CONFLICT);
	expect_alice("Cert=@a;URI=x");
	sent.rules.xfcc = XFCC_LAST;
	expect_alice("Cert=@b;URI=x,Cert=@a");
	expect_alice("Cert=@b,Cert=@a");
	/* as servers join two headers */
	cr_expect_eq(find("Cert=@b, Cert=@a"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@b,\tCert=@a"), REASON_SOURCE_CONFLICT);
	expect_alice("Cert=junk,Cert=@a");
	expect_alice("By=x,Cert=@b,Hash=@h;Cert=@a");
	cr_expect_eq(find("Cert=@a,By=x"), REASON_CERTIFICATE_MALFORMED,
		     "the last has none");
	sent.rules.xfcc = XFCC_FIRST;
	expect_alice("Cert=@a,Cert=@b");
	expect_alice("Hash=@h;Cert=@a,By=x");
	cr_expect_eq(find("By=x,Cert=@a"), REASON_CERTIFICATE_MALFORMED);
}

static const char *const malformed[] = {
	"Cert",
	"Cert=",
	"=@a",
	"@a",
	";Cert=@a",
	"Cert=@a;",
	",Cert=@a",
	"Cert=@a,",
	"Cert=@a,,Cert=@a",
	"Cert=@a;;By=x",
	"Cert=@a=",
	"Cert=\"@a",
	"Cert=@a\"",
	"Cert=\"@a\"x",
	"Cert=\"@a\"\"\"",
	"By=a\"b;Cert=@a",
	"By=a=b;Cert=@a",
	"By;Cert=@a",
	"Subject=\"x\\\";Cert=@a",
	"Subject=\"x\";Cert=@a;\"",
	"By=\",Cert=@a",
	"By=x",
	"Hash=@h",
	"Cert=junk!",
	"Cert=@a@a",
	"Cert=\"\"",
};

Test(credential_xfcc, not_well_formed)
{
	for (size_t i = 0; i < ARRAY_LEN(malformed); i++) {
		cr_expect_eq(find(malformed[i]), REASON_CERTIFICATE_MALFORMED,
			     "%s", malformed[i]);
		cr_expect_not_null(sent.found.detail);
		cr_expect_eq(sent.found.leaf.len, 0, "%s", malformed[i]);
	}
}

/* An element that does not count must be well-formed all the same. */
Test(credential_xfcc, all_elements_are_read)
{
	sent.rules.xfcc = XFCC_LAST;
	cr_expect_eq(find("By=\"x,Cert=@a"), REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(find("By,Cert=@a"), REASON_CERTIFICATE_MALFORMED);
	sent.rules.xfcc = XFCC_FIRST;
	cr_expect_eq(find("Cert=@a,By"), REASON_CERTIFICATE_MALFORMED);
}

Test(credential_xfcc, a_key_twice)
{
	static const char *const rows[] = {
		"Cert=@a;Cert=@a", "Cert=@a;cert=@b", "Cert=@a;CERT=\"@a\"",
		"Hash=@h;Hash=@h;Cert=@a", "Cert=@a;Hash=@h;hASH=@i",
		"Chain=@a;Chain=@a", "Cert=@b;Cert=@b,Cert=@a"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(find(rows[i]), REASON_CERTIFICATE_MALFORMED,
			     "%s", rows[i]);
}

Test(credential_xfcc, hash)
{
	cr_expect_eq(find("Hash=@i;Cert=@a"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@a;Hash=@i"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@a;Hash="), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@a;Hash=x"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@a;Hash=@h00"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Chain=@a;Hash=@i"), REASON_SOURCE_CONFLICT);
	sent.rules.xfcc = XFCC_LAST;
	expect_alice("Hash=@i;Cert=@b,Hash=@h;Cert=@a");
}

Test(credential_xfcc, chain)
{
	expect_alice("Chain=@a@b");
	cr_expect_eq(sent.found.sent_count, 1);
	expect_alice("Chain=\"@a@b\";Hash=@h");
	expect_alice("Cert=@a;Chain=@a@b");
	cr_expect_eq(sent.found.sent_count, 1);
	expect_alice("Chain=@a;Cert=@a");
	cr_expect_eq(sent.found.sent_count, 0);
	cr_expect_eq(find("Cert=@a;Chain=@b@a"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(find("Cert=@a;Chain=junk!"),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(find("Cert=@a;Chain="), REASON_CERTIFICATE_MALFORMED);
}

Test(credential_xfcc, sent_twice)
{
	sent_put(&sent, SLOT_CERT, fill("Cert=@a"));
	sent_put(&sent, SLOT_CERT, fill("Cert=@a"));
	cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT);
	cr_expect_not(sent.found.vouched);
}

Test(credential_xfcc, from_anybody_else)
{
	sent.request.peer = "198.51.100.1";
	cr_expect_eq(find("Cert=@a"), REASON_CERTIFICATE_MISSING);
	cr_expect_str_eq(sent.found.spoofed, "HTTP_X_FORWARDED_CLIENT_CERT");
	cr_expect_not(sent.found.vouched);
}

/* What a client may put in front of what Envoy adds costs little. */
Test(credential_xfcc, many_values, .timeout = 20)
{
	enum { COUNT = 12000 };
	char *text = arena_alloc(sent.arena, 5 * COUNT + 1);

	for (size_t i = 0; i < COUNT; i++)
		memcpy(text + 5 * i, "x=\"\";", 5);
	text[5 * COUNT - 1] = '\0';
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, text),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_lt(arena_size(sent.arena), 16 << 20);
}
