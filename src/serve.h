/* serve.h - one request from environment to reply bytes, with its policy, its
 * audit line and its clock: what the fronts call. */
#ifndef MTLSGATE_SERVE_H
#define MTLSGATE_SERVE_H

#include "worker.h"

/* Loads the policy if a file of it changed, or in any case when forced (then
 * the audit log is opened again too), and opens the audit log that the policy
 * in force names. For one thread. */
void server_refresh(struct server *server, bool force);

/* Answers the request in env, which is borrowed until this returns, and so is
 * names, how long the name of each is, or NULL (see request_read). Appends a
 * complete reply to out, always: where memory ran out it is the last resort;
 * out->failed means even that found no room, and the connection must be closed
 * without an answer. What out held before stays. The audit line is written
 * before this returns. The caller keeps out, for as many requests as it likes,
 * and frees it. For the thread of the worker. */
void server_answer(struct worker *worker, enum role role, char *const *env,
		   const uint32_t *names, struct buf *out);

#endif
