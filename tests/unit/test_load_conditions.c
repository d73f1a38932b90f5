/* test_load_conditions.c - conditions and the attributes they use. */
#include <criterion/criterion.h>
#include <string.h>

#include "load.h"
#include "chain_text.h"

#define ROLE(lines) PLAIN_IDENTITY "[role a]\n" lines "\n"

static const struct conditions *conditions_of(const struct loaded *l, size_t i)
{
	cr_assert_not_null(l->policy);
	return &l->policy->identity.roles[i].conditions;
}

Test(load_conditions, repeated_keys_are_alternatives)
{
	struct loaded l;

	policy_text(&l, ROLE("subject.OU = a\nsubject.O = b\nsubject.OU = c*"));
	const struct conditions *conditions = conditions_of(&l, 0);
	cr_assert_eq(conditions->count, 2);
	cr_expect_eq(conditions->all[0].count, 2);
	cr_expect_eq(conditions->all[0].line, 5);
	cr_expect_str_eq(conditions->all[0].any[0].glob.literal, "a");
	cr_expect_null(conditions->all[0].any[1].glob.literal);
	cr_expect_str_eq(conditions->all[0].any[1].text, "c*");
	cr_expect_eq(conditions->all[1].count, 1);
	cr_expect_eq(conditions->all[1].line, 6);
	policy_end(&l);
}

Test(load_conditions, an_attribute_is_in_the_list_once)
{
	struct loaded l;

	policy_text(&l, ROLE("subject.CN = a\nsubject.commonName = b"));
	cr_expect_null(l.policy);
	policy_end(&l);
	policy_text(&l, ROLE("subject.commonName = a\n[role b]\n"
			     "subject.2.5.4.3 = b\nissuer.CN = c"));
	cr_assert_not_null(l.policy);
	/* the id's subject.CN and issuer.CN */
	cr_expect_eq(l.policy->attrs.count, 2);
	cr_expect_eq(conditions_of(&l, 0)->all[0].attr,
		     conditions_of(&l, 1)->all[0].attr);
	cr_expect_neq(conditions_of(&l, 1)->all[0].attr,
		      conditions_of(&l, 1)->all[1].attr);
	policy_end(&l);
}

Test(load_conditions, attributes_known_later)
{
	struct loaded l;

	policy_text(&l, ROLE("identity = staff\nid = bob\n[block b]\npin = p\n"
			     "[pin p]\nspki = " DIGEST_A));
	cr_assert_not_null(l.policy);
	const struct attr *list = l.policy->attrs.list;
	cr_assert_lt(l.policy->trust.pin_attr, l.policy->attrs.count);
	cr_assert_lt(l.policy->identity.identity_attr, l.policy->attrs.count);
	cr_assert_lt(l.policy->identity.id_attr, l.policy->attrs.count);
	cr_expect_str_eq(list[l.policy->trust.pin_attr].name, "pin");
	cr_expect_str_eq(list[l.policy->identity.identity_attr].name,
			 "identity");
	cr_expect_str_eq(list[l.policy->identity.id_attr].name, "id");
	policy_end(&l);
}

Test(load_conditions, pins_may_use_commas)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY
		    "[block b]\npin = p, q\n[pin p]\nspki = " DIGEST_A
		    "\n[pin q]\nspki = " DIGEST_A "\n");
	cr_assert_not_null(l.policy);
	const struct condition *condition =
		&l.policy->trust.blocks[0].conditions.all[0];
	cr_assert_eq(condition->count, 2);
	cr_expect_str_eq(condition->any[0].text, "p");
	cr_expect_str_eq(condition->any[1].text, "q");
	policy_end(&l);
}

/* A comma in any other value is part of it. */
Test(load_conditions, commas_are_literal)
{
	struct loaded l;

	policy_text(&l, ROLE("subject.O = Acme, Inc"));
	cr_expect_str_eq(conditions_of(&l, 0)->all[0].any[0].glob.literal,
			 "Acme, Inc");
	policy_end(&l);
}

Test(load_conditions, values_are_normalised)
{
	struct loaded l;

	policy_text(&l, ROLE("serial = 00:AB\nsan.dns = WWW.Example.org\n"
			     "san.email = Bob@Example.ORG"));
	const struct conditions *conditions = conditions_of(&l, 0);
	cr_assert_eq(conditions->count, 3);
	cr_expect_str_eq(conditions->all[0].any[0].glob.literal, "ab");
	cr_expect_str_eq(conditions->all[1].any[0].glob.literal,
			 "www.example.org");
	cr_expect_str_eq(conditions->all[2].any[0].glob.literal,
			 "Bob@example.org");
	policy_end(&l);
}

Test(load_conditions, whole_names_are_parsed)
{
	struct loaded l;

	policy_text(&l, ROLE("subject = CN=a,O=b"));
	const struct pattern *pattern = &conditions_of(&l, 0)->all[0].any[0];
	cr_assert_not_null(pattern->name);
	cr_expect_eq(pattern->name->count, 2);
	policy_end(&l);
}

Test(load_conditions, errors)
{
	cr_expect(policy_errors(ROLE("subjct.CN = a"),
				"5: did you mean 'subject.CN'?"));
	cr_expect(policy_errors(ROLE("isuer.O = a"),
				"5: did you mean 'issuer.O'?"));
	cr_expect(policy_errors(ROLE("subjetc.Ou = a"),
				"5: did you mean 'subject.OU'?"));
	cr_expect(policy_errors(ROLE("san.dsn = a"),
				"5: did you mean 'san.dns'?"));
	cr_expect(policy_errors(ROLE("defalt = yes"),
				"5: did you mean 'default'?"));
	cr_expect(policy_errors(ROLE("subject. = a"),
				"5: did you mean 'subject'?"));
	cr_expect(policy_errors(ROLE("ext.1.x = a"), "5: 'ext.1.x'"));
	cr_expect(policy_errors(ROLE("anchor.subject.CN = a"),
				"5: verify = chain"));
	cr_expect(policy_errors(ROLE("anchor.CN = a"), "5: no setting or"));
	cr_expect(policy_errors(ROLE("anchor.shA256 = a"),
				"5: did you mean 'anchor.sha256'?"));
	cr_expect(policy_errors(ROLE("ca.spki = a"), "5: verify = chain"));
	cr_expect(policy_errors(ROLE("serial = g"), "5: serial = g: "));
	cr_expect(policy_errors(ROLE("serial = 1\nserial = 2*\nserial = x"),
				"6: serial = 2*\n7: serial = x\n"));
	cr_expect(policy_errors(ROLE("subject = a"), "5: subject = a: "));
	cr_expect(policy_errors(ROLE("subject.CN = a\\"), "5: subject.CN = "));
	cr_expect(policy_errors(PLAIN_IDENTITY "[identity a]\nid = subject.CN\n"
					       "id.x = y\nidentity = z\n",
				"6: no setting or attribute 'id.x'\n"
				"7: not known yet\n"));
}

Test(load_conditions, policy_is_only_claimed)
{
	cr_expect(policy_warnings(ROLE("policy = 1.2.3\npolicy = 1.2.4"),
				  "0: nobody gets in\n5: claims\n6: claims\n"));
}

/* What a chain tells is known in every section with conditions. */
Test(load_conditions, attributes_of_chains)
{
	static const char text[] = PLAIN_IDENTITY CHAIN OPEN
		"anchor.subject.O = Test\n"
		"[identity a]\nca.subject = CN=x,O=y\nid = ca.subject.CN\n"
		"[role a]\nanchor.spki = " DIGEST_A "\npolicy = 1.2.3\n"
		"[block a]\nca.sha256 = " DIGEST_A "\n";
	struct loaded l;
	struct pki root;

	chain_dir(&l, "root", &root);
	cr_expect(chain_issues(&l, text, "", ""));
	cr_expect(chain_issues(&l, PLAIN_IDENTITY CHAIN
			       "anchor.subject.O = x\n" OPEN,
			       "7: no setting 'anchor.subject.O'", ""));
	policy_end(&l);
}
