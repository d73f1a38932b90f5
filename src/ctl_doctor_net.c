/* ctl_doctor_net.c - in: a host and a port; out: a connected socket, or why
 * there is none. */
#include "ctl_doctor_net.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

enum { MAX_ADDRESSES = 4 };

int64_t net_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool net_wait(int fd, short events, int64_t deadline)
{
	struct pollfd wait = {.fd = fd, .events = events};
	int got;

	do {
		int64_t left = deadline - net_now();

		got = poll(&wait, 1, left > 0 ? (int)left : 0);
	} while (got < 0 && errno == EINTR);
	return got > 0;
}

static enum net_end end_of(int error)
{
	switch (error) {
	case 0:
		return NET_OK;
	case ECONNREFUSED:
		return NET_REFUSED;
	case ETIMEDOUT:
		return NET_TIMEOUT;
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EADDRNOTAVAIL:
	case EAFNOSUPPORT:
	case EACCES:
	case EPERM:
		return NET_UNREACHABLE;
	default:
		return NET_FAILED;
	}
}

/* The error of errno.h with which connecting fd ended, 0: none. */
static int finish_connect(int fd, const struct addrinfo *address,
			  int64_t timeout)
{
	int error = 0;
	socklen_t len = sizeof(error);

	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	if (!net_wait(fd, POLLOUT, net_now() + timeout))
		return ETIMEDOUT;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		return errno;
	return error;
}

static const char *place(struct arena *arena, const struct addrinfo *address)
{
	char host[NI_MAXHOST] = "?";
	char port[NI_MAXSERV] = "?";

	(void)getnameinfo(address->ai_addr, address->ai_addrlen, host,
			  sizeof(host), port, sizeof(port),
			  NI_NUMERICHOST | NI_NUMERICSERV);
	return arena_printf(arena, "%s port %s", host, port);
}

static int try_one(struct arena *arena, const struct addrinfo *address,
		   int64_t timeout, struct net_result *result)
{
	int fd = socket(address->ai_family,
			SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int error = fd < 0 ? errno : finish_connect(fd, address, timeout);
	int one = 1;

	result->where = place(arena, address);
	result->end = end_of(error);
	result->why = error ? arena_strdup(arena, strerror(error)) : NULL;
	if (error == 0) {
		(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one,
				 sizeof(one));
		return fd;
	}
	if (fd >= 0)
		close(fd);
	return -1;
}

int net_connect(struct arena *arena, const char *host, const char *port,
		int64_t timeout, struct net_result *ret_result)
{
	struct addrinfo hints = {.ai_family = AF_UNSPEC,
				 .ai_socktype = SOCK_STREAM};
	struct addrinfo *list = NULL;
	int error = getaddrinfo(host, port, &hints, &list);
	int fd = -1;
	int tried = 0;

	*ret_result = (struct net_result){.end = NET_NO_NAME};
	if (error != 0)
		ret_result->why = arena_strdup(arena, gai_strerror(error));
	for (struct addrinfo *at = error == 0 ? list : NULL;
	     at && fd < 0 && tried < MAX_ADDRESSES; at = at->ai_next, tried++)
		fd = try_one(arena, at, timeout, ret_result);
	if (list)
		freeaddrinfo(list);
	return fd;
}
