/* cache.c - verdicts by what was given. Readers take no lock: a hash chooses a
 * set of eight places, and what is found there is compared byte by byte. An
 * entry comes in cold and is warmed by being asked for; the coldest goes first,
 * so that those who come once push out only their like. Writers try a lock of
 * the set and keep nothing if it is taken. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	WAYS = 8,
	HOTTEST = 3,
	SWEEP = 16,       /* other sets that are looked at for bytes */
	REFUSED_SHARE = 8 /* one place for refusals for so many others */
};

struct entry {
	struct entry *next; /* in limbo */
	XXH128_hash_t hash;
	size_t size;
	int64_t from; /* holds while from <= now < until */
	int64_t until;
	size_t key_len;
	const char *key;
	struct verdict verdict;
	_Alignas(16) char room[];
};

struct set {
	_Alignas(64) _Atomic uint64_t tag[WAYS]; /* of the hash */
	guarded entry[WAYS];
	atomic_uchar heat[WAYS];
	atomic_uchar hand; /* where the search for a victim goes on */
	atomic_flag busy;
};

struct share {
	struct set *sets;
	size_t mask; /* sets - 1 */
	size_t most_entries;
	size_t most_bytes;
	atomic_size_t bytes;
	atomic_size_t entries;
	atomic_size_t hand;
};

struct cache {
	uint64_t number; /* that no other one of this process has */
	struct guards *guards;
	struct share good;
	struct share refused;
	struct horizon horizon;
	struct arena *arena; /* of horizon */
	size_t role_count;
	_Atomic(struct entry *) limbo; /* gone, but perhaps being read */
	unsigned char secret[CACHE_SECRET];
};

static bool share_init(struct share *share, size_t entries)
{
	size_t sets = 1;

	while (sets * WAYS < entries)
		sets *= 2;
	share->mask = sets - 1;
	share->most_entries = entries;
	share->most_bytes = entries * CACHE_ENTRY;
	share->sets = aligned_alloc(64, sets * sizeof(*share->sets));
	if (!share->sets)
		return false;
	memset(share->sets, 0, sets * sizeof(*share->sets));
	for (size_t i = 0; i < sets; i++)
		atomic_flag_clear(&share->sets[i].busy);
	return true;
}

static void share_free(struct share *share)
{
	for (size_t i = 0; share->sets && i <= share->mask; i++)
		for (size_t way = 0; way < WAYS; way++)
			free(atomic_load(&share->sets[i].entry[way]));
	free(share->sets);
}

static uint64_t next_number(void)
{
	static _Atomic uint64_t last;

	return atomic_fetch_add(&last, 1) + 1;
}

struct cache *cache_new(const struct verdict_rules *rules,
			struct guards *guards, size_t entries,
			const unsigned char secret[CACHE_SECRET])
{
	struct cache *cache = calloc(1, sizeof(*cache));

	if (!cache)
		return NULL;
	cache->number = next_number();
	cache->guards = guards;
	cache->role_count = rules->identity->role_count;
	memcpy(cache->secret, secret, CACHE_SECRET);
	cache->arena = arena_new();
	if (!cache->arena ||
	    horizon_make(cache->arena, rules, &cache->horizon) != ST_OK ||
	    !share_init(&cache->good, entries) ||
	    !share_init(&cache->refused, entries / REFUSED_SHARE + 1)) {
		cache_free(cache);
		return NULL;
	}
	return cache;
}

void cache_free(struct cache *cache)
{
	struct entry *entry, *next;

	if (!cache)
		return;
	share_free(&cache->good);
	share_free(&cache->refused);
	for (entry = atomic_load(&cache->limbo); entry; entry = next) {
		next = entry->next;
		free(entry);
	}
	arena_free(cache->arena);
	free(cache);
}

/* Frees what nobody reads any more of what has left the tables. */
static void dispose(struct cache *cache, struct entry *gone)
{
	struct entry *list = atomic_exchange(&cache->limbo, NULL);
	struct entry *entry, *next;

	gone->next = list;
	for (entry = gone; entry; entry = next) {
		next = entry->next;
		if (!guards_hold(cache->guards, entry)) {
			free(entry);
			continue;
		}
		entry->next = atomic_load(&cache->limbo);
		while (!atomic_compare_exchange_weak(&cache->limbo,
						     &entry->next, entry))
			;
	}
}

/* Takes out what stands there. For whoever has the lock of the set. */
static void unlink_way(struct cache *cache, struct share *share,
		       struct set *set, size_t way)
{
	struct entry *old = atomic_exchange(&set->entry[way], NULL);

	if (!old)
		return;
	atomic_fetch_sub(&share->bytes, old->size);
	atomic_fetch_sub(&share->entries, 1);
	dispose(cache, old);
}

static bool is_same(const struct entry *entry, const struct buf *key,
		    XXH128_hash_t hash)
{
	return XXH128_isEqual(entry->hash, hash) &&
	       entry->key_len == key->len &&
	       memcmp(entry->key, key->data, key->len) == 0;
}

static struct set *set_of(const struct share *share, XXH128_hash_t hash)
{
	return &share->sets[hash.high64 & share->mask];
}

static XXH128_hash_t hash_of(const struct cache *cache, const struct buf *key)
{
	return XXH3_128bits_withSecret(key->data, key->len, cache->secret,
				       CACHE_SECRET);
}

static void warm(struct set *set, size_t way)
{
	unsigned char heat = atomic_load_explicit(&set->heat[way],
						  memory_order_relaxed);

	if (heat < HOTTEST)
		atomic_store_explicit(&set->heat[way],
				      (unsigned char)(heat + 1),
				      memory_order_relaxed);
}

static bool holds(const struct entry *entry, int64_t now)
{
	return now >= entry->from && now < entry->until;
}

/* What stands where the seat found something last, if that is it again: no key
 * is made of what was given, and no hash of the key. */
static const struct verdict *find_again(const struct cache *cache,
					struct cache_seat *seat,
					const struct given *given, int64_t now)
{
	const struct entry *entry;

	if (seat->last_cache != cache->number)
		return NULL;
	entry = guard_take(seat->guard, GUARD_VERDICT,
			   &seat->last_set->entry[seat->last_way]);
	if (!entry || !given_has_key(given, entry->key, entry->key_len) ||
	    !holds(entry, now))
		return NULL;
	warm(seat->last_set, seat->last_way);
	return &entry->verdict;
}

static const struct verdict *find(const struct share *share,
				  struct cache_seat *seat, XXH128_hash_t hash,
				  int64_t now)
{
	struct set *set = set_of(share, hash);
	const struct entry *entry;

	for (size_t way = 0; way < WAYS; way++) {
		if (atomic_load_explicit(&set->tag[way],
					 memory_order_relaxed) != hash.low64)
			continue;
		entry = guard_take(seat->guard, GUARD_VERDICT,
				   &set->entry[way]);
		if (!entry || !is_same(entry, &seat->key, hash) ||
		    !holds(entry, now))
			continue;
		warm(set, way);
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

/* How much what stands there is worth keeping, from zero, which is the place of
 * the same certificate. */
static unsigned worth(struct set *set, size_t way, const struct entry *entry)
{
	const struct entry *old = atomic_load(&set->entry[way]);

	if (old && XXH128_isEqual(old->hash, entry->hash))
		return 0;
	if (!old || old->until <= entry->from || old->from > entry->from)
		return 1;
	return 2 + atomic_load(&set->heat[way]);
}

/* Where entry goes: its own place, a free one or one whose time is over, or one
 * that nobody asked for since it came; WAYS: nowhere, since all are warm, which
 * makes each of them cooler. */
static size_t choose(struct set *set, const struct entry *entry)
{
	size_t hand = atomic_load(&set->hand);
	size_t best = WAYS;
	unsigned least = 3;

	for (size_t i = 0; i < WAYS && least > 0; i++) {
		size_t way = (hand + i) % WAYS;
		unsigned value = worth(set, way, entry);

		if (value < least) {
			least = value;
			best = way;
		}
	}
	for (size_t i = 0; best == WAYS && i < WAYS; i++)
		atomic_fetch_sub(&set->heat[i], 1);
	return best;
}

static bool has_room(struct share *share, size_t size)
{
	return atomic_load(&share->bytes) + size <= share->most_bytes &&
	       atomic_load(&share->entries) < share->most_entries;
}

/* Takes out the entries that nobody asked for lately, from other sets in turn,
 * until there is room. */
static bool make_room(struct cache *cache, struct share *share, size_t size)
{
	for (size_t i = 0; i < SWEEP; i++) {
		size_t at = atomic_fetch_add(&share->hand, 1) & share->mask;
		struct set *set = &share->sets[at];

		if (has_room(share, size))
			return true;
		if (atomic_flag_test_and_set(&set->busy))
			continue;
		for (size_t way = 0; way < WAYS; way++) {
			if (atomic_load(&set->heat[way]) == 0)
				unlink_way(cache, share, set, way);
			else
				atomic_fetch_sub(&set->heat[way], 1);
		}
		atomic_flag_clear(&set->busy);
	}
	return has_room(share, size);
}

/* Puts entry in its set. False: there is no place for it. */
static bool put(struct cache *cache, struct share *share, struct entry *entry)
{
	struct set *set = set_of(share, entry->hash);
	size_t way;

	if (!make_room(cache, share, entry->size) ||
	    atomic_flag_test_and_set(&set->busy))
		return false;
	way = choose(set, entry);
	if (way < WAYS) {
		unlink_way(cache, share, set, way);
		atomic_store(&set->heat[way], 0);
		atomic_store(&set->hand, (unsigned char)((way + 1) % WAYS));
		atomic_fetch_add(&share->bytes, entry->size);
		atomic_fetch_add(&share->entries, 1);
		atomic_store(&set->entry[way], entry);
		atomic_store(&set->tag[way], entry->hash.low64);
	}
	atomic_flag_clear(&set->busy);
	return way < WAYS;
}

/* A copy of all of it in one block; NULL: no memory, or it is too large. */
static struct entry *make_entry(const struct cache *cache,
				const struct buf *key,
				const struct verdict *verdict)
{
	struct verdict copy;
	size_t inner = verdict_copy(verdict, cache->role_count, NULL, &copy);
	size_t size = sizeof(struct entry) + inner + key->len;
	struct entry *entry = NULL;

	if (size <= CACHE_LARGEST)
		entry = malloc(size);
	if (!entry)
		return NULL;
	*entry = (struct entry){.size = size, .key_len = key->len};
	verdict_copy(verdict, cache->role_count, entry->room, &entry->verdict);
	memcpy(entry->room + inner, key->data, key->len);
	entry->key = entry->room + inner;
	entry->hash = hash_of(cache, key);
	return entry;
}

void cache_keep(struct cache *cache, struct cache_seat *seat,
		const struct verdict *verdict, int64_t now)
{
	bool good = verdict->verified.ok && verdict->identity.known;
	int64_t until = horizon_of(&cache->horizon, verdict, now);
	struct entry *entry;

	if (seat->key.failed || seat->memory_failed() || until <= now ||
	    !verdict_lasts(verdict))
		return;
	entry = make_entry(cache, &seat->key, verdict);
	if (!entry)
		return;
	entry->from = now;
	entry->until = until;
	if (!put(cache, good ? &cache->good : &cache->refused, entry))
		free(entry);
}

void cache_size(struct cache *cache, size_t *ret_entries, size_t *ret_bytes)
{
	*ret_entries = atomic_load(&cache->good.entries) +
		       atomic_load(&cache->refused.entries);
	*ret_bytes = atomic_load(&cache->good.bytes) +
		     atomic_load(&cache->refused.bytes);
}
