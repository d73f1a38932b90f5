/* test_guard.c - what is being read is known to be; under the thread sanitizer
 * and valgrind also that it is never freed early. */
#include "guard.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>

enum { ROUNDS = 2000, READERS = 3 };

static struct guards *guards;
static guarded place;

static void start(void)
{
	guards = guards_new();
	cr_assert_not_null(guards);
}

static void end(void)
{
	guards_free(guards);
}

TestSuite(guard, .init = start, .fini = end);

Test(guard, held_until_dropped)
{
	struct guard *one = guard_join(guards);
	struct guard *two = guard_join(guards);
	int a, b;

	cr_assert(one && two && one != two);
	cr_expect_null(guard_take(one, GUARD_POLICY, &place));
	atomic_store(&place, &a);
	cr_expect_eq(guard_take(one, GUARD_POLICY, &place), &a);
	cr_expect_eq(guard_take(two, GUARD_VERDICT, &place), &a);
	atomic_store(&place, &b);
	cr_expect(guards_hold(guards, &a));
	cr_expect_not(guards_hold(guards, &b));
	guard_drop(one, GUARD_POLICY);
	cr_expect(guards_hold(guards, &a), "by the other");
	cr_expect_eq(guard_take(two, GUARD_VERDICT, &place), &b);
	cr_expect_not(guards_hold(guards, &a));
	guard_leave(two);
	cr_expect_not(guards_hold(guards, &b));
	cr_expect_eq(guard_join(guards), two, "used again");
}

static void *read_on(void *arg)
{
	struct guard *guard = guard_join(guards);
	long *sum = arg;

	for (int i = 0; guard && i < ROUNDS; i++) {
		const int *seen = guard_take(guard, GUARD_POLICY, &place);

		*sum += seen && *seen != 42;
		guard_drop(guard, GUARD_POLICY);
	}
	guard_leave(guard);
	return NULL;
}

Test(guard, nothing_is_freed_under_a_reader)
{
	pthread_t threads[READERS];
	long wrong[READERS] = {0};
	int *gone[ROUNDS];

	for (int i = 0; i < READERS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, read_on,
					    &wrong[i]), 0);
	for (int i = 0; i < ROUNDS; i++) {
		int *made = malloc(sizeof(*made));

		cr_assert_not_null(made);
		*made = 42;
		gone[i] = atomic_exchange(&place, made);
		while (gone[i] && guards_hold(guards, gone[i]))
			;
		if (gone[i])
			*gone[i] = 0;
		free(gone[i]);
	}
	for (int i = 0; i < READERS; i++) {
		pthread_join(threads[i], NULL);
		cr_expect_eq(wrong[i], 0);
	}
	free(atomic_load(&place));
}
