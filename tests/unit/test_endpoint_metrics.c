/* test_endpoint_metrics.c - the page for monitoring systems. What it is as a
 * whole promtool says, in tests/e2e/metrics.py. */
#include "endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

#include "chain_fixture.h"
#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct buf out;
static struct program_facts facts;

static void look(struct program *self, struct arena *ignored,
		 struct program_facts *ret_facts)
{
	(void)self;
	(void)ignored;
	*ret_facts = facts;
}

static struct program program = {look};

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_RESPONDER, .method = "GET"};
	outcome = fixture_outcome(policy, &request, "subject CN=root\n");
	out = (struct buf){0};
	facts = (struct program_facts){0};
	outcome.facts.program = &program;
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

TestSuite(endpoint_metrics, .init = start, .fini = end);

/* Is this a line of the page? */
static bool says(const char *line)
{
	size_t len = strlen(line);
	const char *at = out.data;

	while ((at = strstr(at, line))) {
		if ((at == out.data || at[-1] == '\n') && at[len] == '\n')
			return true;
		at += len;
	}
	return false;
}

static void page(void)
{
	buf_free(&out);
	endpoint_metrics(arena, &outcome, &out);
	cr_assert_not(out.failed);
}

#define DECISIONS "mtlsgate_decisions_total"

Test(endpoint_metrics, decisions_by_reason)
{
	facts.tally.reason[REASON_GRANTED] = 3;
	facts.tally.reason[REASON_EXPIRED] = 4;
	page();
	cr_expect(says(DECISIONS "{decision=\"granted\",reason=\"granted\"} "
				 "3"));
	cr_expect(says(DECISIONS "{decision=\"denied\",reason=\"expired\"} "
				 "4"));
	cr_expect(says(DECISIONS "{decision=\"denied\",reason=\"no_rule\"} "
				 "0"), "what has not come yet is there");
}

#define TOOK "mtlsgate_decision_duration_seconds"

Test(endpoint_metrics, buckets_hold_those_before)
{
	facts.tally.took[0] = 1;
	facts.tally.took[1] = 2;
	facts.tally.took[TALLY_BOUNDS] = 4;
	facts.tally.took_ns = 2500000000;
	page();
	cr_expect(says(TOOK "_bucket{le=\"0.000005\"} 1"));
	cr_expect(says(TOOK "_bucket{le=\"0.00001\"} 3"));
	cr_expect(says(TOOK "_bucket{le=\"1\"} 3"));
	cr_expect(says(TOOK "_bucket{le=\"+Inf\"} 7"));
	cr_expect(says(TOOK "_count 7"));
	cr_expect(says(TOOK "_sum 2.5"));
}

Test(endpoint_metrics, single_numbers)
{
	facts = (struct program_facts){
		.tally = {.cache_hits = 11, .cache_misses = 12},
		.loads_good = 13,
		.loads_bad = 14,
		.expiring = 15,
		.ocsp_asked = 16,
		.ocsp_failed = 17,
		.connections = {18, 19, 20, 21},
	};
	page();
	cr_expect(says("mtlsgate_cache_entries 0"));
	cr_expect(says("mtlsgate_cache_bytes 0"));
	cr_expect(says("mtlsgate_cache_hits_total 11"));
	cr_expect(says("mtlsgate_cache_misses_total 12"));
	cr_expect(says("mtlsgate_policy_loads_total{result=\"good\"} 13"));
	cr_expect(says("mtlsgate_policy_loads_total{result=\"bad\"} 14"));
	cr_expect(says("mtlsgate_certificates_expiring 15"));
	cr_expect(says("mtlsgate_ocsp_queries_total 16"));
	cr_expect(says("mtlsgate_ocsp_failed_total 17"));
	cr_expect(says("mtlsgate_connections_open 18"));
	cr_expect(says("mtlsgate_connections_busy 19"));
	cr_expect(says("mtlsgate_connections_accepted_total 20"));
	cr_expect(says("mtlsgate_connections_refused_total 21"));
}

Test(endpoint_metrics, the_policy_and_the_program)
{
	policy->loaded_at = 1234567890;
	page();
	cr_expect(says("mtlsgate_policy_loaded_timestamp_seconds 1234567890"));
	cr_expect(says("mtlsgate_policy_info{sha256=\"0123\"} 1"));
	cr_expect(says("mtlsgate_policy_reload_failed 0"));
	cr_expect(says("mtlsgate_build_info{version=\"1.2.3\"} 1"));
	facts.reload_error = "bad";
	page();
	cr_expect(says("mtlsgate_policy_reload_failed 1"));
}

#define CRL_OF "crl=\"0\",issuer=\"CN=CA,O=Test\",file=\"crl.pem\",delta=\"no\""
#define SECOND "crl=\"1\",issuer=\"CN=CA,O=Test\",file=\"crl.pem\",delta=\"no\""

Test(endpoint_metrics, crls)
{
	struct pki ca = pki_make(arena, "CA", NULL, "ca\n");
	struct chain_rules *rules = &policy->trust.chain;

	outcome.facts.now = 1500;
	pki_add_crl(arena, rules, &ca, "this 1000\nnext 2000\nrevoke 1\n");
	pki_add_crl(arena, rules, &ca, "this 1400\nnext none\n");
	page();
	cr_expect(says("mtlsgate_crl_age_seconds{" CRL_OF "} 500"));
	cr_expect(says("mtlsgate_crl_age_seconds{" SECOND "} 100"));
	cr_expect(says("mtlsgate_crl_next_update_timestamp_seconds{" CRL_OF
		       "} 2000"));
	cr_expect_null(strstr(out.data,
			      "next_update_timestamp_seconds{crl=\"1\""));
	cr_expect(says("mtlsgate_crl_entries{" CRL_OF "} 1"));
	cr_expect(says("mtlsgate_crl_entries{" SECOND "} 0"));
}

Test(endpoint_metrics, nothing_is_known_of_the_program)
{
	outcome.facts.program = NULL;
	page();
	cr_expect(says(TOOK "_count 0"));
}

Test(endpoint_metrics, no_memory_to_look)
{
	facts.failed = true;
	endpoint_metrics(arena, &outcome, &out);
	cr_expect(out.failed);
}
