/* serve.h - one request from environment to reply bytes, with its policy, its
 * audit line and its clock: what the fronts call. */
#ifndef MTLSGATE_SERVE_H
#define MTLSGATE_SERVE_H

#include <stdatomic.h>

#include "audit.h"
#include "gate.h"
#include "store.h"

struct server {
	struct store *store;
	struct audit *audit;
	const char *version; /* for the status endpoint; "" until set */
	bool need_secret; /* the listener is open to anyone on the machine */
	struct ocsp_service *ocsp; /* or NULL: nobody answers; borrowed */
	int64_t started_at;
	uint64_t id_prefix; /* random, for decision ids */
	_Atomic uint64_t next_id;
	_Atomic uint64_t granted;
	_Atomic uint64_t denied;
};

/* Fills in all of it; need_secret, ocsp and version may be set after it. Reads
 * the clock and the kernel's random bytes. ST_BAD: no random bytes. */
NODISCARD enum status server_init(struct server *server, struct store *store,
				  struct audit *audit);

/* Loads the policy if a file of it changed, or in any case when forced (then
 * the audit log is opened again too), and opens the audit log that the policy
 * in force names. For one thread. */
void server_refresh(struct server *server, bool force);

/* Answers the request in env. out holds a complete reply, always: where memory
 * ran out it is the last resort; out->failed means even that found no room,
 * and the connection must be closed without an answer. The audit line is
 * written before this returns. Caller frees out. */
void server_answer(struct server *server, enum role role, char *const *env,
		   struct buf *out);

#endif
