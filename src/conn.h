/* conn.h - the connections: who has each in hand, since when, and the epoll
 * set in which the others wait. A connection that waits holds no thread. */
#ifndef MTLSGATE_CONN_H
#define MTLSGATE_CONN_H

#include "base.h"

enum conn_state {
	CONN_FREE = 0,
	CONN_IDLE,   /* waits for its next request */
	CONN_BUSY,   /* a thread has it in hand */
	CONN_LINGER, /* answered; waits for the peer to close */
};

struct conn {
	enum conn_state state; /* before it was taken: idle or linger */
	int fd;
};

/* What conns_wait hands out: a connection's ticket, or one of these. */
enum { TICKET_STOP = 0, TICKET_LISTENER = 1 };

struct conns;

/* Room for max connections. NULL: no memory or no descriptors. Caller frees
 * with conns_free, which closes every connection. */
NODISCARD struct conns *conns_new(size_t max);
void conns_free(struct conns *conns);

/* Waits for the listener (for one accept a call), a connection that can be
 * read, or the end. Safe from many threads. */
uint64_t conns_wait(struct conns *conns);

/* Has conns_wait report the listening socket fd, once; and once more after
 * each conns_listen_again. */
NODISCARD bool conns_listen(struct conns *conns, int fd);
void conns_listen_again(struct conns *conns, int fd);

/* Reports the listening socket no more. */
void conns_unlisten(struct conns *conns, int fd);

/* Every conns_wait, now and later, returns TICKET_STOP. */
void conns_stop(struct conns *conns);

/* Takes over fd as an idle connection. With no room left the connection that
 * has been idle longest is closed; false: there is none, and fd is closed. */
bool conns_add(struct conns *conns, int fd, int64_t now);

/* Takes the connection of a ticket in hand. False: it is gone. */
bool conns_take(struct conns *conns, uint64_t ticket, int64_t now,
		struct conn *ret_conn);

/* Gives back what conns_take gave: to wait in the state next, or closed for
 * CONN_FREE. */
void conns_put(struct conns *conns, uint64_t ticket, enum conn_state next,
	       int64_t now);

/* Closes the connection that has been idle longest; false: none is idle. */
bool conns_shed(struct conns *conns);

/* Ends the reading and writing of connections in hand for longer than
 * busy_limit seconds, and closes those that linger for longer than
 * linger_limit. Returns how many were in hand too long. */
size_t conns_watch(struct conns *conns, int64_t now, int64_t busy_limit,
		   int64_t linger_limit);

/* Closes idle connections that have sent nothing. Returns how many connections
 * are left. */
size_t conns_close_idle(struct conns *conns);

#endif
