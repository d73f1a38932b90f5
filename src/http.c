/* http.c - a URL and bytes to send come in, the bytes of a reply go out.
 * OpenSSL speaks HTTP; the connection is made here, so that no proxy of the
 * environment is asked and nothing takes longer than it may. */
#include "http.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/http.h>

enum {
	HEADERS = 16 * 1024, /* bytes that may come before the reply's */
	MAX_TIMEOUT = 3600   /* seconds */
};

/* One query on its way. */
struct call {
	struct arena *arena;
	const struct http_query *query;
	char *host, *port, *path; /* OpenSSL's */
	int64_t deadline;         /* milliseconds, monotonic */
	size_t left;              /* bytes that may still be read */
	const char *why;
};

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t time_allowed(const struct http_query *query)
{
	return query->timeout < MAX_TIMEOUT ? query->timeout * 1000
					    : MAX_TIMEOUT * 1000;
}

/* True once the socket can be read or written. */
static bool wait_ready(int fd, short events, int64_t deadline)
{
	struct pollfd poll_fd = {.fd = fd, .events = events};
	int64_t left;
	int ready;

	do {
		left = deadline - milliseconds();
		ready = poll(&poll_fd, 1, left > 0 ? (int)left : 0);
	} while (ready < 0 && errno == EINTR);
	return ready > 0;
}

/* True once a connection is made; else errno says why not. */
static bool wait_connected(int fd, int64_t deadline)
{
	int error = ETIMEDOUT;
	socklen_t size = sizeof(error);

	if (wait_ready(fd, POLLOUT, deadline))
		getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size);
	errno = error;
	return error == 0;
}

static int connect_one(const struct addrinfo *to, int64_t deadline)
{
	int fd = socket(to->ai_family,
			to->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -1;
	if (connect(fd, to->ai_addr, to->ai_addrlen) == 0 ||
	    (errno == EINPROGRESS && wait_connected(fd, deadline)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/* A connection to one of the addresses; one that is silent leaves half of the
 * time to those after it. */
static int connect_any(struct call *call, const struct addrinfo *list)
{
	int fd = -1;

	for (; list && fd < 0; list = list->ai_next) {
		int64_t now = milliseconds();
		int64_t left = call->deadline - now;

		fd = connect_one(list, now + (list->ai_next ? left / 2
							    : left));
	}
	if (fd < 0)
		call->why = arena_strdup(call->arena, strerror(errno));
	return fd;
}

/* The name as getaddrinfo takes it: IPv6 addresses without brackets. */
static const char *bare_host(struct call *call)
{
	size_t len = strlen(call->host);

	if (len > 2 && call->host[0] == '[' && call->host[len - 1] == ']')
		return arena_strndup(call->arena, call->host + 1, len - 2);
	return len > 0 ? call->host : NULL;
}

static int open_connection(struct call *call)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM};
	const char *host = bare_host(call);
	struct addrinfo *list = NULL;
	int error = host ? getaddrinfo(host, call->port, &hints, &list)
			 : EAI_NONAME;
	int fd = -1;

	call->deadline = milliseconds() + time_allowed(call->query);
	if (error == 0)
		fd = connect_any(call, list);
	else
		call->why = gai_strerror(error);
	if (list)
		freeaddrinfo(list);
	return fd;
}

/* False: no more may be read or written, and call->why says why. */
static bool may_go_on(struct call *call, BIO *bio, bool reads)
{
	if (reads && call->left == 0)
		call->why = "the reply is too long";
	else if (milliseconds() >= call->deadline ||
		 !wait_ready((int)BIO_get_fd(bio, NULL),
			     reads ? POLLIN : POLLOUT, call->deadline))
		call->why = "no reply in time";
	return !call->why;
}

/* Sees each read and write of the connection before it is made, and does the
 * waiting: OpenSSL counts whole seconds, and a peer that always has one more
 * header to send would hold it for ever. */
static long on_transfer(BIO *bio, int operation, const char *data, size_t size,
			int argi, long argl, int result, size_t *processed)
{
	struct call *call = (struct call *)BIO_get_callback_arg(bio);

	(void)data;
	(void)size;
	(void)argi;
	(void)argl;
	if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0)
		call->left -= *processed < call->left ? *processed
						      : call->left;
	if (operation != BIO_CB_READ && operation != BIO_CB_WRITE)
		return result;
	if (may_go_on(call, bio, operation == BIO_CB_READ))
		return result;
	BIO_clear_retry_flags(bio);
	return -1;
}

/* OpenSSL's first word; those after it only say that there was one. */
static const char *library_error(const struct call *call)
{
	unsigned long error = ERR_peek_error();
	const char *text = ERR_reason_error_string(error);

	if (call->why)
		return call->why;
	return text ? text : "no reply that can be read";
}

/* Sends the query and waits for the reply, which the caller frees. */
static BIO *exchange(struct call *call, BIO *connection)
{
	const struct http_query *query = call->query;
	BIO *body = NULL, *reply = NULL;

	if (query->body) {
		body = BIO_new_mem_buf(query->body, (int)query->body_len);
		if (!body)
			return NULL;
	}
	ERR_clear_error();
	reply = OSSL_HTTP_transfer(NULL, call->host, call->port, call->path,
				   0, NULL, NULL, connection, connection, NULL,
				   NULL, 0, NULL, query->body_type, body,
				   query->reply_type, 1, query->max_reply, 0,
				   0);
	if (!reply)
		call->why = library_error(call);
	ERR_clear_error();
	BIO_free(body);
	return reply;
}

/* OpenSSL has looked at the length that the DER begins with. */
static bool take(struct call *call, BIO *reply, const unsigned char **ret_body,
		 size_t *ret_len)
{
	char *data = NULL;
	long len = BIO_get_mem_data(reply, &data);
	char *copy;

	call->why = "the reply is empty";
	if (len <= 0 || !data)
		return false;
	call->why = NULL;
	copy = arena_strndup(call->arena, data, (size_t)len);
	*ret_body = (const unsigned char *)copy;
	*ret_len = (size_t)len;
	return copy;
}

static bool ask(struct call *call, const unsigned char **ret_body,
		size_t *ret_len)
{
	int fd = open_connection(call);
	BIO *connection, *reply = NULL;
	bool good = false;

	if (fd < 0)
		return false;
	connection = BIO_new_socket(fd, BIO_CLOSE);
	if (!connection) {
		close(fd);
		return false;
	}
	BIO_set_callback_arg(connection, (char *)call);
	BIO_set_callback_ex(connection, on_transfer);
	reply = exchange(call, connection);
	if (reply)
		good = take(call, reply, ret_body, ret_len);
	BIO_free(reply);
	BIO_free(connection);
	return good;
}

bool http_ask(struct arena *arena, const struct http_query *query,
	      const unsigned char **ret_body, size_t *ret_len,
	      const char **ret_why)
{
	struct call call = {.arena = arena, .query = query,
			    .left = query->max_reply + HEADERS};
	int tls = 0;
	bool good = false;

	if (OSSL_HTTP_parse_url(query->url, &tls, NULL, &call.host, &call.port,
				NULL, &call.path, NULL, NULL) != 1 || tls)
		call.why = "it is not a URL with http://";
	else
		good = ask(&call, ret_body, ret_len);
	OPENSSL_free(call.host);
	OPENSSL_free(call.port);
	OPENSSL_free(call.path);
	*ret_why = call.why;
	return good;
}
