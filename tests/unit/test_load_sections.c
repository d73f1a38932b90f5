/* test_load_sections.c - the kinds of sections. */
#include "loader.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_text.h"

Test(load_sections, kinds_have_names)
{
	cr_expect_str_eq(kind_name(KIND_CERTIFICATE), "certificate");
	cr_expect_str_eq(kind_name(KIND_ROLE), "role");
	cr_expect_str_eq(kind_name(KIND_ACCESS), "access");
	cr_expect_str_eq(kind_name(KIND_MESSAGES), "messages");
}

Test(load_sections, naming)
{
	cr_expect(policy_errors(
		PLAIN_IDENTITY
		"[role]\nserial = 1\n[server x]\nthreads = 1\n"
		"[block a/b]\nserial = 1\n[pin no]\nspki = " DIGEST_A
		"\n[identity allow]\nserial = 1\n"
		"id = sha256\n",
		"4: lacks a name\n6: has no name\n"
		"8: a name consists\n10: a keyword\n"
		"12: a keyword\n"));
}

Test(load_sections, unknown_kinds)
{
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[rol a]\nx = 1\n[Access b]\npath = x\n"
				"[identities]\nid = x\n[zebra]\ny = 1\n",
				"4: did you mean [role]?\n"
				"6: did you mean [access]?\n"
				"8: did you mean [identity]?\n"
				"10: no section [zebra]\n"));
}

/* A line must be a setting of its own section. */
Test(load_sections, unknown_keys)
{
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[server]\nlog = x\nthread = 1\nzebra = 2\n"
				"[pin p]\nspki = " DIGEST_A "\nserial = 1\n"
				"[role r]\nserial = 1\nallow = *\nsite = x\n",
				"5: belongs to [audit]\n"
				"6: did you mean 'threads'?\n"
				"7: no setting 'zebra' in [server]\n"
				"10: no setting 'serial' in [pin]\n"
				"13: belongs to [access]\n"
				"14: belongs to [access]\n"));
}

/* Names may be used above their sections; sections of a kind keep the order of
 * the file. */
Test(load_sections, forward_references)
{
	struct loaded l;

	policy_text(&l, "[access x]\npath = /x\nallow = b\npin = q\n"
			"[role a]\npin = p\n[role b]\nserial = 1\n"
			"[pin p]\nspki = " DIGEST_A "\n"
			"[pin q]\nspki = " DIGEST_A "\n"
			"[access y]\npath = /y\nallow = a\n" PLAIN_IDENTITY);
	cr_assert_not_null(l.policy);
	cr_assert_eq(l.policy->access.count, 2);
	cr_expect_str_eq(l.policy->access.list[1].name, "y");
	cr_expect_eq(l.policy->access.list[0].allow.roles[0], 1);
	cr_expect_eq(l.policy->access.list[0].pins[0], 1);
	cr_expect_eq(l.policy->access.list[1].allow.roles[0], 0);
	policy_end(&l);
}

/* What a refused line would have said is not said to be missing. */
Test(load_sections, no_errors_that_follow_from_others)
{
	cr_expect(policy_errors(PLAIN_IDENTITY
				"[role a] ; x\nserial = 1\n"
				"[access b]\npath = /\nallow = a ; x\n"
				"[access c]\npath: /c\nallow = a\n"
				"[block d]\nserial 1\n[pin e]\nspki = x ; y\n"
				"[identity f]\nid = x ; y\n[role g]\n",
				"4: text after\n8: a comment\n10: ':'\n"
				"13: no '='\n15: a comment\n17: a comment\n"
				"18: empty\n"));
}
