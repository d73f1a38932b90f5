/* test_chain_store.c - the store of anchors and CRLs, and what a request
 * brings beside its leaf. */
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
