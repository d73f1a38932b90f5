/* test_fcgi_request.c - one request on a connection, and how it ends. */
#include "fcgi_request.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi_record.h"
#include "front_fixture.h"

enum { RESPONDER = 1, AUTHORIZER = 2, FILTER = 3 };

static struct server *server;
static struct worker *worker;
static int pair[2]; /* 0: ours, 1: the peer's */
static unsigned char got[20000];
static size_t got_len;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	server = fixture_server("");
	worker = worker_new(server);
	cr_assert_not_null(worker);
	fixture_socketpair(pair);
	cr_assert_eq(fcgi_request_init(), ST_OK);
}

static void end(void)
{
	worker_free(worker);
	fixture_server_free(server);
	close(pair[0]);
	close(pair[1]);
}

static void put_pair(struct buf *out, const char *name, const char *value)
{
	buf_addf(out, "%c%c%s%s", (int)strlen(name), (int)strlen(value), name,
		 value);
}

static void give_end(unsigned char id)
{
	const unsigned char record[8] = {1, 5, 0, id};

	cr_assert_eq(send(pair[1], record, 8, 0), 8);
}

static void give(unsigned role, bool keep, const char *path)
{
	struct fcgi_head head = {.id = 1, .role = role, .keep = keep};
	struct buf records = {0};

	put_pair(&head.params, "REQUEST_METHOD", "GET");
	put_pair(&head.params, "REQUEST_URI", path);
	put_pair(&head.params, "SCRIPT_NAME", path);
	fcgi_head_write(&head, &records);
	cr_assert_eq(send(pair[1], records.data, records.len, 0),
		     (ssize_t)records.len);
	fcgi_head_free(&head);
	buf_free(&records);
}

static enum fcgi_end serve(void)
{
	enum fcgi_end found = fcgi_request_serve(worker, pair[0]);
	ssize_t n = recv(pair[1], got, sizeof(got), MSG_DONTWAIT);

	got_len = n < 0 ? 0 : (size_t)n;
	return found;
}

/* The answer is one STDOUT record with this status, and END_REQUEST last. */
static void expect_status(const char *status)
{
	cr_assert_gt(got_len, 40);
	cr_assert_eq(got[1], 6, "STDOUT");
	cr_assert_eq(memcmp(got + 8, "Status: ", 8), 0);
	cr_assert_eq(memcmp(got + 16, status, 3), 0, "%.40s", got + 8);
	cr_assert_eq(got[got_len - 16 + 1], 3, "END_REQUEST");
}

Test(fcgi_request, grant_and_denial, .init = start, .fini = end)
{
	give(AUTHORIZER, true, "/public/x");
	cr_assert_eq(serve(), FCGI_END_KEEP);
	expect_status("200");
	give(AUTHORIZER, true, "/app/x");
	cr_assert_eq(serve(), FCGI_END_KEEP);
	expect_status("401");
}

Test(fcgi_request, not_kept_is_closed, .init = start, .fini = end)
{
	give(AUTHORIZER, false, "/public/x");
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	expect_status("200");
	give(AUTHORIZER, false, "/public/x");
	cr_assert_eq(serve(), FCGI_END_LINGER, "STDIN may come");
	expect_status("200");
}

Test(fcgi_request, kept_responder_is_drained, .init = start, .fini = end)
{
	give(RESPONDER, true, "/api/health");
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_KEEP);
	expect_status("200");
	cr_assert_lt(recv(pair[0], got, 1, MSG_DONTWAIT), 0, "STDIN left");
}

Test(fcgi_request, kept_responder_without_end, .init = start, .fini = end)
{
	give(RESPONDER, true, "/api/health");
	shutdown(pair[1], SHUT_WR);
	cr_assert_eq(serve(), FCGI_END_LINGER);
	expect_status("200");
}

Test(fcgi_request, filter_is_denied_and_closed, .init = start, .fini = end)
{
	give(FILTER, true, "/public/x");
	give_end(1);
	cr_assert_neq(serve(), FCGI_END_KEEP);
	cr_assert_eq(memcmp(got + 8, "Status: ", 8), 0);
	cr_assert_neq(got[16], '2');
}

Test(fcgi_request, role_of_no_meaning, .init = start, .fini = end)
{
	give(9, true, "/public/x");
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	cr_assert_eq(got_len, 0, "nothing is said");
}

Test(fcgi_request, late_end_alone_is_no_request, .init = start, .fini = end)
{
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_KEEP);
	cr_assert_eq(got_len, 0);
}

Test(fcgi_request, garbage_is_closed, .init = start, .fini = end)
{
	cr_assert_eq(send(pair[1], "GET / HTTP/1.0\r\n\r\n", 18, 0), 18);
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	cr_assert_eq(got_len, 0);
}

/* The answer cannot be sent: no END_REQUEST, and the end. */
Test(fcgi_request, peer_that_left, .init = start, .fini = end)
{
	give(AUTHORIZER, true, "/public/x");
	signal(SIGPIPE, SIG_IGN);
	shutdown(pair[1], SHUT_RD);
	cr_assert_eq(fcgi_request_serve(worker, pair[0]), FCGI_END_CLOSE);
}
