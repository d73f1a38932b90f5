/* serve.c - an environment comes in, the bytes of a complete reply go out. The
 * audit line is written before the reply leaves: a grant that leaves no line
 * does not happen where the policy says so. Nothing of a half-built reply is
 * ever handed on. */
#include "serve.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "capture.h"
#include "memory.h"
#include "reply.h"
#include "timefmt.h"

enum { STATUS_AT = sizeof("Status: ") - 1 };

/* What one request has in hand. */
struct turn {
	struct worker *worker;
	struct server *server;
	struct arena *arena;
	const struct policy *policy;
	char id[ID_TEXT];
	struct trace trace;
	struct gate_input input;
	struct outcome outcome;
	size_t start; /* of the reply in the caller's buffer */
};

static int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

void server_refresh(struct server *server, bool force)
{
	const struct policy *policy;
	bool reopen = force || audit_broken(server->audit);
	enum status st;

	store_tidy(server->store);
	if (force || store_changed(server->store)) {
		st = store_reload(server->store, clock_now());
		reopen = reopen || st == ST_OK;
	}
	if (!reopen)
		return;
	policy = store_current(server->store);
	/* a log that cannot be opened makes audit_write fail, and on_error
	 * is looked at there */
	if (policy)
		(void)!audit_open(server->audit, &policy->audit);
}

/* The status that the reply in out carries: three digits. */
static int status_of(const struct turn *turn, const struct buf *out)
{
	const char *at;
	int status = 0;

	if (out->len < turn->start + STATUS_AT + 3)
		return 0;
	at = out->data + turn->start + STATUS_AT;
	for (int i = 0; i < 3; i++)
		status = status * 10 + at[i] - '0';
	return status;
}

static void count(struct turn *turn, bool granted, enum reason reason)
{
	struct tally *tally = &turn->worker->tally;

	tally_count(granted ? &tally->granted : &tally->denied);
	tally_count(&tally->reason[reason]);
}

/* Replaces the reply by the denial that needs no memory, and leaves an audit
 * line that needs none either. */
static void last_resort(struct turn *turn, struct buf *out)
{
	char when[TIME_TEXT];
	char text[256];
	struct buf line = {.data = text};
	size_t len;
	const char *reply = reply_last_resort(&len);

	buf_cut(out, turn->start);
	buf_add(out, reply, len);
	line.len = (size_t)snprintf(
		text, sizeof(text),
		"{\"time\":\"%s\",\"decision\":\"denied\","
		"\"decision_id\":\"%s\",\"status\":500,"
		"\"reason\":\"internal_error\",\"detail\":\"out of memory\"}\n",
		time_format(clock_now(), when), turn->id);
	if (audit_write(turn->server->audit, &line) != ST_OK)
		fputs(text, stderr);
	count(turn, false, REASON_INTERNAL_ERROR);
}

static void begin(struct turn *turn, enum role role, char *const *env,
		  const uint32_t *names)
{
	struct server *server = turn->server;

	worker_id(turn->worker, turn->id);
	turn->policy = store_take(server->store, turn->worker->guard);
	turn->trace.arena = turn->arena;
	turn->input = (struct gate_input){
		.policy = turn->policy,
		.role = role,
		.env = env,
		.names = names,
		.decision_id = turn->id,
		.need_secret = server->need_secret,
		.ocsp = server->ocsp,
		.seat = &turn->worker->seat,
		.facts = {
			.now = clock_now(),
			.version = server->version,
			.started_at = server->started_at,
			.program = &server->program,
		},
	};
	if (turn->policy && turn->policy->audit.debug)
		turn->input.trace = &turn->trace;
}

/* Writes the audit line of what out says. ST_BAD: it is not written. */
static enum status record(struct turn *turn, const struct buf *out)
{
	struct buf *line = &turn->worker->line;

	if (audit_discards(turn->server->audit))
		return ST_OK;
	buf_cut(line, 0);
	audit_render(turn->arena, &turn->outcome, status_of(turn, out),
		     turn->input.trace, line);
	if (line->failed || memory_failed())
		return ST_NOMEM;
	return audit_write(turn->server->audit, line);
}

/* Turns the answer into a denial, since nobody would know of it. */
static enum status deny_unrecorded(struct turn *turn, struct buf *out)
{
	const struct request *request = turn->outcome.request;
	struct reply reply = {0};
	bool head = turn->input.role == ROLE_RESPONDER && request &&
		    strcmp(request->method, "HEAD") == 0;
	enum status st;

	turn->outcome.decision = (struct decision){
		.reason = REASON_INTERNAL_ERROR,
		.detail = "the audit log cannot be written",
	};
	st = endpoint_deny(turn->arena, &turn->outcome, &reply);
	if (st == ST_OK) {
		buf_cut(out, turn->start);
		reply_write(&reply, head, out);
	}
	reply_free(&reply);
	return st;
}

static enum status answer(struct turn *turn, struct buf *out)
{
	const struct policy *policy = turn->policy;
	enum status st;

	st = gate_handle(turn->arena, &turn->input, &turn->outcome, out);
	if (st != ST_OK)
		return st;
	if (out->failed || memory_failed())
		return ST_NOMEM;
	st = record(turn, out);
	if (st == ST_BAD && policy && policy->audit.deny_on_error)
		st = deny_unrecorded(turn, out);
	else if (st == ST_BAD)
		st = ST_OK;
	if (st != ST_OK || out->failed || memory_failed())
		return ST_NOMEM;
	audit_warn_expiring(turn->server->audit, &turn->outcome);
	count(turn, turn->outcome.decision.granted,
	      turn->outcome.decision.reason);
	capture_denied(&turn->input, &turn->outcome, status_of(turn, out));
	return ST_OK;
}

void server_answer(struct worker *worker, enum role role, char *const *env,
		   const uint32_t *names, struct buf *out)
{
	struct turn turn = {
		.worker = worker,
		.server = worker->server,
		.arena = worker->arena,
		.start = out->len,
	};
	uint64_t began = nanoseconds();

	memory_begin();
	begin(&turn, role, env, names);
	if (answer(&turn, out) != ST_OK)
		last_resort(&turn, out);
	tally_took(&worker->tally, nanoseconds() - began);
	arena_reset(turn.arena);
	guard_drop(worker->guard, GUARD_VERDICT);
	guard_drop(worker->guard, GUARD_POLICY);
}
