/* test_load_certificate.c - [certificate]. */
#include <criterion/criterion.h>

#include "load.h"
#include "policy_text.h"

#define CERTIFICATE(lines) PLAIN_IDENTITY "[certificate]\n" lines "\n"

Test(load_certificate, everything)
{
	struct loaded l;

	policy_text(&l, CERTIFICATE("source = server\nverify = server\n"
				    "purpose = emailProtection\n"
				    "issuer.O = A\nissuer.O = B\n"
				    "issuer = CN=c,O=A\nmin_rsa_bits = 3072\n"
				    "max_lifetime = 90d\n"
				    "warn_expiring = 1d 12h"));
	cr_assert_not_null(l.policy);
	const struct trust_rules *trust = &l.policy->trust;
	cr_expect_eq(l.policy->source.count, 1);
	cr_expect_eq(l.policy->source.list[0], SOURCE_SERVER);
	cr_expect_str_eq(trust->purpose, "1.3.6.1.5.5.7.3.4");
	cr_expect_not(trust->purpose_any);
	cr_assert_eq(trust->issuer.count, 2);
	cr_expect_eq(trust->issuer.all[0].count, 2);
	cr_expect_not_null(trust->issuer.all[1].any[0].name);
	cr_expect_eq(trust->min_rsa_bits, 3072);
	cr_expect_eq(trust->max_lifetime, 90 * 86400);
	cr_expect_eq(trust->warn_expiring, 36 * 3600);
	policy_end(&l);
}

Test(load_certificate, name_only)
{
	struct loaded l;

	policy_text(&l, CERTIFICATE("source = server-dn"));
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.policy->source.count, 1);
	cr_expect_eq(l.policy->source.list[0], SOURCE_SERVER_DN);
	policy_end(&l);
}

Test(load_certificate, slash_form)
{
	struct loaded l;

	policy_text(&l, CERTIFICATE("source = server-dn\ndn_slash = yes"));
	cr_assert_not_null(l.policy);
	cr_expect(l.policy->trust.dn_slash);
	policy_end(&l);
	policy_text(&l, CERTIFICATE("source = server-dn\ndn_slash = no"));
	cr_assert_not_null(l.policy);
	cr_expect_not(l.policy->trust.dn_slash);
	policy_end(&l);
	cr_expect(policy_errors(CERTIFICATE("dn_slash = yes"),
				"5: needs source = server-dn"));
	cr_expect(policy_errors(CERTIFICATE("source = server-dn\n"
					    "dn_slash = maybe"),
				"6: is yes or no"));
}

Test(load_certificate, purposes)
{
	struct loaded l;

	policy_text(&l, CERTIFICATE("purpose = any"));
	cr_assert_not_null(l.policy);
	cr_expect(l.policy->trust.purpose_any);
	policy_end(&l);
	policy_text(&l, CERTIFICATE("purpose = 1.2.3.4.5"));
	cr_assert_not_null(l.policy);
	cr_expect_str_eq(l.policy->trust.purpose, "1.2.3.4.5");
	cr_expect_not(l.policy->trust.purpose_any);
	policy_end(&l);
	cr_expect(policy_errors(CERTIFICATE("purpose = Any"),
				"5: did you mean 'any'?"));
	cr_expect(policy_errors(CERTIFICATE("purpose = serialNumber"),
				"5: no extended key usage"));
	cr_expect(policy_errors(CERTIFICATE("purpose = 1..2"),
				"5: no extended key usage"));
	cr_expect(policy_errors(CERTIFICATE("purpose = clientAuth, any"),
				"5: no extended key usage"));
}

Test(load_certificate, errors)
{
	cr_expect(policy_errors(CERTIFICATE("source = server, server-dn"),
				"5: stands alone"));
	cr_expect(policy_errors(CERTIFICATE("source = server, server"),
				"5: there already"));
	cr_expect(policy_errors(CERTIFICATE("source = xfcc"),
				"5: the sources are server, server-dn"));
	cr_expect(policy_errors(CERTIFICATE("source = servr-dn"),
				"5: did you mean 'server-dn'?"));
	cr_expect(policy_errors(CERTIFICATE("verify = off"),
				"5: verify is server, chain or both"));
	cr_expect(policy_errors(CERTIFICATE("verify = chain\nca = x\ncrl = y"),
				"6: x: No such file\n7: y: No such file\n"));
	cr_expect(policy_errors(CERTIFICATE("header.x = y"),
				"5: no setting 'header.x'"));
	cr_expect(policy_errors(CERTIFICATE("min_rsa_bits = 511"),
				"5: is a number"));
	cr_expect(policy_errors(CERTIFICATE("issuer.X = y"), "5: 'issuer.X'"));
	cr_expect(policy_errors(CERTIFICATE("isuer.O = y"),
				"5: no setting 'isuer.O' in [certificate]"));
}
