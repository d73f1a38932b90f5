/* test_load_role.c - [role], [block] and [pin]. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "chain_text.h"
#include "load.h"

#define PIN "[pin p]\nspki = " DIGEST_A "\n"

Test(load_role, roles)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY
		    "[role b]\nsubject.OU = x\nfrom = 2020-01-01\n"
		    "[role a]\npin = p, q\nuntil = 2030-01-01\n"
		    "[role c]\ndefault = yes\n"
		    "[pin q]\nspki = " DIGEST_A "\n" PIN);
	cr_assert_not_null(l.policy);
	const struct role_rule *roles = l.policy->identity.roles;
	cr_assert_eq(l.policy->identity.role_count, 3);
	cr_expect_str_eq(roles[0].name, "b");
	cr_expect_eq(roles[0].line, 4);
	cr_expect_eq(roles[0].conditions.count, 1);
	cr_expect_eq(roles[0].span.from, 1577836800);
	cr_expect_eq(roles[0].span.until, TIME_NEVER);
	cr_expect_not(roles[0].is_default);
	cr_assert_eq(roles[1].pin_count, 2);
	cr_expect_eq(roles[1].pins[0], 0, "in order");
	cr_expect_eq(roles[1].pins[1], 1);
	cr_expect_eq(roles[1].conditions.count, 0);
	cr_expect_eq(roles[1].span.until, 1893456000 + 86400);
	cr_expect(roles[2].is_default);
	cr_expect_eq(l.policy->access.roles, roles);
	policy_end(&l);
}

Test(load_role, blocks)
{
	struct loaded l;

	policy_text(&l,
		    PLAIN_IDENTITY "[block a]\nserial = 1\nfrom = 2020-01-01\n"
				   "[block b]\nid = eve\nserial = 2\n"
				   "[block c]\nidentity = x\n");
	cr_assert_not_null(l.policy);
	const struct block *blocks = l.policy->trust.blocks;
	cr_assert_eq(l.policy->trust.block_count, 3);
	cr_expect_str_eq(blocks[0].name, "a");
	cr_expect_eq(blocks[0].from, 1577836800);
	cr_expect_eq(blocks[0].phase, BLOCK_OWN);
	cr_expect_eq(blocks[0].line, 4);
	cr_expect_eq(blocks[1].phase, BLOCK_LATE);
	cr_expect_eq(blocks[1].from, TIME_ALWAYS);
	cr_expect_eq(blocks[1].conditions.count, 2);
	cr_expect_eq(blocks[2].phase, BLOCK_LATE);
	policy_end(&l);
}

Test(load_role, pins)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY
		    "[pin p]\n"
		    "sha256 = 01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF:"
		    "01:23:45:67:89:AB:CD:EF:01:23:45:67:89:AB:CD:EF\n"
		    "sha256 = " DIGEST_A "\nspki = " DIGEST_A "\n"
		    "chain = yes\nfrom = 2020-01-01\nuntil = 2030-01-01\n");
	cr_assert_not_null(l.policy);
	cr_assert_eq(l.policy->trust.pins.count, 1);
	const struct pin *pin = &l.policy->trust.pins.list[0];
	cr_expect_str_eq(pin->name, "p");
	cr_assert_eq(pin->sha256_count, 2);
	cr_expect_str_eq(pin->sha256[0], DIGEST_A);
	cr_assert_eq(pin->spki_count, 1);
	cr_expect_str_eq(pin->spki[0], DIGEST_A);
	cr_expect_eq(pin->span.from, 1577836800);
	cr_expect_eq(pin->span.until, 1893456000 + 86400);
	cr_expect(l.policy->trust.pins.ready);
	policy_end(&l);
}

Test(load_role, pins_without_chain)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY
		    "[pin p]\nsha256 = " DIGEST_A "\nchain = no\n"
		    "[pin q]\nsha256 = " DIGEST_A "\nchain = yes\n");
	cr_assert_not_null(l.policy);
	cr_expect(l.policy->trust.pins.list[0].no_chain);
	cr_expect_not(l.policy->trust.pins.list[1].no_chain);
	policy_end(&l);
}

Test(load_role, phases_of_blocks)
{
	static const enum block_phase phases[] = {
		BLOCK_OWN, BLOCK_CHAIN, BLOCK_CHAIN, BLOCK_LATE, BLOCK_CHAIN};
	struct pki root;
	struct loaded l;

	chain_dir(&l, "root", &root);
	policy_again(&l, PLAIN_IDENTITY CHAIN OPEN
		     "[block a]\nserial = 1\n"
		     "[block b]\nserial = 1\nanchor.subject.CN = x\n"
		     "[block c]\nca.spki = " DIGEST_A "\n"
		     "[block d]\nca.subject = CN=x,O=y\nid = x\n"
		     "[block e]\npolicy = 1.2.3\n");
	cr_assert_not_null(l.policy);
	for (size_t i = 0; i < ARRAY_LEN(phases); i++)
		cr_expect_eq(l.policy->trust.blocks[i].phase, phases[i]);
	policy_end(&l);
	policy_text(&l, PLAIN_IDENTITY "[block e]\npolicy = 1.2.3\n");
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.policy->trust.blocks[0].phase, BLOCK_OWN);
	policy_end(&l);
}

Test(load_role, errors)
{
	cr_expect(policy_errors(PLAIN_IDENTITY "[role a]\nuntil = 2030-01-01\n",
				"4: has no condition"));
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[role a]\ndefault = yes\nserial = 1\n",
				"5: conditions as well"));
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[role a]\npin = p\ndefault = yes\n" PIN,
				"6: conditions as well"));
	cr_expect(policy_errors(PLAIN_IDENTITY "[role a]\npin = x\n" PIN,
				"5: no pin 'x'"));
	cr_expect(policy_errors(PLAIN_IDENTITY "[block a]\nfrom = 2020-01-01\n",
				"4: does not say whom"));
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[block a]\nserial = 1\nuntil = 2020-01-01\n",
				"6: 'until'"));
	cr_expect(policy_errors(PLAIN_IDENTITY "[pin p]\nfrom = 2020-01-01\n",
				"4: neither sha256 nor spki"));
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[pin p]\nsha256 = 12\nspki = " DIGEST_A "0\n"
				"spki = x\nspki = -" DIGEST_A "\n",
				"5: these are 2\n6: these are 65\n"
				"7: nothing else\n8: nothing else\n"));
	cr_expect(policy_errors(PLAIN_IDENTITY PIN "chain = no\n",
				"4: admits by sha256 alone"));
}

/* A hundred thousand blocks do not fill the log at every load. */
Test(load_role, many_blocks_by_digest)
{
	size_t size = 64 * 1024, len = 0;
	char *text = malloc(size);
	struct loaded l;

	cr_assert_not_null(text);
	len = (size_t)snprintf(text, size, PLAIN_IDENTITY);
	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(text + len, size - len,
					"[block b%d]\nsha256 = " DIGEST_A "\n",
					i);
	policy_text(&l, text);
	free(text);
	cr_assert_not_null(l.policy);
	cr_assert_eq(l.issues.count, 22, "and no [access]");
	cr_expect_not_null(strstr(l.issues.list[1].text,
				  "80 more blocks by sha256"));
	policy_end(&l);
}
