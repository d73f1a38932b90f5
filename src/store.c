/* store.c - a file name comes in, the policy in force goes out. Requests take
 * it without a lock and without writing to what others read; one that was
 * replaced is freed by the thread that loads, once nobody holds it. A policy
 * that does not load never replaces one that did. */
#include "store.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "cache.h"
#include "log.h"
#include "memory.h"

enum { ERROR_TEXT = 512 };

/* A policy that was replaced. */
struct retired {
	struct retired *next;
	struct policy *policy;
};

struct store {
	struct guards *guards;
	guarded current; /* struct policy */
	char *file;
	bool one_shot;
	void (*before_crypto)(bool signatures);
	pthread_mutex_t lock; /* all down to bad */
	char error[ERROR_TEXT];
	uint64_t good; /* loads */
	uint64_t bad;
	/* what follows belongs to the thread that reloads */
	struct policy_file tried; /* the file as the last load found it */
	bool failed;              /* the last load did */
	bool repeat;              /* nothing seen to change, tried again */
	struct retired *retired;
	bool keyed; /* secret was drawn */
	unsigned char secret[CACHE_SECRET];
};

static void stamp(const char *file, struct policy_file *ret)
{
	struct stat st;

	*ret = (struct policy_file){.path = file, .size = -1};
	if (stat(file, &st) < 0)
		return;
	ret->mtime_ns = (int64_t)st.st_mtim.tv_sec * 1000000000 +
			st.st_mtim.tv_nsec;
	ret->size = st.st_size;
	ret->inode = st.st_ino;
}

static bool same_stamp(const struct policy_file *a,
		       const struct policy_file *b)
{
	return a->mtime_ns == b->mtime_ns && a->size == b->size &&
	       a->inode == b->inode;
}

/* Without random bytes there is no cache. */
static void draw_secret(struct store *store)
{
	ssize_t got;

	do {
		got = getrandom(store->secret, sizeof(store->secret), 0);
	} while (got < 0 && errno == EINTR);
	store->keyed = got == (ssize_t)sizeof(store->secret);
}

struct store *store_new(const char *file)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return NULL;
	store->file = strdup(file);
	store->guards = guards_new();
	if (!store->file || !store->guards ||
	    pthread_mutex_init(&store->lock, NULL) != 0) {
		guards_free(store->guards);
		free(store->file);
		free(store);
		return NULL;
	}
	draw_secret(store);
	snprintf(store->error, sizeof(store->error), "not loaded yet");
	return store;
}

void store_for_one(struct store *store, void (*before_crypto)(bool))
{
	store->one_shot = true;
	store->before_crypto = before_crypto;
}

void store_free(struct store *store)
{
	if (!store)
		return;
	store_tidy(store);
	policy_free(atomic_load(&store->current));
	guards_free(store->guards);
	pthread_mutex_destroy(&store->lock);
	free(store->file);
	free(store);
}

struct guards *store_guards(struct store *store)
{
	return store->guards;
}

void store_tidy(struct store *store)
{
	struct retired **at = &store->retired;
	struct retired *retired;

	while ((retired = *at)) {
		if (guards_hold(store->guards, retired->policy)) {
			at = &retired->next;
			continue;
		}
		*at = retired->next;
		policy_free(retired->policy);
		free(retired);
	}
}

/* The result of a load, and one more of its kind. */
static void note(struct store *store, const char *text, uint64_t *count)
{
	pthread_mutex_lock(&store->lock);
	snprintf(store->error, sizeof(store->error), "%s", text);
	*count += 1;
	pthread_mutex_unlock(&store->lock);
}

/* retired: room for a note of the one before. */
static void put_in_force(struct store *store, struct policy *policy,
			 struct retired *retired)
{
	retired->policy = atomic_exchange(&store->current, policy);
	note(store, "", &store->good);
	if (!retired->policy) {
		free(retired);
		return;
	}
	retired->next = store->retired;
	store->retired = retired;
	store_tidy(store);
}

static void end_cache(void *cache)
{
	cache_free(cache);
}

/* A policy without a cache is as good, but slower. */
static void add_cache(struct store *store, struct policy *policy)
{
	const struct verdict_rules rules = policy_verdict_rules(policy);

	if (store->one_shot || !store->keyed || policy->server.cache == 0)
		return;
	policy->cache = cache_new(&rules, store->guards,
				  (size_t)policy->server.cache, store->secret);
	if (policy->cache && arena_on_free(policy->arena, end_cache,
					   policy->cache) != ST_OK) {
		cache_free(policy->cache);
		policy->cache = NULL;
	}
}

static void log_issues(const struct issues *issues)
{
	size_t i;

	for (i = 0; i < issues->count; i++) {
		const struct issue *issue = &issues->list[i];
		enum log_level level = issue->warning ? LOG_LEVEL_WARNING
						      : LOG_LEVEL_ERROR;

		if (issue->line)
			log_message(level, "%s:%zu: %s", issue->file,
				    issue->line, issue->text);
		else
			log_message(level, "%s: %s", issue->file, issue->text);
	}
}

static void describe(const struct issues *issues, enum status st, char *out,
		     size_t size)
{
	size_t i;

	snprintf(out, size, "%s",
		 st == ST_NOMEM || !issues || issues->failed
			 ? "out of memory"
			 : "the policy could not be loaded");
	for (i = 0; issues && i < issues->count; i++) {
		const struct issue *issue = &issues->list[i];

		if (issue->warning)
			continue;
		snprintf(out, size, "%s, line %zu: %s (errors: %zu)",
			 issue->file, issue->line, issue->text,
			 issues->errors);
		return;
	}
}

static void note_error(struct store *store, const struct issues *issues,
		       enum status st)
{
	char text[ERROR_TEXT];
	bool same;

	describe(issues, st, text, sizeof(text));
	same = strcmp(text, store->error) == 0;
	if (store->repeat && same)
		return;
	note(store, text, &store->bad);
	if (issues)
		log_issues(issues);
	log_message(LOG_LEVEL_ERROR, "policy %s is not usable (%s); %s",
		    store->file, text,
		    store_current(store) ? "the one before stays in force"
					 : "everything is denied");
}

static enum status load(struct store *store, int64_t now,
			struct issues *issues)
{
	struct retired *retired = calloc(1, sizeof(*retired));
	const struct load_options options = {
		.now = now,
		.previous = store_current(store),
		.one_shot = store->one_shot,
		.before_crypto = store->before_crypto,
	};
	struct policy *policy = NULL;
	enum status st;

	if (!retired)
		return ST_NOMEM;
	memory_begin();
	st = policy_load(store->file, &options, issues, &policy);
	if (st == ST_OK && memory_failed()) {
		policy_free(policy);
		st = ST_NOMEM;
	}
	if (st != ST_OK) {
		free(retired);
		return st;
	}
	add_cache(store, policy);
	log_issues(issues);
	if (!store->one_shot)
		log_message(LOG_LEVEL_NOTICE,
			    "policy %s is in force, sha256 %s", store->file,
			    policy->sha256);
	put_in_force(store, policy, retired);
	return ST_OK;
}

enum status store_reload(struct store *store, int64_t now)
{
	struct issues issues = {.arena = arena_new()};
	enum status st = ST_NOMEM;

	/* before the load, so that a change during it is seen as one */
	stamp(store->file, &store->tried);
	if (issues.arena)
		st = load(store, now, &issues);
	if (st != ST_OK)
		note_error(store, issues.arena ? &issues : NULL, st);
	store->failed = st != ST_OK;
	store->repeat = false;
	arena_free(issues.arena);
	return st;
}

bool store_changed(struct store *store)
{
	struct policy_file now;

	if (!store->failed)
		return store_current(store) &&
		       policy_changed(store_current(store));
	/* What failed may lie in another file than the policy, or have
	 * passed: it is tried again each time, in silence. */
	stamp(store->file, &now);
	store->repeat = same_stamp(&now, &store->tried);
	return true;
}

const struct policy *store_take(struct store *store, struct guard *guard)
{
	return guard_take(guard, GUARD_POLICY, &store->current);
}

const struct policy *store_current(struct store *store)
{
	return atomic_load(&store->current);
}

void store_error(struct store *store, char *out, size_t size)
{
	pthread_mutex_lock(&store->lock);
	snprintf(out, size, "%s", store->error);
	pthread_mutex_unlock(&store->lock);
}

void store_counts(struct store *store, uint64_t *ret_good, uint64_t *ret_bad)
{
	pthread_mutex_lock(&store->lock);
	*ret_good = store->good;
	*ret_bad = store->bad;
	pthread_mutex_unlock(&store->lock);
}
