/* test_load_check.c - what no single section can know. */
#include <criterion/criterion.h>

#include "load.h"
#include "policy_text.h"

#define NAME_ONLY "[certificate]\nsource = server-dn\n"
#define ACCESS "[access a]\npath = /\nallow = *\n"

Test(load_check, presence)
{
	cr_expect(policy_errors(ACCESS, "0: no [identity]"));
	cr_expect(policy_errors("; nothing\n", "0: no [identity]"));
	cr_expect(policy_warnings(PLAIN_IDENTITY, "0: nobody gets in"));
	cr_expect(policy_warnings(PLAIN_IDENTITY ACCESS, ""));
}

Test(load_check, name_only)
{
	cr_expect(policy_errors(
		NAME_ONLY "issuer.O = x\npurpose = any\n"
			  "min_rsa_bits = 2048\nmax_lifetime = 1d\n"
			  "warn_expiring = 1d\nissuer = CN=x,O=y\n"
			  "verify = server\n"
			  "[identity]\nid = san.email\n"
			  "email = subject.emailAddress\n"
			  "department = eku\n"
			  "[block b]\nserial = 1\nsubject.CN = x\n"
			  "[pin p]\nspki = " DIGEST_A "\n"
			  "[block c]\npin = p\n"
			  "[role r]\nid = x\nkey.bits = 1024\n",
		"3: needs the\n4: needs the\n5: needs the\n"
		"6: needs the\n7: needs the\n8: needs the\n"
		"11: needs the\n13: needs the\n15: needs the\n"
		"17: needs the\n20: needs the\n23: needs the\n"));
	cr_expect(policy_warnings(NAME_ONLY PLAIN_IDENTITY ACCESS
				  "[role r]\nsubject = CN=x,O=y\nid = x\n"
				  "identity = y\nsubject.OU = z\n"
				  "[identity y]\nsubject.CN = x\n"
				  "id = subject.CN\n",
				  ""));
}

Test(load_check, sources)
{
	cr_expect(policy_errors(NAME_ONLY "source = server\n" PLAIN_IDENTITY
					  "[block b]\nserial = 1\n",
				"2: stands alone"));
}

Test(load_check, names_of_identities)
{
	cr_expect(policy_warnings(
		PLAIN_IDENTITY ACCESS
		"[identity a]\nsubject.CN = x\nid = subject.CN\n"
		"[role r]\nidentity = a\nidentity = b\n"
		"[block c]\nserial = 1\nidentity = A\n"
		"[block d]\nidentity = a?\nid = b\n"
		"[access e]\npath = /e\nallow = *\nidentity = e\n",
		"11: identity = b: there is no\n"
		"15: identity = A: there is no\n"
		"22: identity = e: there is no\n"));
}

Test(load_check, sites)
{
	cr_expect(policy_errors(PLAIN_IDENTITY ACCESS
				"[access b]\npath = /b\nsite = x\nallow = *\n"
				"[access c]\npath = /c\nallow = *\n",
				"4: [access a] names no site\n"
				"11: [access c] names no site\n"));
	cr_expect(policy_errors(PLAIN_IDENTITY ACCESS
				"[access b]\npath = /b\nsite = *\nallow = *\n",
				"4: names no site"));
}

Test(load_check, admin_role_by_default)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY ACCESS "[role a]\nserial = 1\n"
					      "[role admin]\nserial = 2\n");
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.policy->endpoints.admin_index, 1);
	policy_end(&l);
}
