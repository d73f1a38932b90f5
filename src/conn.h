/* conn.h - the connections: who has each in hand, since when, and the epoll
 * set in which the others wait. A connection that waits holds no thread, and
 * no memory but what has come of a request that is not complete. */
#ifndef MTLSGATE_CONN_H
#define MTLSGATE_CONN_H

#include <stdatomic.h>

#include "endpoint.h"
#include "fcgi_record.h"

enum conn_state {
	CONN_FREE = 0,
	CONN_NEW,    /* nothing has come yet */
	CONN_IDLE,   /* waits for its next request */
	CONN_MORE,   /* waits for more of a request */
	CONN_LINGER, /* answered; waits for the peer to close */
	CONN_BUSY,   /* a thread has it in hand */
};

enum {
	CONNS_HELD = 64 * 1024 * 1024, /* bytes of requests not complete */
};

/* A connection; reader, limited and watched belong to whoever has it in hand,
 * the rest to conn.c. */
struct conn {
	int fd;
	enum conn_state was; /* before it was taken */
	bool limited;        /* for the front: its reads have a time limit */
	struct fcgi_reader reader;
	_Atomic int64_t since; /* see conn_begin */
	enum conn_state state;
	uint32_t generation;
	bool watched; /* epoll knows it */
	bool cut;     /* shut down by conns_watch */
	size_t held;
	struct conn *older; /* in its queue */
	struct conn *newer;
};

/* What conns_wait hands out: a connection's ticket, or one of these. */
enum { TICKET_STOP = 0, TICKET_LISTENER = 1 };

struct conns;

/* Room for max connections. NULL: no memory or no descriptors.
 * Caller frees with conns_free, which closes every connection. */
NODISCARD struct conns *conns_new(size_t max);
void conns_free(struct conns *conns);

/* Waits for the listener (for one accept a call), a connection that can be
 * read, or the end. Safe from many threads. */
uint64_t conns_wait(struct conns *conns);

/* How many threads are in conns_wait. */
size_t conns_waiting(const struct conns *conns);

/* Has conns_wait report the listening socket fd, once; and once more after
 * each conns_listen_again. */
NODISCARD bool conns_listen(struct conns *conns, int fd);
void conns_listen_again(struct conns *conns, int fd);

/* Reports the listening socket no more. */
void conns_unlisten(struct conns *conns, int fd);

/* Every conns_wait, now and later, returns TICKET_STOP. */
void conns_stop(struct conns *conns);

/* Takes over fd as a new connection, in hand. With no room left one that waits
 * is closed, as in conns_shed; NULL: there is none, and fd is closed. */
struct conn *conns_add(struct conns *conns, int fd);

/* How many there are and were. Busy are those with a request in hand. */
void conns_facts(struct conns *conns, struct connection_facts *ret_facts);

/* Takes the connection of a ticket in hand. NULL: it is gone. */
struct conn *conns_take(struct conns *conns, uint64_t ticket);

/* Gives back what is in hand: to wait in the state next, or closed for
 * CONN_FREE. now is in seconds, as everywhere here. */
void conns_put(struct conns *conns, struct conn *conn, enum conn_state next,
	       int64_t now);

/* What comes on a connection in hand is seen by whoever reads it, and by nobody
 * else until conns_put: the kernel has less to do. */
void conns_unwatch(struct conns *conns, struct conn *conn);

/* Of a connection in hand: a request has begun, if none had before; none is
 * in hand any more. Neither takes a lock. */
void conn_begin(struct conn *conn, int64_t now);
void conn_rest(struct conn *conn);

/* Closes the connection that has been idle longest; with none idle, one that
 * has long sent nothing more of its request. False: none waits. */
bool conns_shed(struct conns *conns);

/* Ends what takes too long: closes those whose request came too slowly, ends
 * the reading and writing of those in hand, both busy_limit seconds after the
 * request's first byte; closes those that sent nothing within busy_limit
 * seconds, and those that linger for longer than linger_limit. Returns how
 * many requests were ended. */
size_t conns_watch(struct conns *conns, int64_t now, int64_t busy_limit,
		   int64_t linger_limit);

/* Closes connections that wait for a request and have sent nothing of it.
 * Returns how many connections are left. */
size_t conns_close_idle(struct conns *conns);

#endif
