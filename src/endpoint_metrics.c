/* endpoint_metrics.c - what a monitoring system wants to know of the program,
 * as text. Facts come in as an argument; nothing is looked up here. */
#include "cache.h"
#include "endpoint.h"
#include "metrics.h"

#include <stdio.h>

/* What the rows below have in hand. */
struct page {
	struct metrics metrics;
	const struct outcome *outcome;
	struct program_facts facts;
};

static void begin(struct page *page, const char *name, const char *type,
		  const char *help)
{
	metrics_begin(&page->metrics, name, type, help);
}

static void one(struct page *page, const char *name, const char *type,
		const char *help, uint64_t value)
{
	metrics_one(&page->metrics, name, type, help, (int64_t)value);
}

/* Every reason, also those that have not come yet: a rate needs a zero to
 * begin with. */
static void put_decisions(struct page *page)
{
	static const char name[] = "mtlsgate_decisions_total";

	begin(page, name, "counter", "Decisions since start, by reason.");
	for (size_t i = 0; i < REASON_COUNT; i++) {
		const struct label labels[] = {
			{"decision", i == REASON_GRANTED ? "granted"
							 : "denied"},
			{"reason", reason_row((enum reason)i)->name},
		};

		metrics_count(&page->metrics, name, labels, ARRAY_LEN(labels),
			      tally_read(&page->facts.tally.reason[i]));
	}
}

/* The buckets of a histogram hold those of the ones before as well. */
static void put_latency(struct page *page)
{
	static const char name[] = "mtlsgate_decision_duration_seconds";
	static const char bucket[] =
		"mtlsgate_decision_duration_seconds_bucket";
	const struct tally *tally = &page->facts.tally;
	char text[METRICS_SECONDS];
	struct label le = {"le", text};
	uint64_t sum = 0;

	begin(page, name, "histogram",
	      "Time from a request read to its answer ready and its audit "
	      "line written.");
	for (size_t i = 0; i < TALLY_BOUNDS; i++) {
		metrics_seconds(tally_bound(i), text);
		sum += tally_read(&tally->took[i]);
		metrics_count(&page->metrics, bucket, &le, 1, sum);
	}
	sum += tally_read(&tally->took[TALLY_BOUNDS]);
	le.value = "+Inf";
	metrics_count(&page->metrics, bucket, &le, 1, sum);
	metrics_text(&page->metrics, "mtlsgate_decision_duration_seconds_sum",
		     NULL, 0,
		     metrics_seconds(tally_read(&tally->took_ns), text));
	metrics_count(&page->metrics,
		      "mtlsgate_decision_duration_seconds_count", NULL, 0,
		      sum);
}

static void put_cache(struct page *page)
{
	const struct tally *tally = &page->facts.tally;
	struct cache *cache = page->outcome->policy->cache;
	size_t entries = 0, bytes = 0;

	if (cache)
		cache_size(cache, &entries, &bytes);
	one(page, "mtlsgate_cache_entries", "gauge",
	    "Verdicts that are remembered.", entries);
	one(page, "mtlsgate_cache_bytes", "gauge", "Memory that they take.",
	    bytes);
	one(page, "mtlsgate_cache_hits_total", "counter",
	    "Decisions that took over a remembered verdict.",
	    tally_read(&tally->cache_hits));
	one(page, "mtlsgate_cache_misses_total", "counter",
	    "Decisions that had to make their verdict.",
	    tally_read(&tally->cache_misses));
}

static void put_connections(struct page *page)
{
	const struct connection_facts *facts = &page->facts.connections;

	one(page, "mtlsgate_connections_open", "gauge",
	    "Connections from web servers.", facts->open);
	one(page, "mtlsgate_connections_busy", "gauge",
	    "Connections that a thread has in hand.", facts->busy);
	one(page, "mtlsgate_connections_accepted_total", "counter",
	    "Connections that were accepted since start.", facts->accepted);
	one(page, "mtlsgate_connections_refused_total", "counter",
	    "Connections that were closed at once, since there was no room.",
	    facts->refused);
}

static void put_policy(struct page *page)
{
	static const char loads[] = "mtlsgate_policy_loads_total";
	static const char info[] = "mtlsgate_policy_info";
	const struct policy *policy = page->outcome->policy;
	struct label result = {"result", "good"};
	struct label sha256 = {"sha256", policy->sha256};

	begin(page, loads, "counter",
	      "Times that the policy was loaded since start, by result.");
	metrics_count(&page->metrics, loads, &result, 1,
		      page->facts.loads_good);
	result.value = "bad";
	metrics_count(&page->metrics, loads, &result, 1,
		      page->facts.loads_bad);
	one(page, "mtlsgate_policy_reload_failed", "gauge",
	    "1 if the last reload failed and an older policy is in force.",
	    page->facts.reload_error != NULL);
	one(page, "mtlsgate_policy_loaded_timestamp_seconds", "gauge",
	    "When the policy in force was loaded.",
	    (uint64_t)policy->loaded_at);
	begin(page, info, "gauge", "The policy in force; always 1.");
	metrics_count(&page->metrics, info, &sha256, 1, 1);
}

/* What there is to say of a CRL; false: nothing. */
typedef bool crl_number(const struct crl_facts *facts, int64_t now,
			int64_t *ret_number);

static bool crl_age(const struct crl_facts *facts, int64_t now,
		    int64_t *ret_number)
{
	*ret_number = now - facts->this_update;
	return true;
}

static bool crl_next(const struct crl_facts *facts, int64_t now,
		     int64_t *ret_number)
{
	(void)now;
	*ret_number = facts->next_update;
	return facts->next_update != TIME_NEVER;
}

static bool crl_entries(const struct crl_facts *facts, int64_t now,
			int64_t *ret_number)
{
	(void)now;
	*ret_number = (int64_t)facts->entries;
	return true;
}

/* The place in the policy's list keeps apart what one file holds twice. */
static void put_crls(struct page *page, const char *name, const char *help,
		     crl_number *number)
{
	const struct chain_rules *chain = &page->outcome->policy->trust.chain;
	char place[24];
	int64_t value;

	begin(page, name, "gauge", help);
	for (size_t i = 0; i < chain->crl_count; i++) {
		const struct crl_facts *facts = crl_facts(chain->crls[i]);
		const struct label labels[] = {
			{"crl", place},
			{"issuer", facts->issuer},
			{"file", chain->crl_files[i]},
			{"delta", facts->delta ? "yes" : "no"},
		};

		if (!number(facts, page->outcome->facts.now, &value))
			continue;
		snprintf(place, sizeof(place), "%zu", i);
		metrics_number(&page->metrics, name, labels,
			       ARRAY_LEN(labels), value);
	}
}

static void put_certificates(struct page *page)
{
	one(page, "mtlsgate_certificates_expiring", "gauge",
	    "Different certificates seen within a day that are inside "
	    "warn_expiring; at most 4096 are told apart.",
	    page->facts.expiring);
	put_crls(page, "mtlsgate_crl_age_seconds",
		 "Time since thisUpdate of a CRL.", crl_age);
	put_crls(page, "mtlsgate_crl_next_update_timestamp_seconds",
		 "nextUpdate of a CRL that has one.", crl_next);
	put_crls(page, "mtlsgate_crl_entries",
		 "Certificates that a CRL revokes.", crl_entries);
	one(page, "mtlsgate_ocsp_queries_total", "counter",
	    "Questions sent to OCSP responders since start.",
	    page->facts.ocsp_asked);
	one(page, "mtlsgate_ocsp_failed_total", "counter",
	    "Questions to OCSP responders without a usable answer.",
	    page->facts.ocsp_failed);
}

static void put_program(struct page *page)
{
	static const char info[] = "mtlsgate_build_info";
	const struct facts *facts = &page->outcome->facts;
	const struct label version = {"version", facts->version};

	begin(page, info, "gauge", "The program; always 1.");
	metrics_count(&page->metrics, info, &version, 1, 1);
	one(page, "mtlsgate_start_timestamp_seconds", "gauge",
	    "When the program started.", (uint64_t)facts->started_at);
}

void endpoint_metrics(struct arena *arena, const struct outcome *outcome,
		      struct buf *out)
{
	struct page page = {.metrics = {arena, out}, .outcome = outcome};
	struct program *program = outcome->facts.program;

	if (program)
		program->look(program, arena, &page.facts);
	out->failed |= page.facts.failed;
	put_program(&page);
	put_decisions(&page);
	put_latency(&page);
	put_cache(&page);
	put_connections(&page);
	put_policy(&page);
	put_certificates(&page);
}
