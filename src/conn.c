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

struct place {
	enum conn_state state;
	enum conn_state taken_as;
	int fd;
	uint32_t generation;
	int64_t since; /* when it came to be in this state */
	bool cut;      /* shut down by conns_watch */
};

struct conns {
	pthread_mutex_t lock; /* places, used, next */
	struct place *places;
	size_t max;
	size_t used;
	size_t next; /* where the search for a free place begins */
	int epoll;
	int stop; /* eventfd, readable from conns_stop on */
};

static uint64_t ticket_of(const struct conns *conns, size_t i)
{
	return (uint64_t)conns->places[i].generation << 32 |
	       (i + FIRST_PLACE);
}

/* The place of a ticket, or NULL when it is another connection's by now. */
static struct place *place_of(struct conns *conns, uint64_t ticket)
{
	size_t i = (ticket & UINT32_MAX) - FIRST_PLACE;

	if (i >= conns->max || ticket_of(conns, i) != ticket)
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
	conns->places = calloc(max, sizeof(*conns->places));
	conns->epoll = epoll_create1(EPOLL_CLOEXEC);
	conns->stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	pthread_mutex_init(&conns->lock, NULL);
	if (conns->places && conns->epoll >= 0 && conns->stop >= 0 &&
	    watch(conns, EPOLL_CTL_ADD, conns->stop, EPOLLIN, TICKET_STOP))
		return conns;
	conns_free(conns);
	return NULL;
}

static void vacate(struct conns *conns, struct place *place)
{
	close(place->fd);
	place->state = CONN_FREE;
	place->generation++;
	conns->used--;
}

void conns_free(struct conns *conns)
{
	size_t i;

	if (!conns)
		return;
	for (i = 0; conns->places && i < conns->max; i++) {
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

	while (epoll_wait(conns->epoll, &event, 1, -1) != 1)
		;
	return event.data.u64;
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

static struct place *free_place(struct conns *conns)
{
	size_t i;

	if (conns->used == conns->max)
		return NULL;
	for (i = conns->next; conns->places[i].state != CONN_FREE;)
		i = (i + 1) % conns->max;
	conns->next = (i + 1) % conns->max;
	return &conns->places[i];
}

static bool shed(struct conns *conns)
{
	struct place *oldest = NULL;
	size_t i;

	for (i = 0; i < conns->max; i++) {
		struct place *place = &conns->places[i];

		if (place->state == CONN_IDLE &&
		    (!oldest || place->since < oldest->since))
			oldest = place;
	}
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

static bool settle(struct conns *conns, int fd, int64_t now)
{
	struct place *place = free_place(conns);
	uint64_t ticket;

	if (!place && shed(conns))
		place = free_place(conns);
	if (!place)
		return false;
	ticket = ticket_of(conns, (size_t)(place - conns->places));
	if (!watch(conns, EPOLL_CTL_ADD, fd, EPOLLIN | EPOLLONESHOT, ticket))
		return false;
	place->state = CONN_IDLE;
	place->fd = fd;
	place->since = now;
	place->cut = false;
	conns->used++;
	return true;
}

bool conns_add(struct conns *conns, int fd, int64_t now)
{
	bool done;

	pthread_mutex_lock(&conns->lock);
	done = settle(conns, fd, now);
	pthread_mutex_unlock(&conns->lock);
	if (!done)
		close(fd);
	return done;
}

bool conns_take(struct conns *conns, uint64_t ticket, int64_t now,
		struct conn *ret_conn)
{
	struct place *place;
	bool done = false;

	pthread_mutex_lock(&conns->lock);
	place = place_of(conns, ticket);
	if (place &&
	    (place->state == CONN_IDLE || place->state == CONN_LINGER)) {
		*ret_conn = (struct conn){.state = place->state,
					  .fd = place->fd};
		place->taken_as = place->state;
		place->state = CONN_BUSY;
		if (place->taken_as == CONN_IDLE)
			place->since = now;
		done = true;
	}
	pthread_mutex_unlock(&conns->lock);
	return done;
}

static void put_back(struct conns *conns, struct place *place,
		     uint64_t ticket, enum conn_state next, int64_t now)
{
	/* the time to linger counts from its first moment */
	if (place->taken_as != CONN_LINGER)
		place->since = now;
	place->state = next;
	if (next == CONN_FREE || place->cut ||
	    !watch(conns, EPOLL_CTL_MOD, place->fd, EPOLLIN | EPOLLONESHOT,
		   ticket))
		vacate(conns, place);
}

void conns_put(struct conns *conns, uint64_t ticket, enum conn_state next,
	       int64_t now)
{
	struct place *place;

	pthread_mutex_lock(&conns->lock);
	place = place_of(conns, ticket);
	if (place)
		put_back(conns, place, ticket, next, now);
	pthread_mutex_unlock(&conns->lock);
}

/* True if the connection was in hand too long and this is found now. */
static bool watch_one(struct conns *conns, struct place *place, int64_t now,
		      int64_t busy_limit, int64_t linger_limit)
{
	int64_t age = now - place->since;

	if (place->state == CONN_LINGER && age > linger_limit)
		vacate(conns, place);
	if (place->state != CONN_BUSY || place->cut || age <= busy_limit)
		return false;
	/* The thread that has it wakes up with an error. */
	shutdown(place->fd, SHUT_RDWR);
	place->cut = true;
	return true;
}

size_t conns_watch(struct conns *conns, int64_t now, int64_t busy_limit,
		   int64_t linger_limit)
{
	size_t count = 0;
	size_t i;

	pthread_mutex_lock(&conns->lock);
	for (i = 0; i < conns->max; i++)
		count += watch_one(conns, &conns->places[i], now, busy_limit,
				   linger_limit);
	pthread_mutex_unlock(&conns->lock);
	return count;
}

static bool has_sent(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

size_t conns_close_idle(struct conns *conns)
{
	size_t left;
	size_t i;

	pthread_mutex_lock(&conns->lock);
	for (i = 0; i < conns->max; i++) {
		struct place *place = &conns->places[i];

		if (place->state == CONN_IDLE && !has_sent(place->fd))
			vacate(conns, place);
	}
	left = conns->used;
	pthread_mutex_unlock(&conns->lock);
	return left;
}
