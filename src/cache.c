/* cache.c - verdicts by what was given: a keyed hash says where one may stand,
 * and what is found there is compared byte by byte. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	REFUSED_SHARE = 8 /* one place for refusals for so many others */
};

struct cache {
	uint64_t number; /* that no other one of this process has */
	struct cache_limbo limbo;
	struct cache_share good;
	struct cache_share refused;
	struct horizon horizon;
	struct arena *arena; /* of horizon */
	size_t role_count;
	unsigned char secret[CACHE_SECRET];
};

static uint64_t next_number(void)
{
	static _Atomic uint64_t last;

	return atomic_fetch_add(&last, 1) + 1;
}

static bool start_share(struct cache *cache, struct cache_share *share,
			size_t entries)
{
	return cache_share_init(share, &cache->limbo, entries,
				entries * CACHE_ENTRY);
}

struct cache *cache_new(const struct verdict_rules *rules,
			struct guards *guards, size_t entries,
			const unsigned char secret[CACHE_SECRET])
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->number = next_number();
	cache->limbo.guards = guards;
	cache->role_count = rules->identity->role_count;
	memcpy(cache->secret, secret, CACHE_SECRET);
	cache->arena = arena_new();
	if (!cache->arena ||
	    horizon_make(cache->arena, rules, &cache->horizon) != ST_OK ||
	    !start_share(cache, &cache->good, entries) ||
	    !start_share(cache, &cache->refused, entries / REFUSED_SHARE + 1)) {
		cache_free(cache);
		return NULL;
	}
	return cache;
}

void cache_free(struct cache *cache)
{
	if (!cache)
		return;
	cache_share_free(&cache->good);
	cache_share_free(&cache->refused);
	cache_limbo_free(&cache->limbo);
	arena_free(cache->arena);
	free(cache);
}

static bool is_same(const struct cache_entry *entry, const struct buf *key,
		    XXH128_hash_t hash)
{
	return entry->tag == hash.low64 && entry->place == hash.high64 &&
	       entry->key_len == key->len &&
	       memcmp(entry->key, key->data, key->len) == 0;
}

static XXH128_hash_t hash_of(const struct cache *cache, const struct buf *key)
{
	return XXH3_128bits_withSecret(key->data, key->len, cache->secret,
				       CACHE_SECRET);
}

static bool holds(const struct cache_entry *entry, int64_t now)
{
	return now >= entry->from && now < entry->until;
}

/* What stands where the seat found something last, if that is it again: no key
 * is made of what was given, and no hash of the key. */
static const struct verdict *find_again(const struct cache *cache,
					struct cache_seat *seat,
					const struct given *given, int64_t now)
{
	const struct cache_entry *entry;

	if (seat->last_cache != cache->number)
		return NULL;
	entry = guard_take(seat->guard, GUARD_VERDICT,
			   &seat->last_set->entry[seat->last_way]);
	if (!entry || !given_has_key(given, entry->key, entry->key_len) ||
	    !holds(entry, now))
		return NULL;
	cache_set_warm(seat->last_set, seat->last_way);
	return &entry->verdict;
}

static const struct verdict *find(const struct cache_share *share,
				  struct cache_seat *seat, XXH128_hash_t hash,
				  int64_t now)
{
	struct cache_set *set = cache_share_set(share, hash.high64);
	const struct cache_entry *entry;

	for (size_t way = 0; way < CACHE_WAYS; way++) {
		if (atomic_load_explicit(&set->tag[way],
					 memory_order_relaxed) != hash.low64)
			continue;
		entry = guard_take(seat->guard, GUARD_VERDICT,
				   &set->entry[way]);
		if (!entry || !is_same(entry, &seat->key, hash) ||
		    !holds(entry, now))
			continue;
		cache_set_warm(set, way);
		seat->last_set = set;
		seat->last_way = way;
		return &entry->verdict;
	}
	return NULL;
}

static const struct verdict *find_by_hash(const struct cache *cache,
					  struct cache_seat *seat,
					  const struct given *given,
					  int64_t now)
{
	const struct verdict *verdict;
	XXH128_hash_t hash;

	buf_cut(&seat->key, 0);
	given_key(given, &seat->key);
	if (seat->key.failed)
		return NULL;
	hash = hash_of(cache, &seat->key);
	verdict = find(&cache->good, seat, hash, now);
	if (!verdict)
		verdict = find(&cache->refused, seat, hash, now);
	seat->last_cache = verdict ? cache->number : 0;
	return verdict;
}

const struct verdict *cache_find(struct cache *cache, struct cache_seat *seat,
				 const struct given *given, int64_t now)
{
	const struct verdict *verdict = find_again(cache, seat, given, now);

	if (!verdict)
		verdict = find_by_hash(cache, seat, given, now);
	tally_count(verdict ? &seat->tally->cache_hits
			    : &seat->tally->cache_misses);
	return verdict;
}

/* A copy of all of it in one block; NULL: no memory, or it is too large. */
static struct cache_entry *make_entry(const struct cache *cache,
				const struct buf *key,
				const struct verdict *verdict)
{
	struct verdict copy;
	size_t inner = verdict_copy(verdict, cache->role_count, NULL, &copy);
	size_t size = sizeof(struct cache_entry) + inner + key->len;
	struct cache_entry *entry = NULL;
	XXH128_hash_t hash;

	if (size <= CACHE_LARGEST)
		entry = malloc(size);
	if (!entry)
		return NULL;
	*entry = (struct cache_entry){.size = size, .key_len = key->len};
	verdict_copy(verdict, cache->role_count, entry->room, &entry->verdict);
	memcpy(entry->room + inner, key->data, key->len);
	entry->key = entry->room + inner;
	hash = hash_of(cache, key);
	entry->tag = hash.low64;
	entry->place = hash.high64;
	return entry;
}

void cache_keep(struct cache *cache, struct cache_seat *seat,
		const struct verdict *verdict, int64_t now)
{
	bool good = verdict->verified.ok && verdict->identity.known;
	int64_t until = horizon_of(&cache->horizon, verdict, now);
	struct cache_entry *entry;

	if (seat->key.failed || seat->memory_failed() || until <= now ||
	    !verdict_lasts(verdict))
		return;
	entry = make_entry(cache, &seat->key, verdict);
	if (!entry)
		return;
	entry->from = now;
	entry->until = until;
	if (!cache_share_put(good ? &cache->good : &cache->refused, entry))
		free(entry);
}

void cache_size(struct cache *cache, size_t *ret_entries, size_t *ret_bytes)
{
	*ret_entries = atomic_load(&cache->good.entries) +
		       atomic_load(&cache->refused.entries);
	*ret_bytes = atomic_load(&cache->good.bytes) +
		     atomic_load(&cache->refused.bytes);
}
