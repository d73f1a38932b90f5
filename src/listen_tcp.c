/* listen_tcp.c - ADDR:PORT comes in, a listening socket goes out; and for
 * each peer a yes or no. It resolves no names: who may connect must not hang
 * on a name server. */
#include "listen_tcp.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "log.h"

/* An IP address; IPv4 stands in its IPv6-mapped form (RFC 4291 2.5.5.2). */
struct address {
	struct in6_addr in6;
};

static void map_v4(const struct in_addr *v4, struct address *ret)
{
	memset(ret, 0, sizeof(*ret));
	ret->in6.s6_addr[10] = 0xff;
	ret->in6.s6_addr[11] = 0xff;
	memcpy(&ret->in6.s6_addr[12], v4, sizeof(*v4));
}

static bool parse_address(const char *text, struct address *ret)
{
	struct in_addr v4;

	if (inet_pton(AF_INET, text, &v4) == 1) {
		map_v4(&v4, ret);
		return true;
	}
	return inet_pton(AF_INET6, text, &ret->in6) == 1;
}

static bool socket_address(const struct sockaddr *peer, struct address *ret)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	if (peer->sa_family == AF_INET) {
		memcpy(&v4, peer, sizeof(v4));
		map_v4(&v4.sin_addr, ret);
		return true;
	}
	if (peer->sa_family != AF_INET6)
		return false;
	memcpy(&v6, peer, sizeof(v6));
	ret->in6 = v6.sin6_addr;
	return true;
}

static bool is_loopback(const struct address *address)
{
	if (IN6_IS_ADDR_V4MAPPED(&address->in6))
		return address->in6.s6_addr[12] == 127;
	return IN6_IS_ADDR_LOOPBACK(&address->in6);
}

static bool same_address(const struct address *a, const struct address *b)
{
	return memcmp(&a->in6, &b->in6, sizeof(a->in6)) == 0;
}

enum status tcp_check_peers(const struct listen_options *options)
{
	struct address address;
	size_t i;

	for (i = 0; i < options->peer_count; i++) {
		if (parse_address(options->peers[i], &address))
			continue;
		log_message(LOG_LEVEL_ERROR,
			    "--allow-peer %s is not an IP address",
			    options->peers[i]);
		return ST_BAD;
	}
	return ST_OK;
}

/* list is ADDR[,ADDR...] */
static bool in_list(const char *list, const struct address *address)
{
	const char *p = list;

	while (*p) {
		size_t len = strcspn(p, ",");
		char one[INET6_ADDRSTRLEN];
		struct address other;

		if (len < sizeof(one)) {
			memcpy(one, p, len);
			one[len] = '\0';
			if (parse_address(one, &other) &&
			    same_address(&other, address))
				return true;
		}
		p += len + (p[len] == ',');
	}
	return false;
}

bool tcp_peer_allowed(const struct listen_options *options,
		      const struct sockaddr *peer)
{
	const char *list = getenv("FCGI_WEB_SERVER_ADDRS");
	struct address address, other;
	size_t i;

	if (!socket_address(peer, &address))
		return false;
	if (list && !in_list(list, &address))
		return false;
	if (options->peer_count == 0)
		return is_loopback(&address);
	for (i = 0; i < options->peer_count; i++) {
		if (parse_address(options->peers[i], &other) &&
		    same_address(&other, &address))
			return true;
	}
	return false;
}

const char *tcp_peer_text(const struct sockaddr *peer, char out[PEER_TEXT])
{
	socklen_t len = peer->sa_family == AF_INET
				? sizeof(struct sockaddr_in)
				: sizeof(struct sockaddr_in6);

	if (getnameinfo(peer, len, out, PEER_TEXT, NULL, 0, NI_NUMERICHOST))
		snprintf(out, PEER_TEXT, "an unknown address");
	return out;
}

/* Splits ADDR:PORT or [ADDR]:PORT; false when it is neither. */
static bool split(const char *text, char host[PEER_TEXT], const char **ret_port)
{
	const char *colon = strrchr(text, ':');
	size_t len;

	if (!colon || colon == text || !colon[1])
		return false;
	len = (size_t)(colon - text);
	if (text[0] == '[') {
		if (len < 3 || text[len - 1] != ']')
			return false;
		text++;
		len -= 2;
	} else if (memchr(text, ':', len)) {
		return false;
	}
	if (len >= PEER_TEXT)
		return false;
	memcpy(host, text, len);
	host[len] = '\0';
	*ret_port = colon + 1;
	return strspn(*ret_port, "0123456789") == strlen(*ret_port);
}

static struct addrinfo *resolve(const char *text)
{
	struct addrinfo hints = {
		.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE,
		.ai_socktype = SOCK_STREAM,
	};
	struct addrinfo *list = NULL;
	char host[PEER_TEXT];
	const char *port;

	if (!split(text, host, &port) || strtol(port, NULL, 10) > 65535 ||
	    getaddrinfo(host, port, &hints, &list) != 0)
		return NULL;
	return list;
}

static int open_socket(const struct addrinfo *at, int backlog)
{
	int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (at->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one));
	if (bind(fd, at->ai_addr, at->ai_addrlen) == 0 &&
	    listen(fd, backlog) == 0)
		return fd;
	close(fd);
	return -1;
}

enum status tcp_open(const struct listen_options *options,
		     struct listener *ret_listener)
{
	struct addrinfo *at = resolve(options->tcp);
	struct address address;
	enum status st = ST_BAD;

	if (!at || !socket_address(at->ai_addr, &address)) {
		log_message(LOG_LEVEL_ERROR,
			    "--listen %s is not ADDR:PORT in numbers "
			    "(127.0.0.1:9000, [::1]:9000)",
			    options->tcp);
	} else if (!is_loopback(&address) && options->peer_count == 0) {
		log_message(LOG_LEVEL_ERROR,
			    "--listen %s is not on loopback: name the web "
			    "servers that may connect with --allow-peer ADDR",
			    options->tcp);
	} else {
		ret_listener->fd = open_socket(at, options->backlog);
		if (ret_listener->fd >= 0)
			st = ST_OK;
		else
			log_message(LOG_LEVEL_ERROR, "--listen %s: %s",
				    options->tcp, strerror(errno));
	}
	if (at)
		freeaddrinfo(at);
	return st;
}
