/* test_front_work.c - what threads do with connections: none is held up by
 * another, and a thread stays with one only while another waits. */
#include "front_work.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "front_fixture.h"

static struct listen_options options = {.path = "s", .backlog = 8};
static struct fcgi_options fcgi = {.request_timeout = 5};
static struct listener listener;
static struct front front = {.listener = &listener, .options = &fcgi};

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	front.server = fixture_server("");
	front.conns = conns_new(8);
	cr_assert_not_null(front.conns);
	cr_assert_eq(listen_open(&options, &listener), ST_OK);
	cr_assert(conns_listen(front.conns, listener.fd));
}

static void start_threads(size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct front_thread *thread = &front.threads[i];

		thread->front = &front;
		thread->worker = fcgi_worker_new(front.server);
		cr_assert_not_null(thread->worker);
		cr_assert_eq(pthread_create(&thread->id, NULL, front_work,
					    thread),
			     0);
		front.thread_count++;
	}
}

static void end(void)
{
	conns_stop(front.conns);
	for (size_t i = 0; i < front.thread_count; i++) {
		pthread_join(front.threads[i].id, NULL);
		fcgi_worker_free(front.threads[i].worker);
	}
	conns_free(front.conns);
	listen_close(&listener);
	fixture_server_free(front.server);
}

static int connect_to_it(void)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX, .sun_path = "s"};
	struct timeval limit = {.tv_sec = 5};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	cr_assert_eq(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	return fd;
}

static void give(int fd, const struct buf *records, size_t from, size_t to)
{
	cr_assert_eq(send(fd, records->data + from, to - from, 0),
		     (ssize_t)(to - from));
}

/* True if a whole answer comes with status 200, and nothing after it. */
static bool is_granted(int fd)
{
	char answer[4096];
	size_t len = 0;

	while (len < 24 || answer[len - 16 + 1] != 3) {
		ssize_t got = recv(fd, answer + len, sizeof(answer) - len, 0);

		if (got <= 0)
			return false;
		len += (size_t)got;
	}
	return memcmp(answer + 8, "Status: 200", 11) == 0;
}

static void ask(int fd)
{
	struct buf records = {0};

	fixture_request(&records, 1, 2, true, "/public/x");
	give(fd, &records, 0, records.len);
	cr_assert(is_granted(fd));
	buf_free(&records);
}

Test(front_work, kept_connections_in_turn, .init = start, .fini = end)
{
	int fd[5];
	int i;

	start_threads(2);
	for (i = 0; i < 5; i++)
		fd[i] = connect_to_it();
	for (i = 0; i < 50; i++)
		ask(fd[i % 5]);
	for (i = 0; i < 5; i++)
		close(fd[i]);
}

Test(front_work, one_thread_is_enough, .init = start, .fini = end)
{
	int first, second;
	int i;

	start_threads(1);
	first = connect_to_it();
	second = connect_to_it();
	for (i = 0; i < 10; i++) {
		ask(first);
		ask(second);
	}
	close(first);
	close(second);
}

Test(front_work, half_requests_hold_no_thread, .init = start, .fini = end)
{
	struct buf records = {0};
	int half[4];
	int fd, i;

	start_threads(2);
	fixture_request(&records, 1, 2, true, "/public/x");
	for (i = 0; i < 4; i++) {
		half[i] = connect_to_it();
		give(half[i], &records, 0, 20);
	}
	fd = connect_to_it();
	ask(fd);
	for (i = 0; i < 4; i++) {
		give(half[i], &records, 20, records.len);
		cr_assert(is_granted(half[i]), "%d", i);
		close(half[i]);
	}
	close(fd);
	buf_free(&records);
}

/* A thread that stays goes back to wait when nothing comes. */
Test(front_work, stays_for_a_moment_only, .init = start, .fini = end)
{
	int fd;

	start_threads(2);
	fd = connect_to_it();
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < 1 + 20 * round; i++)
			ask(fd);
		while (conns_waiting(front.conns) != 2)
			usleep(1000);
	}
	close(fd);
}

Test(front_work, closed_when_stopping, .init = start, .fini = end)
{
	struct buf records = {0};
	char c;
	int fd;

	start_threads(2);
	fd = connect_to_it();
	ask(fd);
	/* The thread that answered looks once more whether it is to stop. */
	while (conns_waiting(front.conns) < 2)
		front_pause(1);
	atomic_store(&front.stopping, true);
	fixture_request(&records, 1, 2, true, "/public/x");
	give(fd, &records, 0, records.len);
	cr_assert(is_granted(fd), "what was asked is answered");
	cr_assert_eq(recv(fd, &c, 1, 0), 0, "and then it is closed");
	close(fd);
	buf_free(&records);
}
