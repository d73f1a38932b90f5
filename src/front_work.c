/* front_work.c - tickets come in, connections are accepted, served and given
 * back. A thread stays with a kept connection for a moment, so that its next
 * request costs one read and one write, but only while another thread waits
 * for all the others. */
#include "front_work.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>

#include "log.h"

enum {
	STAY_MS = 10,      /* with a connection that sends nothing */
	SETTLED = 8,       /* requests after which more are expected */
	LINGER_READS = 64, /* pieces of input thrown away at a time */
	PAUSE_MS = 10,     /* when there are no descriptors left */
};

int64_t front_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

void front_pause(long ms)
{
	struct timespec time = {.tv_sec = ms / 1000,
				.tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* Throws away what the peer still sends, until it closes. */
static enum conn_state linger(int fd)
{
	char scrap[8192];
	int i;

	for (i = 0; i < LINGER_READS; i++) {
		ssize_t got = recv(fd, scrap, sizeof(scrap), MSG_DONTWAIT);

		if (got == 0 || (got < 0 && errno != EAGAIN))
			return CONN_FREE;
		if (got < 0)
			break;
	}
	return CONN_LINGER;
}

/* Answers what was read. */
static enum conn_state serve(struct front_thread *thread, struct conn *conn,
			     size_t got)
{
	conn_begin(conn, front_seconds());
	switch (fcgi_worker_serve(thread->worker, &conn->reader, conn->fd,
				  got)) {
	case FCGI_END_MORE:
		return CONN_MORE;
	case FCGI_END_KEEP:
		return atomic_load(&thread->front->stopping) ? CONN_FREE
							     : CONN_IDLE;
	case FCGI_END_LINGER:
		shutdown(conn->fd, SHUT_WR);
		return CONN_LINGER;
	case FCGI_END_CLOSE:
		break;
	}
	return CONN_FREE;
}

/* Reads, with these flags, and answers; not_yet: nothing has come. */
static enum conn_state read_and_serve(struct front_thread *thread,
				      struct conn *conn, int flags,
				      enum conn_state not_yet, bool *ret_came)
{
	ssize_t got = fcgi_worker_read(thread->worker, conn->fd, flags);

	*ret_came = got >= 0;
	if (got < 0)
		return errno == EAGAIN || errno == EINTR ? not_yet : CONN_FREE;
	return serve(thread, conn, (size_t)got);
}

/* No read of the connection takes longer from now on. */
static bool limit_reads(struct conn *conn)
{
	const struct timeval time = {.tv_usec = STAY_MS * 1000};

	if (!conn->limited)
		conn->limited = setsockopt(conn->fd, SOL_SOCKET, SO_RCVTIMEO,
					   &time, sizeof(time)) == 0;
	return conn->limited;
}

/* Serves an idle connection as long as requests come one upon the other. */
static enum conn_state stay(struct front_thread *thread, struct conn *conn)
{
	const struct conns *conns = thread->front->conns;
	enum conn_state next = CONN_IDLE;
	bool came = true;
	int count = 0;

	while (next == CONN_IDLE && came && conns_waiting(conns) > 0 &&
	       limit_reads(conn)) {
		if (count < SETTLED && ++count == SETTLED)
			conns_unwatch(thread->front->conns, conn);
		conn_rest(conn);
		next = read_and_serve(thread, conn, 0, CONN_IDLE, &came);
	}
	return next;
}

static void handle(struct front_thread *thread, struct conn *conn)
{
	enum conn_state next;
	bool came = true;

	if (conn->was == CONN_LINGER)
		next = linger(conn->fd);
	else
		next = read_and_serve(thread, conn, MSG_DONTWAIT, conn->was,
				      &came);
	if (came && next == CONN_IDLE)
		next = stay(thread, conn);
	conns_put(thread->front->conns, conn, next, front_seconds());
}

static void accept_one(struct front_thread *thread)
{
	struct front *front = thread->front;
	int fd = listen_accept(front->listener);
	bool full = fd < 0 && (errno == EMFILE || errno == ENFILE ||
			       errno == ENOMEM || errno == ENOBUFS);
	struct conn *conn;

	if (full && !conns_shed(front->conns))
		front_pause(PAUSE_MS);
	conns_listen_again(front->conns, front->listener->fd);
	if (fd < 0)
		return;
	conn = conns_add(front->conns, fd);
	if (conn)
		handle(thread, conn);
	else
		log_message(LOG_LEVEL_WARNING,
			    "too many connections: one was refused");
}

void *front_work(void *arg)
{
	struct front_thread *thread = arg;
	struct conns *conns = thread->front->conns;
	struct conn *conn;
	uint64_t ticket;

	while ((ticket = conns_wait(conns)) != TICKET_STOP) {
		if (ticket == TICKET_LISTENER)
			accept_one(thread);
		else if ((conn = conns_take(conns, ticket)))
			handle(thread, conn);
	}
	return NULL;
}
