/* test_chain.c - building and checking chains: paths, attacks on them, dates
 * and policies. What CRLs do to them is in test_chain_store.c. */
#include "chain.h"

#include <criterion/criterion.h>
#include <string.h>

#include "chain_fixture.h"
#include "timefmt.h"

#define NOW FIXTURE_NOW

static struct arena *arena;
static struct chain_rules rules;
static struct pki root;
static struct pki middle;
static struct pki leaf;

static void start(void)
{
	arena = arena_new();
	rules = pki_rules();
	root = pki_make(arena, "Root", NULL, "root");
	middle = pki_make(arena, "Middle", &root, "ca");
	leaf = pki_make(arena, "leaf", &middle, "");
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(chain, .init = start, .fini = end);

static struct chain judge_at(const struct pki *cert, pki_list sent,
			     int64_t now)
{
	struct chain chain = pki_check(arena, &rules, cert, sent, now);

	cr_expect_eq(chain.good, chain.reason == REASON_GRANTED);
	return chain;
}

static enum reason judge(const struct pki *cert, pki_list sent)
{
	return judge_at(cert, sent, NOW).reason;
}

/* Judges cert under fresh rules that trust the root. */
static enum reason judge_alone(const struct pki *cert, pki_list sent)
{
	rules.store = NULL;
	return judge(cert, sent);
}

Test(chain, zero_is_refused)
{
	struct chain zero = {0};

	cr_expect_not(zero.good);
	cr_expect_eq(zero.reason, REASON_INTERNAL_ERROR);
}

Test(chain, good)
{
	struct chain chain;

	pki_trust(arena, &rules, &root);
	chain = judge_at(&leaf, (pki_list){&middle, NULL}, NOW);
	cr_assert(chain.good, "%s", chain.detail ? chain.detail : "");
	cr_assert_eq(chain.count, 3);
	cr_expect_str_eq(chain.origins[0], "the request");
	cr_expect_str_eq(chain.origins[1], "the request");
	cr_expect_str_eq(chain.origins[2], "ca.pem");
	cr_expect_eq(X509_cmp(chain.certs[2].x509, root.x509), 0);
	cr_expect_eq(chain.good_until, chain.certs[1].not_after + 1);
	cr_expect_null(chain.warning);
	cr_expect_eq(chain.policies.state, ATTR_READ);
	cr_expect_eq(chain.policies.count, 0);
}

Test(chain, intermediate_from_a_file)
{
	struct chain chain;

	pki_trust(arena, &rules, &root);
	pki_offer(arena, &rules, &middle);
	chain = judge_at(&leaf, NULL, NOW);
	cr_assert(chain.good);
	cr_expect_str_eq(chain.origins[1], "intermediates.pem");
}

Test(chain, nobody_is_trusted)
{
	cr_expect_eq(judge(&leaf, (pki_list){&middle, &root, NULL}),
		     REASON_UNTRUSTED_ISSUER);
	cr_expect_eq(judge(&root, NULL), REASON_UNTRUSTED_ISSUER);
}

/* ---- what a client can send ---- */

Test(chain, client_sends_its_own_ca)
{
	struct pki evil = pki_make(arena, "Root", NULL, "root\nbare");
	struct pki bad = pki_make(arena, "leaf", &evil, "bare");
	struct pki self = pki_make(arena, "leaf", NULL, "");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&bad, NULL), REASON_BAD_SIGNATURE,
		     "named like the root");
	cr_expect_neq(judge(&bad, (pki_list){&evil, NULL}), REASON_GRANTED);
	cr_expect_neq(judge(&bad, (pki_list){&evil, &root, NULL}),
		      REASON_GRANTED);
	cr_expect_eq(judge(&self, (pki_list){&self, &root, NULL}),
		     REASON_UNTRUSTED_ISSUER);
	cr_expect_eq(judge(&evil, NULL), REASON_UNTRUSTED_ISSUER);
}

/* Which certificate is the client's is said by its place alone. */
Test(chain, good_certificate_only_in_the_chain)
{
	struct pki evil = pki_make(arena, "leaf", NULL, "");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&evil, (pki_list){&leaf, &middle, &root, NULL}),
		     REASON_UNTRUSTED_ISSUER);
}

Test(chain, leaf_is_no_ca)
{
	struct pki below = pki_make(arena, "Administrator", &leaf, "");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&below, (pki_list){&leaf, &middle, NULL}),
		     REASON_CA_NOT_ALLOWED);
}

Test(chain, ca_that_may_not_sign)
{
	struct pki no_sign = pki_make(arena, "No sign", &root,
				      "ext basicConstraints=critical,CA:TRUE\n"
				      "ext keyUsage=critical,cRLSign");
	struct pki below = pki_make(arena, "leaf", &no_sign, "");
	struct pki server = pki_make(arena, "Server CA", &root,
				     "ca\next extendedKeyUsage=serverAuth");
	struct pki of_server = pki_make(arena, "leaf", &server, "");

	pki_trust(arena, &rules, &root);
	cr_expect_neq(judge(&below, (pki_list){&no_sign, NULL}),
		      REASON_GRANTED);
	cr_expect_eq(judge(&of_server, (pki_list){&server, NULL}),
		     REASON_CA_NOT_ALLOWED);
}

Test(chain, loops_end)
{
	struct pki a = pki_make(arena, "A", NULL, "ca");
	struct pki b = pki_make(arena, "B", &a, "ca");
	struct pki a_by_b = pki_make_for(arena, "A", &b, a.key, "ca");
	struct pki below = pki_make(arena, "leaf", &b, "");

	pki_trust(arena, &rules, &root);
	cr_expect_neq(judge(&below, (pki_list){&b, &a_by_b, &b, &a_by_b, &b,
					       &a_by_b, &b, NULL}),
		      REASON_GRANTED);
}

Test(chain, duplicates_and_order_do_not_matter)
{
	struct pki other = pki_make(arena, "Other", NULL, "root");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&leaf, (pki_list){&root, &other, &middle, &middle,
					     &leaf, &root, &middle, NULL}),
		     REASON_GRANTED);
}

Test(chain, garbage_in_the_chain)
{
	struct credential credential;
	struct chain chain;
	struct cert cert;
	const char *why;

	pki_trust(arena, &rules, &root);
	cr_assert_eq(judge(&leaf, (pki_list){&middle, NULL}), REASON_GRANTED);
	credential = pki_credential(arena, &leaf,
				    (pki_list){&middle, &root, NULL});
	credential.chain[1] = "garbage";
	cr_assert_eq(cert_parse(arena, credential.leaf, &cert, &why), ST_OK);
	chain_check(arena, &rules, &cert, &credential, NOW, NULL, &chain);
	cr_expect_not(chain.good);
	cr_expect_eq(chain.reason, REASON_CERTIFICATE_MALFORMED);
	cr_expect_not_null(chain.detail);
}

Test(chain, spoilt_signatures)
{
	struct pki bad = pki_make(arena, "leaf", &middle, "break");
	struct pki bad_ca = pki_make(arena, "Bad", &root, "ca\nbreak");
	struct pki below = pki_make(arena, "leaf", &bad_ca, "");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&bad, (pki_list){&middle, NULL}),
		     REASON_BAD_SIGNATURE);
	cr_expect_eq(judge(&below, (pki_list){&bad_ca, NULL}),
		     REASON_BAD_SIGNATURE);
}

Test(chain, critical_extension_that_nobody_knows)
{
	struct pki odd = pki_make(arena, "leaf", &middle,
				  "ext 1.2.3.4=critical,DER:0500");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&odd, (pki_list){&middle, NULL}),
		     REASON_CHAIN_INVALID);
}

/* ---- anchors ---- */

Test(chain, intermediate_as_anchor)
{
	pki_trust(arena, &rules, &middle);
	cr_expect_eq(judge(&leaf, NULL), REASON_CHAIN_INCOMPLETE);
	cr_expect_neq(judge(&leaf, (pki_list){&middle, &root, NULL}),
		      REASON_GRANTED);
	rules.partial_chain = true;
	cr_expect_eq(judge_alone(&leaf, NULL), REASON_GRANTED);
}

Test(chain, partial_chain_trusts_nothing_else)
{
	struct pki other = pki_make(arena, "Other", NULL, "root");
	struct pki below = pki_make(arena, "leaf", &other, "");

	rules.partial_chain = true;
	pki_trust(arena, &rules, &middle);
	cr_expect_eq(judge(&below, (pki_list){&other, NULL}),
		     REASON_UNTRUSTED_ISSUER);
	cr_expect_neq(judge(&below, (pki_list){&other, &middle, NULL}),
		      REASON_GRANTED);
}

/* A file of intermediates is an offer, not trust. */
Test(chain, offered_root_is_no_anchor)
{
	pki_offer(arena, &rules, &root);
	pki_offer(arena, &rules, &middle);
	cr_expect_eq(judge(&leaf, NULL), REASON_UNTRUSTED_ISSUER);
	rules.partial_chain = true;
	cr_expect_eq(judge_alone(&leaf, NULL), REASON_UNTRUSTED_ISSUER);
}

/* Whichever of two CAs with one name is named first, the certificate counts
 * as that one's who signed it. */
Test(chain, namesakes)
{
	const char *const specs[] = {"root", "root\nbare"};
	const char *const leaves[] = {"", "bare"};

	for (int i = 0; i < 4; i++) {
		struct pki one = pki_make(arena, "CA", NULL, specs[i % 2]);
		struct pki two = pki_make(arena, "CA", NULL, specs[i % 2]);
		struct pki of_one = pki_make(arena, "a", &one, leaves[i % 2]);
		struct pki of_two = pki_make(arena, "b", &two, leaves[i % 2]);
		struct chain chain;

		rules = pki_rules();
		pki_trust(arena, &rules, i < 2 ? &one : &two);
		pki_trust(arena, &rules, i < 2 ? &two : &one);
		chain = judge_at(&of_one, NULL, NOW);
		cr_assert(chain.good, "%d: %s", i, chain.detail);
		cr_expect_eq(X509_cmp(chain.certs[1].x509, one.x509), 0);
		chain = judge_at(&of_two, NULL, NOW);
		cr_assert(chain.good, "%d: %s", i, chain.detail);
		cr_expect_eq(X509_cmp(chain.certs[1].x509, two.x509), 0);
	}
}

/* The key that a root had before, in a new certificate. */
Test(chain, renewed_root)
{
	struct pki renewed = pki_make_for(arena, "Root", NULL, root.key,
					  "root");
	struct chain chain;

	pki_trust(arena, &rules, &renewed);
	chain = judge_at(&leaf, (pki_list){&middle, &root, NULL}, NOW);
	cr_assert(chain.good, "%s", chain.detail);
	cr_expect_eq(X509_cmp(chain.certs[2].x509, renewed.x509), 0);
}

/* ---- dates ---- */

Test(chain, dates)
{
	struct pki short_ca = pki_make(arena, "Short", &root,
				       "ca\nnot_before 1767225000\n"
				       "not_after 1767225700");
	struct pki below = pki_make(arena, "leaf", &short_ca, "");
	static const struct {
		int64_t at;
		enum reason reason;
	} rows[] = {
		{1767224999, REASON_CA_EXPIRED},
		{1767225000, REASON_GRANTED},
		{1767225700, REASON_GRANTED}, /* the last second counts */
		{1767225701, REASON_CA_EXPIRED},
	};

	pki_trust(arena, &rules, &root);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(judge_at(&below, (pki_list){&short_ca, NULL},
				      rows[i].at).reason, rows[i].reason,
			     "row %zu", i);
}

Test(chain, old_anchor)
{
	struct pki old = pki_make(arena, "Old", NULL,
				  "root\nnot_after 1767225599");
	struct pki below = pki_make(arena, "leaf", &old, "");

	pki_trust(arena, &rules, &old);
	cr_expect_eq(judge(&below, NULL), REASON_CA_EXPIRED);
}

/* ---- settings ---- */

Test(chain, ca_as_client)
{
	struct pki tried[] = {pki_make(arena, "x", &root,
				       "ext basicConstraints=CA:TRUE"),
			      pki_make(arena, "y", &root,
				       "ext keyUsage=keyCertSign,"
				       "digitalSignature")};

	pki_trust(arena, &rules, &root);
	for (size_t i = 0; i < ARRAY_LEN(tried); i++) {
		rules.ca_as_client = false;
		cr_expect_eq(judge(&tried[i], NULL), REASON_CA_AS_CLIENT,
			     "%zu", i);
		rules.ca_as_client = true;
		cr_expect_eq(judge(&tried[i], NULL), REASON_GRANTED, "%zu",
			     i);
	}
	rules.ca_as_client = false;
	cr_expect_neq(judge(&root, NULL), REASON_GRANTED,
		      "the anchor itself");
}

Test(chain, depth)
{
	struct pki second = pki_make(arena, "Second", &middle, "ca");
	struct pki below = pki_make(arena, "leaf", &second, "");
	struct pki none = pki_make(arena, "None", &root,
				   "ext basicConstraints=critical,CA:TRUE,"
				   "pathlen:0\next keyUsage=keyCertSign");
	struct pki two = pki_make(arena, "Two", &none, "ca");
	struct pki deep = pki_make(arena, "leaf", &two, "");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&below, (pki_list){&second, &middle, NULL}),
		     REASON_GRANTED);
	rules.max_depth = 1;
	cr_expect_eq(judge(&below, (pki_list){&second, &middle, NULL}),
		     REASON_PATH_TOO_LONG);
	cr_expect_eq(judge(&leaf, (pki_list){&middle, NULL}), REASON_GRANTED);
	rules.max_depth = -1;
	cr_expect_eq(judge(&deep, (pki_list){&two, &none, NULL}),
		     REASON_PATH_TOO_LONG);
}

Test(chain, security_level)
{
	struct pki weak = pki_make(arena, "weak", &root, "key rsa1024");
	struct pki tiny = pki_make(arena, "tiny", &root, "key rsa512");
	struct pki sha1 = pki_make(arena, "leaf", &root, "digest sha1");

	pki_trust(arena, &rules, &root);
	cr_expect_eq(judge(&weak, NULL), REASON_GRANTED, "80 bits");
	cr_expect_eq(judge(&tiny, NULL), REASON_WEAK_KEY);
	cr_expect_eq(judge(&sha1, NULL), REASON_GRANTED);
	rules.security_level = 1;
	cr_expect_eq(judge(&sha1, NULL), REASON_WEAK_KEY);
	rules.security_level = 2;
	cr_expect_eq(judge(&weak, NULL), REASON_WEAK_KEY);
	rules.security_level = 0;
	cr_expect_eq(judge(&tiny, NULL), REASON_GRANTED);
	cr_expect_eq(judge(&sha1, NULL), REASON_GRANTED);
}
