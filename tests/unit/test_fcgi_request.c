/* test_fcgi_request.c - one request on a connection, and how it ends. */
#include "fcgi_request.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front_fixture.h"

enum { RESPONDER = 1, AUTHORIZER = 2, FILTER = 3 };

static struct server *server;
static struct fcgi_worker *worker;
static struct fcgi_reader reader;
static int pair[2]; /* 0: ours, 1: the peer's */
static unsigned char got[20000];
static size_t got_len;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	server = fixture_server("");
	fixture_socketpair(pair);
	worker = fcgi_worker_new(server);
	cr_assert_not_null(worker);
}

static void end(void)
{
	fcgi_reader_free(&reader);
	fcgi_worker_free(worker);
	fixture_server_free(server);
	close(pair[0]);
	close(pair[1]);
}

static void give_all(struct buf *records)
{
	cr_assert_eq(send(pair[1], records->data, records->len, 0),
		     (ssize_t)records->len);
	buf_free(records);
}

static void give_stdin(unsigned id, const char *text)
{
	struct buf records = {0};

	fixture_record(&records, 5, id, text, strlen(text), 0);
	give_all(&records);
}

static void give_end(unsigned id)
{
	give_stdin(id, "");
}

static void give(unsigned role, bool keep, const char *path)
{
	struct buf records = {0};

	fixture_request(&records, 1, role, keep, path);
	give_all(&records);
}

static enum fcgi_end serve(void)
{
	ssize_t came = fcgi_worker_read(worker, pair[0], MSG_DONTWAIT);
	enum fcgi_end found;
	ssize_t n;

	cr_assert_geq(came, 0);
	found = fcgi_worker_serve(worker, &reader, pair[0], (size_t)came);
	n = recv(pair[1], got, sizeof(got), MSG_DONTWAIT);
	got_len = n < 0 ? 0 : (size_t)n;
	return found;
}

static bool answered(void)
{
	return got_len > 40 && got[got_len - 16 + 1] == 3;
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
	give_stdin(1, "body");
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_KEEP);
	expect_status("200");
	cr_assert(fcgi_reader_idle(&reader));
}

/* The answer comes before the body, and its end after it. */
Test(fcgi_request, late_body, .init = start, .fini = end)
{
	give(RESPONDER, true, "/api/health");
	give_stdin(1, "bo");
	cr_assert_eq(serve(), FCGI_END_MORE);
	cr_assert_eq(memcmp(got + 8, "Status: 200", 11), 0);
	cr_assert_not(answered());
	give_stdin(1, "dy");
	cr_assert_eq(serve(), FCGI_END_MORE);
	cr_assert_eq(got_len, 0);
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_KEEP);
	cr_assert_eq(got_len, 24);
	cr_assert_eq(got[9], 3, "END_REQUEST");
}

Test(fcgi_request, body_that_is_none, .init = start, .fini = end)
{
	give(RESPONDER, true, "/api/health");
	give(AUTHORIZER, true, "/public/x");
	cr_assert_eq(serve(), FCGI_END_LINGER);
	expect_status("200");
	cr_assert_lt(got_len, 600, "a second answer");
}

Test(fcgi_request, kept_responder_without_end, .init = start, .fini = end)
{
	give(RESPONDER, true, "/api/health");
	cr_assert_eq(serve(), FCGI_END_MORE);
	shutdown(pair[1], SHUT_WR);
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	cr_assert_eq(got_len, 24, "END_REQUEST");
}

Test(fcgi_request, two_at_once, .init = start, .fini = end)
{
	give(AUTHORIZER, true, "/public/x");
	give_end(1);
	give(AUTHORIZER, true, "/app/x");
	cr_assert_eq(serve(), FCGI_END_KEEP);
	cr_assert_eq(memcmp(got + 8, "Status: 200", 11), 0);
	cr_assert(memmem(got + 8, got_len - 8, "Status: 401", 11));
	cr_assert(answered());
}

Test(fcgi_request, byte_by_byte, .init = start, .fini = end)
{
	struct buf records = {0};
	size_t i;

	fixture_request(&records, 1, AUTHORIZER, true, "/public/x");
	for (i = 0; i < records.len; i++) {
		cr_assert_eq(send(pair[1], records.data + i, 1, 0), 1);
		cr_assert_eq(serve(), i < records.len - 1 ? FCGI_END_MORE
							  : FCGI_END_KEEP);
	}
	expect_status("200");
	buf_free(&records);
}

/* Requests of other connections may come between the parts of one. */
Test(fcgi_request, parts_among_others, .init = start, .fini = end)
{
	struct fcgi_reader other = {0};
	struct buf records = {0};
	size_t half;

	fixture_request(&records, 1, AUTHORIZER, true, "/public/x");
	half = records.len / 2;
	cr_assert_eq(send(pair[1], records.data, half, 0), (ssize_t)half);
	cr_assert_eq(serve(), FCGI_END_MORE);
	other = reader;
	reader = (struct fcgi_reader){0};
	give(AUTHORIZER, true, "/app/x");
	cr_assert_eq(serve(), FCGI_END_KEEP);
	expect_status("401");
	cr_assert_null(reader.head.params.data, "an idle one has no memory");
	reader = other;
	cr_assert_eq(send(pair[1], records.data + half, records.len - half, 0),
		     (ssize_t)(records.len - half));
	cr_assert_eq(serve(), FCGI_END_KEEP);
	expect_status("200");
	buf_free(&records);
}

Test(fcgi_request, filter_is_denied_and_closed, .init = start, .fini = end)
{
	give(FILTER, true, "/public/x");
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	cr_assert_eq(memcmp(got + 8, "Status: ", 8), 0);
	cr_assert_neq(got[16], '2');
}

Test(fcgi_request, role_of_no_meaning, .init = start, .fini = end)
{
	give(9, true, "/public/x");
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	cr_assert_eq(got_len, 0, "nothing is said");
}

Test(fcgi_request, bad_parameters, .init = start, .fini = end)
{
	struct buf records = {0};

	fixture_begin(&records, 1, AUTHORIZER, true);
	fixture_record(&records, 4, 1, "\002\001A=b", 5, 0);
	fixture_record(&records, 4, 1, "", 0, 0);
	give_all(&records);
	cr_assert_eq(serve(), FCGI_END_CLOSE);
	cr_assert_eq(got_len, 0);
}

Test(fcgi_request, late_end_alone_is_no_request, .init = start, .fini = end)
{
	give_end(1);
	cr_assert_eq(serve(), FCGI_END_KEEP);
	cr_assert_eq(got_len, 0);
}

Test(fcgi_request, management_alone_is_no_request, .init = start, .fini = end)
{
	struct buf records = {0};

	fixture_record(&records, 9, 0, "", 0, 0);
	give_all(&records);
	cr_assert_eq(serve(), FCGI_END_KEEP);
	cr_assert_eq(got_len, 26);
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
	shutdown(pair[1], SHUT_RD);
	cr_assert_eq(serve(), FCGI_END_CLOSE);
}

Test(fcgi_request, peer_that_takes_no_answer, .init = start, .fini = end)
{
	static const char scrap[4096];

	while (send(pair[0], scrap, sizeof(scrap), MSG_DONTWAIT) > 0)
		;
	give(AUTHORIZER, true, "/public/x");
	cr_assert_eq(serve(), FCGI_END_CLOSE);
}
