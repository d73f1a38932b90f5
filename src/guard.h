/* guard.h - what threads read without a lock, so that whoever takes it away
 * knows when nobody reads it any more (hazard pointers). */
#ifndef MTLSGATE_GUARD_H
#define MTLSGATE_GUARD_H

#include <stdatomic.h>

#include "base.h"

/* A thread holds at most one object of each kind. */
enum guard_kind { GUARD_POLICY, GUARD_VERDICT, GUARD_COUNT };

/* Where an object stands that threads find: NULL for none. */
typedef _Atomic(void *) guarded;

struct guard;  /* what one thread holds */
struct guards; /* all threads */

/* NULL: no memory. Caller frees with guards_free, once all have left. */
NODISCARD struct guards *guards_new(void);

/* NULL is allowed. */
void guards_free(struct guards *guards);

/* A guard for one thread; NULL: no memory. Caller gives it back with
 * guard_leave. */
NODISCARD struct guard *guard_join(struct guards *guards);

/* NULL is allowed. Nothing is held any more. */
void guard_leave(struct guard *guard);

/* Gives what stands at from, or NULL, and holds it until guard_drop or the next
 * guard_take of this kind. For the thread of the guard. */
void *guard_take(struct guard *guard, enum guard_kind kind, guarded *from);
void guard_drop(struct guard *guard, enum guard_kind kind);

/* True if a thread may still read object. For objects that nobody can find any
 * more: once this is false it stays so. */
bool guards_hold(struct guards *guards, const void *object);

#endif
