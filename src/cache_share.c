/* cache_share.c - entries come in cold and are warmed by being found; the
 * coldest of a set goes first, so that those who come once push out only their
 * like. What goes is freed when nobody reads it. */
#include "cache_share.h"

#include <stdlib.h>
#include <string.h>

enum {
	HOTTEST = 3,
	SWEEP = 16, /* other sets that are looked at for bytes */
};

bool cache_share_init(struct cache_share *share, struct cache_limbo *limbo,
		      size_t entries, size_t bytes)
{
	size_t sets = 1;

	while (sets * CACHE_WAYS < entries)
		sets *= 2;
	share->limbo = limbo;
	share->mask = sets - 1;
	share->most_entries = entries;
	share->most_bytes = bytes;
	share->sets = aligned_alloc(64, sets * sizeof(*share->sets));
	if (!share->sets)
		return false;
	memset(share->sets, 0, sets * sizeof(*share->sets));
	for (size_t i = 0; i < sets; i++)
		atomic_flag_clear(&share->sets[i].busy);
	return true;
}

void cache_share_free(struct cache_share *share)
{
	for (size_t i = 0; share->sets && i <= share->mask; i++)
		for (size_t way = 0; way < CACHE_WAYS; way++)
			free(atomic_load(&share->sets[i].entry[way]));
	free(share->sets);
}

void cache_limbo_free(struct cache_limbo *limbo)
{
	struct cache_entry *entry, *next;

	for (entry = atomic_load(&limbo->first); entry; entry = next) {
		next = entry->next;
		free(entry);
	}
}

/* Frees what nobody reads any more of what has left the tables. */
static void dispose(struct cache_limbo *limbo, struct cache_entry *gone)
{
	struct cache_entry *list = atomic_exchange(&limbo->first, NULL);
	struct cache_entry *entry, *next;

	gone->next = list;
	for (entry = gone; entry; entry = next) {
		next = entry->next;
		if (!guards_hold(limbo->guards, entry)) {
			free(entry);
			continue;
		}
		entry->next = atomic_load(&limbo->first);
		while (!atomic_compare_exchange_weak(&limbo->first,
						     &entry->next, entry))
			;
	}
}

/* Takes out what stands there. For whoever has the lock of the set. */
static void unlink_way(struct cache_share *share, struct cache_set *set,
		       size_t way)
{
	struct cache_entry *old = atomic_exchange(&set->entry[way], NULL);

	if (!old)
		return;
	atomic_fetch_sub(&share->bytes, old->size);
	atomic_fetch_sub(&share->entries, 1);
	dispose(share->limbo, old);
}

void cache_set_warm(struct cache_set *set, size_t way)
{
	unsigned char heat = atomic_load_explicit(&set->heat[way],
						  memory_order_relaxed);

	if (heat < HOTTEST)
		atomic_store_explicit(&set->heat[way],
				      (unsigned char)(heat + 1),
				      memory_order_relaxed);
}

static bool is_alike(const struct cache_entry *a,
		     const struct cache_entry *b)
{
	return a->tag == b->tag && a->place == b->place;
}

/* How much what stands there is worth keeping, from zero, which is the place of
 * the same certificate. */
static unsigned worth(struct cache_set *set, size_t way,
		      const struct cache_entry *entry)
{
	const struct cache_entry *old = atomic_load(&set->entry[way]);

	if (old && is_alike(old, entry))
		return 0;
	if (!old || old->until <= entry->from || old->from > entry->from)
		return 1;
	return 2 + atomic_load(&set->heat[way]);
}

/* Where entry goes: its own place, a free one or one whose time is over, or one
 * that nobody asked for since it came; CACHE_WAYS: nowhere, since all are warm,
 * which makes each of them cooler. */
static size_t choose(struct cache_set *set, const struct cache_entry *entry)
{
	size_t hand = atomic_load(&set->hand);
	size_t best = CACHE_WAYS;
	unsigned least = 3;

	for (size_t i = 0; i < CACHE_WAYS && least > 0; i++) {
		size_t way = (hand + i) % CACHE_WAYS;
		unsigned value = worth(set, way, entry);

		if (value < least) {
			least = value;
			best = way;
		}
	}
	for (size_t i = 0; best == CACHE_WAYS && i < CACHE_WAYS; i++)
		atomic_fetch_sub(&set->heat[i], 1);
	return best;
}

static bool has_room(struct cache_share *share, size_t size)
{
	return atomic_load(&share->bytes) + size <= share->most_bytes &&
	       atomic_load(&share->entries) < share->most_entries;
}

/* Takes out the entries that nobody asked for lately, from other sets in turn,
 * until there is room. */
static bool make_room(struct cache_share *share, size_t size)
{
	for (size_t i = 0; i < SWEEP; i++) {
		size_t at = atomic_fetch_add(&share->hand, 1) & share->mask;
		struct cache_set *set = &share->sets[at];

		if (has_room(share, size))
			return true;
		if (atomic_flag_test_and_set(&set->busy))
			continue;
		for (size_t way = 0; way < CACHE_WAYS; way++) {
			if (atomic_load(&set->heat[way]) == 0)
				unlink_way(share, set, way);
			else
				atomic_fetch_sub(&set->heat[way], 1);
		}
		atomic_flag_clear(&set->busy);
	}
	return has_room(share, size);
}

bool cache_share_put(struct cache_share *share, struct cache_entry *entry)
{
	struct cache_set *set = cache_share_set(share, entry->place);
	size_t way;

	if (!make_room(share, entry->size) ||
	    atomic_flag_test_and_set(&set->busy))
		return false;
	way = choose(set, entry);
	if (way < CACHE_WAYS) {
		unlink_way(share, set, way);
		atomic_store(&set->heat[way], 0);
		atomic_store(&set->hand,
			     (unsigned char)((way + 1) % CACHE_WAYS));
		atomic_fetch_add(&share->bytes, entry->size);
		atomic_fetch_add(&share->entries, 1);
		atomic_store(&set->entry[way], entry);
		atomic_store(&set->tag[way], entry->tag);
	}
	atomic_flag_clear(&set->busy);
	return way < CACHE_WAYS;
}
