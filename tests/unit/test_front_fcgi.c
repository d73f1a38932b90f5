/* test_front_fcgi.c - the loop from start to SIGTERM; the rest of what it does
 * stands in tests/wire. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "front.h"
#include "front_fixture.h"

static struct listen_options options = {.path = "s", .backlog = 8};
static struct listener listener;
static struct server *server;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	server = fixture_server("");
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
}

static void end(void)
{
	listen_close(&listener);
	fixture_server_free(server);
}

static int connect_to_it(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "s"};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) != 0)
		_exit(10);
	return fd;
}

/* The peer, in a process of its own: its exit status is 0 when it got an
 * answer. It ends the program under test in any case. */
static void ask(pid_t program)
{
	struct buf records = {0};
	char answer[16] = "";
	int fd = connect_to_it();
	bool good;

	fixture_request(&records, 1, 2, false, "/public/x");
	good = send(fd, records.data, records.len, 0) > 0 &&
	       recv(fd, answer, sizeof(answer), MSG_WAITALL) ==
		       sizeof(answer) &&
	       memcmp(answer + 8, "Status: ", 8) == 0;
	kill(program, SIGTERM);
	_exit(good ? 0 : 1);
}

static int serve(void)
{
	struct fcgi_options fcgi = {.threads = 2,
				    .max_connections = 10,
				    .request_timeout = 5};

	return front_fcgi(server, &listener, &fcgi);
}

Test(front_fcgi, serves_until_told_to_stop, .init = start, .fini = end)
{
	pid_t program = getpid();
	sigset_t set;
	pid_t child;
	int status;

	/* the signal may come before front_fcgi waits for it */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	child = fork();
	if (child == 0)
		ask(program);
	cr_assert_eq(serve(), EXIT_SUCCESS);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(status, 0);
}

/* A request that never ends is cut off, and does not hold up the end. */
Test(front_fcgi, stops_in_time, .init = start, .fini = end)
{
	struct fcgi_options fcgi = {.threads = 2,
				    .max_connections = 10,
				    .request_timeout = 1};
	pid_t program = getpid();
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	if (fork() == 0) {
		int fd = connect_to_it();

		send(fd, "\1\1\0", 3, 0);
		usleep(100000);
		kill(program, SIGTERM);
		usleep(5000000);
		_exit(0);
	}
	cr_assert_eq(front_fcgi(server, &listener, &fcgi), EXIT_SUCCESS);
}
