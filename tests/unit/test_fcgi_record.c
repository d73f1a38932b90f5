/* test_fcgi_record.c - what is taken from a connection, and what is left. */
#include "fcgi_record.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front_fixture.h"

static int pair[2]; /* 0: ours, 1: the peer's */
static struct fcgi_head head;

static void start(void)
{
	fixture_socketpair(pair);
	head = (struct fcgi_head){0};
}

static void end(void)
{
	fcgi_head_free(&head);
	close(pair[0]);
	close(pair[1]);
}

static void give(const void *bytes, size_t len)
{
	cr_assert_eq(send(pair[1], bytes, len, 0), (ssize_t)len);
}

static void give_record(unsigned type, unsigned id, const void *content,
			size_t len, unsigned padding)
{
	static const char zeros[256];
	unsigned char header[8] = {
		1,
		(unsigned char)type,
		(unsigned char)(id >> 8),
		(unsigned char)id,
		(unsigned char)(len >> 8),
		(unsigned char)len,
		(unsigned char)padding,
	};

	give(header, sizeof(header));
	give(content, len);
	give(zeros, padding);
}

static void give_begin(unsigned id, unsigned char role, unsigned char flags)
{
	unsigned char body[8] = {0, role, flags};

	give_record(1, id, body, sizeof(body), 0);
}

/* Bytes that are still in the connection. */
static size_t left(void)
{
	char scrap[65536];
	ssize_t got = recv(pair[0], scrap, sizeof(scrap), MSG_DONTWAIT);

	return got < 0 ? 0 : (size_t)got;
}

static const char two_pairs[] = "\001\001Ab\002\003CDefg";
enum { TWO_PAIRS = sizeof(two_pairs) - 1 };

Test(fcgi_record, request_and_not_a_byte_more, .init = start, .fini = end)
{
	give_begin(0x1234, 2, 1);
	give_record(4, 0x1234, two_pairs, 5, 3);
	give_record(4, 0x1234, two_pairs + 5, TWO_PAIRS - 5, 255);
	give_record(4, 0x1234, "", 0, 8);
	give_record(5, 0x1234, "body", 4, 4);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_OK);
	cr_assert_eq(head.id, 0x1234);
	cr_assert_eq(head.role, 2);
	cr_assert(head.keep);
	cr_assert_eq(head.params.len, TWO_PAIRS);
	cr_assert_eq(memcmp(head.params.data, two_pairs, TWO_PAIRS), 0);
	cr_assert_eq(left(), 16, "the STDIN record stands whole");
}

Test(fcgi_record, no_parameters, .init = start, .fini = end)
{
	give_begin(1, 1, 0);
	give_record(4, 1, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_OK);
	cr_assert_not(head.keep);
	cr_assert_eq(head.params.len, 0);
}

Test(fcgi_record, cut_stream_is_no_request, .init = start, .fini = end)
{
	give_begin(1, 1, 0);
	give_record(4, 1, two_pairs, TWO_PAIRS, 0);
	shutdown(pair[1], SHUT_WR);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_BAD);
}

struct row {
	const char *text;
	size_t len;
};

#define ROW(text) {text, sizeof(text) - 1}
static const struct row bad_params[] = {
	ROW("\001"),                /* no value length */
	ROW("\001\001A"),           /* value cut */
	ROW("\002\000A"),           /* name cut */
	ROW("\200\000\000"),        /* length cut */
	ROW("\377\377\377\377\377\377\377\377AB"), /* sum over an int */
	ROW("\300\000\000\000\300\000\000\000AB"),
	ROW("\001\200\000\000\002AB"),
	ROW("\001\001\000b"),       /* NUL in a name */
	ROW("\002\001A=b"),         /* = in a name */
};

/* Indexes: a test runs in a process of its own, with addresses of its own. */
ParameterizedTestParameters(fcgi_record, bad_parameters)
{
	static size_t index[ARRAY_LEN(bad_params)];

	for (size_t i = 0; i < ARRAY_LEN(bad_params); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(bad_params));
}

ParameterizedTest(const size_t *index, fcgi_record, bad_parameters,
		  .init = start, .fini = end)
{
	give_begin(1, 1, 0);
	give_record(4, 1, bad_params[*index].text, bad_params[*index].len,
		    0);
	give_record(4, 1, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_BAD, "%zu", *index);
}

/* A value's NUL stands as another control character, so that the value ends
 * where it ended. */
Test(fcgi_record, nul_in_a_value, .init = start, .fini = end)
{
	give_begin(1, 1, 0);
	give_record(4, 1, "\001\003Ab\000c", 6, 0);
	give_record(4, 1, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_OK);
	cr_assert_eq(head.params.len, 6);
	cr_expect_arr_eq(head.params.data, "\001\003Ab\001c", 6);
}

static const unsigned char bad_starts[][8] = {
	{2, 1, 0, 1, 0, 8},  /* another version */
	{0, 1, 0, 1, 0, 8},
	{1, 1, 0, 0, 0, 8},  /* BEGIN_REQUEST of request 0 */
	{1, 1, 0, 1, 0, 7},  /* and of another length */
	{1, 2, 0, 1, 0, 0},  /* ABORT_REQUEST of nothing */
	{1, 4, 0, 1, 0, 0},  /* PARAMS before BEGIN_REQUEST */
	{1, 8, 0, 1, 0, 0},  /* DATA */
	{1, 99, 0, 1, 0, 0},
};

ParameterizedTestParameters(fcgi_record, bad_begins)
{
	static size_t index[ARRAY_LEN(bad_starts)];

	for (size_t i = 0; i < ARRAY_LEN(bad_starts); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(bad_starts));
}

ParameterizedTest(const size_t *index, fcgi_record, bad_begins,
		  .init = start, .fini = end)
{
	static const char zeros[32];

	give(bad_starts[*index], 8);
	give(zeros, sizeof(zeros));
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_BAD, "%zu", *index);
}

Test(fcgi_record, second_begin_is_refused, .init = start, .fini = end)
{
	give_begin(1, 1, 0);
	give_begin(2, 1, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_BAD);
}

Test(fcgi_record, stdin_before_the_end_of_params, .init = start, .fini = end)
{
	give_begin(1, 1, 0);
	give_record(5, 1, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_BAD);
}

Test(fcgi_record, late_stdin_is_skipped, .init = start, .fini = end)
{
	give_record(5, 1, "late", 4, 4);
	give_record(5, 1, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_ABSENT);
	head = (struct fcgi_head){0};
	give_record(5, 1, "", 0, 0);
	give_begin(1, 1, 0);
	give_record(4, 1, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_OK);
	cr_assert_eq(left(), 0);
}

Test(fcgi_record, management_is_answered, .init = start, .fini = end)
{
	unsigned char answer[64];

	give_record(9, 0, "\017\000FCGI_MPXS_CONNS", 17, 7);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_ABSENT);
	cr_assert_eq(recv(pair[1], answer, sizeof(answer), 0), 26);
	cr_assert_eq(answer[1], 10);
	cr_assert_eq(memcmp(answer + 8, "\017\001FCGI_MPXS_CONNS0", 18), 0);
	head = (struct fcgi_head){0};
	give_record(77, 0, "", 0, 0);
	cr_assert_eq(fcgi_head_read(pair[0], &head), ST_ABSENT);
	cr_assert_eq(recv(pair[1], answer, sizeof(answer), 0), 16);
	cr_assert_eq(answer[1], 11);
	cr_assert_eq(answer[8], 77);
}

/* What is written is read again as the same request. */
Test(fcgi_record, written_and_read_again, .init = start, .fini = end)
{
	static char value[70000];
	struct fcgi_head again = {0};
	struct buf records = {0};

	memset(value, 'v', sizeof(value));
	head.id = 700;
	head.role = 0x0102;
	head.keep = true;
	buf_add(&head.params, "\001\200\001\021\160A", 6);
	buf_add(&head.params, value, sizeof(value));
	fcgi_head_write(&head, &records);
	cr_assert_not(records.failed);
	cr_assert_gt(records.len, 16 + 8 + 65535 + 8 + 8);
	give(records.data, records.len);
	cr_assert_eq(fcgi_head_read(pair[0], &again), ST_OK);
	cr_assert_eq(again.id, 700);
	cr_assert_eq(again.role, 0x0102);
	cr_assert(again.keep);
	cr_assert_eq(again.params.len, head.params.len);
	cr_assert_eq(left(), 0);
	fcgi_head_free(&again);
	buf_free(&records);
}

Test(fcgi_record, stdin_is_drained_to_its_end, .init = start, .fini = end)
{
	char body[10000] = {0};

	give_record(5, 3, body, sizeof(body), 5);
	give_record(5, 3, "", 0, 9);
	give_begin(4, 1, 0);
	cr_assert(fcgi_stdin_drain(pair[0], 3));
	cr_assert_eq(left(), 16, "the next record stands whole");
}

Test(fcgi_record, stdin_that_is_no_stdin, .init = start, .fini = end)
{
	give_record(5, 4, "", 0, 0);
	cr_assert_not(fcgi_stdin_drain(pair[0], 3), "another request's");
	give_begin(3, 1, 0);
	cr_assert_not(fcgi_stdin_drain(pair[0], 3), "another type");
	left();
	give_record(5, 3, "cut", 3, 0);
	shutdown(pair[1], SHUT_WR);
	cr_assert_not(fcgi_stdin_drain(pair[0], 3), "no end");
}

Test(fcgi_record, end_is_taken_when_it_is_all, .init = start, .fini = end)
{
	cr_assert_not(fcgi_stdin_take_end(pair[0], 3), "nothing came");
	give_record(5, 3, "", 0, 7);
	cr_assert(fcgi_stdin_take_end(pair[0], 3));
	cr_assert_eq(left(), 0);
	give_record(5, 4, "", 0, 0);
	cr_assert_not(fcgi_stdin_take_end(pair[0], 3), "another request's");
	cr_assert_eq(left(), 8);
	give_record(5, 3, "x", 1, 0);
	cr_assert_not(fcgi_stdin_take_end(pair[0], 3), "there is a body");
	cr_assert_eq(left(), 9);
	give_record(5, 3, "", 0, 0);
	give_begin(4, 1, 0);
	cr_assert_not(fcgi_stdin_take_end(pair[0], 3), "there is more");
	cr_assert_eq(left(), 24);
}
