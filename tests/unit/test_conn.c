/* test_conn.c - who has a connection, and what late events meet. */
#include "conn.h"

#include <criterion/criterion.h>
#include <errno.h>
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

/* Adds one end of a new pair and returns the other. */
static int add(int64_t now)
{
	int pair[2];

	fixture_socketpair(pair);
	cr_assert(conns_add(conns, pair[0], now));
	return pair[1];
}

static bool is_closed(int fd)
{
	char c;

	errno = 0;
	return recv(fd, &c, 1, MSG_DONTWAIT) == 0 || errno == ECONNRESET;
}

Test(conn, event_take_put, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn conn, again;
	uint64_t ticket;

	cr_assert_eq(write(peer, "x", 1), 1);
	ticket = conns_wait(conns);
	cr_assert(conns_take(conns, ticket, 1, &conn));
	cr_assert_eq(conn.state, CONN_IDLE);
	cr_assert_not(conns_take(conns, ticket, 1, &again), "taken twice");
	conns_put(conns, ticket, CONN_IDLE, 2);
	cr_assert_eq(conns_wait(conns), ticket, "still readable");
	cr_assert(conns_take(conns, ticket, 3, &again));
	conns_put(conns, ticket, CONN_FREE, 4);
	cr_assert(is_closed(peer));
	close(peer);
}

Test(conn, late_event_meets_nobody, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn conn;
	uint64_t old;

	cr_assert_eq(write(peer, "x", 1), 1);
	old = conns_wait(conns);
	cr_assert(conns_shed(conns));
	cr_assert_not(conns_take(conns, old, 1, &conn), "it is gone");
	close(peer);
	peer = add(1);
	cr_assert_not(conns_take(conns, old, 1, &conn), "another is there");
	conns_put(conns, old, CONN_FREE, 1);
	cr_assert_not(is_closed(peer), "the other was closed");
	close(peer);
}

Test(conn, longest_idle_makes_room, .init = start, .fini = end)
{
	int peer[MAX + 1];
	int i;

	for (i = 0; i <= MAX; i++)
		peer[i] = add(10 - i % MAX);
	for (i = 0; i <= MAX; i++) {
		cr_assert_eq(is_closed(peer[i]), i == 2, "%d", i);
		close(peer[i]);
	}
}

Test(conn, nothing_idle_means_no_room, .init = start, .fini = end)
{
	int peer[MAX], pair[2];
	struct conn conn;
	int i;

	for (i = 0; i < MAX; i++) {
		peer[i] = add(0);
		cr_assert_eq(write(peer[i], "x", 1), 1);
		cr_assert(conns_take(conns, conns_wait(conns), 0, &conn));
	}
	cr_assert_not(conns_shed(conns));
	fixture_socketpair(pair);
	cr_assert_not(conns_add(conns, pair[0], 0));
	cr_assert(is_closed(pair[1]));
	close(pair[1]);
	for (i = 0; i < MAX; i++)
		close(peer[i]);
}

Test(conn, too_long_in_hand_is_cut, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn conn;
	uint64_t ticket;
	char c;

	cr_assert_eq(write(peer, "x", 1), 1);
	ticket = conns_wait(conns);
	cr_assert(conns_take(conns, ticket, 100, &conn));
	cr_assert_eq(conns_watch(conns, 130, 30, 2), 0);
	cr_assert_eq(conns_watch(conns, 131, 30, 2), 1);
	cr_assert_eq(conns_watch(conns, 132, 30, 2), 0, "told once");
	cr_assert_eq(recv(conn.fd, &c, 1, 0), 1);
	cr_assert_eq(recv(conn.fd, &c, 1, 0), 0, "no more to read");
	cr_assert_lt(send(conn.fd, &c, 1, MSG_NOSIGNAL), 0);
	conns_put(conns, ticket, CONN_IDLE, 133);
	cr_assert(is_closed(peer), "kept after it was cut");
	close(peer);
}

Test(conn, lingering_ends, .init = start, .fini = end)
{
	int peer = add(0);
	struct conn conn;
	uint64_t ticket;

	cr_assert_eq(write(peer, "x", 1), 1);
	ticket = conns_wait(conns);
	cr_assert(conns_take(conns, ticket, 0, &conn));
	conns_put(conns, ticket, CONN_LINGER, 10);
	cr_assert(conns_take(conns, conns_wait(conns), 11, &conn));
	cr_assert_eq(conn.state, CONN_LINGER);
	conns_put(conns, ticket, CONN_LINGER, 11);
	conns_watch(conns, 12, 30, 2);
	cr_assert_not(is_closed(peer));
	conns_watch(conns, 13, 30, 2);
	cr_assert(is_closed(peer), "counted from its last event");
	close(peer);
}

Test(conn, only_the_silent_are_closed, .init = start, .fini = end)
{
	int silent = add(0);
	int sent = add(0);

	cr_assert_eq(write(sent, "x", 1), 1);
	cr_assert_eq(conns_close_idle(conns), 1);
	cr_assert(is_closed(silent));
	cr_assert_not(is_closed(sent));
	close(silent);
	close(sent);
}

Test(conn, stop_is_seen_by_all, .init = start, .fini = end)
{
	conns_stop(conns);
	cr_assert_eq(conns_wait(conns), TICKET_STOP);
	cr_assert_eq(conns_wait(conns), TICKET_STOP);
}
