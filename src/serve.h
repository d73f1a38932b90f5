/* serve.h - one request from environment to reply bytes, with its policy, its
 * audit line and its clock: what the fronts call. */
#ifndef MTLSGATE_SERVE_H
#define MTLSGATE_SERVE_H

#include "audit.h"
#include "gate.h"
#include "store.h"

struct server {
	struct store *store;
	struct audit *audit;
	bool need_secret; /* the listener is open to anyone on the machine */
	int64_t started_at;
	uint64_t id_prefix; /* random, for decision ids */
};

/* Fills in everything but store and audit; reads the clock and the kernel's
 * random bytes. ST_BAD: no random bytes. */
NODISCARD enum status server_init(struct server *server, struct store *store,
				  struct audit *audit);

/* Answers the request in env. out holds a complete reply, always: where memory
 * ran out it is the last resort; out->failed means even that found no room,
 * and the connection must be closed without an answer. */
void server_answer(struct server *server, enum role role, char *const *env,
		   struct buf *out);

#endif
