/* test_chain_delta.c - deltas without freshestCRL, which OpenSSL passes over.
 */
#include <criterion/criterion.h>

#include "chain_delta.h"
#include "chain_fixture.h"

#define DELTA "critical 2.5.29.27=020105\n"

static struct arena *arena;
static struct chain_rules rules;
static struct pki root;
static struct pki leaf;

static void start(void)
{
	arena = arena_new();
	root = pki_make(arena, "Root", NULL, "ca");
	leaf = pki_make(arena, "leaf", &root, "serial 77");
	rules = pki_rules();
	pki_trust(arena, &rules, &root);
	pki_add_crl(arena, &rules, &root, "number 5\n");
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(chain_delta, .init = start, .fini = end);

static enum reason judge(void)
{
	return pki_check(arena, &rules, &leaf, NULL, FIXTURE_NOW).reason;
}

Test(chain_delta, none_revokes_nothing)
{
	cr_expect_eq(judge(), REASON_GRANTED);
	cr_expect(!chain_delta_revokes(&rules, leaf.x509, root.x509));
}

Test(chain_delta, revokes)
{
	pki_add_crl(arena, &rules, &root, "number 6\nrevoke 77\n" DELTA);
	cr_expect_eq(judge(), REASON_REVOKED);
}

Test(chain_delta, of_another_serial_revokes_nothing)
{
	pki_add_crl(arena, &rules, &root, "number 6\nrevoke 78\n" DELTA);
	cr_expect_eq(judge(), REASON_GRANTED);
}

Test(chain_delta, of_another_key_revokes_nothing)
{
	struct pki other = pki_make(arena, "Root", NULL, "ca");

	pki_add_crl(arena, &rules, &other, "number 6\nrevoke 77\n" DELTA);
	cr_expect(!chain_delta_revokes(&rules, leaf.x509, root.x509));
}

Test(chain_delta, what_a_newer_one_removed_is_not_revoked)
{
	pki_add_crl(arena, &rules, &root,
		    "this 1767220000\nnumber 6\nrevoke 77 6\n" DELTA);
	pki_add_crl(arena, &rules, &root,
		    "this 1767221000\nnumber 7\nrevoke 77 8\n" DELTA);
	cr_expect_eq(judge(), REASON_GRANTED);
}

Test(chain_delta, a_later_complete_list_counts_more)
{
	pki_add_crl(arena, &rules, &root,
		    "this 1767220000\nnumber 6\nrevoke 77\n" DELTA);
	pki_add_crl(arena, &rules, &root, "this 1767223000\nnumber 7\n");
	cr_expect_eq(judge(), REASON_GRANTED);
}
