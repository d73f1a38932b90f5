/* tally.c - the counters of one thread come in, a sum goes out. */
#include "tally.h"

_Static_assert(sizeof(struct tally) % sizeof(uint64_t) == 0,
	       "a row of counters");

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
