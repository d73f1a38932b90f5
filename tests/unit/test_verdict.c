/* test_verdict.c - found, checked and mapped, and whether it lasts. */
#include "verdict.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "fixture.h"
#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct verdict verdict;

static void start(void)
{
	arena = arena_new();
	policy = fixture_policy(arena);
	policy->source = (struct source_rules){.list = {SOURCE_SERVER},
					       .count = 1};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(verdict, .init = start, .fini = end);

static void reach(const char *cert, const char *verify)
{
	const struct verdict_rules rules = policy_verdict_rules(policy);
	struct given given = {0};

	given.text[GIVEN_CERT] = cert;
	given.text[GIVEN_VERIFY] = verify;
	verdict_reach(arena, &rules, &given, NULL, FIXTURE_NOW, NULL,
		      &verdict);
}

Test(verdict, of_a_certificate)
{
	char *pem = fixture_pem("subject CN=root\n");

	reach(pem, "SUCCESS");
	cr_expect(verdict.verified.ok && verdict.identity.known);
	cr_expect_str_eq(verdict.identity.id, "root");
	cr_expect(verdict_lasts(&verdict));
	reach(pem, "FAILED:x");
	cr_expect_eq(verdict.verified.reason, REASON_NOT_VERIFIED);
	cr_expect_not(verdict.identity.known);
	cr_expect(verdict_lasts(&verdict));
	reach(NULL, NULL);
	cr_expect_eq(verdict.verified.reason, REASON_CERTIFICATE_MISSING);
	cr_expect(verdict_lasts(&verdict));
	free(pem);
}

Test(verdict, what_may_pass_does_not_last)
{
	char *pem = fixture_pem("subject CN=root\n");

	reach(pem, "SUCCESS");
	verdict.verified.passing = true;
	cr_expect_not(verdict_lasts(&verdict), "let pass without an answer");
	reach(pem, "SUCCESS");
	verdict.identity.reason = REASON_INTERNAL_ERROR;
	cr_expect_not(verdict_lasts(&verdict));
	for (int i = 0; i < REASON_COUNT; i++) {
		verdict = (struct verdict){.verified = {
						   .reason = (enum reason)i}};
		cr_expect_eq(verdict_lasts(&verdict),
			     !reason_is_passing((enum reason)i));
	}
	free(pem);
}
