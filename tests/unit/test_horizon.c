/* test_horizon.c - until when a verdict holds. */
#include "horizon.h"

#include <criterion/criterion.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct source_rules source;
static struct attr_list attrs;
static struct trust_rules trust;
static struct identity_rules identity;
static const struct verdict_rules rules = {&source, &attrs, &trust,
					   &identity};

static void start(void)
{
	arena = arena_new();
	trust = (struct trust_rules){0};
	identity = (struct identity_rules){0};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(horizon, .init = start, .fini = end);

static int64_t after(const struct verdict *verdict, int64_t now)
{
	struct horizon horizon;

	cr_assert_eq(horizon_make(arena, &rules, &horizon), ST_OK);
	return horizon_of(&horizon, verdict, now);
}

Test(horizon, dates_of_the_policy)
{
	struct pin pin = {.span = {100, 200}};
	struct block block = {.from = 150};
	struct identity_rule section = {.span = {TIME_ALWAYS, 300}};
	struct role_rule role = {.span = {250, TIME_NEVER}};
	struct verdict nothing = {0};

	cr_expect_eq(after(&nothing, 0), TIME_NEVER);
	trust.pins = (struct pin_list){.list = &pin, .count = 1};
	trust.blocks = &block;
	trust.block_count = 1;
	identity.list = &section;
	identity.count = 1;
	identity.roles = &role;
	identity.role_count = 1;
	cr_expect_eq(after(&nothing, 0), 100);
	cr_expect_eq(after(&nothing, 99), 100);
	cr_expect_eq(after(&nothing, 100), 150);
	cr_expect_eq(after(&nothing, 150), 200);
	cr_expect_eq(after(&nothing, 200), 250);
	cr_expect_eq(after(&nothing, 250), 300);
	cr_expect_eq(after(&nothing, 300), TIME_NEVER);
}

Test(horizon, dates_of_the_certificate)
{
	struct verdict verdict = {.verified = {.parsed = true}};
	struct verified *v = &verdict.verified;

	v->cert.not_before = 10;
	v->cert.not_after = 20;
	cr_expect_eq(after(&verdict, 9), 10);
	cr_expect_eq(after(&verdict, 10), 21);
	cr_expect_eq(after(&verdict, 20), 21, "valid through notAfter");
	cr_expect_eq(after(&verdict, 21), TIME_NEVER);
	v->chain.good_until = 15;
	cr_expect_eq(after(&verdict, 10), 15);
	v->ocsp.state = OCSP_GOOD;
	v->ocsp.next_update = 12;
	cr_expect_eq(after(&verdict, 10), 12);
	cr_expect_leq(after(&verdict, 12), 12, "not to be kept");
	v->cert.not_after = INT64_MAX;
	v->parsed = false;
	v->ocsp.state = OCSP_UNAVAILABLE;
	v->chain.good_until = 0;
	cr_expect_eq(after(&verdict, 12), TIME_NEVER);
}

Test(horizon, dates_of_cas)
{
	struct cert ca = fixture_cert(arena, "subject CN=ca\nnot_before 1000\n"
					     "not_after 2000\n");
	struct chain_file_cert list = {ca.x509, "ca.pem"};
	struct verdict nothing = {0};

	trust.chain.anchors = &list;
	trust.chain.anchor_count = 1;
	cr_expect_eq(after(&nothing, 0), 1000);
	cr_expect_eq(after(&nothing, 1500), 2000);
	cr_expect_eq(after(&nothing, 2000), 2001);
	trust.chain.intermediates = &list;
	trust.chain.intermediate_count = 1;
	trust.chain.anchor_count = 0;
	cr_expect_eq(after(&nothing, 1500), 2000);
}
