/* test_fcgi_record.c - what a reader takes, in pieces of every size. */
#include "fcgi_record.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "front_fixture.h"

enum { BEGIN = 1, ABORT = 2, PARAMS = 4, BODY = 5, GET_VALUES = 9 };

static struct fcgi_reader reader;
static struct buf in;  /* what the peer sends */
static struct buf out; /* and gets */
static size_t used;

static void end(void)
{
	fcgi_reader_free(&reader);
	buf_free(&in);
	buf_free(&out);
}

/* Gives all of in from at on, and moves used behind what was taken. */
static enum fcgi_event take_from(size_t at)
{
	enum fcgi_event event = fcgi_reader_take(&reader, in.data + at,
						 in.len - at, &out, &used);

	used += at;
	return event;
}

static enum fcgi_event take(void)
{
	enum fcgi_event event = take_from(0);

	in.len = 0;
	return event;
}

static void give_whole(unsigned id)
{
	fixture_begin(&in, id, 2, true);
	fixture_record(&in, PARAMS, id, "\001\001Ab\001", 5, 3);
	fixture_record(&in, PARAMS, id, "\002Ccc", 4, 255);
	fixture_record(&in, PARAMS, id, "", 0, 8);
}

static void expect_whole(unsigned id)
{
	cr_assert_eq(reader.part, FCGI_PART_BODY);
	cr_assert_eq(reader.head.id, id);
	cr_assert_eq(reader.head.role, 2);
	cr_assert(reader.head.keep);
	cr_assert_eq(reader.head.params.len, 9);
	cr_assert_eq(memcmp(reader.head.params.data, "\001\001Ab\001\002Ccc",
			    9),
		     0);
}

Test(fcgi_record, request_and_not_a_byte_more, .fini = end)
{
	size_t len;

	give_whole(0x1234);
	len = in.len;
	fixture_record(&in, BODY, 0x1234, "body", 4, 4);
	cr_assert_eq(take(), FCGI_HEAD);
	expect_whole(0x1234);
	cr_assert_eq(used, len, "the STDIN record is still to be taken");
}

Test(fcgi_record, cut_anywhere, .fini = end)
{
	size_t cut, i;

	give_whole(7);
	for (cut = 1; cut < in.len; cut++) {
		cr_assert_eq(fcgi_reader_take(&reader, in.data, cut, &out,
					      &used),
			     FCGI_MORE);
		cr_assert_eq(used, cut);
		cr_assert_not(fcgi_reader_idle(&reader));
		cr_assert_eq(take_from(cut), FCGI_HEAD, "cut at %zu", cut);
		expect_whole(7);
		fcgi_reader_free(&reader);
	}
	for (i = 0; i < in.len - 1; i++)
		cr_assert_eq(fcgi_reader_take(&reader, in.data + i, 1, &out,
					      &used),
			     FCGI_MORE);
	cr_assert_eq(take_from(i), FCGI_HEAD, "byte by byte");
	expect_whole(7);
}

Test(fcgi_record, no_parameters, .fini = end)
{
	fixture_begin(&in, 1, 1, false);
	fixture_record(&in, PARAMS, 1, "", 0, 0);
	cr_assert_eq(take(), FCGI_HEAD);
	cr_assert_not(reader.head.keep);
	cr_assert_eq(reader.head.params.len, 0);
}

Test(fcgi_record, body_to_its_end, .fini = end)
{
	char body[10000] = {0};
	size_t len;

	give_whole(3);
	cr_assert_eq(take(), FCGI_HEAD);
	fixture_record(&in, BODY, 3, body, sizeof(body), 5);
	fixture_record(&in, BODY, 3, "", 0, 9);
	len = in.len;
	give_whole(4);
	cr_assert_eq(take_from(0), FCGI_BODY_END);
	cr_assert_eq(used, len, "the next record stands whole");
	cr_assert(fcgi_reader_idle(&reader));
	cr_assert_eq(take_from(len), FCGI_HEAD);
	expect_whole(4);
}

Test(fcgi_record, body_too_long, .fini = end)
{
	char body[65535] = {0};
	enum fcgi_event event = FCGI_MORE;
	size_t i;

	give_whole(3);
	cr_assert_eq(take(), FCGI_HEAD);
	fixture_record(&in, BODY, 3, body, sizeof(body), 0);
	for (i = 0; i < 16 && event == FCGI_MORE; i++)
		event = take_from(0);
	cr_assert_eq(event, FCGI_BAD);
	cr_assert_eq(i, 16, "%zu records", i);
	cr_assert_eq(reader.part, FCGI_PART_BODY);
}

Test(fcgi_record, parameters_too_long, .fini = end)
{
	char piece[65535] = {0};
	enum fcgi_event event = FCGI_MORE;

	fixture_begin(&in, 3, 1, false);
	cr_assert_eq(take(), FCGI_MORE);
	fixture_record(&in, PARAMS, 3, piece, sizeof(piece), 0);
	while (event == FCGI_MORE &&
	       reader.head.params.len <= FCGI_MAX_PARAMS)
		event = take_from(0);
	cr_assert_eq(event, FCGI_BAD);
	cr_assert_leq(reader.head.params.len, FCGI_MAX_PARAMS);
}

struct record {
	unsigned type, id;
	size_t len;
};

/* What may not come between records of a request with the id 1. */
static const struct record no_body[] = {
	{BODY, 4, 0}, {BEGIN, 2, 8}, {BEGIN, 1, 8}, {PARAMS, 1, 0},
	{ABORT, 1, 0}, {GET_VALUES, 0, 0}, {99, 1, 0},
};
static const struct record no_params[] = {
	{BODY, 1, 0}, {BEGIN, 2, 8}, {BEGIN, 1, 8}, {PARAMS, 2, 0},
	{ABORT, 1, 0}, {8, 1, 0}, {99, 1, 0},
};
static const struct record no_begin[] = {
	{BEGIN, 0, 8}, {BEGIN, 1, 7}, {ABORT, 1, 0}, {PARAMS, 1, 0},
	{8, 1, 0}, {99, 1, 0},
};

static void expect_bad(const struct record *records, size_t count,
		       bool begun, bool whole)
{
	static const char zeros[8];
	size_t i;

	for (i = 0; i < count; i++) {
		fcgi_reader_free(&reader);
		in.len = 0;
		if (begun)
			fixture_begin(&in, 1, 1, true);
		if (whole)
			fixture_record(&in, PARAMS, 1, "", 0, 0);
		if (begun)
			cr_assert_neq(take(), FCGI_BAD);
		fixture_record(&in, records[i].type, records[i].id, zeros,
			       records[i].len, 0);
		cr_expect_eq(take(), FCGI_BAD, "%zu", i);
	}
}

Test(fcgi_record, what_may_not_come, .fini = end)
{
	expect_bad(no_begin, ARRAY_LEN(no_begin), false, false);
	expect_bad(no_params, ARRAY_LEN(no_params), true, false);
	expect_bad(no_body, ARRAY_LEN(no_body), true, true);
}

Test(fcgi_record, another_version, .fini = end)
{
	for (int version = 0; version < 256; version++) {
		fcgi_reader_free(&reader);
		in.len = 0;
		fixture_begin(&in, 1, 1, true);
		in.data[0] = (char)version;
		cr_expect_eq(take(), version == 1 ? FCGI_MORE : FCGI_BAD);
	}
}

Test(fcgi_record, late_body_is_skipped, .fini = end)
{
	fixture_record(&in, BODY, 1, "late", 4, 4);
	fixture_record(&in, BODY, 1, "", 0, 0);
	cr_assert_eq(take(), FCGI_MORE);
	cr_assert(fcgi_reader_idle(&reader));
	fixture_record(&in, BODY, 1, "", 0, 0);
	give_whole(1);
	cr_assert_eq(take(), FCGI_HEAD);
	expect_whole(1);
}

Test(fcgi_record, body_of_the_one_before_among_parameters, .fini = end)
{
	fixture_begin(&in, 2, 2, true);
	fixture_record(&in, BODY, 1, "late", 4, 4);
	fixture_record(&in, PARAMS, 2, "", 0, 0);
	cr_assert_eq(take(), FCGI_HEAD);
	cr_assert_eq(reader.head.params.len, 0);
}

Test(fcgi_record, next_waits_for_no_body, .fini = end)
{
	give_whole(1);
	cr_assert_eq(take(), FCGI_HEAD);
	fcgi_reader_next(&reader);
	cr_assert(fcgi_reader_idle(&reader));
	fixture_record(&in, BODY, 1, "", 0, 0);
	give_whole(1);
	cr_assert_eq(take(), FCGI_HEAD);
	expect_whole(1);
}

Test(fcgi_record, leftovers_are_bounded, .fini = end)
{
	char body[65535] = {0};
	enum fcgi_event event = FCGI_MORE;
	size_t i;

	fixture_record(&in, BODY, 1, body, sizeof(body), 0);
	for (i = 0; i < 17 && event == FCGI_MORE; i++)
		event = take_from(0);
	cr_assert_eq(event, FCGI_BAD);
}

Test(fcgi_record, management_is_answered, .fini = end)
{
	fixture_record(&in, GET_VALUES, 0, "\017\000FCGI_MPXS_CONNS", 17, 7);
	cr_assert_eq(take(), FCGI_MORE);
	cr_assert_eq(out.len, 26);
	cr_assert_eq(out.data[1], 10);
	cr_assert_eq(memcmp(out.data + 8, "\017\001FCGI_MPXS_CONNS0", 18), 0);
	out.len = 0;
	fixture_record(&in, 77, 0, "", 0, 0);
	cr_assert_eq(take(), FCGI_MORE);
	cr_assert_eq(out.len, 16);
	cr_assert_eq(out.data[1], 11);
	cr_assert_eq(out.data[8], 77);
	cr_assert(fcgi_reader_idle(&reader));
}

/* Bytes that tell where they were. */
static char data_at(size_t i)
{
	return (char)(i % 251);
}

static void expect_stdout(size_t at, size_t first, size_t len)
{
	unsigned char header[8] = {1, 6, 1, 2, (unsigned char)(len >> 8),
				   (unsigned char)len};

	cr_assert_eq(memcmp(out.data + at, header, 8), 0, "at %zu", at);
	for (size_t i = 0; i < len; i++)
		cr_assert_eq(out.data[at + 8 + i], data_at(first + i));
}

static void put_stdout(size_t len)
{
	size_t start;

	cr_assert(fcgi_stdout_begin(&out, &start));
	for (size_t i = 0; i < len; i++) {
		char c = data_at(i);

		buf_add(&out, &c, 1);
	}
	cr_assert(fcgi_stdout_end(&out, 0x0102, start));
}

Test(fcgi_record, nothing_is_no_stdout, .fini = end)
{
	size_t start;

	cr_assert(fcgi_stdout_begin(&out, &start));
	cr_assert_not(fcgi_stdout_end(&out, 1, start));
	out.failed = true;
	cr_assert_not(fcgi_stdout_begin(&out, &start));
}

Test(fcgi_record, stdout_in_records, .fini = end)
{
	enum { LONG = 2 * 65535 + 5 };

	put_stdout(3);
	expect_stdout(0, 0, 3);
	put_stdout(65535);
	expect_stdout(11, 0, 65535);
	cr_assert_eq(out.len, 11 + 8 + 65535);
	out.len = 0;
	put_stdout(LONG);
	fcgi_put_end(&out, 0x0102);
	cr_assert_eq(out.len, 3 * 8 + LONG + 8 + 16);
	expect_stdout(0, 0, 65535);
	expect_stdout(8 + 65535, 65535, 65535);
	expect_stdout(2 * (8 + 65535), 2 * 65535, 5);
	cr_assert_eq(memcmp(out.data + out.len - 24,
			    "\001\006\001\002\000\000\000\000"
			    "\001\003\001\002\000\010\000\000"
			    "\000\000\000\000\000\000\000\000",
			    24),
		     0);
}
