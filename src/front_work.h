/* front_work.h - what a thread of the FastCGI front does. */
#ifndef MTLSGATE_FRONT_WORK_H
#define MTLSGATE_FRONT_WORK_H

#include <pthread.h>
#include <stdatomic.h>

#include "conn.h"
#include "fcgi_request.h"
#include "front.h"
#include "policy.h"

struct front;

struct front_thread {
	struct front *front;
	struct fcgi_worker *worker;
	pthread_t id;
};

struct front {
	struct connections connections; /* for the server */
	struct server *server;
	const struct listener *listener;
	const struct fcgi_options *options;
	struct conns *conns;
	atomic_bool stopping;
	struct front_thread threads[MAX_THREADS];
	size_t thread_count;
};

/* Seconds of a clock that nobody sets. */
int64_t front_seconds(void);

void front_pause(long ms);

/* Serves what conns_wait hands out until conns_stop; arg is a struct
 * front_thread. For pthread_create; returns NULL. */
void *front_work(void *arg);

#endif
