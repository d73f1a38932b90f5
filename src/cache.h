/* cache.h - verdicts that were reached under one policy, kept under everything
 * that they follow from, for as long as nothing of it changes. It ends with its
 * policy. */
#ifndef MTLSGATE_CACHE_H
#define MTLSGATE_CACHE_H

#include "cache_share.h"
#include "horizon.h"
#include "tally.h"

enum {
	CACHE_DEFAULT = 10000,      /* entries */
	CACHE_MOST = 1000000,
	CACHE_ENTRY = 8 * 1024,     /* bytes an entry may take on average */
	CACHE_LARGEST = 64 * 1024,  /* a larger one is not kept */
	CACHE_SECRET = 192,         /* bytes */
};

struct cache;

/* What one thread looks things up with. */
struct cache_seat {
	struct guard *guard;
	struct tally *tally; /* hits and misses */
	bool (*memory_failed)(void); /* since the request began */
	struct buf key;      /* of the request in hand; freed by its owner */
	/* where what was asked about last was found: many come again */
	uint64_t last_cache; /* its number; 0: nowhere */
	struct cache_set *last_set;
	size_t last_way;
};

/* A cache of so many entries, and CACHE_ENTRY bytes for each, for verdicts by
 * these rules; a ninth of it is for refusals. secret: random, so that nobody
 * can choose what stands in each other's way. Everything but the secret is
 * borrowed. NULL: no memory. Caller frees with cache_free. */
NODISCARD struct cache *cache_new(const struct verdict_rules *rules,
				  struct guards *guards, size_t entries,
				  const unsigned char secret[CACHE_SECRET]);

/* For when no thread can find it any more, nor holds anything of it. NULL is
 * allowed. */
void cache_free(struct cache *cache);

/* The verdict on exactly what was given, if it still holds at now, or NULL.
 * Held by the seat's guard until its next look-up or guard_drop. Where it
 * is NULL, seat->key is left for cache_keep. */
const struct verdict *cache_find(struct cache *cache, struct cache_seat *seat,
				 const struct given *given, int64_t now);

/* Keeps a copy of the verdict that was reached at now on what cache_find was
 * asked about last, if it lasts and there is room for it. Never waits. */
void cache_keep(struct cache *cache, struct cache_seat *seat,
		const struct verdict *verdict, int64_t now);

/* Entries and bytes at the moment, for tests and status pages. */
void cache_size(struct cache *cache, size_t *ret_entries, size_t *ret_bytes);

#endif
