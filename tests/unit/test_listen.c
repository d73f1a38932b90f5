/* test_listen.c - where the listening socket comes from. */
#include "listen.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "front_fixture.h"

static struct listen_options options;
static struct listener listener;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	options = (struct listen_options){.backlog = 8};
	close(0);
	cr_assert_eq(open("/dev/null", O_RDONLY), 0);
}

/* Puts a listening socket on the descriptor. */
static void put_socket(int domain, int at)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX, .sun_path = "s"};
	struct sockaddr_in in = {.sin_family = AF_INET};
	int fd = socket(domain, SOCK_STREAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (domain == AF_UNIX)
		cr_assert_eq(bind(fd, (struct sockaddr *)&un, sizeof(un)), 0);
	else
		cr_assert_eq(bind(fd, (struct sockaddr *)&in, sizeof(in)), 0);
	cr_assert_eq(listen(fd, 8), 0);
	if (fd != at) {
		cr_assert_eq(dup2(fd, at), at);
		close(fd);
	}
}

static void say_systemd(const char *count, int pid)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", pid);
	setenv("LISTEN_FDS", count, 1);
	setenv("LISTEN_PID", text, 1);
}

Test(listen, nowhere, .init = start)
{
	cr_assert_not(listen_inherited());
	cr_assert_eq(listen_open(&options, &listener), ST_ABSENT);
}

Test(listen, descriptor_0, .init = start)
{
	put_socket(AF_UNIX, 0);
	cr_assert(listen_inherited());
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
	cr_assert_eq(listener.fd, 0);
	cr_assert_not(listener.tcp);
	cr_assert_not(listener.own);
	cr_assert(fcntl(0, F_GETFD) & FD_CLOEXEC);
	listen_close(&listener);
	cr_assert_eq(access("s", F_OK), 0, "the file is not ours");
}

Test(listen, tcp_on_descriptor_0, .init = start)
{
	put_socket(AF_INET, 0);
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
	cr_assert(listener.tcp);
}

Test(listen, connected_socket_is_none, .init = start)
{
	int pair[2];

	fixture_socketpair(pair);
	cr_assert_eq(dup2(pair[0], 0), 0);
	cr_assert_not(listen_inherited());
	cr_assert_eq(listen_open(&options, &listener), ST_ABSENT);
}

/* What listen_open says with this environment, when descriptor 3 is a
 * listening socket or not; in a process of its own, since that descriptor is
 * in use here. The status, or 100 for ST_OK with another descriptor than 3. */
static int opened(const char *count, int pid_off, bool listening)
{
	int status;
	pid_t child = fork();

	if (child == 0) {
		dup2(0, 3);
		if (listening)
			put_socket(AF_UNIX, 3);
		say_systemd(count, getpid() + pid_off);
		status = (int)listen_open(&options, &listener);
		if (status == ST_OK && listener.fd != 3)
			status = 100;
		_exit(status);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	unlink("s");
	cr_assert(WIFEXITED(status));
	return WEXITSTATUS(status);
}

Test(listen, systemd, .init = start)
{
	cr_assert_eq(opened("1", 0, true), ST_OK);
}

Test(listen, systemd_for_another_process, .init = start)
{
	cr_assert_eq(opened("1", 1, true), ST_ABSENT);
	cr_assert_eq(opened("", 0, true), ST_ABSENT);
	cr_assert_eq(opened("1x", 0, true), ST_ABSENT);
	cr_assert_eq(opened("-1", 0, true), ST_ABSENT);
	cr_assert_eq(opened("0", 0, true), ST_ABSENT);
}

Test(listen, systemd_with_something_else, .init = start)
{
	cr_assert_eq(opened("2", 0, true), ST_BAD);
	cr_assert_eq(opened("1", 0, false), ST_BAD);
}

Test(listen, option_comes_first, .init = start)
{
	put_socket(AF_INET, 0);
	options.path = "own";
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
	cr_assert_neq(listener.fd, 0);
	cr_assert(listener.own);
	cr_assert_not(listener.tcp);
	listen_close(&listener);
	cr_assert_neq(access("own", F_OK), 0);
	cr_assert_eq(listener.fd, -1);
}

static int connect_to(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(at.sun_path, path, sizeof(at.sun_path) - 1);
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0)
		return fd;
	close(fd);
	return -1;
}

Test(listen, accepts_until_stopped, .init = start)
{
	int peer, fd;

	options.path = "own";
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
	cr_assert_eq(listen_accept(&listener), -1);
	cr_assert_eq(errno, EAGAIN);
	peer = connect_to("own");
	fd = listen_accept(&listener);
	cr_assert_geq(fd, 0);
	cr_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	cr_assert_not(fcntl(fd, F_GETFL) & O_NONBLOCK);
	listen_stop(&listener);
	cr_assert_eq(connect_to("own"), -1);
	close(peer);
	close(fd);
	listen_close(&listener);
}

Test(listen, peer_that_is_not_allowed, .init = start)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	int peer = socket(AF_INET, SOCK_STREAM, 0);
	char *log;
	char c;

	options.tcp = "127.0.0.1:0";
	options.peers[options.peer_count++] = "192.0.2.1";
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
	cr_assert_eq(getsockname(listener.fd, (struct sockaddr *)&at, &len),
		     0);
	cr_assert_eq(connect(peer, (struct sockaddr *)&at, len), 0);
	cr_assert_eq(listen_accept(&listener), -1);
	cr_assert_leq(recv(peer, &c, 1, 0), 0, "left open");
	log = fixture_read("log");
	cr_assert(strstr(log, "127.0.0.1"), "%s", log);
	free(log);
	close(peer);
	listen_close(&listener);
}
