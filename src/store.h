/* store.h - the policy in force: taken by requests, replaced by reloads. */
#ifndef MTLSGATE_STORE_H
#define MTLSGATE_STORE_H

#include "guard.h"
#include "load.h"

struct store;

/* A store for the policy in file; nothing is loaded yet. NULL when memory is
 * out. Caller frees with store_free, when nobody holds a policy any more. */
NODISCARD struct store *store_new(const char *file);

/* What is loaded from now on is for one request only, and need not be made
 * ready for many; before_crypto as in load.h. */
void store_for_one(struct store *store, void (*before_crypto)(bool));

/* NULL is allowed. */
void store_free(struct store *store);

/* Loads the file. On success the new policy is in force for requests that
 * begin from now on; on error the old one stays, and store_error says why.
 * Errors and warnings are logged. store_reload and store_changed are for one
 * thread; store_error is for all. */
NODISCARD enum status store_reload(struct store *store, int64_t now);

/* True if a file has changed since the last load, or that load failed: it is
 * then worth another try, which logs only what is new. */
NODISCARD bool store_changed(struct store *store);

/* The policy in force, or NULL, held by the thread's guard (of store_guards)
 * until guard_drop of GUARD_POLICY. Takes no lock. */
const struct policy *store_take(struct store *store, struct guard *guard);

/* The same for the thread that reloads, until it does. */
const struct policy *store_current(struct store *store);

/* Frees the policies that were replaced and that no thread holds any more. For
 * the thread that reloads, now and then. */
void store_tidy(struct store *store);

/* Where the threads that take policies join. */
struct guards *store_guards(struct store *store);

/* How often the file was loaded since start: with success, and without. What is
 * tried again unchanged counts once. */
void store_counts(struct store *store, uint64_t *ret_good, uint64_t *ret_bad);

/* Copies what was wrong with the last reload; "" when it was good. */
void store_error(struct store *store, char *out, size_t size);

#endif
