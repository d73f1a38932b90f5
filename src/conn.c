/* conn.c - descriptors come in, tickets go out. A ticket names a place and
 * its generation, so that a late event of a closed connection meets nobody.
 * Descriptors are registered and closed under the lock: no number is used
 * again between a look at the table and the call. */
#include "conn.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST_PLACE = 2 }; /* below are the tickets that are no connection */

/* conn->since while no request is in hand: nothing is too long. */
#define RESTING INT64_MAX

/* Connections that wait, those that have waited longest first. */
struct queue {
	struct conn *oldest;
	struct conn *newest;
};

struct conns {
	pthread_mutex_t lock; /* all but waiting */
	struct conn *places;
	size_t max;
	size_t used;
	size_t top;         /* places that were ever used */
	struct conn *free;  /* those of them that are not, joined by newer */
	struct queue idle;  /* CONN_NEW and CONN_IDLE */
	struct queue begun; /* CONN_MORE and CONN_LINGER */
	size_t held;        /* of all in begun */
	int epoll;
	int stop; /* eventfd, readable from conns_stop on */
	struct connection_facts facts; /* accepted and refused */
	_Atomic size_t waiting;
};

static uint64_t ticket_of(const struct conns *conns, const struct conn *conn)
{
	return (uint64_t)conn->generation << 32 |
	       ((size_t)(conn - conns->places) + FIRST_PLACE);
}

/* The place of a ticket, or NULL when it is another connection's by now. */
static struct conn *place_of(struct conns *conns, uint64_t ticket)
{
	size_t i = (ticket & UINT32_MAX) - FIRST_PLACE;

	if (i >= conns->max || ticket_of(conns, &conns->places[i]) != ticket)
		return NULL;
	return &conns->places[i];
}

static bool watch(struct conns *conns, int op, int fd, uint32_t events,
		  uint64_t ticket)
{
	struct epoll_event event = {.events = events, .data.u64 = ticket};

	return epoll_ctl(conns->epoll, op, fd, &event) == 0;
}

struct conns *conns_new(size_t max)
{
	struct conns *conns = calloc(1, sizeof(*conns));

	if (!conns)
		return NULL;
	conns->max = max;
	conns->places = calloc(conns->max, sizeof(*conns->places));
	conns->epoll = epoll_create1(EPOLL_CLOEXEC);
	conns->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&conns->lock, NULL);
	if (conns->places && conns->epoll >= 0 && conns->stop >= 0 &&
	    watch(conns, EPOLL_CTL_ADD, conns->stop, EPOLLIN, TICKET_STOP))
		return conns;
	conns_free(conns);
	return NULL;
}

static struct queue *queue_of(struct conns *conns, const struct conn *conn)
{
	if (conn->state == CONN_NEW || conn->state == CONN_IDLE)
		return &conns->idle;
	if (conn->state == CONN_MORE || conn->state == CONN_LINGER)
		return &conns->begun;
	return NULL;
}

static void enqueue(struct conns *conns, struct conn *conn)
{
	struct queue *queue = queue_of(conns, conn);

	if (!queue)
		return;
	conn->older = queue->newest;
	conn->newer = NULL;
	if (queue->newest)
		queue->newest->newer = conn;
	else
		queue->oldest = conn;
	queue->newest = conn;
	conn->held = conn->reader.head.params.cap;
	conns->held += conn->held;
}

static void dequeue(struct conns *conns, struct conn *conn)
{
	struct queue *queue = queue_of(conns, conn);

	if (!queue)
		return;
	if (conn->older)
		conn->older->newer = conn->newer;
	else
		queue->oldest = conn->newer;
	if (conn->newer)
		conn->newer->older = conn->older;
	else
		queue->newest = conn->older;
	conns->held -= conn->held;
}

static void vacate(struct conns *conns, struct conn *conn)
{
	dequeue(conns, conn);
	close(conn->fd);
	fcgi_reader_free(&conn->reader);
	conn->state = CONN_FREE;
	conn->generation++;
	conn->newer = conns->free;
	conns->free = conn;
	conns->used--;
}

void conns_free(struct conns *conns)
{
	size_t i;

	if (!conns)
		return;
	for (i = 0; i < conns->top; i++) {
		if (conns->places[i].state != CONN_FREE)
			vacate(conns, &conns->places[i]);
	}
	if (conns->epoll >= 0)
		close(conns->epoll);
	if (conns->stop >= 0)
		close(conns->stop);
	pthread_mutex_destroy(&conns->lock);
	free(conns->places);
	free(conns);
}

uint64_t conns_wait(struct conns *conns)
{
	struct epoll_event event;

	atomic_fetch_add_explicit(&conns->waiting, 1, memory_order_relaxed);
	while (epoll_wait(conns->epoll, &event, 1, -1) != 1)
		;
	atomic_fetch_sub_explicit(&conns->waiting, 1, memory_order_relaxed);
	return event.data.u64;
}

size_t conns_waiting(const struct conns *conns)
{
	return atomic_load_explicit(&conns->waiting, memory_order_relaxed);
}

bool conns_listen(struct conns *conns, int fd)
{
	return watch(conns, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT,
		     TICKET_LISTENER);
}

void conns_listen_again(struct conns *conns, int fd)
{
	/* fails once conns_unlisten was called, as it should */
	watch(conns, EPOLL_CTL_MOD, fd, EPOLLIN | EPOLLONESHOT,
	      TICKET_LISTENER);
}

void conns_unlisten(struct conns *conns, int fd)
{
	watch(conns, EPOLL_CTL_DEL, fd, 0, TICKET_LISTENER);
}

void conns_stop(struct conns *conns)
{
	eventfd_write(conns->stop, 1);
}

static struct conn *free_place(struct conns *conns)
{
	struct conn *conn = conns->free;

	if (conn)
		conns->free = conn->newer;
	else if (conns->top < conns->max)
		conn = &conns->places[conns->top++];
	return conn;
}

static bool shed(struct conns *conns)
{
	struct conn *oldest = conns->idle.oldest;

	if (!oldest)
		oldest = conns->begun.oldest;
	if (oldest)
		vacate(conns, oldest);
	return oldest;
}

bool conns_shed(struct conns *conns)
{
	bool done;

	pthread_mutex_lock(&conns->lock);
	done = shed(conns);
	pthread_mutex_unlock(&conns->lock);
	return done;
}

struct conn *conns_add(struct conns *conns, int fd)
{
	struct conn *conn;

	pthread_mutex_lock(&conns->lock);
	conn = free_place(conns);
	if (!conn && shed(conns))
		conn = free_place(conns);
	if (conn) {
		conn->fd = fd;
		conn->was = CONN_NEW;
		conn->state = CONN_BUSY;
		conn->limited = conn->watched = conn->cut = false;
		conn_rest(conn);
		conns->used++;
	}
	conns->facts.accepted += conn != NULL;
	conns->facts.refused += conn == NULL;
	pthread_mutex_unlock(&conns->lock);
	if (!conn)
		close(fd);
	return conn;
}

struct conn *conns_take(struct conns *conns, uint64_t ticket)
{
	struct conn *conn;

	pthread_mutex_lock(&conns->lock);
	conn = place_of(conns, ticket);
	if (conn && !queue_of(conns, conn))
		conn = NULL;
	if (conn) {
		dequeue(conns, conn);
		if (queue_of(conns, conn) == &conns->idle)
			conn_rest(conn);
		conn->was = conn->state;
		conn->state = CONN_BUSY;
	}
	pthread_mutex_unlock(&conns->lock);
	return conn;
}

void conns_unwatch(struct conns *conns, struct conn *conn)
{
	if (conn->watched &&
	    watch(conns, EPOLL_CTL_DEL, conn->fd, 0, TICKET_STOP))
		conn->watched = false;
}

void conn_begin(struct conn *conn, int64_t now)
{
	if (atomic_load_explicit(&conn->since, memory_order_relaxed) ==
	    RESTING)
		atomic_store_explicit(&conn->since, now, memory_order_relaxed);
}

void conn_rest(struct conn *conn)
{
	atomic_store_explicit(&conn->since, RESTING, memory_order_relaxed);
}

/* When the time in this state began: that of a request with its first byte,
 * that to linger with its first moment. */
static bool keeps_since(const struct conn *conn, enum conn_state next)
{
	return next == CONN_MORE ||
	       (next == CONN_LINGER && conn->was == CONN_LINGER);
}

static void put_back(struct conns *conns, struct conn *conn,
		     enum conn_state next, int64_t now)
{
	int op = conn->watched ? EPOLL_CTL_MOD : EPOLL_CTL_ADD;

	if (!keeps_since(conn, next))
		conn->since = now;
	if (next == CONN_FREE || conn->cut ||
	    !watch(conns, op, conn->fd, EPOLLIN | EPOLLONESHOT,
		   ticket_of(conns, conn))) {
		vacate(conns, conn);
		return;
	}
	conn->watched = true;
	conn->state = next;
	enqueue(conns, conn);
	while (conns->held > CONNS_HELD && conns->begun.oldest)
		vacate(conns, conns->begun.oldest);
}

void conns_put(struct conns *conns, struct conn *conn, enum conn_state next,
	       int64_t now)
{
	pthread_mutex_lock(&conns->lock);
	put_back(conns, conn, next, now);
	pthread_mutex_unlock(&conns->lock);
}

/* True if a request took too long and this is found now. */
static bool watch_one(struct conns *conns, struct conn *conn, int64_t now,
		      int64_t busy_limit, int64_t linger_limit)
{
	int64_t since = conn->since;
	bool late = since != RESTING && now - since > busy_limit;
	bool begun = conn->state == CONN_MORE;

	if (conn->state == CONN_LINGER && now - since > linger_limit) {
		vacate(conns, conn);
		return false;
	}
	if (late && (begun || conn->state == CONN_NEW)) {
		vacate(conns, conn);
		return begun;
	}
	if (!late || conn->cut || conn->state != CONN_BUSY)
		return false;
	/* The thread that has it wakes up with an error. */
	shutdown(conn->fd, SHUT_RDWR);
	conn->cut = true;
	return true;
}

size_t conns_watch(struct conns *conns, int64_t now, int64_t busy_limit,
		   int64_t linger_limit)
{
	size_t count = 0;
	size_t i;

	pthread_mutex_lock(&conns->lock);
	for (i = 0; i < conns->top; i++)
		count += watch_one(conns, &conns->places[i], now, busy_limit,
				   linger_limit);
	pthread_mutex_unlock(&conns->lock);
	return count;
}

void conns_facts(struct conns *conns, struct connection_facts *ret_facts)
{
	pthread_mutex_lock(&conns->lock);
	*ret_facts = conns->facts;
	ret_facts->open = conns->used;
	for (size_t i = 0; i < conns->top; i++)
		ret_facts->busy += conns->places[i].state == CONN_BUSY &&
				   conns->places[i].since != RESTING;
	pthread_mutex_unlock(&conns->lock);
}

static bool has_sent(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

size_t conns_close_idle(struct conns *conns)
{
	struct conn *conn, *newer;
	size_t left;

	pthread_mutex_lock(&conns->lock);
	for (conn = conns->idle.oldest; conn; conn = newer) {
		newer = conn->newer;
		if (!has_sent(conn->fd))
			vacate(conns, conn);
	}
	left = conns->used;
	pthread_mutex_unlock(&conns->lock);
	return left;
}
