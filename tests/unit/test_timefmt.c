/* test_timefmt.c - times and durations as text. */
#include "timefmt.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <time.h>

struct time_row {
	const char *text;
	int64_t when;
	bool date_only;
};

static const struct time_row good_times[] = {
	{"1970-01-01T00:00:00Z", 0, false},
	{"1970-01-01", 0, true},
	{"2026-11-21T10:00:00Z", 1795255200, false},
	{"2026-11-21t10:00:00z", 1795255200, false},
	{"2026-11-21T10:00:00.999Z", 1795255200, false},
	{"2026-11-21T11:30:00+01:30", 1795255200, false},
	{"2026-11-21T00:00:00-10:00", 1795255200, false},
	{"2026-11-21T10:00:00-00:00", 1795255200, false},
	{"2026-11-21", 1795219200, true},
	{"2024-02-29", 1709164800, true},
	{"2000-02-29T23:59:59Z", 951868799, false},
	{"2038-01-19T03:14:08Z", 2147483648, false},
	{"1969-12-31T23:59:59Z", -1, false},
	{"0000-01-01T00:00:00Z", -62167219200, false},
	{"9999-12-31T23:59:59Z", 253402300799, false},
};

static const char *const bad_times[] = {
	"",
	"now",
	"2026-11-21T10:00:00",
	"2026-11-21T10:00Z",
	"2026-11-21 10:00:00Z",
	"2026-11-21T",
	"2026-11-21Z",
	"2026-11-21 ",
	" 2026-11-21",
	"2026-11-21T10:00:00Z ",
	"2026-11-21T10:00:00ZZ",
	"2026-11-21T10:00:00.Z",
	"2026-11-21T10:00:00,5Z",
	"2026-11-21T24:00:00Z",
	"2026-11-21T10:60:00Z",
	"2026-12-31T23:59:60Z",
	"2026-11-21T10:00:00+24:00",
	"2026-11-21T10:00:00+01:60",
	"2026-11-21T10:00:00+0100",
	"2026-11-21T10:00:00+01",
	"2026-11-21T-1:00:00Z",
	"2026-00-01",
	"2026-13-01",
	"2026-01-00",
	"2026-04-31",
	"2026-02-29",
	"1900-02-29",
	"2026-1-1",
	"26-01-01",
	"12026-01-01",
	"+2026-01-01",
	"2026/01/01",
	"20260101",
};

Test(timefmt, good_times)
{
	for (size_t i = 0; i < ARRAY_LEN(good_times); i++) {
		const struct time_row *r = &good_times[i];
		int64_t when = 7;
		bool date_only = !r->date_only;

		cr_expect(time_parse(r->text, &when, &date_only), "%s",
			  r->text);
		cr_expect_eq(when, r->when, "%s: %lld", r->text,
			     (long long)when);
		cr_expect_eq(date_only, r->date_only, "%s", r->text);
	}
}

Test(timefmt, bad_times_leave_the_outputs)
{
	for (size_t i = 0; i < ARRAY_LEN(bad_times); i++) {
		int64_t when = 7;
		bool date_only = true;

		cr_expect_not(time_parse(bad_times[i], &when, &date_only), "%s",
			      bad_times[i]);
		cr_expect(when == 7 && date_only, "%s", bad_times[i]);
	}
}

/* Every 97 days and some over all years, against the C library. */
Test(timefmt, agrees_with_the_c_library)
{
	for (int64_t when = -62167219200; when < 253402300800;
	     when += 97 * 86400 + 3671) {
		char text[TIME_TEXT];
		char expected[64];
		time_t t = (time_t)when;
		struct tm tm;
		int64_t back = 0;
		bool date_only;

		cr_assert(gmtime_r(&t, &tm));
		snprintf(expected, sizeof(expected),
			 "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900,
			 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min,
			 tm.tm_sec);
		cr_assert_str_eq(time_format(when, text), expected);
		cr_assert(time_parse(text, &back, &date_only));
		cr_assert_eq(back, when, "%s", text);
	}
}

Test(timefmt, stays_inside_four_digits)
{
	char text[TIME_TEXT];

	cr_expect_str_eq(time_format(TIME_NEVER, text), "9999-12-31T23:59:59Z");
	cr_expect_str_eq(time_format(TIME_ALWAYS, text),
			 "0000-01-01T00:00:00Z");
}

struct duration_row {
	const char *text;
	int64_t seconds;
};

static const struct duration_row good_durations[] = {
	{"30d", 2592000},
	{"12h", 43200},
	{"5m", 300},
	{"10s", 10},
	{"1d 12h", 129600},
	{"1d12h", 129600},
	{"1d  5m", 86700},
	{"30d 12h 5m 10s", 2635510},
	{"0s", 0},
	{"007s", 7},
	{"1000000d", 86400000000},
};

static const char *const bad_durations[] = {
	"",
	" ",
	"d",
	"10",
	"1w",
	"1D",
	"-1d",
	"+1d",
	"1.5d",
	"1 d",
	"1d ",
	" 1d",
	"12h 1d",
	"1d 1d",
	"1d, 12h",
	"1d\t1h",
	"1d x",
	"1dd",
	"1000001d",
	"1000000d 1s",
	"99999999999999999999s",
	"9223372036854775807d",
};

Test(timefmt, durations)
{
	int64_t seconds;

	for (size_t i = 0; i < ARRAY_LEN(good_durations); i++) {
		seconds = -1;
		cr_expect(duration_parse(good_durations[i].text, &seconds),
			  "%s", good_durations[i].text);
		cr_expect_eq(seconds, good_durations[i].seconds, "%s",
			     good_durations[i].text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad_durations); i++) {
		seconds = 7;
		cr_expect_not(duration_parse(bad_durations[i], &seconds), "%s",
			      bad_durations[i]);
		cr_expect_eq(seconds, 7, "%s", bad_durations[i]);
	}
}
