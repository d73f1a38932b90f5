/* fcgi_request.c - bytes of a connection come in, answers go out, each with
 * one send. A request that is not complete waits in its connection's reader;
 * the memory to work with is the thread's. */
#include "fcgi_request.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "fcgi_params.h"

enum {
	INPUT = 64 * 1024,  /* bytes read at a time */
	SPARE = 256 * 1024, /* more than that is not held for the next one */
	TAKE_MS = 1000      /* for a peer to make room for its answer */
};

enum {
	ROLE_ON_WIRE_RESPONDER = 1, /* section 8, FCGI_Role */
	ROLE_ON_WIRE_AUTHORIZER = 2,
	ROLE_ON_WIRE_FILTER = 3
};

struct fcgi_worker {
	struct worker *worker;
	struct buf params; /* empty: for a reader that has none */
	struct fcgi_env env;
	struct buf out; /* records that are still to be sent */
	char input[INPUT];
};

struct fcgi_worker *fcgi_worker_new(struct server *server)
{
	struct fcgi_worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	worker->worker = worker_new(server);
	if (worker->worker)
		return worker;
	free(worker);
	return NULL;
}

void fcgi_worker_free(struct fcgi_worker *worker)
{
	if (!worker)
		return;
	buf_free(&worker->params);
	fcgi_env_free(&worker->env);
	buf_free(&worker->out);
	worker_free(worker->worker);
	free(worker);
}

ssize_t fcgi_worker_read(struct fcgi_worker *worker, int fd, int flags)
{
	return recv(fd, worker->input, sizeof(worker->input), flags);
}

/* Makes it empty, and lets go of what only a huge request needed. */
static void clear(struct buf *buf)
{
	buf->len = 0;
	if (buf->failed || buf->cap > SPARE)
		buf_free(buf);
}

/* Waits for room for more of the answer. */
static bool wait_for_room(int fd)
{
	struct pollfd room = {.fd = fd, .events = POLLOUT};
	int ready;

	do {
		ready = poll(&room, 1, TAKE_MS);
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

/* Sends what is in out. */
static bool flush(struct fcgi_worker *worker, int fd)
{
	const char *at = worker->out.data;
	size_t len = worker->out.len;
	bool sent = !worker->out.failed;

	while (sent && len > 0) {
		ssize_t done = send(fd, at, len, MSG_NOSIGNAL | MSG_DONTWAIT);

		if (done >= 0) {
			at += done;
			len -= (size_t)done;
		} else if (errno != EINTR) {
			sent = (errno == EAGAIN) && wait_for_room(fd);
		}
	}
	clear(&worker->out);
	return sent;
}

static enum role role_of(const struct fcgi_head *head)
{
	if (head->role == ROLE_ON_WIRE_RESPONDER)
		return ROLE_RESPONDER;
	if (head->role == ROLE_ON_WIRE_AUTHORIZER)
		return ROLE_AUTHORIZER;
	return ROLE_NONE;
}

/* Puts the answer, without its end, into out. False: there is none. */
static bool answer(struct fcgi_worker *worker, struct fcgi_head *head)
{
	size_t start;

	if (head->role < ROLE_ON_WIRE_RESPONDER ||
	    head->role > ROLE_ON_WIRE_FILTER ||
	    fcgi_params_read(&head->params, &worker->env) != ST_OK ||
	    !fcgi_stdout_begin(&worker->out, &start))
		return false;
	server_answer(worker->worker, role_of(head), worker->env.list,
		      worker->env.names, &worker->out);
	return fcgi_stdout_end(&worker->out, head->id, start);
}

/* True if another request may come on the connection after this one. */
static bool is_kept(const struct fcgi_head *head)
{
	return head->keep && role_of(head) != ROLE_NONE;
}

static enum fcgi_end finish(struct fcgi_worker *worker,
			    const struct fcgi_head *head, int fd,
			    enum fcgi_end end)
{
	fcgi_put_end(&worker->out, head->id);
	return flush(worker, fd) ? end : FCGI_END_CLOSE;
}

/* A request is complete up to its body. An authorizer's peer sends an empty
 * one, or none, at once or late: nobody waits for it. */
static enum fcgi_end take_request(struct fcgi_worker *worker,
				  struct fcgi_reader *reader, int fd)
{
	const struct fcgi_head *head = &reader->head;

	if (!answer(worker, &reader->head))
		return FCGI_END_CLOSE;
	if (!is_kept(head) || role_of(head) != ROLE_AUTHORIZER)
		return FCGI_END_MORE;
	fcgi_reader_next(reader);
	return finish(worker, head, fd, FCGI_END_KEEP);
}

/* Its body has come to an end too. */
static enum fcgi_end take_body_end(struct fcgi_worker *worker,
				   const struct fcgi_head *head, int fd,
				   bool all)
{
	if (is_kept(head))
		return finish(worker, head, fd, FCGI_END_KEEP);
	return finish(worker, head, fd,
		      all ? FCGI_END_CLOSE : FCGI_END_LINGER);
}

/* All that has come was taken. */
static enum fcgi_end settle(struct fcgi_worker *worker,
			    struct fcgi_reader *reader, int fd)
{
	const struct fcgi_head *head = &reader->head;

	if (reader->part == FCGI_PART_BODY && !is_kept(head))
		return finish(worker, head, fd, FCGI_END_LINGER);
	/* the answer does not wait for a body that nobody looks at, but its
	 * end does: the peer may then go on to its next request */
	if (!flush(worker, fd))
		return FCGI_END_CLOSE;
	return fcgi_reader_idle(reader) ? FCGI_END_KEEP : FCGI_END_MORE;
}

/* Takes what has come up to the next thing that happens, and *at behind it. */
static enum fcgi_end step(struct fcgi_worker *worker,
			  struct fcgi_reader *reader, int fd, size_t got,
			  size_t *at)
{
	const char *bytes = worker->input + *at;
	size_t used;
	enum fcgi_event event = fcgi_reader_take(reader, bytes, got - *at,
						 &worker->out, &used);

	*at += used;
	switch (event) {
	case FCGI_HEAD:
		return take_request(worker, reader, fd);
	case FCGI_BODY_END:
		return take_body_end(worker, &reader->head, fd, *at == got);
	case FCGI_MORE:
		return FCGI_END_MORE;
	case FCGI_BAD:
		break;
	}
	if (reader->part == FCGI_PART_BODY)
		return finish(worker, &reader->head, fd, FCGI_END_LINGER);
	return FCGI_END_CLOSE;
}

static enum fcgi_end take_end(struct fcgi_worker *worker,
			      struct fcgi_reader *reader, int fd)
{
	if (reader->part == FCGI_PART_BODY)
		return finish(worker, &reader->head, fd, FCGI_END_CLOSE);
	return FCGI_END_CLOSE;
}

static enum fcgi_end serve(struct fcgi_worker *worker,
			   struct fcgi_reader *reader, int fd, size_t got)
{
	enum fcgi_end end = FCGI_END_MORE;
	size_t at = 0;

	if (got == 0)
		return take_end(worker, reader, fd);
	while (at < got && (end == FCGI_END_MORE || end == FCGI_END_KEEP))
		end = step(worker, reader, fd, got, &at);
	if (end == FCGI_END_MORE)
		end = settle(worker, reader, fd);
	return end;
}

enum fcgi_end fcgi_worker_serve(struct fcgi_worker *worker,
				struct fcgi_reader *reader, int fd, size_t got)
{
	enum fcgi_end end;

	if (!reader->head.params.data) {
		reader->head.params = worker->params;
		worker->params = (struct buf){0};
	}
	end = serve(worker, reader, fd, got);
	clear(&worker->out);
	if (end == FCGI_END_MORE)
		return end;
	/* a connection that waits holds no memory */
	clear(&reader->head.params);
	buf_free(&worker->params);
	worker->params = reader->head.params;
	*reader = (struct fcgi_reader){0};
	return end;
}
