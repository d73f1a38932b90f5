/* test_load_access.c - [access]. */
#include <criterion/criterion.h>

#include "load.h"
#include "policy_text.h"

#define ACCESS(lines) PLAIN_IDENTITY "[access a]\n" lines "\n"
#define ROLES "[role r]\nserial = 1\n[role s]\nserial = 2\n"

Test(load_access, everything)
{
	struct loaded l;

	policy_text(&l, ACCESS("path = /x/*\npath = /y\nsite = s1, s2\n"
			       "method = GET\nmethod = POST, PUT\n"
			       "allow = s\nallow = r, s\nallow.POST = *\n"
			       "allow.PUT = r\nallow.PUT = s\npin = p\n"
			       "subject.O = o\nid = b*\nfrom = 2020-01-01\n"
			       "until = 2030-01-01\n" ROLES
			       "[pin p]\nspki = " DIGEST_A));
	cr_assert_not_null(l.policy);
	cr_assert_eq(l.policy->access.count, 1);
	const struct access_rule *a = &l.policy->access.list[0];
	cr_expect_str_eq(a->name, "a");
	cr_expect_eq(a->line, 4);
	cr_assert_eq(a->path_count, 2);
	cr_expect_str_eq(a->path_texts[0], "/x/*");
	cr_expect(glob_match(&a->paths[0], "/x/y/z"));
	cr_expect(glob_match(&a->paths[0], "/x"));
	cr_expect_not(glob_match(&a->paths[1], "/y/z"));
	cr_assert_eq(a->site_count, 2);
	cr_expect_str_eq(a->sites[1], "s2");
	cr_expect_not(a->site_any);
	cr_assert_eq(a->method_count, 3);
	cr_expect_str_eq(a->methods[2], "PUT");
	cr_expect(a->allow.set);
	cr_assert_eq(a->allow.role_count, 2);
	cr_expect_eq(a->allow.roles[0], 0, "in order");
	cr_expect_eq(a->allow.roles[1], 1);
	cr_expect_str_eq(a->allow.needs, "needs s, r");
	cr_assert_eq(a->method_allow_count, 2);
	cr_expect_str_eq(a->method_allows[0].method, "POST");
	cr_expect(a->method_allows[0].allow.any_role);
	cr_expect_not(a->method_allows[0].allow.anyone);
	cr_expect_eq(a->method_allows[1].allow.role_count, 2);
	cr_assert_eq(a->pin_count, 1);
	cr_expect_eq(a->conditions.count, 2);
	cr_expect_eq(a->span.from, 1577836800);
	cr_expect_eq(a->span.until, 1893456000 + 86400);
	policy_end(&l);
}

Test(load_access, only_methods)
{
	struct loaded l;

	policy_text(&l, ACCESS("path = /x\nsite = *\nallow.GET = anyone"));
	cr_assert_not_null(l.policy);
	const struct access_rule *a = &l.policy->access.list[0];
	cr_expect_not(a->allow.set);
	cr_expect(a->method_allows[0].allow.set);
	cr_expect(a->method_allows[0].allow.anyone);
	cr_expect_not(a->method_allows[0].allow.any_role);
	cr_expect(a->site_any);
	cr_expect_eq(a->method_count, 0);
	policy_end(&l);
}

Test(load_access, star_is_not_anyone)
{
	struct loaded l;

	policy_text(&l, ACCESS("path = /x\nallow = *"));
	cr_assert_not_null(l.policy);
	cr_expect(l.policy->access.list[0].allow.any_role);
	cr_expect_not(l.policy->access.list[0].allow.anyone);
	policy_end(&l);
}

Test(load_access, missing_lines)
{
	cr_expect(policy_errors(ACCESS("allow = *"), "4: has no path"));
	cr_expect(policy_errors(ACCESS("path = /x"), "4: whom it allows"));
	cr_expect(policy_errors(ACCESS("site = *"),
				"4: has no path\n4: whom it allows\n"));
	cr_expect(policy_errors(ACCESS("path = x\nallow = y"),
				"5: does not begin\n6: no role 'y'\n"));
}

Test(load_access, paths)
{
	cr_expect(policy_errors(ACCESS("path = *\npath = /a//b\npath = /../a\n"
				       "path = /x\\\nallow = *"),
				"5: does not begin\n6: doubled\n7: dot seg\n"
				"8: wildcards\n"));
	cr_expect(policy_warnings(ACCESS("path = /a%2fb\nallow = *"),
				  "5: escapes are decoded"));
	cr_expect(policy_warnings(ACCESS("path = /a b, c/**\nallow = *"), ""));
}

Test(load_access, allow)
{
	cr_expect(
		policy_errors(ACCESS("path = /\nallow = *\nallow = r\n" ROLES),
			      "7: stand alone"));
	cr_expect(policy_errors(ACCESS("path = /\nallow = r, *\n" ROLES),
				"6: stand alone"));
	cr_expect(policy_errors(ACCESS("path = /\nallow = anyone, *"),
				"6: stand alone"));
	cr_expect(policy_errors(ACCESS("path = /\nallow.GET = r\n"
				       "allow.GET = anyone\n" ROLES),
				"7: stand alone"));
	cr_expect(policy_errors(ACCESS("path = /\nallow = r s\n" ROLES),
				"6: no role 'r s'"));
	cr_expect(policy_errors(ACCESS("path = /\nallow = R\n" ROLES),
				"6: did you mean 'r'?"));
	cr_expect(policy_errors(ACCESS("path = /\nallow = anyone\nserial = 1"),
				"6: no pin and no condition"));
	cr_expect(policy_errors(ACCESS("path = /\nallow = *\n"
				       "allow.GET = anyone\npin = p\n"
				       "[pin p]\nspki = " DIGEST_A),
				"7: no pin and no condition"));
}

Test(load_access, methods)
{
	cr_expect(policy_errors(ACCESS("path = /\nallow.get = *\nmethod = Get, "
				       "1A, *"),
				"6: 'get' is no method\n7: 'Get' is no method\n"
				"7: '1A' is no method\n7: '*' is no method\n"));
	cr_expect(policy_errors(ACCESS("path = /\nmethod = POST\n"
				       "allow.POST = *\nallow.HEAD = *"),
				"8: do not name HEAD"));
	cr_expect(policy_warnings(ACCESS("path = /\nmethod = GET\nallow = *\n"
					 "allow.HEAD = *"),
				  ""));
	cr_expect(policy_warnings(ACCESS("path = /\nmethod = PSOT, FOOBAR\n"
					 "allow = *"),
				  "6: did you mean POST?"));
}

Test(load_access, sites)
{
	cr_expect(policy_errors(ACCESS("path = /\nsite = a, *\nallow = *"),
				"6: stands alone"));
	cr_expect(policy_errors(ACCESS("path = /\nsite = *.x\nallow = *"),
				"6: a name consists"));
	cr_expect(policy_errors(ACCESS("path = /\nsite = anyone\nallow = *"),
				"6: a keyword"));
}
