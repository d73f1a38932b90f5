/* fcgi_request.c - a connection comes in on which a request has begun; its
 * answer goes out. With front_fcgi.c the only code that sees libfcgi.
 *
 * libfcgi reads ahead into a buffer that ends with the request. Whatever of
 * this request is left in the socket then would be read as the records of the
 * next one, forged certificate included. So a connection is used again only
 * when it is known to stand between two records. */
#include "fcgi_request.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <sys/socket.h>

enum {
	MAX_DRAIN = 1024 * 1024, /* of a request body, on a kept connection */
	HEADER = 8,              /* bytes of a record header (section 3.3) */
	TYPE_STDIN = 5,
	ROLE_ON_WIRE_RESPONDER = 1, /* section 8, FCGI_Role */
	ROLE_ON_WIRE_AUTHORIZER = 2
};

/* What is known of the STDIN stream of a request. */
enum input {
	INPUT_LEFT = 0, /* there may be more of it, anywhere */
	INPUT_NONE,     /* not a byte of it has been read */
	INPUT_ENDED,    /* read to its end record, and nothing beyond */
};

enum status fcgi_request_init(void)
{
	return FCGX_Init() == 0 ? ST_OK : ST_BAD;
}

/* An authorizer's peer may send an empty STDIN stream or none, and soon or
 * late; libfcgi would take a late one for a broken request. The record must be
 * exactly the end of STDIN of request id, or it is left where it is. */
static void skip_late_end(int fd, int id)
{
	unsigned char record[HEADER + UINT8_MAX];
	ssize_t got = recv(fd, record, HEADER, MSG_PEEK | MSG_DONTWAIT);

	if (got == HEADER && record[0] == 1 && record[1] == TYPE_STDIN &&
	    record[2] << 8 == (id & 0xff00) && record[3] == (id & 0xff) &&
	    record[4] == 0 && record[5] == 0)
		(void)!recv(fd, record, HEADER + (size_t)record[6],
			    MSG_WAITALL);
}

/* True if nothing is there to read: the peer waits, and has not left. */
static bool is_quiet(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* libfcgi gets a descriptor of its own, since it closes it on errors. */
static bool begin(FCGX_Request *request, int fd)
{
	FCGX_InitRequest(request, -1, 0);
	request->ipcFd = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	if (request->ipcFd < 0)
		return false;
	/* FCGX_Accept_r first finishes the request before, and would close
	 * the connection; detached, it closes without waiting for the peer */
	request->keepConnection = 1;
	FCGX_Detach(request);
	return FCGX_Accept_r(request) == 0;
}

static enum role role_of(const FCGX_Request *request)
{
	if (request->role == ROLE_ON_WIRE_RESPONDER)
		return ROLE_RESPONDER;
	if (request->role == ROLE_ON_WIRE_AUTHORIZER)
		return ROLE_AUTHORIZER;
	return ROLE_NONE;
}

/* What libfcgi's buffer alone says: without a descriptor it cannot read on.
 * Every byte that it looks at moves rdNext. */
static enum input look_at_buffer(FCGX_Request *request)
{
	FCGX_Stream *in = request->in;
	const unsigned char *before = in->rdNext;
	int fd = request->ipcFd;
	enum input found = INPUT_LEFT;
	bool at_end;

	request->ipcFd = -1;
	at_end = FCGX_GetChar(in) == EOF;
	if (at_end && FCGX_GetError(in) == 0)
		found = INPUT_ENDED;
	else if (at_end && in->rdNext == before)
		found = INPUT_NONE;
	request->ipcFd = fd;
	return found;
}

/* Whether libfcgi has read beyond the end of STDIN. */
static bool read_ahead(FCGX_Request *request)
{
	FCGX_Stream *in = request->in;
	const unsigned char *before = in->rdNext;
	int fd = request->ipcFd;

	request->ipcFd = -1;
	in->fillBuffProc(in);
	request->ipcFd = fd;
	return in->rdNext != before;
}

/* Reads STDIN to its end record, within bounds; the descriptor has a time
 * limit of its own. */
static enum input drain(FCGX_Request *request)
{
	char scrap[8192];
	size_t total = 0;
	int got;

	do {
		got = FCGX_GetStr(scrap, sizeof(scrap), request->in);
		total += (size_t)got;
	} while (got == sizeof(scrap) && total < MAX_DRAIN);
	if (FCGX_HasSeenEOF(request->in) == EOF &&
	    FCGX_GetError(request->in) == 0)
		return INPUT_ENDED;
	return INPUT_LEFT;
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

/* What becomes of the connection, as far as the input goes. */
static enum fcgi_end settle_input(FCGX_Request *request, int *late_id)
{
	enum role role = role_of(request);
	bool kept = request->keepConnection && role != ROLE_NONE;
	enum input input;

	if (kept && role == ROLE_RESPONDER)
		input = drain(request);
	else
		input = look_at_buffer(request);
	if (input == INPUT_ENDED && read_ahead(request))
		input = INPUT_LEFT;
	if (input == INPUT_ENDED)
		return kept ? FCGI_END_KEEP : FCGI_END_CLOSE;
	if (input == INPUT_LEFT || !kept)
		return FCGI_END_LINGER;
	*late_id = request->requestId;
	return FCGI_END_KEEP;
}

/* False: the answer is not whole, and no END_REQUEST must follow. */
static bool respond(FCGX_Request *request, const struct buf *reply,
		    int *late_id, enum fcgi_end *ret_end)
{
	if (!send_reply(request, reply))
		return false;
	/* the answer does not wait for a body that nobody looks at */
	if (role_of(request) == ROLE_RESPONDER && request->keepConnection &&
	    !flush(request))
		return false;
	*ret_end = settle_input(request, late_id);
	return finish(request);
}

enum fcgi_end fcgi_request_serve(struct server *server, int fd, int *late_id)
{
	enum fcgi_end end = FCGI_END_CLOSE;
	FCGX_Request request;
	struct buf reply = {0};

	if (*late_id) {
		skip_late_end(fd, *late_id);
		*late_id = 0;
		if (is_quiet(fd))
			return FCGI_END_KEEP;
	}
	if (!begin(&request, fd))
		return FCGI_END_CLOSE;
	server_answer(server, role_of(&request), request.envp, &reply);
	if (!respond(&request, &reply, late_id, &end))
		end = FCGI_END_CLOSE;
	buf_free(&reply);
	FCGX_Free(&request, 1);
	return end;
}
