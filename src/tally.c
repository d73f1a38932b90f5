/* tally.c - the counters of one thread come in, a sum goes out. */
#include "tally.h"

enum { US = 1000, MS = 1000000 };

static const uint64_t bounds[TALLY_BOUNDS] = {
	5 * US, 10 * US, 25 * US, 50 * US, 100 * US, 250 * US, 500 * US,
	1 * MS, 5 * MS, 25 * MS, 100 * MS, 1000 * MS,
};

_Static_assert(sizeof(struct tally) % sizeof(uint64_t) == 0,
	       "a row of counters");

uint64_t tally_bound(size_t i)
{
	return bounds[i];
}

void tally_took(struct tally *tally, uint64_t ns)
{
	size_t i = 0;

	while (i < TALLY_BOUNDS && ns > bounds[i])
		i++;
	tally_count(&tally->took[i]);
	atomic_store_explicit(&tally->took_ns,
			      tally_read(&tally->took_ns) + ns,
			      memory_order_relaxed);
}

void tally_add(struct tally *sum, const struct tally *one)
{
	_Atomic uint64_t *to = (_Atomic uint64_t *)sum;
	const _Atomic uint64_t *from = (const _Atomic uint64_t *)one;
	size_t count = sizeof(*sum) / sizeof(*to);

	for (size_t i = 0; i < count; i++)
		atomic_store_explicit(&to[i],
				      tally_read(&to[i]) + tally_read(&from[i]),
				      memory_order_relaxed);
}
