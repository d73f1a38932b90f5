/* test_companion.c - what a front says of a certificate in words. */
#include "companion.h"

#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "policy_fixture.h"

static struct arena *arena;
static struct cert cert;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(companion, .init = start, .fini = end);

static enum status take(struct companions also, bool slash_ok)
{
	const char *why = NULL;
	enum status status;

	cert.serial = "untouched";
	status = companion_cert(arena, &also, slash_ok, &cert, &why);
	if (status != ST_OK) {
		cr_expect_not_null(why);
		cr_expect_str_eq(cert.serial, "untouched");
	}
	return status;
}

Test(companion, a_subject_alone)
{
	cr_assert_eq(take((struct companions){.subject = "CN=a,O=Corp"},
			  false),
		     ST_OK);
	cr_expect_null(cert.x509);
	cr_expect_str_eq(name_print(arena, &cert.subject), "CN=a,O=Corp");
	cr_expect_eq(cert.issuer.count, 0);
	cr_expect_null(cert.serial);
	cr_expect_null(cert.sha256);
	cr_expect_null(cert.spki);
	cr_expect_eq(cert.not_before, INT64_MIN);
	cr_expect_eq(cert.not_after, INT64_MAX);
}

Test(companion, all_of_it)
{
	struct companions also = {"CN=a", "CN=CA,O=Acme\\, Inc", "0a:bc",
				  "2026-01-01T00:00:00Z",
				  "Jan  2 00:00:00 2026 GMT", false};

	cr_assert_eq(take(also, false), ST_OK);
	cr_expect_str_eq(name_print(arena, &cert.issuer),
			 "CN=CA,O=Acme\\, Inc");
	cr_expect_str_eq(cert.serial, "0ABC");
	cr_expect_eq(cert.not_before, FIXTURE_NOW);
	cr_expect_eq(cert.not_after, FIXTURE_NOW + FIXTURE_DAY);
}

Test(companion, a_slash_form_only_where_it_is_allowed)
{
	struct companions also = {.subject = "/O=Corp/CN=a"};

	cr_expect_eq(take(also, false), ST_BAD);
	cr_assert_eq(take(also, true), ST_OK);
	cr_expect_str_eq(name_print(arena, &cert.subject), "CN=a,O=Corp");
	also = (struct companions){"CN=a", .issuer = "/O=Corp/CN=CA"};
	cr_expect_eq(take(also, false), ST_BAD);
	cr_expect_eq(take(also, true), ST_OK);
}

Test(companion, names_that_are_none)
{
	cr_expect_eq(take((struct companions){.subject = "no name"}, false),
		     ST_BAD);
	cr_expect_eq(take((struct companions){.subject = ""}, false), ST_BAD);
	cr_expect_eq(take((struct companions){"CN=a", .issuer = "x"}, false),
		     ST_BAD);
}

Test(companion, serials)
{
	static const struct {
		const char *text;
		const char *serial; /* NULL: refused */
	} rows[] = {
		{"0ABC", "0ABC"},
		{"abc", "0ABC"},
		{"00:0a:BC", "0ABC"},
		{"0A BC", "0ABC"},
		{"0", "00"},
		{"000", "00"},
		{"1", "01"},
		{"", NULL},
		{":", NULL},
		{"0x12", NULL},
		{"12,12", NULL},
		{"xyz", NULL},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct companions also = {"CN=a", .serial = rows[i].text};
		enum status status = take(also, false);

		cr_expect_eq(status, rows[i].serial ? ST_OK : ST_BAD, "%s",
			     rows[i].text);
		if (status == ST_OK)
			cr_expect_str_eq(cert.serial, rows[i].serial);
	}
}

#define MAY_8 1557318602 /* 2019-05-08T12:30:02Z */

static const struct {
	const char *text;
	int64_t when; /* 0: refused */
} times[] = {
	{"2019-05-08T12:30:02Z", MAY_8},
	{"2019-05-08T14:30:02+02:00", MAY_8},
	{"May  8 12:30:02 2019 GMT", MAY_8},
	{"May 08 12:30:02 2019 GMT", MAY_8},
	{"Jan  1 00:00:00 2026 GMT", FIXTURE_NOW},
	{"Dec 31 23:59:59 2025 GMT", FIXTURE_NOW - 1},
	{"Feb 29 00:00:00 2024 GMT", 1709164800},
	{"Feb 29 00:00:00 2023 GMT", 0},
	{"May 32 12:30:02 2019 GMT", 0},
	{"May  0 12:30:02 2019 GMT", 0},
	{"May  8 24:30:02 2019 GMT", 0},
	{"May  8 12:60:02 2019 GMT", 0},
	{"may  8 12:30:02 2019 GMT", 0},
	{"anF  8 12:30:02 2019 GMT", 0},
	{"   15 12:30:02 2019 GMT ", 0},
	{"May  8 12:30:02 2019 UTC", 0},
	{"May  8 12:30:02 2019", 0},
	{"May  8 12:30:02 2019 GMT ", 0},
	{"May x8 12:30:02 2019 GMT", 0},
	{"May  8 12-30-02 2019 GMT", 0},
	{"May  8 12:30:02 20a9 GMT", 0},
	{"May 8 12:30:02 2019 GMT", 0},
	{"2019-05-08", 0},
	{"2019-05-08 12:30:02", 0},
	{"1557318602", 0},
	{"", 0},
	{"never", 0},
};

Test(companion, dates)
{
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		struct companions after = {"CN=a",
					   .not_after = times[i].text};
		struct companions before = {"CN=a",
					    .not_before = times[i].text};
		enum status wanted = times[i].when ? ST_OK : ST_BAD;

		cr_expect_eq(take(after, false), wanted, "%s", times[i].text);
		if (times[i].when)
			cr_expect_eq(cert.not_after, times[i].when, "%s",
				     times[i].text);
		cr_expect_eq(take(before, false), wanted, "%s",
			     times[i].text);
		if (times[i].when)
			cr_expect_eq(cert.not_before, times[i].when, "%s",
				     times[i].text);
	}
}

#define SPEC                                                                   \
	"subject O=Corp\nsubject CN=alice\nissuer O=Corp\nissuer CN=CA\n"      \
	"serial 0AB1\n"

static const char *differs(const char *spec, struct companions also)
{
	const char *what = "untouched";

	cert = fixture_cert(arena, spec);
	cr_assert_eq(companion_compare(arena, &also, &cert, &what), ST_OK);
	return what;
}

static void expect_what(struct companions also, const char *wanted)
{
	const char *what = differs(SPEC, also);

	if (!wanted) {
		cr_expect_null(what);
		return;
	}
	cr_assert_not_null(what, "%s", wanted);
	cr_expect_not_null(strstr(what, wanted), "%s", what);
}

Test(companion, what_agrees)
{
	expect_what((struct companions){0}, NULL);
	expect_what((struct companions){"CN=alice,O=Corp", "CN=CA,O=Corp",
					"AB1", "2025-12-31T00:00:00Z",
					"Apr 10 00:00:00 2026 GMT", false},
		    NULL);
	expect_what((struct companions){.serial = "00:0a:b1"}, NULL);
	expect_what((struct companions){.subject = "O = Corp, CN = alice"},
		    NULL);
}

Test(companion, names_whose_end_is_not_known)
{
	static const struct {
		const char *text;
		const char *read;
	} rows[] = {
		{"C=US,O=Corp,OU=a+CN=b,CN=c", "CN=c,OU=a+CN=b,O=Corp,C=US"},
		{"DC=org,UID=a", "UID=a,DC=org"},
		{"CN=a,O=Corp,C=US", "CN=a,O=Corp,C=US"},
		{"O=Corp,C=US", "O=Corp,C=US"},
		{"OU=a,CN=b", "OU=a,CN=b"},
		{"O=Corp", "O=Corp"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct companions also = {rows[i].text, .either_end = true};

		also.issuer = also.subject;
		cr_assert_eq(take(also, false), ST_OK);
		cr_expect_str_eq(name_print(arena, &cert.subject),
				 rows[i].read);
		cr_expect_str_eq(name_print(arena, &cert.issuer),
				 rows[i].read);
		also.either_end = false;
		cr_assert_eq(take(also, false), ST_OK);
		cr_expect_str_eq(name_print(arena, &cert.subject),
				 rows[i].text);
	}
}

Test(companion, names_that_agree_from_the_other_end)
{
	expect_what((struct companions){"O=Corp,CN=alice", "O=Corp,CN=CA",
					.either_end = true},
		    NULL);
	expect_what((struct companions){"CN=alice,O=Corp", "CN=CA,O=Corp",
					.either_end = true},
		    NULL);
	expect_what((struct companions){"O=Corp,CN=bob", .either_end = true},
		    "subject");
	expect_what((struct companions){.issuer = "O=Corp,CN=CB",
					.either_end = true},
		    "issuer");
}

Test(companion, what_contradicts)
{
	expect_what((struct companions){.subject = "CN=bob,O=Corp"},
		    "subject");
	expect_what((struct companions){.subject = "CN=alice"}, "subject");
	expect_what((struct companions){.subject = "O=Corp,CN=alice"},
		    "subject");
	expect_what((struct companions){.issuer = "CN=CB,O=Corp"}, "issuer");
	expect_what((struct companions){.issuer = "CN=alice,O=Corp"},
		    "issuer");
	expect_what((struct companions){.serial = "0AB2"}, "serial");
	expect_what((struct companions){.serial = "10AB1"}, "serial");
	expect_what((struct companions){.serial = "no number"}, "serial");
	expect_what((struct companions){.serial = "0AB1, 0AB1"}, "serial");
	expect_what((struct companions){.not_before = "2025-12-31T00:00:01Z"},
		    "dates");
	expect_what((struct companions){.not_after = "2026-04-09T23:59:59Z"},
		    "dates");
	expect_what((struct companions){.not_after = "later"}, "dates");
	expect_what((struct companions){.not_before = "2025-12-31"}, "dates");
}

Test(companion, the_first_that_contradicts_is_said)
{
	expect_what((struct companions){"CN=x", "CN=x", "1", "x", "x", false},
		    "subject");
	expect_what((struct companions){.issuer = "CN=x", .serial = "1"},
		    "issuer");
	expect_what((struct companions){.serial = "1", .not_after = "x"},
		    "serial");
}

Test(companion, names_that_count_for_nothing)
{
	char cut[256] = "CN=";

	memset(cut + 3, 'a', 252);
	expect_what((struct companions){.subject = cut}, NULL);
	cut[254] = '\0';
	expect_what((struct companions){.subject = cut}, "subject");
	expect_what((struct companions){.subject = "/O=Corp/CN=bob"}, NULL);
	expect_what((struct companions){.subject = "not a name"}, NULL);
	cr_expect_null(differs("subject CN:utf8=a\\x00b\n",
			       (struct companions){.subject = "CN=a"}));
}

Test(companion, a_negative_serial)
{
	cr_expect_not_null(differs("subject CN=a\nserial -1C\n",
				   (struct companions){.serial = "1C"}));
}
