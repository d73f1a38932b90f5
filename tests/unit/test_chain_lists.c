/* test_chain_lists.c - what lists of certificates and CRLs say of each
 * other. */
#include "chain_lists.h"

#include <criterion/criterion.h>

#include "chain_fixture.h"

static struct arena *arena;
static struct chain_rules rules;
static struct pki root, inter;

static void start(void)
{
	arena = arena_new();
	rules = pki_rules();
	root = pki_make(arena, "root", NULL, "ca");
	inter = pki_make(arena, "inter", &root, "ca");
	pki_trust(arena, &rules, &root);
	pki_offer(arena, &rules, &inter);
}

static void end(void)
{
	arena_free(arena);
}

Test(chain_lists, has, .init = start, .fini = end)
{
	struct cert cert = {.x509 = root.x509};

	cr_expect(chain_has(rules.anchors, 1, &cert));
	cr_expect_not(chain_has(rules.intermediates, 1, &cert));
	cr_expect_not(chain_has(rules.anchors, 0, &cert));
}

Test(chain_lists, roots, .init = start, .fini = end)
{
	struct pki forged = pki_make(arena, "forged", NULL, "ca\nbreak");
	struct cert cert = {.x509 = root.x509};

	cr_expect(chain_is_root(&cert));
	cert.x509 = inter.x509;
	cr_expect_not(chain_is_root(&cert));
	cert.x509 = forged.x509;
	cr_expect_not(chain_is_root(&cert));
}

Test(chain_lists, subject, .init = start, .fini = end)
{
	cr_expect_str_eq(chain_subject(arena, inter.x509), "CN=inter,O=Test");
}

Test(chain_lists, anchor_keys, .init = start, .fini = end)
{
	struct pki renewed = pki_make_for(arena, "root", NULL, root.key, "ca");
	struct pki twin = pki_make(arena, "root", NULL, "ca");

	cr_expect_eq(chain_anchor_keys(&rules), 1);
	pki_trust(arena, &rules, &renewed);
	cr_expect_eq(chain_anchor_keys(&rules), 1);
	pki_trust(arena, &rules, &twin);
	cr_expect_eq(chain_anchor_keys(&rules), 2);
}

Test(chain_lists, issuers_of_crls, .init = start, .fini = end)
{
	struct pki other = pki_make(arena, "other", NULL, "ca");
	struct pki twin = pki_make(arena, "inter", NULL, "ca");
	struct crl *good = pki_parse_crl(arena, &inter, "", true);
	struct crl *foreign = pki_parse_crl(arena, &other, "", true);
	struct crl *false_one = pki_parse_crl(arena, &twin, "", true);

	cr_expect(chain_knows_issuer(&rules, good));
	cr_expect(chain_signed_crl(&rules, good));
	cr_expect_not(chain_knows_issuer(&rules, foreign));
	cr_expect_not(chain_signed_crl(&rules, foreign));
	cr_expect(chain_knows_issuer(&rules, false_one));
	cr_expect_not(chain_signed_crl(&rules, false_one));
	pki_offer(arena, &rules, &twin);
	cr_expect(chain_signed_crl(&rules, false_one));
}

Test(chain_lists, missing_crls, .init = start, .fini = end)
{
	struct pki leaf = pki_make(arena, "leaf", &inter, "");

	cr_expect_not(chain_lacks_crl(&rules, root.x509), "no CRL at all");
	pki_add_crl(arena, &rules, &root, "");
	cr_expect_not(chain_lacks_crl(&rules, root.x509));
	cr_expect(chain_lacks_crl(&rules, inter.x509));
	cr_expect_not(chain_lacks_crl(&rules, leaf.x509));
	pki_add_crl(arena, &rules, &inter,
		    "critical 2.5.29.27=020101\nnumber 2");
	cr_expect(chain_lacks_crl(&rules, inter.x509), "only a delta");
	pki_add_crl(arena, &rules, &inter, "");
	cr_expect_not(chain_lacks_crl(&rules, inter.x509));
}

/* The CRL of a CA that issues CAs is not asked for. */
Test(chain_lists, missing_crls_of_leaves, .init = start, .fini = end)
{
	rules.crl_check = CRL_CHECK_LEAF;
	cr_expect_not(chain_lacks_crl(&rules, root.x509));
	cr_expect(chain_lacks_crl(&rules, inter.x509));
	rules.intermediate_count = 0;
	cr_expect(chain_lacks_crl(&rules, root.x509));
}
