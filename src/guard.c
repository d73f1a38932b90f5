/* guard.c - a thread says what it is about to read, then looks whether it still
 * stands where it was found; whoever takes an object away looks after that who
 * has said so. All of it is in one order for all threads (seq_cst): either the
 * reader sees that the object has gone, or the other sees the reader. */
#include "guard.h"

#include <stdlib.h>

enum { CACHE_LINE = 64 };

struct guard {
	_Alignas(CACHE_LINE) guarded held[GUARD_COUNT];
	atomic_bool taken;
	struct guard *next;
};

/* Guards are never taken out of the list, but used again. */
struct guards {
	_Atomic(struct guard *) first;
};

struct guards *guards_new(void)
{
	return calloc(1, sizeof(struct guards));
}

void guards_free(struct guards *guards)
{
	struct guard *guard, *next;

	if (!guards)
		return;
	for (guard = atomic_load(&guards->first); guard; guard = next) {
		next = guard->next;
		free(guard);
	}
	free(guards);
}

static struct guard *add_guard(struct guards *guards)
{
	struct guard *guard = aligned_alloc(CACHE_LINE, sizeof(*guard));

	if (!guard)
		return NULL;
	for (size_t i = 0; i < GUARD_COUNT; i++)
		atomic_init(&guard->held[i], NULL);
	atomic_init(&guard->taken, true);
	guard->next = atomic_load(&guards->first);
	while (!atomic_compare_exchange_weak(&guards->first, &guard->next,
					     guard))
		;
	return guard;
}

struct guard *guard_join(struct guards *guards)
{
	struct guard *guard = atomic_load(&guards->first);

	for (; guard; guard = guard->next)
		if (!atomic_exchange(&guard->taken, true))
			return guard;
	return add_guard(guards);
}

void guard_leave(struct guard *guard)
{
	if (!guard)
		return;
	for (size_t i = 0; i < GUARD_COUNT; i++)
		guard_drop(guard, (enum guard_kind)i);
	atomic_store(&guard->taken, false);
}

void *guard_take(struct guard *guard, enum guard_kind kind, guarded *from)
{
	void *found = atomic_load(from);
	void *again;

	for (; found; found = again) {
		atomic_store(&guard->held[kind], found);
		again = atomic_load(from);
		if (again == found)
			return found;
	}
	guard_drop(guard, kind);
	return NULL;
}

void guard_drop(struct guard *guard, enum guard_kind kind)
{
	atomic_store_explicit(&guard->held[kind], NULL, memory_order_release);
}

bool guards_hold(struct guards *guards, const void *object)
{
	struct guard *guard = atomic_load(&guards->first);

	for (; guard; guard = guard->next)
		for (size_t i = 0; i < GUARD_COUNT; i++)
			if (atomic_load(&guard->held[i]) == object)
				return true;
	return false;
}
