/* test_worker.c - what a thread keeps, and the sum over threads. */
#include "worker.h"

#include <criterion/criterion.h>
#include <string.h>

static struct server server;

static void start(void)
{
	struct store *store = store_new("none.ini");

	cr_assert_not_null(store);
	server_init(&server, store, NULL);
}

static void end(void)
{
	store_free(server.store);
}

TestSuite(worker, .init = start, .fini = end);

static uint64_t granted(void)
{
	struct tally sum;

	server_tally(&server, &sum);
	return sum.granted;
}

Test(worker, counts_outlive_it)
{
	struct worker *one = worker_new(&server);
	struct worker *two = worker_new(&server);

	cr_assert(one && two);
	tally_count(&one->tally.granted);
	tally_count(&two->tally.granted);
	cr_expect_eq(granted(), 2);
	worker_free(one);
	cr_expect_eq(granted(), 2);
	tally_count(&two->tally.granted);
	cr_expect_eq(granted(), 3);
	worker_free(two);
	cr_expect_eq(granted(), 3);
	cr_expect_null(server.workers);
}

Test(worker, ids_differ)
{
	struct worker *one = worker_new(&server);
	struct worker *two = worker_new(&server);
	char ids[3][ID_TEXT];

	cr_assert(one && two);
	worker_id(one, ids[0]);
	worker_id(one, ids[1]);
	worker_id(two, ids[2]);
	cr_expect_eq(strlen(ids[0]), 20);
	cr_expect_str_neq(ids[0], ids[1]);
	cr_expect_str_neq(ids[0], ids[2]);
	worker_free(one);
	worker_free(two);
	worker_free(NULL);
}
