/* cache_share.h - places in which a cache keeps entries: sets of eight that a
 * hash chooses, bounded in entries and bytes. Readers of a set take no lock;
 * writers try one and keep nothing if it is taken. */
#ifndef MTLSGATE_CACHE_SHARE_H
#define MTLSGATE_CACHE_SHARE_H

#include "guard.h"
#include "verdict.h"

enum { CACHE_WAYS = 8 };

/* One block; its owner until it is put is whoever made it. */
struct cache_entry {
	struct cache_entry *next; /* in limbo */
	uint64_t tag;             /* the two halves of the hash */
	uint64_t place;
	size_t size;
	int64_t from; /* holds while from <= now < until */
	int64_t until;
	size_t key_len;
	const char *key;
	struct verdict verdict;
	_Alignas(16) char room[];
};

struct cache_set {
	_Alignas(64) _Atomic uint64_t tag[CACHE_WAYS];
	guarded entry[CACHE_WAYS];
	atomic_uchar heat[CACHE_WAYS];
	atomic_uchar hand; /* where the search for a victim goes on */
	atomic_flag busy;
};

/* What has left its set, but is perhaps being read. All zero but guards, which
 * are borrowed, at the beginning. */
struct cache_limbo {
	struct guards *guards;
	_Atomic(struct cache_entry *) first;
};

struct cache_share {
	struct cache_limbo *limbo;
	struct cache_set *sets;
	size_t mask; /* sets - 1 */
	size_t most_entries;
	size_t most_bytes;
	atomic_size_t bytes;
	atomic_size_t entries;
	atomic_size_t hand;
};

/* Room for so many entries and bytes; limbo is borrowed. False: no memory.
 * Caller ends it with cache_share_free, which frees the entries in it and
 * takes one that was not begun (all zero) too. */
NODISCARD bool cache_share_init(struct cache_share *share,
				struct cache_limbo *limbo, size_t entries,
				size_t bytes);
void cache_share_free(struct cache_share *share);

/* Frees all of it; for when no thread reads it any more. */
void cache_limbo_free(struct cache_limbo *limbo);

/* The set in which an entry of this place stands, if anywhere. */
static inline struct cache_set *cache_share_set(const struct cache_share *share,
						uint64_t place)
{
	return &share->sets[place & share->mask];
}

/* What was found is worth more than what was not. */
void cache_set_warm(struct cache_set *set, size_t way);

/* Takes over entry. False: there is no place for it, it is still the
 * caller's. */
NODISCARD bool cache_share_put(struct cache_share *share,
			       struct cache_entry *entry);

#endif
