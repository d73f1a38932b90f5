/* test_cache_share.c - what comes again and again stays, what comes once goes,
 * and nothing goes while it is read. */
#include "cache_share.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRIES = 200, EACH = 8192 };

static struct cache_limbo limbo;
static struct cache_share share;
static struct guard *guard;

static void start(void)
{
	limbo.guards = guards_new();
	cr_assert_not_null(limbo.guards);
	guard = guard_join(limbo.guards);
	cr_assert_not_null(guard);
	cr_assert(cache_share_init(&share, &limbo, ENTRIES, ENTRIES * EACH));
}

static void end(void)
{
	guard_leave(guard);
	cache_share_free(&share);
	cache_limbo_free(&limbo);
	guards_free(limbo.guards);
}

TestSuite(cache_share, .init = start, .fini = end);

static struct cache_entry *make(uint64_t place, uint64_t tag, size_t size)
{
	struct cache_entry *entry = calloc(1, sizeof(*entry));

	cr_assert_not_null(entry);
	entry->place = place;
	entry->tag = tag;
	entry->size = size;
	entry->until = 100;
	return entry;
}

static bool put(uint64_t place, uint64_t tag, size_t size)
{
	struct cache_entry *entry = make(place, tag, size);

	if (cache_share_put(&share, entry))
		return true;
	free(entry);
	return false;
}

/* Looks for one, and warms it as whoever finds it does. */
static struct cache_entry *find(uint64_t place, uint64_t tag)
{
	struct cache_set *set = cache_share_set(&share, place);

	for (size_t way = 0; way < CACHE_WAYS; way++) {
		struct cache_entry *entry = guard_take(guard, GUARD_VERDICT,
						       &set->entry[way]);

		if (!entry || entry->tag != tag || entry->place != place)
			continue;
		cache_set_warm(set, way);
		return entry;
	}
	return NULL;
}

Test(cache_share, found_and_replaced)
{
	cr_expect_null(find(1, 1));
	cr_assert(put(1, 1, 10));
	cr_assert(put(1, 2, 20));
	cr_expect_eq(find(1, 1)->size, 10);
	cr_assert(put(1, 1, 30));
	cr_expect_eq(find(1, 1)->size, 30);
	cr_expect_eq(find(1, 2)->size, 20);
	cr_expect_eq(share.entries, 2);
	cr_expect_eq(share.bytes, 50);
}

/* Thousands that come once push out neither one that comes again and again nor
 * more memory than there may be. */
Test(cache_share, one_time_guests)
{
	size_t lost = 0;

	for (uint64_t i = 0; i < 20000; i++) {
		(void)put(i * 7919, i, 11000);
		cr_assert_leq(share.entries, ENTRIES);
		cr_assert_leq(share.bytes, ENTRIES * EACH);
		if (!find(5, UINT64_MAX)) {
			lost++;
			(void)put(5, UINT64_MAX, 11000);
		}
	}
	cr_expect_leq(lost, 20, "%zu", lost);
}

Test(cache_share, more_than_there_is_room_for)
{
	cr_expect_not(put(1, 1, ENTRIES * EACH + 1));
	cr_expect_eq(share.entries, 0);
	cr_expect_eq(share.bytes, 0);
}

/* A set whose places are all warm takes nothing, but cools down. */
Test(cache_share, warm_ones_stay_for_a_while)
{
	int refused = 0;

	for (uint64_t tag = 0; tag < CACHE_WAYS; tag++) {
		cr_assert(put(1, tag, 1));
		cr_assert_not_null(find(1, tag));
	}
	while (refused < 10 && !put(1, 99, 1))
		refused++;
	cr_expect_eq(refused, 1);
	cr_expect_not_null(find(1, 99));
}

Test(cache_share, what_has_ended_goes_first)
{
	struct cache_entry *late = make(1, 99, 1);

	for (uint64_t tag = 0; tag < CACHE_WAYS; tag++) {
		cr_assert(put(1, tag, 1));
		for (int i = 0; i < 3; i++)
			cr_assert_not_null(find(1, tag));
	}
	find(1, 3)->until = 40;
	late->from = 50;
	cr_assert(cache_share_put(&share, late));
	cr_expect_null(find(1, 3));
	cr_expect_not_null(find(1, 99));
}

Test(cache_share, nothing_goes_while_it_is_read)
{
	struct cache_entry *entry;

	cr_assert(put(1, 1, 10));
	entry = find(1, 1);
	cr_assert(put(1, 1, 20));
	for (uint64_t tag = 2; tag < 40; tag++)
		(void)put(1, tag, 1);
	cr_expect_eq(entry->size, 10, "it is held, and was not freed");
	guard_drop(guard, GUARD_VERDICT);
}
