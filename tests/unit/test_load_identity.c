/* test_load_identity.c - [identity]. */
#include <criterion/criterion.h>

#include "load.h"
#include "policy_text.h"

/* The plain section comes last wherever it stands in the file. */
Test(load_identity, order)
{
	struct loaded l;

	policy_text(&l, "[identity b]\nsubject.O = x\nid = sha256\n"
			"[identity]\nid = subject.CN\n"
			"[identity a]\nsubject.O = y\nid = spki\n");
	cr_assert_not_null(l.policy);
	const struct identity_rules *rules = &l.policy->identity;
	cr_assert_eq(rules->count, 3);
	cr_expect_str_eq(rules->list[0].name, "b");
	cr_expect_str_eq(rules->list[1].name, "a");
	cr_expect_str_eq(rules->list[2].name, "");
	cr_expect_eq(rules->list[1].line, 6);
	cr_expect_eq(rules->list[2].line, 4);
	cr_expect_eq(rules->list[2].conditions.count, 0);
	cr_expect_str_eq(rules->list[2].prefix, "");
	policy_end(&l);
}

Test(load_identity, everything)
{
	struct loaded l;

	policy_text(&l, "[identity a]\nsubject.O = x\n"
			"id = subject.CN ~ *.(####)x\nid=san.upn~(*)@x\n"
			"id = subject.UID\nprefix = x y:\n"
			"email = san.email\nemail = subject.emailAddress\n"
			"department = subject.OU\nfrom = 2020-01-01\n"
			"until = 2030-01-01\n");
	cr_assert_not_null(l.policy);
	const struct identity_rule *rule = &l.policy->identity.list[0];
	const struct attr *attrs = l.policy->attrs.list;
	cr_assert_eq(rule->id_count, 3);
	cr_expect_str_eq(attrs[rule->ids[0].attr].name, "subject.CN");
	cr_expect_str_eq(rule->ids[0].before, "*.");
	cr_expect_str_eq(rule->ids[0].inside, "####");
	cr_expect_str_eq(rule->ids[0].after, "x");
	cr_expect_eq(rule->ids[0].line, 3);
	cr_expect_str_eq(attrs[rule->ids[1].attr].name, "san.upn");
	cr_expect_str_eq(rule->ids[1].after, "@x");
	cr_expect_null(rule->ids[2].before);
	cr_expect_str_eq(rule->prefix, "x y:");
	cr_assert_eq(rule->email_count, 2);
	cr_expect_str_eq(attrs[rule->email[1]].name, "subject.emailAddress");
	cr_assert_eq(rule->department_count, 1);
	cr_expect_str_eq(attrs[rule->department[0]].name, "subject.OU");
	cr_expect_eq(rule->span.from, 1577836800);
	cr_expect_eq(rule->span.until, 1893456000 + 86400);
	cr_expect_eq(rule->conditions.count, 1);
	policy_end(&l);
}

Test(load_identity, a_plain_section_may_have_dates)
{
	struct loaded l;

	policy_text(&l, "[identity]\nid = subject.CN\nuntil = 2030-01-01\n");
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.policy->identity.list[0].span.from, TIME_ALWAYS);
	cr_expect_eq(l.policy->identity.list[0].span.until, 1893456000 + 86400);
	policy_end(&l);
}

Test(load_identity, errors)
{
	cr_expect(policy_errors("[identity]\nemail = san.email\n",
				"1: what the id is"));
	cr_expect(policy_errors("[identity]\nid = subject.CN\nserial = 1\n",
				"3: has no conditions"));
	cr_expect(policy_errors("[identity a]\nid = subject.CN\n",
				"1: has no condition"));
	cr_expect(policy_errors("[identity a]\nid = subject.CN\nsrial = 1\n",
				"3: did you mean 'serial'?"));
	cr_expect(policy_errors("[identity]\nid = subject.CN ~ x\n",
				"2: a template"));
	cr_expect(policy_errors("[identity]\nid = subject.CN ~ (a)(b)\n",
				"2: a template"));
	cr_expect(policy_errors("[identity]\nid = subject.CN (a)\n",
				"2: no attribute 'subject.CN (a)'"));
	cr_expect(policy_errors("[identity]\nid = ~ (a)\n", "2: no attribute"));
	cr_expect(policy_errors("[identity]\nid = id\nemail = identity\n"
				"department = pin\n",
				"2: cannot be taken\n3: cannot be taken\n"
				"4: cannot be taken\n"));
	cr_expect(policy_errors("[identity]\nid = subject.CN\nprefix = a\n"
				"prefix = b\n",
				"4: there already, in line 3"));
	cr_expect(policy_errors("[identity]\nid = subject.CN\nprefix = pin:\n",
				"3: belong to pins"));
	cr_expect(policy_errors("[identity]\nid = subject.CN\n"
				"prefix = pin:x\n",
				"3: belong to pins"));
	cr_expect(policy_errors("[identity]\nid = subject.CN\nprefix = pin\n",
				""));
}
