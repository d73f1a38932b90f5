/* test_chain_store.c - the store of anchors and CRLs, what a request brings
 * beside its leaf, and which of the CRLs a chain is judged by. */
#include "chain_store.h"

#include <criterion/criterion.h>
#include <string.h>

#include "chain_fixture.h"
#include "timefmt.h"

static struct arena *arena;
static struct chain_rules rules;
static struct pki root;
static struct pki leaf;

static void start(void)
{
	arena = arena_new();
	rules = pki_rules();
	root = pki_make(arena, "Root", NULL, "root");
	leaf = pki_make(arena, "leaf", &root, "");
	pki_trust(arena, &rules, &root);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(chain_store, .init = start, .fini = end);

static STACK_OF(X509) *unwrap(const struct credential *credential,
			      enum reason wanted)
{
	STACK_OF(X509) *stack = NULL;
	const char *detail = NULL;
	enum reason reason = chain_unwrap(arena, &rules, credential, &stack,
					  &detail);

	cr_expect_eq(reason, wanted);
	if (wanted == REASON_CERTIFICATE_MALFORMED)
		cr_expect_not_null(detail);
	if (wanted == REASON_GRANTED)
		cr_assert_not_null(stack);
	return stack;
}

Test(chain_store, nothing_sent)
{
	struct credential credential = pki_credential(arena, &leaf, NULL);
	STACK_OF(X509) *stack = unwrap(&credential, REASON_GRANTED);

	cr_expect_eq(sk_X509_num(stack), 0);
	sk_X509_pop_free(stack, X509_free);
}

Test(chain_store, sent_comes_before_the_files)
{
	struct pki sent = pki_make(arena, "Sent", &root, "ca");
	struct pki file = pki_make(arena, "File", &root, "ca");
	struct credential credential = pki_credential(arena, &leaf,
						      (pki_list){&sent, NULL});
	STACK_OF(X509) *stack;

	pki_offer(arena, &rules, &file);
	stack = unwrap(&credential, REASON_GRANTED);
	cr_assert_eq(sk_X509_num(stack), 2);
	cr_expect_eq(X509_cmp(sk_X509_value(stack, 0), sent.x509), 0);
	cr_expect_eq(sk_X509_value(stack, 1), file.x509);
	sk_X509_pop_free(stack, X509_free);
}

/* What servers put where there is nothing is no certificate; anything else
 * that is none is refused, wherever it stands. */
Test(chain_store, what_is_no_certificate)
{
	static const struct {
		const char *text;
		enum reason reason;
	} rows[] = {
		{"", REASON_GRANTED},
		{"(null)", REASON_GRANTED},
		{NULL, REASON_GRANTED},
		{"garbage", REASON_CERTIFICATE_MALFORMED},
		{"-----BEGIN CERTIFICATE-----\nAAAA\n"
		 "-----END CERTIFICATE-----\n", REASON_CERTIFICATE_MALFORMED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct credential credential = pki_credential(
			arena, &leaf, (pki_list){&root, &root, NULL});
		STACK_OF(X509) *stack;

		credential.chain[1] = rows[i].text;
		stack = unwrap(&credential, rows[i].reason);
		if (rows[i].reason != REASON_GRANTED)
			continue;
		cr_expect_eq(sk_X509_num(stack), 1);
		sk_X509_pop_free(stack, X509_free);
	}
}

Test(chain_store, two_in_one_text)
{
	struct credential credential = pki_credential(arena, &leaf,
						      (pki_list){&root, NULL});

	credential.chain[0] = arena_printf(arena, "%s%s", credential.chain[0],
					   credential.chain[0]);
	unwrap(&credential, REASON_CERTIFICATE_MALFORMED);
}

Test(chain_store, origins)
{
	struct pki file = pki_make(arena, "File", &root, "ca");

	pki_offer(arena, &rules, &file);
	cr_expect_str_eq(chain_origin(&rules, root.x509), "ca.pem");
	cr_expect_str_eq(chain_origin(&rules, file.x509),
			 "intermediates.pem");
	cr_expect_str_eq(chain_origin(&rules, leaf.x509), "the request");
}

Test(chain_store, good_until)
{
	struct chain_rules none = pki_rules();

	cr_expect_eq(chain_good_until(&none, 0), TIME_NEVER);
	pki_add_crl(arena, &rules, &root, "this 1\nnext 2000\n");
	pki_add_crl(arena, &rules, &root, "this 1\nnext 1000\n");
	pki_add_crl(arena, &rules, &root, "this 1\nnext none\n");
	cr_expect_eq(chain_good_until(&rules, 999), 1000);
	cr_expect_eq(chain_good_until(&rules, 1000), 2000);
	cr_expect_eq(chain_good_until(&rules, 2000), TIME_NEVER);
}

Test(chain_store, same_names_are_noticed)
{
	struct pki twin = pki_make(arena, "Root", NULL, "root");
	struct pki middle = pki_make(arena, "Middle", &root, "ca");
	struct pki other = pki_make(arena, "Middle", &root, "ca");
	struct chain_rules one = rules;
	struct chain_rules two = rules;
	struct chain_rules mixed = rules;
	struct chain_rules offered = rules;

	pki_offer(arena, &one, &middle);
	cr_assert_eq(chain_prepare(arena, &one), ST_OK);
	cr_expect_not(one.same_names);
	pki_trust(arena, &two, &twin);
	cr_assert_eq(chain_prepare(arena, &two), ST_OK);
	cr_expect(two.same_names);
	pki_offer(arena, &mixed, &twin);
	cr_assert_eq(chain_prepare(arena, &mixed), ST_OK);
	cr_expect(mixed.same_names);
	pki_offer(arena, &offered, &middle);
	pki_offer(arena, &offered, &other);
	cr_assert_eq(chain_prepare(arena, &offered), ST_OK);
	cr_expect(offered.same_names);
}

/* The same certificate in two files is one. */
Test(chain_store, twice_the_same)
{
	pki_trust(arena, &rules, &root);
	pki_offer(arena, &rules, &root);
	pki_add_crl(arena, &rules, &root, "");
	rules.crls[0] = crl_hold(rules.crls[0]);
	cr_assert_eq(chain_prepare(arena, &rules), ST_OK);
	cr_expect_not_null(rules.store);
	crl_release(rules.crls[0]);
}

/* Hashing waits for nobody: each list is checked with the keys of its name
 * when the policy is loaded, which a spoilt copy would show. */
Test(chain_store, crls_are_checked_at_once)
{
	struct pki middle = pki_make(arena, "Middle", &root, "ca");

	pki_offer(arena, &rules, &middle);
	pki_add_crl(arena, &rules, &root, "revoke 1\n");
	pki_add_crl(arena, &rules, &middle, "revoke 2\n");
	cr_assert_eq(chain_prepare(arena, &rules), ST_OK);
	cr_expect(crl_signed_by(rules.crls[0], root.key));
	cr_expect(crl_signed_by(rules.crls[1], middle.key));
	cr_expect_not(crl_signed_by(rules.crls[1], root.key));
}

/* ---- CRLs ---- */

static enum reason judge(const struct pki *cert, pki_list sent)
{
	struct chain chain;

	rules.store = NULL;
	chain = pki_check(arena, &rules, cert, sent, FIXTURE_NOW);
	cr_expect_eq(chain.good, chain.reason == REASON_GRANTED);
	return chain.reason;
}

static struct pki with_serial(const struct pki *issuer, const char *spec)
{
	return pki_make(arena, "leaf", issuer,
			arena_printf(arena, "serial 77\n%s", spec));
}

Test(chain_store, each_kind_of_list)
{
	static const struct {
		const char *spec;
		enum reason reason;
	} rows[] = {
		{"", REASON_GRANTED},
		{"revoke 76\nrevoke 78\n", REASON_GRANTED},
		{"revoke 77\n", REASON_REVOKED},
		{"revoke 77 6\n", REASON_REVOKED},
		{"revoke 77\nbreak", REASON_CRL_INVALID},
		{"break", REASON_CRL_INVALID},
		{"next 1767225599\n", REASON_CRL_EXPIRED},
		{"this 1767225601\n", REASON_CRL_INVALID},
		{"next none\n", REASON_GRANTED},
		{"critical 1.2.3.4=0500\n", REASON_CRL_INVALID},
		{"critical 1.2.3.4=0500\nrevoke 77\n", REASON_CRL_INVALID},
		{"revoke 78\nentry_critical 1.2.3.4=0500\n",
		 REASON_CRL_INVALID},
		{"ext issuingDistributionPoint=critical,onlyuser:TRUE\n",
		 REASON_GRANTED},
		{"ext issuingDistributionPoint=critical,onlyuser:TRUE\n"
		 "revoke 77\n", REASON_REVOKED},
		{"ext issuingDistributionPoint=critical,onlyCA:TRUE\n",
		 REASON_CRL_MISSING},
		{"ext issuingDistributionPoint=critical,onlyAA:TRUE\n",
		 REASON_CRL_MISSING},
		{"ext issuingDistributionPoint=critical,"
		 "onlysomereasons:keyCompromise\n", REASON_CRL_MISSING},
		{"ext issuingDistributionPoint=critical,"
		 "fullname:URI:http://x/1\n", REASON_CRL_MISSING},
		{"number 6\ncritical 2.5.29.27=020105\n", REASON_CRL_MISSING},
	};
	struct pki cert = with_serial(&root, "");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rules = pki_rules();
		pki_trust(arena, &rules, &root);
		pki_add_crl(arena, &rules, &root, rows[i].spec);
		rules.crl_check = CRL_CHECK_LEAF;
		cr_expect_eq(judge(&cert, NULL), rows[i].reason, "row %zu: %s",
			     i, rows[i].spec);
	}
}

Test(chain_store, missing_list_names_the_issuer)
{
	struct chain chain;

	pki_add_crl(arena, &rules, &leaf, "");
	chain = pki_check(arena, &rules, &leaf, NULL, FIXTURE_NOW);
	cr_expect_eq(chain.reason, REASON_CRL_MISSING);
	cr_assert_not_null(chain.detail);
	cr_expect_not_null(strstr(chain.detail, "issued by CN=Root,O=Test"));
}

Test(chain_store, leaf_or_chain)
{
	struct pki middle = pki_make(arena, "Middle", &root,
				     "ca\nserial 99");
	struct pki below = with_serial(&middle, "");

	pki_offer(arena, &rules, &middle);
	pki_add_crl(arena, &rules, &middle, "");
	cr_expect_eq(judge(&below, NULL), REASON_CRL_MISSING);
	pki_add_crl(arena, &rules, &root, "revoke 99\n");
	cr_expect_eq(judge(&below, NULL), REASON_REVOKED);
	rules.crl_check = CRL_CHECK_LEAF;
	cr_expect_eq(judge(&below, NULL), REASON_GRANTED);
	rules.crl_check = CRL_CHECK_NONE;
	cr_expect_eq(judge(&below, NULL), REASON_GRANTED);
}

/* Which of an issuer's lists counts does not hang on their order. */
Test(chain_store, newer_list_wins)
{
	static const char *const lists[] = {
		"number 1\nthis 1767220000\n", "number 2\nrevoke 77\n"};
	struct pki cert = with_serial(&root, "");

	for (int turn = 0; turn < 2; turn++) {
		rules = pki_rules();
		pki_trust(arena, &rules, &root);
		pki_add_crl(arena, &rules, &root, lists[turn]);
		pki_add_crl(arena, &rules, &root, lists[!turn]);
		cr_expect_eq(judge(&cert, NULL), REASON_REVOKED);
	}
}

Test(chain_store, stale)
{
	static const struct {
		enum crl_stale stale;
		int64_t grace;
		const char *spec;
		enum reason reason;
	} rows[] = {
		{CRL_STALE_DENY, 0, "", REASON_CRL_EXPIRED},
		{CRL_STALE_WARN, 0, "", REASON_GRANTED},
		{CRL_STALE_WARN, 0, "revoke 77\n", REASON_REVOKED},
		{CRL_STALE_WARN, 0, "break\n", REASON_CRL_INVALID},
		{CRL_STALE_GRACE, 99, "", REASON_CRL_EXPIRED},
		{CRL_STALE_GRACE, 100, "", REASON_CRL_EXPIRED},
		{CRL_STALE_GRACE, 101, "", REASON_GRANTED},
		{CRL_STALE_GRACE, 101, "revoke 77\n", REASON_REVOKED},
		{CRL_STALE_GRACE, 101, "break\n", REASON_CRL_INVALID},
	};
	struct pki cert = with_serial(&root, "");

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct chain chain;

		rules = pki_rules();
		pki_trust(arena, &rules, &root);
		pki_add_crl(arena, &rules, &root,
			    arena_printf(arena, "next 1767225500\n%s",
					 rows[i].spec));
		rules.crl_stale = rows[i].stale;
		rules.crl_grace = rows[i].grace;
		chain = pki_check(arena, &rules, &cert, NULL, FIXTURE_NOW);
		cr_expect_eq(chain.reason, rows[i].reason, "row %zu", i);
		if (chain.good)
			cr_expect_not_null(chain.warning, "row %zu", i);
	}
}

/* The list of a CA of the same name says nothing about this one, and does not
 * hide its own. */
Test(chain_store, list_of_a_namesake)
{
	const char *const kinds[] = {"", "bare"};

	for (int i = 0; i < 2; i++) {
		const char *spec = arena_printf(arena, "root\n%s", kinds[i]);
		struct pki own = pki_make(arena, "CA", NULL, spec);
		struct pki twin = pki_make(arena, "CA", NULL, spec);
		struct pki cert = with_serial(&own, kinds[i]);
		enum reason reason;

		rules = pki_rules();
		pki_trust(arena, &rules, &own);
		pki_add_crl(arena, &rules, &twin, "");
		reason = judge(&cert, NULL);
		cr_expect(reason == REASON_CRL_INVALID ||
			  reason == REASON_CRL_MISSING, "%d", reason);
		pki_add_crl(arena, &rules, &own, "this 1767220000\n");
		cr_expect_eq(judge(&cert, NULL), REASON_GRANTED);
		pki_add_crl(arena, &rules, &own,
			    "this 1767220001\nrevoke 77\n");
		cr_expect_eq(judge(&cert, NULL), REASON_REVOKED);
	}
}

/* A CA that changed its key: two certificates of one name in one chain, and a
 * list by each key. */
Test(chain_store, lists_of_both_keys)
{
	const char *const kinds[] = {
		"", "ext authorityKeyIdentifier=keyid:always\n"};
	struct pki new = pki_make(arena, "Root", &root, "ca");
	struct pki cert = with_serial(&new, "");

	for (int i = 0; i < 2; i++) {
		rules = pki_rules();
		pki_trust(arena, &rules, &root);
		pki_offer(arena, &rules, &new);
		pki_add_crl(arena, &rules, &root, kinds[i]);
		pki_add_crl(arena, &rules, &new, kinds[i]);
		cr_expect_eq(judge(&cert, NULL), REASON_GRANTED, "%d", i);
		pki_add_crl(arena, &rules, &new,
			    arena_printf(arena, "this 1767225000\n"
					 "revoke 77\n%s", kinds[i]));
		cr_expect_eq(judge(&cert, NULL), REASON_REVOKED, "%d", i);
	}
}

Test(chain_store, first_date_of_what_was_sent)
{
	struct pki early = pki_make(arena, "early", NULL,
				    "not_before 100\nnot_after 200\n");
	struct pki late = pki_make(arena, "late", NULL,
				   "not_before 150\nnot_after 300\n");
	STACK_OF(X509) *list = sk_X509_new_null();

	cr_expect_eq(chain_first_date(NULL, 0, 50), 50);
	sk_X509_push(list, early.x509);
	sk_X509_push(list, late.x509);
	cr_expect_eq(chain_first_date(list, 0, 50), 50);
	cr_expect_eq(chain_first_date(list, 0, 1000), 100);
	cr_expect_eq(chain_first_date(list, 150, 1000), 201);
	cr_expect_eq(chain_first_date(list, 200, 1000), 201);
	cr_expect_eq(chain_first_date(list, 301, 1000), 1000);
	sk_X509_free(list);
}
