/* test_load_check_chain.c - what settings about chains mean together. */
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

static bool warnings(const char *text, const char *expect)
{
	return chain_issues(&l, text, "", expect);
}

Test(load_check_chain, not_without_a_chain, .init = start, .fini = end)
{
	cr_expect(errors(PLAIN_IDENTITY
			 "[certificate]\nca = none\nintermediates = none\n"
			 "strict = yes\npartial_chain = yes\nmax_depth = 1\n"
			 "security_level = 1\nrequire_policy = 1.2\n"
			 "explicit_policy = no\ninhibit_any_policy = no\n"
			 "inhibit_policy_mapping = no\nca_as_client = deny\n"
			 "crl = none\ncrl_check = leaf\ncrl_stale = deny\n"
			 "ocsp = off\nocsp_responder = x\nocsp_timeout = 1s\n"
			 OPEN,
			 "5: needs\n6: needs\n7: needs\n8: needs\n9: needs\n"
			 "10: needs\n11: needs\n12: needs\n13: needs\n"
			 "14: needs\n15: needs\n16: needs\n17: needs\n"
			 "18: needs\n19: needs\n20: needs\n21: needs\n"));
}

Test(load_check_chain, needs, .init = start, .fini = end)
{
	cr_expect(errors(PLAIN_IDENTITY "[certificate]\nverify = chain\n" OPEN,
			 "5: verify = chain needs ca"));
	cr_expect(errors(PLAIN_IDENTITY "[certificate]\nverify = x\n" OPEN,
			 "5: not 'x'"));
	cr_expect(errors(WITH("crl_check = leaf\ncrl_stale = warn\n"
			      "ocsp_responder = http://a/\n"
			      "ocsp_timeout = 1s\n"),
			 "7: without crl\n8: without crl\n9: without ocsp\n"
			 "10: without ocsp\n"));
	cr_expect(errors(WITH("source = server-dn\n"),
			 "5: verify needs the certificate"));
}

Test(load_check_chain, several_roots, .init = start, .fini = end)
{
	static const char roles[] = WITH(
		"ca = more.pem\n"
		"[role a]\nsubject.OU = x\n[role b]\nanchor.subject.CN = x\n"
		"[role c]\nca.sha256 = " DIGEST_A "\n[role d]\nid = x\n"
		"[role e]\nidentity = x\n[role f]\ndefault = yes\n"
		"[role g]\nspki = " DIGEST_A "\n"
		"[role h]\nissuer.CN = root\nsan.dns = x\n"
		"[identity x]\nsubject.CN = x\nid = subject.CN\n");
	struct pki renewed = pki_make_for(l.issues.arena, "root", NULL,
					  root.key, "ca");
	struct pki other = pki_make(l.issues.arena, "other", NULL, "ca");

	put_certs(&l, "more.pem", (pki_list){&renewed, NULL});
	cr_expect(warnings(roles, ""));
	put_certs(&l, "more.pem", (pki_list){&other, NULL});
	cr_expect(warnings(roles, "8: 2 roots\n22: 2 roots\n"));
}

Test(load_check_chain, dates_of_crls, .init = start, .fini = end)
{
	put_crl(&l, "a.crl", &root, "next 1767225600", false);
	put_crl(&l, "b.crl", &root, "next none", false);
	put_crl(&l, "c.crl", &root, "this 1767225601", false);
	put_crl(&l, "d.crl", &root, "this 1767225600\nnext 1767225601", false);
	cr_expect(warnings(WITH("crl = a.crl\ncrl = b.crl\ncrl = c.crl\n"
				"crl = d.crl\n"),
			   "7: out of date since 2026-01-01T00:00:00Z\n"
			   "8: has no nextUpdate\n"
			   "9: not in force before 2026-01-01T00:00:01Z\n"));
}

Test(load_check_chain, lines_of_crls, .init = start, .fini = end)
{
	put_dir(&l, "crls");
	put_crl(&l, "crls/a.crl", &root, "next none", false);
	put_crl(&l, "crlsb", &root, "next none\nnumber 2", false);
	cr_expect(warnings(WITH("crl = crls\ncrl = crlsb\n"),
			   "7: crls/a.crl: the CRL\n8: crlsb: the CRL\n"));
}

Test(load_check_chain, issuers_of_crls, .init = start, .fini = end)
{
	struct pki other = pki_make(l.issues.arena, "other", NULL, "ca");
	struct pki twin = pki_make(l.issues.arena, "root", NULL, "ca");

	put_crl(&l, "r.crl", &root, "", false);
	put_crl(&l, "i.crl", &inter, "", false);
	put_crl(&l, "o.crl", &other, "", false);
	put_crl(&l, "t.crl", &twin, "", false);
	cr_expect(warnings(WITH("crl = r.crl\ncrl = o.crl\ncrl = t.crl\n"),
			   "8: CN=other,O=Test, is in neither\n"
			   "9: has signed this CRL\n"));
	cr_expect(warnings(WITH("intermediates = inter.pem\ncrl = r.crl\n"),
			   "8: there is no CRL of CN=inter,O=Test\n"));
	cr_expect(warnings(WITH("intermediates = inter.pem\ncrl = i.crl\n"),
			   "8: there is no CRL of CN=root,O=Test\n"));
	cr_expect(warnings(WITH("intermediates = inter.pem\ncrl = i.crl\n"
				"crl_check = leaf\n"),
			   ""));
	cr_expect(warnings(WITH("intermediates = inter.pem\ncrl = i.crl\n"
				"crl = r.crl\n"),
			   ""));
}
