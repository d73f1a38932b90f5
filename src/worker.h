/* worker.h - the program as the fronts know it, and what one thread of it keeps
 * from request to request. */
#ifndef MTLSGATE_WORKER_H
#define MTLSGATE_WORKER_H

#include <pthread.h>

#include "audit.h"
#include "gate.h"
#include "store.h"
#include "tally.h"

enum { ID_TEXT = 40 };

struct server {
	struct store *store;
	struct audit *audit;
	const char *version; /* for the status endpoint; "" until set */
	bool need_secret; /* the listener is open to anyone on the machine */
	struct ocsp_service *ocsp; /* or NULL: nobody answers; borrowed */
	struct connections *connections; /* or NULL: none; borrowed */
	int64_t started_at;
	struct program program; /* what pages about the program ask */
	pthread_mutex_t lock;   /* workers and ended */
	struct worker *workers;
	struct tally ended; /* of the workers that are no more */
};

/* One a thread, which alone writes to it; others read its tally. */
struct worker {
	struct server *server;
	struct worker *next; /* in server->workers */
	struct arena *arena; /* of the request in hand, emptied after it */
	struct buf line;     /* audit line, likewise */
	char id_prefix[17];  /* random, for decision ids */
	uint64_t next_id;
	struct tally tally;
	struct guard *guard; /* what it reads of what others may take away */
	struct cache_seat seat;
};

/* Fills in all of it; what comes from outside, version to connections, may be
 * set after it. Reads the clock. */
void server_init(struct server *server, struct store *store,
		 struct audit *audit);

/* A worker for one thread of the server, counted in server_tally from now on.
 * NULL: no memory or no random bytes. Caller frees with worker_free, before
 * the server ends. */
NODISCARD struct worker *worker_new(struct server *server);

/* Its counts stay with the server. NULL is allowed. */
void worker_free(struct worker *worker);

/* The next decision id of the worker, as text. */
void worker_id(struct worker *worker, char ret_id[ID_TEXT]);

/* The sum of what all workers, and those that have ended, have counted. */
void server_tally(struct server *server, struct tally *ret_sum);

#endif
