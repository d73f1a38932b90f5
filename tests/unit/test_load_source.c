/* test_load_source.c - the settings about fronts, and what they become. */
#include <criterion/criterion.h>

#include "policy_text.h"

#define NGINX(lines)                                                \
	PLAIN_IDENTITY "[certificate]\nsource = nginx\n" lines "\n" \
		       "[access a]\npath = /*\nallow = *\n"

static const struct source_rules *rules_of(const struct loaded *l)
{
	cr_assert_not_null(l->policy);
	return &l->policy->source;
}

Test(load_source, peers)
{
	struct loaded l;

	policy_text(&l, NGINX("trusted_proxy = 10.0.0.0/8, fd00::/8\n"
			      "trusted_proxy = unix:"));
	const struct source_rules *rules = rules_of(&l);
	cr_assert_eq(rules->trusted_count, 3);
	cr_expect(peer_in("10.1.2.3", rules->trusted, 3));
	cr_expect(peer_in("fd12::1", rules->trusted, 3));
	cr_expect(peer_in("unix:", rules->trusted, 3));
	cr_expect_not(peer_in("11.0.0.1", rules->trusted, 3));
	policy_end(&l);
}

Test(load_source, headers_by_default)
{
	struct loaded l;

	policy_text(&l, NGINX("trusted_proxy = ::1"));
	const struct source_rules *rules = rules_of(&l);
	cr_expect_str_eq(rules->header[SLOT_CERT], "HTTP_X_SSL_CLIENT_CERT");
	cr_expect_str_eq(rules->header[SLOT_VERIFY],
			 "HTTP_X_SSL_CLIENT_VERIFY");
	cr_expect_str_eq(rules->header[SLOT_SECRET],
			 "HTTP_X_MTLSGATE_PROXY_SECRET");
	cr_expect_null(rules->header[SLOT_CHAIN]);
	cr_expect_null(rules->header[SLOT_LEAF]);
	cr_expect_null(rules->secret);
	cr_expect_not(rules->front_verifies);
	cr_expect_not(rules->passthrough);
	cr_expect_eq(rules->xfcc, XFCC_LAST_SURE);
	cr_expect_not(rules->gateway_pem);
	policy_end(&l);
}

Test(load_source, headers_by_name)
{
	struct loaded l;

	policy_text(&l, NGINX("trusted_proxy = ::1\n"
			      "header.cert = my-Cert.v1\n"
			      "header.secret = X_Word\n"
			      "proxy_secret = 0123456789abcdef"));
	const struct source_rules *rules = rules_of(&l);
	cr_expect_str_eq(rules->header[SLOT_CERT], "HTTP_MY_CERT.V1");
	cr_expect_str_eq(rules->header[SLOT_SECRET], "HTTP_X_WORD");
	cr_expect_str_eq(rules->header[SLOT_VERIFY],
			 "HTTP_X_SSL_CLIENT_VERIFY");
	cr_expect_str_eq(rules->secret, "0123456789abcdef");
	policy_end(&l);
}

/* A line above the one that lists the source counts as well. */
Test(load_source, order_of_lines)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY "[certificate]\nxfcc_element = first\n"
				       "header.cert = X-A\n"
				       "trusted_proxy = ::1\n"
				       "source = envoy-xfcc\n"
				       "[access a]\npath = /*\nallow = *\n");
	const struct source_rules *rules = rules_of(&l);
	cr_expect_eq(rules->xfcc, XFCC_FIRST);
	cr_expect_str_eq(rules->header[SLOT_CERT], "HTTP_X_A");
	policy_end(&l);
}

Test(load_source, switches)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY "[certificate]\nsource = caddy\n"
				       "front_verifies = yes\n");
	cr_expect(rules_of(&l)->front_verifies);
	policy_end(&l);
	policy_text(&l, PLAIN_IDENTITY "[certificate]\nsource = envoy-xfcc\n"
				       "trusted_proxy = ::1\n"
				       "xfcc_element = last\n");
	cr_expect_eq(rules_of(&l)->xfcc, XFCC_LAST);
	policy_end(&l);
	policy_text(&l, PLAIN_IDENTITY "[certificate]\nsource = aws-alb\n"
				       "trusted_proxy = ::1\n"
				       "alb_mode = verify\n");
	cr_expect_not(rules_of(&l)->passthrough);
	policy_end(&l);
}

Test(load_source, errors)
{
	cr_expect(policy_errors(NGINX("trusted_proxy = example.org"),
				"6: trusted_proxy = example.org: it is"));
	cr_expect(policy_errors(NGINX("trusted_proxy = ::1\n"
				      "header.cert = a/b"),
				"7: 'a/b' cannot be the name of a header"));
	cr_expect(policy_errors(NGINX("trusted_proxy = ::1\n"
				      "header.verfy = a"),
				"7: did you mean 'header.verify'?"));
}

Test(load_source, warnings)
{
	cr_expect(policy_warnings(NGINX("trusted_proxy = 0.0.0.0/0"),
				  "6: every address is trusted"));
	cr_expect(policy_warnings(NGINX("trusted_proxy = 0.0.0.0/1"), ""));
	cr_expect(policy_warnings(NGINX("trusted_proxy = ::1\n"
					"proxy_secret = 123456789012345"),
				  "7: this secret is short"));
	cr_expect(policy_warnings(NGINX("trusted_proxy = ::1\n"
					"proxy_secret = 1234567890123456"),
				  ""));
}
