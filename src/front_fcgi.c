/* front_fcgi.c - a listening socket comes in, connections are served until a
 * signal says stop. Threads take whatever is ready, one event at a time; the
 * main thread takes the signals, looks for changed files once a second, and
 * ends what takes too long. It reads no record itself. */
#include "front.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "conn.h"
#include "fcgi_request.h"
#include "log.h"

enum {
	MAX_CONNS = 16384,
	SPARE_FDS = 64,      /* for all that is no connection */
	LINGER_LIMIT = 2,    /* seconds for a peer to take its answer */
	LINGER_READS = 64,   /* pieces of input thrown away at a time */
	TICK_MS = 1000,
	STOP_TICK_MS = 10,
	PAUSE_MS = 10,       /* when there are no descriptors left */
	STACK = 1024 * 1024
};

/* A thread and what it works with. */
struct seat {
	struct front *front;
	struct worker *worker;
	pthread_t thread;
};

struct front {
	struct server *server;
	const struct listener *listener;
	const struct fcgi_options *options;
	struct conns *conns;
	atomic_bool stopping;
	struct seat seats[MAX_THREADS];
	size_t thread_count;
};

static int64_t seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec;
}

static struct timespec milliseconds(long ms)
{
	return (struct timespec){.tv_sec = ms / 1000,
				 .tv_nsec = ms % 1000 * 1000000};
}

static void pause_for(long ms)
{
	struct timespec time = milliseconds(ms);

	nanosleep(&time, NULL);
}

/* No read or write of a request blocks for longer than the whole may take. */
static void limit_time(int fd, long limit)
{
	struct timeval time = {.tv_sec = limit};

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof(time));
	setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof(time));
}

static void accept_one(struct front *front)
{
	int fd = listen_accept(front->listener);
	bool full = fd < 0 && (errno == EMFILE || errno == ENFILE ||
			       errno == ENOMEM || errno == ENOBUFS);

	if (fd >= 0) {
		limit_time(fd, front->options->request_timeout);
		if (!conns_add(front->conns, fd, seconds()))
			log_message(LOG_LEVEL_WARNING,
				    "too many connections: one was refused");
	} else if (full && !conns_shed(front->conns)) {
		pause_for(PAUSE_MS);
	}
	conns_listen_again(front->conns, front->listener->fd);
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

static enum conn_state serve(struct seat *seat, int fd)
{
	switch (fcgi_request_serve(seat->worker, fd)) {
	case FCGI_END_KEEP:
		return atomic_load(&seat->front->stopping) ? CONN_FREE
							   : CONN_IDLE;
	case FCGI_END_LINGER:
		shutdown(fd, SHUT_WR);
		return CONN_LINGER;
	case FCGI_END_CLOSE:
		break;
	}
	return CONN_FREE;
}

static void handle(struct seat *seat, uint64_t ticket)
{
	struct front *front = seat->front;
	enum conn_state next;
	struct conn conn;

	if (!conns_take(front->conns, ticket, seconds(), &conn))
		return;
	if (conn.state == CONN_LINGER)
		next = linger(conn.fd);
	else
		next = serve(seat, conn.fd);
	conns_put(front->conns, ticket, next, seconds());
}

static void *work(void *arg)
{
	struct seat *seat = arg;
	struct front *front = seat->front;
	uint64_t ticket;

	while ((ticket = conns_wait(front->conns)) != TICKET_STOP) {
		if (ticket == TICKET_LISTENER)
			accept_one(front);
		else
			handle(seat, ticket);
	}
	return NULL;
}

static bool start_thread(struct front *front, const pthread_attr_t *attr)
{
	struct seat *seat = &front->seats[front->thread_count];

	seat->front = front;
	seat->worker = worker_new(front->server);
	if (!seat->worker ||
	    pthread_create(&seat->thread, attr, work, seat) != 0) {
		worker_free(seat->worker);
		return false;
	}
	front->thread_count++;
	return true;
}

static bool start_threads(struct front *front)
{
	pthread_attr_t attr;
	long i;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setstacksize(&attr, STACK);
	for (i = 0; i < front->options->threads; i++) {
		if (!start_thread(front, &attr))
			break;
	}
	pthread_attr_destroy(&attr);
	if (i < front->options->threads)
		log_message(LOG_LEVEL_WARNING,
			    "%ld threads were asked for, %zu could be started",
			    front->options->threads, front->thread_count);
	return front->thread_count > 0;
}

/* Signals go to the main thread alone: its threads inherit the mask. */
static void take_signals(sigset_t *ret_set)
{
	sigemptyset(ret_set);
	sigaddset(ret_set, SIGTERM);
	sigaddset(ret_set, SIGINT);
	sigaddset(ret_set, SIGUSR1);
	sigaddset(ret_set, SIGHUP);
	pthread_sigmask(SIG_BLOCK, ret_set, NULL);
	signal(SIGPIPE, SIG_IGN);
}

static void watch(struct front *front)
{
	size_t cut = conns_watch(front->conns, seconds(),
				 front->options->request_timeout,
				 LINGER_LIMIT);

	if (cut)
		log_message(LOG_LEVEL_WARNING,
			    "%zu requests took longer than %ld s and were "
			    "ended without an answer",
			    cut, front->options->request_timeout);
}

static void run(struct front *front, const sigset_t *signals)
{
	const struct timespec tick = milliseconds(TICK_MS);

	for (;;) {
		int caught = sigtimedwait(signals, NULL, &tick);

		if (caught > 0 && caught != SIGHUP)
			return;
		server_refresh(front->server, caught == SIGHUP);
		watch(front);
	}
}

/* Lets the requests in hand end. False: some did not in time. */
static bool stop(struct front *front)
{
	int64_t limit = front->options->request_timeout;
	int64_t until = seconds() + limit + LINGER_LIMIT;
	size_t left;

	atomic_store(&front->stopping, true);
	conns_unlisten(front->conns, front->listener->fd);
	listen_stop(front->listener);
	while ((left = conns_close_idle(front->conns)) > 0 &&
	       seconds() < until) {
		pause_for(STOP_TICK_MS);
		watch(front);
	}
	conns_stop(front->conns);
	if (left)
		log_message(LOG_LEVEL_ERROR,
			    "%zu requests did not end in time", left);
	return left == 0;
}

static void join_threads(struct front *front)
{
	size_t i;

	for (i = 0; i < front->thread_count; i++) {
		pthread_join(front->seats[i].thread, NULL);
		worker_free(front->seats[i].worker);
	}
}

/* As many connections as there can be descriptors: one each, and for a moment
 * another for each request in hand. */
static size_t most_conns(long threads)
{
	struct rlimit limit;
	rlim_t fixed = (rlim_t)threads + SPARE_FDS;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return (size_t)threads;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur <= fixed)
		return (size_t)threads;
	limit.rlim_cur -= fixed;
	return limit.rlim_cur < MAX_CONNS ? limit.rlim_cur : MAX_CONNS;
}

static int run_threads(struct front *front)
{
	sigset_t signals;
	bool stopped;

	take_signals(&signals);
	if (fcgi_request_init() != ST_OK || !start_threads(front) ||
	    !conns_listen(front->conns, front->listener->fd)) {
		log_message(LOG_LEVEL_ERROR, "cannot start serving");
		conns_stop(front->conns);
		join_threads(front);
		return EXIT_FAILURE;
	}
	log_message(LOG_LEVEL_NOTICE, "serving with %zu threads",
		    front->thread_count);
	run(front, &signals);
	stopped = stop(front);
	/* A thread that hangs holds what the caller would free. */
	if (!stopped)
		_exit(EXIT_FAILURE);
	join_threads(front);
	return EXIT_SUCCESS;
}

int front_fcgi(struct server *server, const struct listener *listener,
	       const struct fcgi_options *options)
{
	struct front *front = calloc(1, sizeof(*front));
	int status = EXIT_FAILURE;

	if (!front)
		return EXIT_FAILURE;
	front->server = server;
	front->listener = listener;
	front->options = options;
	front->conns = conns_new(most_conns(options->threads));
	if (front->conns)
		status = run_threads(front);
	else
		log_message(LOG_LEVEL_ERROR, "out of memory or descriptors");
	conns_free(front->conns);
	free(front);
	return status;
}
