/* listen.c - options or the environment come in, a listening socket goes out,
 * and connections of peers that may connect. It reads nothing from them. */
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "listen_tcp.h"
#include "listen_unix.h"
#include "log.h"

enum { SYSTEMD_FIRST_FD = 3 };

static bool is_listening(int fd)
{
	int yes = 0;
	socklen_t len = sizeof(yes);

	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &yes, &len) == 0 &&
	       yes;
}

/* Whatever is not a UNIX socket can be reached by anyone on the machine. */
static bool is_open_to_all(int fd)
{
	int domain = 0;
	socklen_t len = sizeof(domain);

	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &len) < 0 ||
	       domain != AF_UNIX;
}

bool listen_inherited(void)
{
	return is_listening(STDIN_FILENO);
}

/* A number in the environment; -1 when it is absent or not one. */
static long env_number(const char *name)
{
	const char *text = getenv(name);
	char *end;
	long number;

	if (!text || *text < '0' || *text > '9')
		return -1;
	number = strtol(text, &end, 10);
	return *end ? -1 : number;
}

/* As sd_listen_fds(3) reads it. */
static enum status from_systemd(struct listener *ret_listener)
{
	long count = env_number("LISTEN_FDS");

	if (count <= 0 || env_number("LISTEN_PID") != (long)getpid())
		return ST_ABSENT;
	if (count > 1 || !is_listening(SYSTEMD_FIRST_FD)) {
		log_message(LOG_LEVEL_ERROR,
			    "LISTEN_FDS: one listening socket is expected, "
			    "%ld came",
			    count);
		return ST_BAD;
	}
	ret_listener->fd = SYSTEMD_FIRST_FD;
	return ST_OK;
}

static enum status find(const struct listen_options *options,
			struct listener *ret_listener)
{
	enum status st;

	ret_listener->own = true;
	if (options->path)
		return unix_open(options, ret_listener);
	if (options->tcp)
		return tcp_open(options, ret_listener);
	ret_listener->own = false;
	st = from_systemd(ret_listener);
	if (st != ST_ABSENT)
		return st;
	if (!listen_inherited())
		return ST_ABSENT;
	ret_listener->fd = STDIN_FILENO;
	return ST_OK;
}

enum status listen_open(const struct listen_options *options,
			struct listener *ret_listener)
{
	struct listener listener = {.fd = -1, .options = options};
	enum status st = tcp_check_peers(options);

	if (st == ST_OK)
		st = find(options, &listener);
	if (st != ST_OK)
		return st;
	if (fcntl(listener.fd, F_SETFD, FD_CLOEXEC) < 0 ||
	    fcntl(listener.fd, F_SETFL, O_NONBLOCK) < 0) {
		log_message(LOG_LEVEL_ERROR, "listening socket: %s",
			    strerror(errno));
		listen_close(&listener);
		return ST_BAD;
	}
	listener.tcp = is_open_to_all(listener.fd);
	*ret_listener = listener;
	return ST_OK;
}

/* A reply goes out in up to two writes; the second must not wait for the
 * peer's delayed acknowledgement of the first. */
static void send_at_once(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
}

int listen_accept(const struct listener *listener)
{
	struct sockaddr_storage peer = {0};
	const struct sockaddr *address = (const struct sockaddr *)&peer;
	socklen_t len = sizeof(peer);
	char text[PEER_TEXT];
	int fd = accept4(listener->fd, (struct sockaddr *)&peer, &len,
			 SOCK_CLOEXEC);

	if (fd < 0 || !listener->tcp)
		return fd;
	if (tcp_peer_allowed(listener->options, address)) {
		send_at_once(fd);
		return fd;
	}
	log_message(LOG_LEVEL_WARNING, "a connection from %s was refused",
		    tcp_peer_text(address, text));
	close(fd);
	errno = EACCES;
	return -1;
}

void listen_stop(const struct listener *listener)
{
	if (listener->own)
		shutdown(listener->fd, SHUT_RDWR);
}

void listen_close(struct listener *listener)
{
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
	if (listener->unlink)
		unix_remove(listener);
	listener->unlink = NULL;
}
