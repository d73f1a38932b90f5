/* ocsp_server.c - the responder of ocsp_fixture.h, as bad as a test asks. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "ocsp_fixture.h"

enum { TOO_MUCH = 10 * 1024 * 1024, THREADS = 10 };

static void need(bool good, const char *what)
{
	if (good)
		return;
	perror(what);
	exit(2);
}

static bool send_all(int fd, const void *bytes, size_t len)
{
	const char *at = bytes;

	while (len > 0) {
		ssize_t done = send(fd, at, len, MSG_NOSIGNAL);

		if (done <= 0)
			return false;
		at += done;
		len -= (size_t)done;
	}
	return true;
}

/* The question of a request that came whole; NULL: wait for more. */
static OCSP_REQUEST *parse_request(const char *text, size_t len)
{
	const char *body = memmem(text, len, "\r\n\r\n", 4);
	const unsigned char *der;

	if (!body)
		return NULL;
	if (strncmp(text, "GET", 3) == 0)
		return OCSP_REQUEST_new();
	body += 4;
	der = (const unsigned char *)body;
	return d2i_OCSP_REQUEST(NULL, &der, (long)(text + len - body));
}

static OCSP_REQUEST *read_request(int fd)
{
	char text[16384];
	OCSP_REQUEST *request;
	size_t len = 0;
	ssize_t got;

	do {
		got = recv(fd, text + len, sizeof(text) - len, 0);
		if (got <= 0)
			return NULL;
		len += (size_t)got;
		request = parse_request(text, len);
	} while (!request);
	return request;
}

static void send_reply(int fd, const char *status, const char *type,
		       const void *body, size_t len)
{
	char head[512];
	int head_len = snprintf(head, sizeof(head),
				"HTTP/1.1 %s\r\nContent-Type: %s\r\n"
				"Content-Length: %zu\r\n\r\n",
				status, type, len);

	if (send_all(fd, head, (size_t)head_len))
		(void)send_all(fd, body, len);
}

static void send_headers(int fd)
{
	static const char line[] = "X-More: of this there is no end\r\n";

	if (!send_all(fd, "HTTP/1.1 200 OK\r\n", 17))
		return;
	while (send_all(fd, line, sizeof(line) - 1))
		;
}

static void send_huge(int fd)
{
	unsigned char *bytes = calloc(1, TOO_MUCH);
	static const unsigned char head[] = {0x30, 0x83, 0x9f, 0xff, 0xfa};

	need(bytes, "memory");
	memcpy(bytes, head, sizeof(head));
	send_reply(fd, "200 OK", "application/ocsp-response", bytes, TOO_MUCH);
	free(bytes);
}

static void pause_ms(long ms)
{
	struct timespec time = {.tv_sec = ms / 1000,
				.tv_nsec = ms % 1000 * 1000000};

	nanosleep(&time, NULL);
}

/* Takes its time, and counts how many do so at once. */
static void think(struct ocsp_server *server)
{
	int now = atomic_fetch_add(&server->at_once, 1) + 1;
	int most = server->most;

	while (now > most &&
	       !atomic_compare_exchange_weak(&server->most, &most, now))
		;
	pause_ms(SLOW_MS);
	atomic_fetch_sub(&server->at_once, 1);
}

static void send_answer(struct ocsp_server *server, int fd,
			const char *status, const char *type,
			OCSP_REQUEST *request)
{
	struct ocsp_recipe recipe = server->recipe;
	unsigned char *der;
	size_t len;

	recipe.asked = request;
	der = ocsp_response(&recipe, &len);
	send_reply(fd, status, type, der, len);
	OPENSSL_free(der);
}

static void behave(struct ocsp_server *server, int fd,
		   OCSP_REQUEST *request)
{
	static const char right[] = "application/ocsp-response";
	char scrap[16];
	char found[128];

	switch ((enum ocsp_manner)server->manner) {
	case MANNER_SLOW:
		think(server);
		send_answer(server, fd, "200 OK", right, request);
		return;
	case MANNER_ANSWER:
		send_answer(server, fd, "200 OK", right, request);
		return;
	case MANNER_SILENT:
		while (recv(fd, scrap, sizeof(scrap), 0) > 0)
			;
		return;
	case MANNER_HUGE:
		send_huge(fd);
		return;
	case MANNER_HEADERS:
		send_headers(fd);
		return;
	case MANNER_TYPE:
		send_answer(server, fd, "200 OK", "text/html", request);
		return;
	case MANNER_REDIRECT:
		snprintf(found, sizeof(found), "302 Found\r\nLocation: %s",
			 server->url);
		server->manner = MANNER_ANSWER;
		send_reply(fd, found, right, "", 0);
		return;
	case MANNER_ERROR:
		send_answer(server, fd, "500 Internal Server Error", right,
			    request);
		return;
	case MANNER_EMPTY:
		send_reply(fd, "200 OK", right, "", 0);
		return;
	case MANNER_HANGUP:
		return;
	}
}

static void serve_one(struct ocsp_server *server, int fd)
{
	OCSP_REQUEST *request = NULL;

	if (server->manner != MANNER_HANGUP)
		request = read_request(fd);
	if (request)
		behave(server, fd, request);
	OCSP_REQUEST_free(request);
	close(fd);
}

/* One of the threads, which never end: libcrypto keeps something for each. */
static void *serve(void *arg)
{
	struct ocsp_server *server = arg;
	int fd;

	while ((fd = accept(server->fd, NULL, NULL)) >= 0) {
		atomic_fetch_add(&server->asked, 1);
		serve_one(server, fd);
	}
	return NULL;
}

struct ocsp_server *ocsp_server_new(enum ocsp_manner manner,
				    const struct ocsp_recipe *recipe)
{
	struct ocsp_server *server = calloc(1, sizeof(*server));
	struct sockaddr_in address = {.sin_family = AF_INET};
	socklen_t size = sizeof(address);
	pthread_t thread;

	need(server, "memory");
	(void)ocsp_pki(); /* before there are threads */
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	server->fd = socket(AF_INET, SOCK_STREAM, 0);
	server->manner = (int)manner;
	if (recipe)
		server->recipe = *recipe;
	need(bind(server->fd, (struct sockaddr *)&address, size) == 0 &&
		     listen(server->fd, 16) == 0 &&
		     getsockname(server->fd, (struct sockaddr *)&address,
				 &size) == 0, "listening");
	snprintf(server->url, sizeof(server->url),
		 "http://127.0.0.1:%d/ocsp?q=1", ntohs(address.sin_port));
	for (int i = 0; i < THREADS; i++) {
		need(pthread_create(&thread, NULL, serve, server) == 0,
		     "thread");
		pthread_detach(thread);
	}
	return server;
}
