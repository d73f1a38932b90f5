/* fcgi_request.c - a connection comes in on which a request has begun; its
 * answer goes out. The only code that sees libfcgi.
 *
 * libfcgi reads ahead into a buffer that ends with the request. On a kept
 * connection, what it read of a request body and lost would make it read the
 * rest as the records of the next request, forged certificate included. So it
 * never reads the socket: it is given each request in a file of its own, and
 * the connection to write to. */
#include "fcgi_request.h"

#include <fcgiapp.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fcgi_record.h"

enum {
	ROLE_ON_WIRE_RESPONDER = 1, /* section 8, FCGI_Role */
	ROLE_ON_WIRE_AUTHORIZER = 2
};

enum status fcgi_request_init(void)
{
	return FCGX_Init() == 0 ? ST_OK : ST_BAD;
}

/* A file in memory with the records of head, at its beginning; or -1. */
static int as_file(const struct fcgi_head *head)
{
	int file = memfd_create("request", MFD_CLOEXEC);
	struct buf records = {0};
	bool done;

	fcgi_head_write(head, &records);
	done = file >= 0 && !records.failed &&
	       write(file, records.data, records.len) ==
		       (ssize_t)records.len &&
	       lseek(file, 0, SEEK_SET) == 0;
	buf_free(&records);
	if (!done && file >= 0)
		close(file);
	return done ? file : -1;
}

/* Has libfcgi read head, and makes it write to fd. */
static bool begin(FCGX_Request *request, const struct fcgi_head *head, int fd)
{
	int file = as_file(head);

	if (file < 0)
		return false;
	FCGX_InitRequest(request, -1, 0);
	request->ipcFd = file;
	/* FCGX_Accept_r finishes the request before first, and would close
	 * the file; on an error it closes it */
	request->keepConnection = 1;
	FCGX_Detach(request);
	if (FCGX_Accept_r(request) != 0)
		return false;
	close(file);
	request->ipcFd = fd;
	return true;
}

static enum role role_of(const struct fcgi_head *head)
{
	if (head->role == ROLE_ON_WIRE_RESPONDER)
		return ROLE_RESPONDER;
	if (head->role == ROLE_ON_WIRE_AUTHORIZER)
		return ROLE_AUTHORIZER;
	return ROLE_NONE;
}

static bool send_reply(FCGX_Request *request, const struct buf *reply)
{
	if (reply->failed || reply->len == 0 || reply->len > INT32_MAX)
		return false;
	return FCGX_PutStr(reply->data, (int)reply->len, request->out) ==
	       (int)reply->len;
}

static bool flush(FCGX_Request *request)
{
	return FCGX_FFlush(request->out) == 0 &&
	       FCGX_GetError(request->out) == 0;
}

/* Sends what is left of the answer, and END_REQUEST. */
static bool finish(FCGX_Request *request)
{
	bool sent = FCGX_FClose(request->err) == 0;

	sent = FCGX_FClose(request->out) == 0 && sent;
	return sent;
}

/* What becomes of the connection, as far as the input goes. An authorizer's
 * peer sends an empty STDIN stream, or none, at once or late: whatever comes
 * of it is skipped when the next request is read. */
static enum fcgi_end settle_input(const struct fcgi_head *head, int fd)
{
	enum role role = role_of(head);

	if (!head->keep || role == ROLE_NONE)
		return fcgi_stdin_take_end(fd, head->id) ? FCGI_END_CLOSE
							 : FCGI_END_LINGER;
	if (role == ROLE_AUTHORIZER || fcgi_stdin_drain(fd, head->id))
		return FCGI_END_KEEP;
	return FCGI_END_LINGER;
}

static enum fcgi_end respond(FCGX_Request *request,
			     const struct fcgi_head *head, int fd,
			     const struct buf *reply)
{
	enum fcgi_end end;

	if (!send_reply(request, reply))
		return FCGI_END_CLOSE;
	/* the answer does not wait for a body that nobody looks at */
	if (role_of(head) == ROLE_RESPONDER && head->keep && !flush(request))
		return FCGI_END_CLOSE;
	end = settle_input(head, fd);
	return finish(request) ? end : FCGI_END_CLOSE;
}

static enum fcgi_end answer(struct worker *worker,
			    const struct fcgi_head *head, int fd)
{
	enum fcgi_end end = FCGI_END_CLOSE;
	struct buf reply = {0};
	FCGX_Request request;

	if (!begin(&request, head, fd))
		return FCGI_END_CLOSE;
	server_answer(worker, role_of(head), request.envp, &reply);
	end = respond(&request, head, fd, &reply);
	buf_free(&reply);
	FCGX_Free(&request, 0);
	return end;
}

enum fcgi_end fcgi_request_serve(struct worker *worker, int fd)
{
	enum fcgi_end end = FCGI_END_CLOSE;
	struct fcgi_head head = {0};

	switch (fcgi_head_read(fd, &head)) {
	case ST_OK:
		end = answer(worker, &head, fd);
		break;
	case ST_ABSENT:
		end = FCGI_END_KEEP;
		break;
	case ST_NOMEM:
	case ST_BAD:
		break;
	}
	fcgi_head_free(&head);
	return end;
}
