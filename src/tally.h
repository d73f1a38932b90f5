/* tally.h - what a thread counts. Each counter is written by one thread and
 * read by any: plain loads and stores, no lock and no shared line. */
#ifndef MTLSGATE_TALLY_H
#define MTLSGATE_TALLY_H

#include <stdatomic.h>

#include "reason.h"

/* How long decisions take: each is counted under the first bound that it does
 * not exceed, those that exceed all of them one further. */
enum { TALLY_BOUNDS = 12 };

/* Every member counts from the start of the program; a sum of threads is one
 * too. All of them are counters of this type: tally_add takes it as a row of
 * them. */
struct tally {
	_Atomic uint64_t granted;
	_Atomic uint64_t denied;
	_Atomic uint64_t reason[REASON_COUNT]; /* decisions, by reason */
	_Atomic uint64_t cache_hits;
	_Atomic uint64_t cache_misses;
	_Atomic uint64_t took[TALLY_BOUNDS + 1];
	_Atomic uint64_t took_ns; /* all together */
};

/* One more. For the thread that owns the counter. */
static inline void tally_count(_Atomic uint64_t *counter)
{
	uint64_t now = atomic_load_explicit(counter, memory_order_relaxed);

	atomic_store_explicit(counter, now + 1, memory_order_relaxed);
}

static inline uint64_t tally_read(const _Atomic uint64_t *counter)
{
	return atomic_load_explicit(counter, memory_order_relaxed);
}

/* The bound of took[i], i below TALLY_BOUNDS, in nanoseconds. */
uint64_t tally_bound(size_t i);

/* A decision that took so many nanoseconds. For the thread that owns it. */
void tally_took(struct tally *tally, uint64_t ns);

/* Adds each counter of one to that of sum, which belongs to the caller. */
void tally_add(struct tally *sum, const struct tally *one);

#endif
