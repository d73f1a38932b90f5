/* front_fcgi.c - a listening socket comes in, connections are served until a
 * signal says stop. Threads take whatever is ready, one event at a time; the
 * main thread takes the signals, looks for changed files once a second, and
 * ends what takes too long. It serves nothing itself. */
#include "front.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "front_work.h"
#include "log.h"

enum {
	SPARE_FDS = 64,   /* for all that is no connection */
	LINGER_LIMIT = 2, /* seconds for a peer to take its answer */
	TICK = 1,         /* second, to look at what changed */
	STOP_TICK_MS = 10,
	STACK = 1024 * 1024
};

static bool start_thread(struct front *front, const pthread_attr_t *attr)
{
	struct front_thread *thread = &front->threads[front->thread_count];

	thread->front = front;
	thread->worker = fcgi_worker_new(front->server);
	if (!thread->worker ||
	    pthread_create(&thread->id, attr, front_work, thread) != 0) {
		fcgi_worker_free(thread->worker);
		return false;
	}
	front->thread_count++;
	return true;
}

static bool start_threads(struct front *front)
{
	size_t wanted = (size_t)front->options->threads;
	pthread_attr_t attr;

	if (pthread_attr_init(&attr) != 0)
		return false;
	pthread_attr_setstacksize(&attr, STACK);
	while (front->thread_count < wanted && start_thread(front, &attr))
		;
	pthread_attr_destroy(&attr);
	if (front->thread_count < wanted)
		log_message(LOG_LEVEL_WARNING,
			    "%zu threads were asked for, %zu could be started",
			    wanted, front->thread_count);
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
	size_t cut = conns_watch(front->conns, front_seconds(),
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
	const struct timespec tick = {.tv_sec = TICK};

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
	int64_t until = front_seconds() + limit + LINGER_LIMIT;
	size_t left;

	atomic_store(&front->stopping, true);
	conns_unlisten(front->conns, front->listener->fd);
	listen_stop(front->listener);
	while ((left = conns_close_idle(front->conns)) > 0 &&
	       front_seconds() < until) {
		front_pause(STOP_TICK_MS);
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
		pthread_join(front->threads[i].id, NULL);
		fcgi_worker_free(front->threads[i].worker);
	}
}

/* As many connections as there can be descriptors: one each, and for a moment
 * another for each request in hand. */
static size_t most_conns(const struct fcgi_options *options)
{
	struct rlimit limit;
	rlim_t wanted = (rlim_t)options->max_connections;
	rlim_t fixed = (rlim_t)options->threads + SPARE_FDS;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return wanted;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	getrlimit(RLIMIT_NOFILE, &limit);
	if (limit.rlim_cur <= fixed)
		limit.rlim_cur = fixed + 1;
	limit.rlim_cur -= fixed;
	return limit.rlim_cur < wanted ? limit.rlim_cur : wanted;
}

static int run_threads(struct front *front)
{
	sigset_t signals;
	bool stopped;

	take_signals(&signals);
	if (!start_threads(front) ||
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

static void look(struct connections *self, struct connection_facts *ret_facts)
{
	struct front *front = (struct front *)self; /* its first member */

	conns_facts(front->conns, ret_facts);
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
	front->connections.look = look;
	front->conns = conns_new(most_conns(options));
	server->connections = &front->connections;
	if (front->conns)
		status = run_threads(front);
	else
		log_message(LOG_LEVEL_ERROR, "out of memory or descriptors");
	server->connections = NULL;
	conns_free(front->conns);
	free(front);
	return status;
}
