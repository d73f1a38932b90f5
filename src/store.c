/* store.c - a file name comes in, the policy in force goes out. Requests hold
 * the policy they began with by a count; the lock is held for a few
 * instructions only, never while a policy is read. A policy that does not load
 * never replaces one that did. */
#include "store.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "log.h"
#include "memory.h"

enum { ERROR_TEXT = 512 };

/* A policy and how many hold it: requests, and the store for its newest. */
struct held {
	struct held *next;
	struct policy *policy;
	size_t refs;
};

struct store {
	pthread_mutex_t lock; /* all down to bad */
	char *file;
	bool one_shot;
	void (*before_crypto)(bool signatures);
	struct held *held; /* newest first; in force is what current names */
	struct held *current;
	char error[ERROR_TEXT];
	uint64_t good; /* loads */
	uint64_t bad;
	/* what follows belongs to the thread that reloads */
	struct policy_file tried; /* the file as the last load found it */
	bool failed;              /* the last load did */
	bool repeat;              /* nothing seen to change, tried again */
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

struct store *store_new(const char *file)
{
	struct store *store = calloc(1, sizeof(*store));

	if (!store)
		return NULL;
	store->file = strdup(file);
	if (!store->file || pthread_mutex_init(&store->lock, NULL) != 0) {
		free(store->file);
		free(store);
		return NULL;
	}
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
	struct held *held, *next;

	if (!store)
		return;
	for (held = store->held; held; held = next) {
		next = held->next;
		policy_free(held->policy);
		free(held);
	}
	pthread_mutex_destroy(&store->lock);
	free(store->file);
	free(store);
}

/* Takes one reference away; returns the policy when it was the last. */
static struct policy *drop(struct store *store, struct held *held)
{
	struct policy *policy = held->policy;
	struct held **at;

	if (--held->refs > 0)
		return NULL;
	for (at = &store->held; *at != held; at = &(*at)->next)
		;
	*at = held->next;
	free(held);
	return policy;
}

static void put_in_force(struct store *store, struct held *held)
{
	struct policy *old = NULL;

	pthread_mutex_lock(&store->lock);
	held->next = store->held;
	store->held = held;
	if (store->current)
		old = drop(store, store->current);
	store->current = held;
	store->error[0] = '\0';
	store->good++;
	pthread_mutex_unlock(&store->lock);
	policy_free(old);
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
	pthread_mutex_lock(&store->lock);
	same = strcmp(text, store->error) == 0;
	memcpy(store->error, text, sizeof(text));
	store->bad += !store->repeat || !same;
	pthread_mutex_unlock(&store->lock);
	if (store->repeat && same)
		return;
	if (issues)
		log_issues(issues);
	log_message(LOG_LEVEL_ERROR, "policy %s is not usable (%s); %s",
		    store->file, text,
		    store->current ? "the one before stays in force"
				   : "everything is denied");
}

static enum status load(struct store *store, int64_t now,
			struct issues *issues)
{
	struct held *held = calloc(1, sizeof(*held));
	const struct load_options options = {
		.now = now,
		.previous = store->current ? store->current->policy : NULL,
		.one_shot = store->one_shot,
		.before_crypto = store->before_crypto,
	};
	enum status st;

	if (!held)
		return ST_NOMEM;
	memory_begin();
	st = policy_load(store->file, &options, issues, &held->policy);
	if (st == ST_OK && memory_failed()) {
		policy_free(held->policy);
		st = ST_NOMEM;
	}
	if (st != ST_OK) {
		free(held);
		return st;
	}
	held->refs = 1;
	log_issues(issues);
	log_message(LOG_LEVEL_NOTICE, "policy %s is in force, sha256 %s",
		    store->file, held->policy->sha256);
	put_in_force(store, held);
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
		return store->current &&
		       policy_changed(store->current->policy);
	/* What failed may lie in another file than the policy, or have
	 * passed: it is tried again each time, in silence. */
	stamp(store->file, &now);
	store->repeat = same_stamp(&now, &store->tried);
	return true;
}

const struct policy *store_acquire(struct store *store)
{
	const struct policy *policy = NULL;

	pthread_mutex_lock(&store->lock);
	if (store->current) {
		store->current->refs++;
		policy = store->current->policy;
	}
	pthread_mutex_unlock(&store->lock);
	return policy;
}

void store_release(struct store *store, const struct policy *policy)
{
	struct policy *last = NULL;
	struct held *held;

	if (!policy)
		return;
	pthread_mutex_lock(&store->lock);
	for (held = store->held; held && held->policy != policy;)
		held = held->next;
	if (held)
		last = drop(store, held);
	pthread_mutex_unlock(&store->lock);
	policy_free(last);
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
