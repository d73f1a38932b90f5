/* test_load_check_source.c - what lines about sources mean together. Most of
 * it is in tests/policies. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "policy_text.h"

#define CERTIFICATE(lines)                          \
	PLAIN_IDENTITY "[certificate]\n" lines "\n" \
		       "[access a]\npath = /*\nallow = *\n"

/* Which sources need a front that is named. */
Test(load_check_source, trusted_proxy_of_every_header_source)
{
	char text[256];
	char wanted[128];

	for (int i = 0; i < SOURCE_COUNT; i++) {
		const struct source_row *row = source_row((enum source)i);
		struct loaded l;
		bool missed = false;

		snprintf(text, sizeof(text), CERTIFICATE("source = %s"),
			 row->name);
		snprintf(wanted, sizeof(wanted),
			 "source %s needs "
			 "trusted_proxy",
			 row->name);
		policy_text(&l, text);
		for (size_t j = 0; j < l.issues.count; j++)
			missed |= strstr(l.issues.list[j].text, wanted) != NULL;
		cr_expect_eq(missed, row->headers, "%s", row->name);
		policy_end(&l);
	}
}

Test(load_check_source, nobody_has_verified)
{
	cr_expect(policy_errors(CERTIFICATE("source = azure\n"
					    "trusted_proxy = ::1"),
				"5: does not verify certificates"));
	cr_expect(policy_errors(CERTIFICATE("source = aws-alb\n"
					    "alb_mode = passthrough\n"
					    "trusted_proxy = ::1"),
				"5: alb_mode = passthrough does not verify"));
	cr_expect(policy_errors(CERTIFICATE("source = caddy"),
				"5: needs verify = chain"));
	cr_expect(policy_errors(CERTIFICATE("source = caddy\n"
					    "front_verifies = yes"),
				""));
}

Test(load_check_source, gateway)
{
	struct loaded l;

	policy_text(&l, CERTIFICATE("source = api-gateway\n"
				    "trusted_proxy = ::1\n"
				    "issuer.O = x"));
	cr_assert_not_null(l.policy);
	cr_expect_not(l.policy->source.gateway_pem);
	policy_end(&l);
	policy_text(&l, CERTIFICATE("source = api-gateway\n"
				    "trusted_proxy = ::1\n"
				    "header.cert = X-Clientcert-Pem\n"
				    "min_rsa_bits = 2048"));
	cr_assert_not_null(l.policy);
	cr_expect(l.policy->source.gateway_pem);
	policy_end(&l);
	cr_expect(policy_errors(CERTIFICATE("source = api-gateway\n"
					    "trusted_proxy = ::1\n"
					    "min_rsa_bits = 2048"),
				"7: without header.cert"));
	cr_expect(policy_errors(CERTIFICATE("header.cert = a\n"
					    "source = nginx\n"
					    "source = api-gateway\n"
					    "trusted_proxy = ::1"),
				"7: api-gateway and nginx both read "
				"header.cert"));
}

/* The line is the one that names the source, not one that is named alike. */
Test(load_check_source, line_of_the_source)
{
	cr_expect(policy_errors(CERTIFICATE("verify = server\n"
					    "source = server\n"
					    "source = server-dn"),
				"7: server-dn stands alone"));
	cr_expect(policy_errors(CERTIFICATE("trusted_proxy = ::1\n"
					    "source = nginx,server"),
				"6: wrong order"));
	cr_expect(policy_errors(CERTIFICATE("trusted_proxy = ::1\n"
					    "source = server-dn\n"
					    "source = nginx\n"
					    "source = server"),
				"6: server-dn stands alone\n"
				"8: server and nginx are in the wrong "
				"order"));
}
