/* test_ctl_seen.c - certificates and refusals, counted. */
#include "ctl_seen.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

enum { DAY = 24 * 60 * 60, NOW = 1767225600 /* 2026-01-01 */ };

static struct ctl_seen seen;

/* Takes in a decision about certificate number n; days: its days left. */
static enum status add(unsigned n, const char *time, const char *id, int days,
		       const char *verified, const char *reason)
{
	char text[512], left[16] = "null";
	json_error_t error;
	enum status status;
	json_t *line;

	if (days > -999)
		snprintf(left, sizeof(left), "%d", days);
	snprintf(text, sizeof(text),
		 "{\"time\":\"%s\",\"decision\":\"%s\",\"reason\":\"%s\","
		 "\"id\":%s,\"serial\":\"0%u\",\"sha256\":\"%064x\","
		 "\"verified_by\":%s,\"days_left\":%s}",
		 time, strcmp(reason, "granted") ? "denied" : "granted",
		 reason, id, n, n, verified, left);
	line = json_loads(text, 0, &error);
	cr_assert_not_null(line, "%s", text);
	status = ctl_seen_add(&seen, line, INT64_MIN);
	json_decref(line);
	return status;
}

Test(ctl_seen, counts)
{
	cr_assert_eq(add(7, "2025-12-31T00:00:00Z", "\"a\"", 10, "\"chain\"",
			 "granted"), ST_OK);
	cr_assert_eq(add(7, "2025-12-31T12:00:00Z", "\"b\"", 10, "\"chain\"",
			 "no_rule"), ST_OK);
	cr_assert_eq(add(7, "2025-12-30T00:00:00Z", "\"old\"", 11, "\"chain\"",
			 "granted"), ST_OK);
	cr_assert_eq(add(8, "2025-12-31T00:00:00Z", "null", -999, "null",
			 "made_up"), ST_OK);
	ctl_seen_sort(&seen);
	cr_assert_eq(seen.count, 2);
	cr_expect_str_eq(seen.certs[0].id, "b");
	cr_expect_str_eq(seen.certs[0].serial, "07");
	cr_expect_eq(seen.certs[0].count, 3);
	cr_expect_eq(seen.certs[0].denied, 1);
	cr_expect_eq(seen.certs[0].last, NOW - DAY / 2);
	/* the line that promises most is the one that counts */
	cr_expect_eq(seen.certs[0].until, NOW + 9 * DAY + DAY / 2);
	cr_expect_null(seen.certs[1].id);
	cr_expect_eq(seen.granted, 2);
	cr_expect_eq(seen.denied, 2);
	cr_expect_eq(seen.first, NOW - 2 * DAY);
	cr_expect_eq(seen.last, NOW - DAY / 2);
	cr_expect_eq(seen.refusals[REASON_NO_RULE].count, 1);
	cr_expect_eq(seen.refusals[REASON_COUNT].count, 1);
	ctl_seen_free(&seen);
}

Test(ctl_seen, days_are_rounded_down)
{
	struct ctl_seen_cert cert = {.until = NOW + DAY, .verified = true};

	cr_expect_eq(ctl_seen_days(&cert, NOW), 1);
	cr_expect_eq(ctl_seen_days(&cert, NOW + 1), 0);
	cr_expect_eq(ctl_seen_days(&cert, NOW + DAY), 0);
	cr_expect_eq(ctl_seen_days(&cert, NOW + DAY + 1), -1);
	cr_expect_eq(ctl_seen_days(&cert, NOW + 2 * DAY), -1);
	cr_expect_eq(ctl_seen_days(&cert, NOW + 2 * DAY + 1), -2);
	cr_expect(ctl_seen_expires(&cert, NOW, DAY + 1));
	cr_expect_not(ctl_seen_expires(&cert, NOW, DAY));
	cr_expect(ctl_seen_expires(&cert, NOW + 9 * DAY, 1));
	cert.verified = false;
	cr_expect_not(ctl_seen_expires(&cert, NOW, DAY + 1));
	cert = (struct ctl_seen_cert){.until = SEEN_UNKNOWN, .verified = true};
	cr_expect_eq(ctl_seen_days(&cert, NOW), SEEN_UNKNOWN);
	cr_expect_not(ctl_seen_expires(&cert, NOW, DAY));
}

Test(ctl_seen, strangers_do_not_fill_the_table)
{
	const char *when = "2026-01-01T00:00:00Z";

	for (unsigned i = 0; i < MAX_UNVERIFIED + 5; i++)
		cr_assert_eq(add(i, when, "null", 1, "null", "expired"),
			     ST_OK);
	cr_expect_eq(seen.count, MAX_UNVERIFIED);
	cr_expect_eq(seen.unlisted, 5);
	cr_expect_eq(seen.unlisted_verified, 0);
	/* one that is verified finds its place all the same */
	cr_assert_eq(add(1u << 30, when, "\"a\"", 1, "\"server\"", "granted"),
		     ST_OK);
	cr_expect_eq(seen.count, MAX_UNVERIFIED + 1);
	/* and makes none for a stranger */
	cr_assert_eq(add(1u << 29, when, "null", 1, "null", "expired"), ST_OK);
	cr_expect_eq(seen.unlisted, 6);
	ctl_seen_free(&seen);
}

Test(ctl_seen, odd_lines)
{
	cr_expect_eq(add(1, "yesterday", "null", 1, "null", "granted"), ST_BAD);
	json_error_t error;
	json_t *line = json_loads("{\"time\":\"2026-01-01T00:00:00Z\","
				  "\"decision\":\"denied\",\"reason\":7,"
				  "\"sha256\":\"short\",\"id\":[]}", 0, &error);
	cr_expect_eq(ctl_seen_add(&seen, line, INT64_MIN), ST_OK);
	cr_expect_eq(seen.refusals[REASON_COUNT].count, 1);
	cr_expect_eq(seen.count, 0);
	cr_expect_eq(ctl_seen_add(&seen, line, NOW + 1), ST_OK);
	cr_expect_eq(seen.denied, 1);
	cr_expect_eq(seen.early, 1);
	json_decref(line);
	ctl_seen_free(&seen);
}
