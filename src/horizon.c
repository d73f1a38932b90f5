/* horizon.c - a policy comes in, the moments at which it may change its mind go
 * out. Which dates include their last second is not known here: the moment and
 * the second after it are both taken. */
#include "horizon.h"

#include <stdlib.h>

struct collect {
	struct arena *arena;
	struct horizon *horizon;
	bool failed;
};

static void add(struct collect *collect, int64_t when)
{
	struct horizon *horizon = collect->horizon;
	int64_t *list;

	if (when == TIME_ALWAYS || when == TIME_NEVER || collect->failed)
		return;
	list = arena_grow(collect->arena, horizon->list, horizon->count,
			  sizeof(*list));
	if (!list) {
		collect->failed = true;
		return;
	}
	horizon->list = list;
	list[horizon->count++] = when;
}

static void add_last(struct collect *collect, int64_t when)
{
	add(collect, when);
	if (when != TIME_ALWAYS && when < TIME_NEVER - 1)
		add(collect, when + 1);
}

static void add_span(struct collect *collect, const struct span *span)
{
	add(collect, span->from);
	add(collect, span->until);
}

static void add_certs(struct collect *collect,
		      const struct chain_file_cert *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct cert_dates dates = cert_dates(list[i].x509);

		add_last(collect, dates.not_before);
		add_last(collect, dates.not_after);
	}
}

static void add_crls(struct collect *collect, const struct chain_rules *chain)
{
	for (size_t i = 0; i < chain->crl_count; i++) {
		const struct crl_facts *facts = crl_facts(chain->crls[i]);

		add_last(collect, facts->this_update);
		add_last(collect, facts->next_update);
		if (facts->next_update < TIME_NEVER - chain->crl_grace)
			add_last(collect,
				 facts->next_update + chain->crl_grace);
	}
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a;
	int64_t y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void sort(struct horizon *horizon)
{
	size_t count = 0;

	if (horizon->count)
		qsort(horizon->list, horizon->count, sizeof(*horizon->list),
		      compare);
	for (size_t i = 0; i < horizon->count; i++)
		if (i == 0 || horizon->list[i] != horizon->list[i - 1])
			horizon->list[count++] = horizon->list[i];
	horizon->count = count;
}

enum status horizon_make(struct arena *arena,
			 const struct verdict_rules *rules,
			 struct horizon *ret_horizon)
{
	const struct trust_rules *trust = rules->trust;
	const struct identity_rules *identity = rules->identity;
	struct collect collect = {arena, ret_horizon, false};

	*ret_horizon = (struct horizon){0};
	for (size_t i = 0; i < trust->pins.count; i++)
		add_span(&collect, &trust->pins.list[i].span);
	for (size_t i = 0; i < trust->block_count; i++)
		add(&collect, trust->blocks[i].from);
	for (size_t i = 0; i < identity->count; i++)
		add_span(&collect, &identity->list[i].span);
	for (size_t i = 0; i < identity->role_count; i++)
		add_span(&collect, &identity->roles[i].span);
	add_certs(&collect, trust->chain.anchors, trust->chain.anchor_count);
	add_certs(&collect, trust->chain.intermediates,
		  trust->chain.intermediate_count);
	add_crls(&collect, &trust->chain);
	sort(ret_horizon);
	return collect.failed ? ST_NOMEM : ST_OK;
}

static int64_t policy_after(const struct horizon *horizon, int64_t now)
{
	size_t low = 0;
	size_t high = horizon->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (horizon->list[middle] > now)
			high = middle;
		else
			low = middle + 1;
	}
	return low < horizon->count ? horizon->list[low] : TIME_NEVER;
}

static int64_t sooner(int64_t until, int64_t when, int64_t now)
{
	return when > now && when < until ? when : until;
}

int64_t horizon_of(const struct horizon *horizon,
		   const struct verdict *verdict, int64_t now)
{
	const struct verified *v = &verdict->verified;
	int64_t until = policy_after(horizon, now);

	if (v->parsed) {
		until = sooner(until, v->cert.not_before, now);
		/* valid through notAfter */
		if (v->cert.not_after < TIME_NEVER - 1)
			until = sooner(until, v->cert.not_after + 1, now);
	}
	until = sooner(until, v->chain.good_until, now);
	/* an answer that is over already is good for this once */
	if (v->ocsp.state != OCSP_UNAVAILABLE && v->ocsp.next_update < until)
		until = v->ocsp.next_update;
	return until;
}
