/* test_tally.c - counters and their sum. */
#include "tally.h"

#include <criterion/criterion.h>

Test(tally, every_counter_is_added)
{
	struct tally one = {0};
	struct tally sum = {.granted = 5};

	tally_count(&one.granted);
	tally_count(&one.granted);
	tally_count(&one.denied);
	tally_count(&one.reason[REASON_COUNT - 1]);
	tally_count(&one.cache_misses);
	tally_add(&sum, &one);
	tally_add(&sum, &one);
	cr_expect_eq(tally_read(&sum.granted), 9);
	cr_expect_eq(tally_read(&sum.denied), 2);
	cr_expect_eq(tally_read(&sum.reason[REASON_COUNT - 1]), 2);
	cr_expect_eq(tally_read(&sum.cache_hits), 0);
	cr_expect_eq(tally_read(&sum.cache_misses), 2);
}

Test(tally, bounds_rise)
{
	for (size_t i = 1; i < TALLY_BOUNDS; i++)
		cr_expect_gt(tally_bound(i), tally_bound(i - 1));
}

Test(tally, a_bound_is_within_it)
{
	struct tally tally = {0};

	tally_took(&tally, 0);
	tally_took(&tally, tally_bound(0));
	tally_took(&tally, tally_bound(0) + 1);
	tally_took(&tally, tally_bound(TALLY_BOUNDS - 1));
	tally_took(&tally, tally_bound(TALLY_BOUNDS - 1) + 1);
	cr_expect_eq(tally_read(&tally.took[0]), 2);
	cr_expect_eq(tally_read(&tally.took[1]), 1);
	cr_expect_eq(tally_read(&tally.took[TALLY_BOUNDS - 1]), 1);
	cr_expect_eq(tally_read(&tally.took[TALLY_BOUNDS]), 1);
	cr_expect_eq(tally_read(&tally.took_ns),
		     2 * tally_bound(0) + 1 +
			     2 * tally_bound(TALLY_BOUNDS - 1) + 1);
}
