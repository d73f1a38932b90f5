/* ctl_http.c - a URL comes in, the bytes that its server has go out. OpenSSL
 * connects and speaks HTTP; what it reads passes by here, so that the answer's
 * head can be told and nothing is longer, or takes longer, than it may. Never
 * goes to another server than the URL names. */
#include "ctl_http.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/http.h>
#include <openssl/httperr.h>

enum { MAX_HEAD = 16 * 1024, CHUNK = 16 * 1024 };

/* One file on its way. */
struct call {
	struct arena *arena;
	const struct ctl_http_limits *limits;
	char *host, *port, *path; /* OpenSSL's */
	int64_t deadline;         /* milliseconds, monotonic */
	int fd;
	struct buf head; /* of the answer: status line and headers */
	bool in_body;
	struct buf *body;
	const char *why; /* in the arena */
};

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void say_late(struct call *call)
{
	call->why = arena_printf(call->arena,
				 "there was no whole answer within %lld s",
				 (long long)call->limits->timeout);
}

static void say_large(struct call *call)
{
	call->why = arena_printf(call->arena, "it is larger than %zu bytes",
				 call->limits->max);
}

/* The first thing that went wrong, in the words of OpenSSL or the system. */
static void say_error(struct call *call, const char *what)
{
	const char *data = "";
	int flags = 0;
	unsigned long error = ERR_peek_error_data(&data, &flags);
	const char *text = ERR_SYSTEM_ERROR(error)
				   ? strerror(ERR_GET_REASON(error))
				   : ERR_reason_error_string(error);

	if (call->why)
		return;
	/* what getaddrinfo said is in the data */
	if (ERR_GET_REASON(error) == ERR_R_SYS_LIB && (flags & ERR_TXT_STRING))
		text = data;
	call->why = arena_printf(call->arena, "%s%s%s", what, text ? ": " : "",
				 text ? text : "");
}

/* Waits until the connection can be read or written; false: it took too long,
 * which was said. */
static bool wait_for(struct call *call, int fd, short events)
{
	struct pollfd wait = {.fd = fd, .events = events};
	int64_t left;
	int ready;

	do {
		left = call->deadline - milliseconds();
		ready = poll(&wait, 1, left > 0 ? (int)left : 0);
	} while (ready < 0 && errno == EINTR);
	if (ready > 0 && left > 0)
		return true;
	say_late(call);
	return false;
}

/* Is called before and after each read of the connection. It waits itself,
 * since OpenSSL loses what it has of a line when the rest is late; and it ends
 * an answer that always has one more header. */
static long on_read(BIO *bio, int operation, const char *data, size_t size,
		    int argi, long argl, int result, size_t *processed)
{
	struct call *call = (struct call *)BIO_get_callback_arg(bio);

	(void)size;
	(void)argi;
	(void)argl;
	if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0 &&
	    !call->in_body)
		buf_add(&call->head, data, *processed);
	if (operation != BIO_CB_READ)
		return result;
	if (call->head.failed || call->head.len > MAX_HEAD)
		call->why =
			arena_strdup(call->arena, "its headers are too long");
	else if (wait_for(call, call->fd, POLLIN))
		return result;
	BIO_clear_retry_flags(bio);
	return -1;
}

/* The value of a header, or NULL. Folded lines, which nobody sends any more,
 * are cut. */
static const char *header(const struct call *call, const char *name)
{
	const char *line = call->head.data;
	size_t len = strlen(name);

	while (line && (line = strchr(line, '\n'))) {
		line++;
		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		line += strspn(line, " \t");
		return arena_strndup(call->arena, line, strcspn(line, "\r\n"));
	}
	return NULL;
}

/* Status code and phrase of the first line, or NULL. */
static const char *status_line(const struct call *call)
{
	const char *line = call->head.data;

	if (!line || strncmp(line, "HTTP/", 5) != 0)
		return NULL;
	line += strcspn(line, " \r\n");
	line += strspn(line, " ");
	return arena_strndup(call->arena, line, strcspn(line, "\r\n"));
}

/* OpenSSL reads no further than a status that it does not take. */
static void finish_head(struct call *call, BIO *connection)
{
	char chunk[CHUNK];

	while (!call->head.failed && !strstr(call->head.data, "\n\r\n") &&
	       BIO_read(connection, chunk, sizeof(chunk)) > 0)
		continue;
}

/* A status other than 200 is said here; how versions of OpenSSL take it
 * differs. */
static bool has_good_status(struct call *call, BIO *connection)
{
	const char *status = status_line(call);
	const char *target;

	if (!status || strncmp(status, "200", 3) == 0)
		return true;
	if (status[0] == '3')
		finish_head(call, connection);
	target = header(call, "Location");
	if (status[0] == '3' && target)
		call->why = arena_printf(call->arena,
					 "the server sends on to %s (%s), and "
					 "redirects are not followed",
					 target, status);
	else
		call->why = arena_printf(call->arena, "the server answers %s",
					 status);
	return false;
}

static bool read_body(struct call *call, BIO *from)
{
	char chunk[CHUNK];
	int got;

	call->in_body = true;
	while ((got = BIO_read(from, chunk, sizeof(chunk))) > 0) {
		if ((size_t)got > call->limits->max - call->body->len) {
			say_large(call);
			return false;
		}
		buf_add(call->body, chunk, (size_t)got);
	}
	if (got < 0)
		say_error(call, "the connection was lost");
	return got == 0 && !call->body->failed;
}

/* Sends the request and reads the head of the answer; NULL, or where its body
 * can be read. Given a connection, OpenSSL looks for no proxy. */
static BIO *exchange(struct call *call, BIO *connection)
{
	const char *host = strcmp(call->port, OSSL_HTTP_PORT) == 0
				   ? call->host
				   : arena_printf(call->arena, "%s:%s",
						  call->host, call->port);
	OSSL_HTTP_REQ_CTX *context = OSSL_HTTP_open(
		host, NULL, NULL, NULL, 0, connection, connection, NULL, NULL,
		CHUNK, (int)call->limits->timeout);
	char *target = NULL;
	BIO *answer = NULL;

	if (host && context &&
	    OSSL_HTTP_set1_request(context, call->path, NULL, NULL, NULL, NULL,
				   0, call->limits->max, -1, 0))
		answer = OSSL_HTTP_exchange(context, &target);
	OPENSSL_free(target);
	OSSL_HTTP_close(context, answer != NULL);
	return answer;
}

static bool transfer(struct call *call)
{
	BIO *connection = BIO_new_socket(call->fd, BIO_NOCLOSE);
	BIO *answer = NULL;
	bool good = false;

	if (!connection)
		return false;
	BIO_set_callback_arg(connection, (char *)call);
	BIO_set_callback_ex(connection, on_read);
	answer = exchange(call, connection);
	if (!call->why && has_good_status(call, connection)) {
		if (answer)
			good = read_body(call, answer);
		else if (ERR_GET_REASON(ERR_peek_error()) ==
			 HTTP_R_MAX_RESP_LEN_EXCEEDED)
			say_large(call);
		else
			say_error(call, "no answer that can be read");
	}
	BIO_free(answer);
	BIO_free(connection);
	return good;
}

/* Tries the addresses of the host in turn. */
static bool do_connect(struct call *call, BIO *connection)
{
	BIO_set_nbio(connection, 1);
	while (BIO_do_connect(connection) <= 0) {
		if (!BIO_should_retry(connection) ||
		    BIO_get_fd(connection, &call->fd) < 0) {
			say_error(call, "no connection");
			return false;
		}
		if (!wait_for(call, call->fd, POLLOUT))
			return false;
	}
	return BIO_get_fd(connection, &call->fd) >= 0;
}

static bool get(struct call *call)
{
	BIO *connection = BIO_new_connect(call->host);
	bool good = connection &&
		    BIO_set_conn_port(connection, call->port) > 0 &&
		    do_connect(call, connection) && transfer(call);

	BIO_free(connection);
	return good;
}

enum status ctl_http_get(struct arena *arena, const char *url,
			 const struct ctl_http_limits *limits,
			 struct buf *ret_body, const char **ret_why)
{
	struct call call = {.arena = arena, .limits = limits, .body = ret_body};
	int tls = 0;
	bool good = false;

	*ret_body = (struct buf){0};
	ERR_clear_error();
	call.deadline = milliseconds() + limits->timeout * 1000;
	if (OSSL_HTTP_parse_url(url, &tls, NULL, &call.host, &call.port, NULL,
				&call.path, NULL, NULL) != 1 ||
	    tls || !call.host[0])
		call.why = arena_strdup(arena, "it is not an http:// URL");
	else
		good = get(&call);
	ERR_clear_error();
	OPENSSL_free(call.host);
	OPENSSL_free(call.port);
	OPENSSL_free(call.path);
	buf_free(&call.head);
	*ret_why = call.why;
	if (good)
		return ST_OK;
	return call.why ? ST_BAD : ST_NOMEM;
}
