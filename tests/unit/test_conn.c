/* test_conn.c - who has a connection, and what late events meet. */
#include "conn.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <pthread.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front_fixture.h"

enum { MAX = 3 };

static struct conns *conns;

static void start(void)
{
	conns = conns_new(MAX);
	cr_assert_not_null(conns);
}

static void end(void)
{
	conns_free(conns);
}

/* Adds one end of a new pair, to wait in this state, and returns the other. */
static int add_as(enum conn_state state, int64_t now)
{
	struct conn *conn;
	int pair[2];

	fixture_socketpair(pair);
	conn = conns_add(conns, pair[0]);
	cr_assert_not_null(conn);
	cr_assert_eq(conn->was, CONN_NEW);
	if (state != CONN_NEW)
		conn_begin(conn, now);
	conns_put(conns, conn, state, now);
	return pair[1];
}

static int add(int64_t now)
{
	return add_as(CONN_IDLE, now);
}

static bool is_closed(int fd)
{
	char c;

	errno = 0;
	return recv(fd, &c, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
}

/* Sends a byte and takes the connection. */
static struct conn *wake(int peer)
{
	struct conn *conn;

	cr_assert_eq(write(peer, "x", 1), 1);
	conn = conns_take(conns, conns_wait(conns));
	cr_assert_not_null(conn);
	return conn;
}

static void expect_facts(struct connection_facts want)
{
	struct connection_facts got;

	conns_facts(conns, &got);
	cr_expect_eq(got.open, want.open);
	cr_expect_eq(got.busy, want.busy);
	cr_expect_eq(got.accepted, want.accepted);
	cr_expect_eq(got.refused, want.refused);
}

Test(conn, event_take_put, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn *conn;
	uint64_t ticket;

	cr_assert_eq(write(peer, "x", 1), 1);
	ticket = conns_wait(conns);
	conn = conns_take(conns, ticket);
	cr_assert_not_null(conn);
	cr_assert_eq(conn->was, CONN_IDLE);
	cr_assert_null(conns_take(conns, ticket), "taken twice");
	conns_put(conns, conn, CONN_IDLE, 2);
	cr_assert_eq(conns_wait(conns), ticket, "still readable");
	cr_assert_eq(conns_take(conns, ticket), conn);
	conns_put(conns, conn, CONN_FREE, 4);
	cr_assert(is_closed(peer));
	close(peer);
}

/* Nothing but its reader knows of it until it is put back. */
Test(conn, unwatched_until_it_is_put_back, .init = start, .fini = end)
{
	int peer = add(1);

	for (int i = 0; i < 3; i++) {
		struct conn *conn = wake(peer);

		cr_assert(conn->watched);
		conns_unwatch(conns, conn);
		cr_assert_not(conn->watched);
		conns_unwatch(conns, conn);
		conns_put(conns, conn, CONN_IDLE, 1);
		cr_assert(conn->watched);
	}
	close(peer);
}

Test(conn, late_event_meets_nobody, .init = start, .fini = end)
{
	int peer = add(0);
	uint64_t old;

	cr_assert_eq(write(peer, "x", 1), 1);
	old = conns_wait(conns);
	cr_assert(conns_shed(conns));
	cr_assert_null(conns_take(conns, old), "it is gone");
	close(peer);
	peer = add(1);
	cr_assert_null(conns_take(conns, old), "another is there");
	cr_assert_not(is_closed(peer), "the other was closed");
	close(peer);
}

Test(conn, longest_idle_makes_room, .init = start, .fini = end)
{
	int peer[MAX + 1];
	int i;

	for (i = 0; i < MAX; i++)
		peer[i] = add(i);
	conns_put(conns, wake(peer[0]), CONN_IDLE, MAX);
	peer[MAX] = add(MAX + 1);
	for (i = 0; i <= MAX; i++) {
		cr_assert_eq(is_closed(peer[i]), i == 1, "%d", i);
		close(peer[i]);
	}
}

Test(conn, the_idle_go_before_the_begun, .init = start, .fini = end)
{
	int begun = add_as(CONN_MORE, 0);
	int idle = add(1);
	int fresh = add_as(CONN_NEW, 2);

	cr_assert(conns_shed(conns));
	cr_assert(is_closed(idle));
	cr_assert(conns_shed(conns));
	cr_assert(is_closed(fresh));
	cr_assert_not(is_closed(begun));
	cr_assert(conns_shed(conns));
	cr_assert(is_closed(begun));
	cr_assert_not(conns_shed(conns));
	close(begun);
	close(idle);
	close(fresh);
}

Test(conn, all_in_hand_means_no_room, .init = start, .fini = end)
{
	int peer[MAX], pair[2];
	int i;

	for (i = 0; i < MAX; i++) {
		peer[i] = add(0);
		wake(peer[i]);
	}
	cr_assert_not(conns_shed(conns));
	fixture_socketpair(pair);
	cr_assert_null(conns_add(conns, pair[0]));
	expect_facts((struct connection_facts){MAX, 0, MAX, 1});
	cr_assert(is_closed(pair[1]));
	close(pair[1]);
	for (i = 0; i < MAX; i++)
		close(peer[i]);
}

Test(conn, facts, .init = start, .fini = end)
{
	int peer[] = {add(0), add_as(CONN_MORE, 0)}, pair[2];
	struct conn *conn;

	expect_facts((struct connection_facts){2, 0, 2, 0});
	fixture_socketpair(pair);
	conn = conns_add(conns, pair[0]);
	expect_facts((struct connection_facts){3, 0, 3, 0});
	conn_begin(conn, 1);
	expect_facts((struct connection_facts){3, 1, 3, 0});
	conns_put(conns, conn, CONN_FREE, 1);
	expect_facts((struct connection_facts){2, 0, 3, 0});
	close(pair[1]);
	close(peer[0]);
	close(peer[1]);
}

Test(conn, places_are_used_again, .init = start, .fini = end)
{
	int i;

	for (i = 0; i < 5 * MAX; i++) {
		int peer = add(i);

		conns_put(conns, wake(peer), i % 2 ? CONN_FREE : CONN_IDLE, i);
		close(peer);
	}
}

Test(conn, too_long_in_hand_is_cut, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn *conn = wake(peer);
	char c;

	cr_assert_eq(conns_watch(conns, 99, 30, 2), 0, "nothing has begun");
	conn_begin(conn, 100);
	conn_begin(conn, 120);
	cr_assert_eq(conns_watch(conns, 130, 30, 2), 0);
	conn_rest(conn);
	cr_assert_eq(conns_watch(conns, 131, 30, 2), 0, "it has ended");
	conn_begin(conn, 100);
	cr_assert_eq(conns_watch(conns, 131, 30, 2), 1);
	cr_assert_eq(conns_watch(conns, 132, 30, 2), 0, "told once");
	cr_assert_eq(recv(conn->fd, &c, 1, 0), 1);
	cr_assert_eq(recv(conn->fd, &c, 1, 0), 0, "no more to read");
	cr_assert_lt(send(conn->fd, &c, 1, MSG_NOSIGNAL), 0);
	conns_put(conns, conn, CONN_IDLE, 133);
	cr_assert(is_closed(peer), "kept after it was cut");
	close(peer);
}

/* The time of a request counts from its first byte, however often more of it
 * comes. */
Test(conn, too_slow_is_closed, .init = start, .fini = end)
{
	int peer = add_as(CONN_MORE, 100);
	struct conn *conn = wake(peer);

	conn_begin(conn, 129);
	conns_put(conns, conn, CONN_MORE, 129);
	cr_assert_eq(conns_watch(conns, 130, 30, 2), 0);
	cr_assert_not(is_closed(peer));
	cr_assert_eq(conns_watch(conns, 131, 30, 2), 1);
	cr_assert(is_closed(peer));
	close(peer);
}

Test(conn, silent_from_the_start_is_closed, .init = start, .fini = end)
{
	int fresh = add_as(CONN_NEW, 100);
	int idle = add_as(CONN_IDLE, 100);

	cr_assert_eq(conns_watch(conns, 130, 30, 2), 0);
	cr_assert_not(is_closed(fresh));
	cr_assert_eq(conns_watch(conns, 131, 30, 2), 0, "no request");
	cr_assert(is_closed(fresh));
	cr_assert_not(is_closed(idle));
	close(fresh);
	close(idle);
}

Test(conn, lingering_ends, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn *conn = wake(peer);

	conns_put(conns, conn, CONN_LINGER, 10);
	conn = conns_take(conns, conns_wait(conns));
	cr_assert_eq(conn->was, CONN_LINGER);
	conns_put(conns, conn, CONN_LINGER, 11);
	conns_watch(conns, 12, 30, 2);
	cr_assert_not(is_closed(peer));
	conns_watch(conns, 13, 30, 2);
	cr_assert(is_closed(peer), "counted from its last event");
	close(peer);
}

/* Requests that are not complete hold so much memory and no more. */
Test(conn, memory_is_bounded, .init = start, .fini = end)
{
	int first = add(0), second = add(1);
	struct conn *conn = wake(first);

	conn->reader.head.params.cap = CONNS_HELD;
	conns_put(conns, conn, CONN_MORE, 2);
	conn = wake(second);
	conns_put(conns, conn, CONN_MORE, 3);
	cr_assert_not(is_closed(first));
	conn = wake(second);
	conn->reader.head.params.cap = 1;
	conns_put(conns, conn, CONN_MORE, 4);
	cr_assert(is_closed(first));
	cr_assert_not(is_closed(second));
	close(first);
	close(second);
}

Test(conn, only_the_silent_are_closed, .init = start, .fini = end)
{
	int silent = add(0);
	int sent = add(0);
	int begun = add_as(CONN_MORE, 0);

	cr_assert_eq(write(sent, "x", 1), 1);
	cr_assert_eq(conns_close_idle(conns), 2);
	cr_assert(is_closed(silent));
	cr_assert_not(is_closed(sent));
	cr_assert_not(is_closed(begun));
	close(silent);
	close(sent);
	close(begun);
}

Test(conn, stop_is_seen_by_all, .init = start, .fini = end)
{
	conns_stop(conns);
	cr_assert_eq(conns_wait(conns), TICKET_STOP);
	cr_assert_eq(conns_wait(conns), TICKET_STOP);
}

static void *wait_in_vain(void *arg)
{
	(void)arg;
	cr_assert_eq(conns_wait(conns), TICKET_STOP);
	return NULL;
}

Test(conn, waiting_threads_are_counted, .init = start, .fini = end)
{
	pthread_t thread;

	cr_assert_eq(conns_waiting(conns), 0);
	cr_assert_eq(pthread_create(&thread, NULL, wait_in_vain, NULL), 0);
	while (conns_waiting(conns) != 1)
		usleep(1000);
	conns_stop(conns);
	pthread_join(thread, NULL);
	cr_assert_eq(conns_waiting(conns), 0);
}
