/* test_load_chain.c - the settings about chains and OCSP. */
#include <criterion/criterion.h>

#include "chain_text.h"

#define WITH(lines) PLAIN_IDENTITY CHAIN lines OPEN

static struct loaded l;
static struct pki root, inter;

static void start(void)
{
	chain_dir(&l, "root", &root);
	inter = pki_make(l.issues.arena, "inter", &root, "ca");
	put_certs(&l, "inter.pem", (pki_list){&inter, NULL});
}

static void end(void)
{
	policy_end(&l);
}

static bool errors(const char *text, const char *expect)
{
	return chain_issues(&l, text, expect, "");
}

Test(load_chain, defaults, .init = start, .fini = end)
{
	cr_assert(errors(WITH(""), ""));
	const struct trust_rules *trust = &l.policy->trust;
	cr_expect_eq(trust->verify, VERIFY_CHAIN);
	cr_expect(trust->chain.enabled);
	cr_expect(trust->chain.ask_purpose);
	cr_expect_not_null(trust->chain.store);
	cr_expect_eq(trust->chain.anchor_count, 1);
	cr_expect_eq(trust->chain.max_depth, -1);
	cr_expect_eq(trust->chain.security_level, -1);
	cr_expect_not(trust->chain.strict);
	cr_expect_not(trust->chain.partial_chain);
	cr_expect_not(trust->chain.explicit_policy);
	cr_expect_not(trust->chain.ca_as_client);
	cr_expect_eq(trust->chain.crl_check, CRL_CHECK_NONE);
	cr_expect_eq(trust->chain.crl_stale, CRL_STALE_DENY);
	cr_expect_eq(trust->ocsp.mode, OCSP_OFF);
	cr_expect_eq(trust->ocsp.timeout, 3);
	cr_expect_null(trust->ocsp.responder);
}

Test(load_chain, everything, .init = start, .fini = end)
{
	put_crl(&l, "r.crl", &root, "", false);
	cr_assert(errors(WITH("intermediates = inter.pem\nstrict = yes\n"
			      "partial_chain = yes\nmax_depth = 0\n"
			      "security_level = 0\ncrl = r.crl\n"
			      "inhibit_any_policy = yes\n"
			      "inhibit_policy_mapping = yes\n"
			      "ca_as_client = allow\ncrl_check = leaf\n"
			      "crl_stale = grace 1d 2h\nocsp = require\n"
			      "ocsp_responder = http://o.example/x\n"
			      "ocsp_timeout = 5s\n"
			      "explicit_policy = yes\npurpose = any\n"),
			 "") == false, "a CRL of inter is missing");
	cr_assert_not_null(l.policy);
	const struct trust_rules *trust = &l.policy->trust;
	cr_expect_eq(trust->chain.intermediate_count, 1);
	cr_expect(trust->chain.strict);
	cr_expect(trust->chain.partial_chain);
	cr_expect_eq(trust->chain.max_depth, 0);
	cr_expect_eq(trust->chain.security_level, 0);
	cr_expect(trust->chain.inhibit_any_policy);
	cr_expect(trust->chain.inhibit_policy_mapping);
	cr_expect(trust->chain.explicit_policy);
	cr_expect(trust->chain.ca_as_client);
	cr_expect_not(trust->chain.ask_purpose);
	cr_expect_eq(trust->chain.crl_check, CRL_CHECK_LEAF);
	cr_expect_eq(trust->chain.crl_stale, CRL_STALE_GRACE);
	cr_expect_eq(trust->chain.crl_grace, 26 * 3600);
	cr_expect_eq(trust->ocsp.mode, OCSP_REQUIRE);
	cr_expect_str_eq(trust->ocsp.responder, "http://o.example/x");
	cr_expect_eq(trust->ocsp.timeout, 5);
}

Test(load_chain, other_words, .init = start, .fini = end)
{
	put_crl(&l, "r.crl", &root, "", false);
	cr_assert(errors(WITH("strict = no\nca_as_client = deny\n"
			      "crl_check = chain\ncrl_stale = warn\n"
			      "crl = r.crl\nocsp = prefer\n"),
			 ""));
	const struct trust_rules *trust = &l.policy->trust;
	cr_expect_not(trust->chain.ca_as_client);
	cr_expect_eq(trust->chain.crl_check, CRL_CHECK_CHAIN);
	cr_expect_eq(trust->chain.crl_stale, CRL_STALE_WARN);
	cr_expect_eq(trust->ocsp.mode, OCSP_PREFER);
	cr_assert(errors(WITH("crl = r.crl\ncrl_stale = deny\nocsp = off\n"),
			 ""));
	cr_expect_eq(l.policy->trust.chain.crl_stale, CRL_STALE_DENY);
	cr_expect_eq(l.policy->trust.ocsp.mode, OCSP_OFF);
}

Test(load_chain, both, .init = start, .fini = end)
{
	cr_assert(errors(PLAIN_IDENTITY
			 "[certificate]\nca = ca.pem\nverify = both\n" OPEN,
			 ""));
	cr_expect_eq(l.policy->trust.verify, VERIFY_BOTH);
	cr_expect(l.policy->trust.chain.enabled);
}

/* The purpose of a server's word is a matter of ours alone. */
Test(load_chain, purpose_by_oid, .init = start, .fini = end)
{
	cr_assert(errors(WITH("purpose = 1.3.6.1.5.5.7.3.2\n"), ""));
	cr_expect(l.policy->trust.chain.ask_purpose);
	cr_assert(errors(WITH("purpose = emailProtection\n"), ""));
	cr_expect_not(l.policy->trust.chain.ask_purpose);
}

Test(load_chain, policies, .init = start, .fini = end)
{
	cr_assert(errors(WITH("require_policy = 1.2.3\n"
			      "require_policy = anyPolicy\n"), ""));
	const struct chain_rules *rules = &l.policy->trust.chain;
	cr_assert_eq(rules->require_policy_count, 2);
	cr_expect_str_eq(rules->require_policy[0], "1.2.3");
	cr_expect_str_eq(rules->require_policy[1], "2.5.29.32.0");
	cr_expect(rules->explicit_policy);
	cr_assert(errors(WITH("explicit_policy = no\n"
			      "require_policy = 1.2.3\n"), ""));
	cr_expect_not(l.policy->trust.chain.explicit_policy);
	cr_expect(errors(WITH("require_policy = CN\nrequire_policy = 1..2\n"),
			 "7: not 'CN'\n8: not '1..2'\n"));
}

Test(load_chain, roots, .init = start, .fini = end)
{
	cr_expect(errors(WITH("ca = inter.pem\n"),
			 "7: inter.pem:1: CN=inter,O=Test is no root"));
	cr_expect(errors(WITH("ca = inter.pem\npartial_chain = no\n"),
			 "7: partial_chain = yes"));
	cr_assert(errors(WITH("partial_chain = yes\nca = inter.pem\n"), ""));
	cr_expect_eq(l.policy->trust.chain.anchor_count, 2);
	cr_assert(errors(WITH("intermediates = ca.pem\n"), ""));
	cr_expect_eq(l.policy->trust.chain.intermediate_count, 1);
}

Test(load_chain, wrong_words, .init = start, .fini = end)
{
	put_crl(&l, "r.crl", &root, "", false);
	cr_expect(errors(WITH("strict = 1\nmax_depth = 101\n"
			      "security_level = 6\nca_as_client = yes\n"
			      "crl_check = none\ncrl_stale = ignore\n"
			      "ocsp = yes\nocsp_timeout = 3\n"
			      "crl = r.crl\n"),
			 "7: yes or no\n8: 0 to 100\n9: 0 to 5\n"
			 "10: deny or allow\n11: leaf or chain\n"
			 "12: deny, warn\n13: off, prefer\n14: duration\n"));
	cr_expect(errors(WITH("crl = r.crl\ncrl_stale = grace\n"),
			 "8: not 'grace'"));
	cr_expect(errors(WITH("crl = r.crl\ncrl_stale = grace x\n"),
			 "8: 'x' is no duration"));
}

Test(load_chain, responders, .init = start, .fini = end)
{
#define RESPONDER(url) WITH("ocsp = prefer\nocsp_responder = " url "\n")
	cr_expect(errors(RESPONDER("http://[::1]:80"), ""));
	cr_expect(errors(RESPONDER("https://a/"), "8: no https"));
	cr_expect(errors(RESPONDER("a.example"), "8: not 'a.example'"));
	cr_expect(errors(RESPONDER("http://"), "8: not 'http://'"));
	cr_expect(errors(RESPONDER("http://a:x/"), "8: not"));
	cr_expect(errors(RESPONDER("http://u@a/"), "8: not"));
	cr_expect(errors(RESPONDER("http://a/ b"), "8: not"));
}
