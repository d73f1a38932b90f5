/* test_audit.c - lines arrive whole, or it is told. */
#include "audit.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front_fixture.h"

static struct audit *audit;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	audit = audit_new();
	cr_assert_not_null(audit);
}

static void end(void)
{
	audit_free(audit);
}

static struct audit_rules to_file(const char *file)
{
	return (struct audit_rules){.target = AUDIT_FILE, .file = file};
}

static enum status write_text(const char *text)
{
	struct buf line = {0};
	enum status st;

	buf_adds(&line, text);
	st = audit_write(audit, &line);
	buf_free(&line);
	return st;
}

static void expect(const char *file, const char *wanted)
{
	char *text = fixture_read(file);

	cr_assert_str_eq(text, wanted);
	free(text);
}

Test(audit, stderr_at_first, .init = start, .fini = end)
{
	cr_assert_eq(write_text("line\n"), ST_OK);
	expect("log", "line\n");
}

Test(audit, file_is_appended_to, .init = start, .fini = end)
{
	struct audit_rules rules = to_file("audit");
	struct stat st;

	umask(0);
	for (int i = 0; i < 2; i++) {
		cr_assert_eq(audit_open(audit, &rules), ST_OK);
		cr_assert_eq(write_text("line\n"), ST_OK);
	}
	expect("audit", "line\nline\n");
	cr_assert_eq(stat("audit", &st), 0);
	cr_assert_eq(st.st_mode & 0777, 0640);
	cr_assert_not(audit_broken(audit));
}

Test(audit, dev_null_discards, .init = start, .fini = end)
{
	struct audit_rules null = to_file("/dev/null");
	struct audit_rules file = to_file("audit");
	struct audit_rules lost = to_file("none/audit");

	cr_assert_not(audit_discards(audit));
	cr_assert_eq(audit_open(audit, &null), ST_OK);
	cr_assert(audit_discards(audit));
	cr_assert_eq(write_text("line\n"), ST_OK);
	cr_assert_neq(audit_open(audit, &lost), ST_OK);
	cr_assert_not(audit_discards(audit), "nobody knows of a failure");
	cr_assert_neq(write_text("line\n"), ST_OK);
	cr_assert_eq(audit_open(audit, &null), ST_OK);
	cr_assert_eq(audit_open(audit, &file), ST_OK);
	cr_assert_not(audit_discards(audit));
	expect("audit", "");
}

Test(audit, rotation, .init = start, .fini = end)
{
	struct audit_rules rules = to_file("audit");

	cr_assert_eq(audit_open(audit, &rules), ST_OK);
	cr_assert_eq(rename("audit", "audit.1"), 0);
	cr_assert_eq(write_text("old\n"), ST_OK);
	cr_assert_eq(audit_open(audit, &rules), ST_OK);
	cr_assert_eq(write_text("new\n"), ST_OK);
	expect("audit.1", "old\n");
	expect("audit", "new\n");
}

Test(audit, what_cannot_be_opened_is_told, .init = start, .fini = end)
{
	struct audit_rules good = to_file("audit");
	struct audit_rules bad = to_file("no/such/audit");

	cr_assert_eq(audit_open(audit, &good), ST_OK);
	cr_assert_eq(audit_open(audit, &bad), ST_BAD);
	cr_assert(audit_broken(audit));
	cr_assert_eq(write_text("line\n"), ST_BAD);
	expect("audit", "line\n");
	cr_assert_eq(audit_open(audit, &good), ST_OK);
	cr_assert_not(audit_broken(audit));
	cr_assert_eq(write_text("line\n"), ST_OK);
}

Test(audit, full_disk_is_told_once, .init = start, .fini = end)
{
	struct audit_rules rules = to_file("/dev/full");
	char *log;

	cr_assert_eq(audit_open(audit, &rules), ST_OK);
	cr_assert_eq(write_text("line\n"), ST_BAD);
	cr_assert_eq(write_text("line\n"), ST_BAD);
	log = fixture_read("log");
	cr_assert(strstr(log, "cannot be written"));
	cr_assert_eq(strchr(log, '\n'), log + strlen(log) - 1, "said twice");
	free(log);
}

Test(audit, line_that_is_not_whole_is_not_written, .init = start,
     .fini = end)
{
	struct buf line = {.failed = true};

	cr_assert_eq(audit_write(audit, &line), ST_BAD);
	line.failed = false;
	cr_assert_eq(audit_write(audit, &line), ST_BAD);
	expect("log", "");
}

/* A pipe that nobody reads takes a part of a line and then nothing. */
Test(audit, cut_line_spoils_no_other, .init = start, .fini = end)
{
	static char text[100000];
	struct audit_rules rules = to_file("pipe");
	ssize_t got;
	int in;

	cr_assert_eq(mkfifo("pipe", 0600), 0);
	cr_assert_eq(audit_open(audit, &rules), ST_BAD, "nobody reads");
	in = open("pipe", O_RDONLY | O_NONBLOCK);
	cr_assert_eq(audit_open(audit, &rules), ST_OK);
	memset(text, 'x', sizeof(text) - 2);
	text[sizeof(text) - 2] = '\n';
	cr_assert_eq(write_text(text), ST_BAD, "more than a pipe holds");
	cr_assert_eq(write_text("lost\n"), ST_BAD, "still full");
	while ((got = read(in, text, sizeof(text))) > 0)
		cr_assert_null(memchr(text, '\n', (size_t)got));
	cr_assert_eq(write_text("whole\n"), ST_OK);
	got = read(in, text, sizeof(text));
	cr_assert_eq(got, 7);
	cr_assert_eq(memcmp(text, "\nwhole\n", 7), 0);
	close(in);
}

static char digest[65];

static struct outcome expiring(unsigned number, int64_t now)
{
	struct outcome outcome = {.facts = {.now = now}};

	snprintf(digest, sizeof(digest), "%064x", number);
	outcome.verified.ok = true;
	outcome.verified.expiring = true;
	outcome.verified.cert.sha256 = digest;
	outcome.verified.cert.serial = "01";
	return outcome;
}

static size_t warnings(void)
{
	char *log = fixture_read("log");
	size_t count = 0;

	for (char *p = log; (p = strstr(p, "expires in")); p++)
		count++;
	free(log);
	return count;
}

Test(audit, warning_once_a_day, .init = start, .fini = end)
{
	enum { DAY = 86400 };
	struct outcome outcome = expiring(1, 0);

	audit_warn_expiring(audit, &outcome);
	audit_warn_expiring(audit, &outcome);
	cr_assert_eq(warnings(), 1);
	outcome.facts.now = DAY - 1;
	audit_warn_expiring(audit, &outcome);
	cr_assert_eq(warnings(), 1);
	outcome.facts.now = DAY;
	audit_warn_expiring(audit, &outcome);
	cr_assert_eq(warnings(), 2);
	outcome = expiring(2, DAY);
	audit_warn_expiring(audit, &outcome);
	cr_assert_eq(warnings(), 3, "another certificate");
	cr_assert_eq(audit_expiring(audit, DAY), 2);
	cr_assert_eq(audit_expiring(audit, 2 * DAY - 1), 2);
	cr_assert_eq(audit_expiring(audit, 2 * DAY), 0, "long ago");
}

Test(audit, no_warning_without_need, .init = start, .fini = end)
{
	struct outcome outcome = expiring(1, 0);

	outcome.verified.expiring = false;
	audit_warn_expiring(audit, &outcome);
	outcome = expiring(1, 0);
	outcome.verified.ok = false;
	audit_warn_expiring(audit, &outcome);
	outcome = expiring(1, 0);
	outcome.verified.cert.sha256 = NULL;
	audit_warn_expiring(audit, &outcome);
	cr_assert_eq(warnings(), 0);
	cr_assert_eq(audit_expiring(audit, 0), 0);
}

Test(audit, more_certificates_than_places, .init = start, .fini = end)
{
	struct outcome outcome;

	for (unsigned i = 0; i < 10000; i++) {
		outcome = expiring(i, i);
		audit_warn_expiring(audit, &outcome);
	}
	outcome = expiring(9999, 10000);
	fixture_catch_stderr("log");
	audit_warn_expiring(audit, &outcome);
	cr_assert_eq(warnings(), 0, "the newest was forgotten");
	cr_assert_leq(audit_expiring(audit, 10000), 4096);
	cr_assert_gt(audit_expiring(audit, 10000), 2048);
}

Test(audit, state_is_known, .init = start, .fini = end)
{
	struct audit_rules full = to_file("/dev/full");
	struct audit_rules none = to_file("no/such/directory");
	struct audit_rules good = to_file("audit");

	cr_assert_null(audit_error(audit));
	cr_assert_eq(audit_open(audit, &full), ST_OK);
	cr_assert_eq(write_text("a\n"), ST_BAD);
	cr_assert_eq(write_text("b\n"), ST_BAD);
	cr_expect_str_eq(audit_error(audit), "No space left on device");
	cr_expect_eq(audit_missed(audit), 2);
	cr_assert_eq(audit_open(audit, &none), ST_BAD);
	cr_expect_str_eq(audit_error(audit), "No such file or directory");
	cr_assert_eq(audit_open(audit, &good), ST_OK);
	cr_expect_null(audit_error(audit));
	cr_assert_eq(write_text("c\n"), ST_OK);
	cr_expect_eq(audit_missed(audit), 2, "since the start");
}

/* Writes until there is no more room; false: it was never told. */
static bool fills_up(void)
{
	char text[1025];

	memset(text, 'x', 1024);
	text[1023] = '\n';
	text[1024] = '\0';
	for (int i = 0; i < 10000; i++)
		if (write_text(text) != ST_OK)
			return true;
	return false;
}

/* Nobody reads it: a line that finds no room is an error at once, and the
 * descriptor that others have as well is left as it was. */
Test(audit, stuck_pipe_stops_nobody, .init = start, .fini = end,
     .timeout = 20)
{
	struct audit_rules to_stderr = {.target = AUDIT_STDERR};
	struct audit_rules to_fifo = to_file("fifo");
	int keep = dup(2);
	int pair[2];
	int reader;

	cr_assert(pipe(pair) == 0 && dup2(pair[1], 2) == 2);
	cr_assert_eq(audit_open(audit, &to_stderr), ST_OK);
	cr_assert(fcntl(2, F_GETFL) >= 0 &&
		  !(fcntl(2, F_GETFL) & O_NONBLOCK));
	dup2(keep, 2);
	cr_expect(fills_up());
	cr_expect_str_eq(audit_error(audit),
			 "Resource temporarily unavailable");
	cr_assert_eq(mkfifo("fifo", 0600), 0);
	reader = open("fifo", O_RDONLY | O_NONBLOCK);
	cr_assert_eq(audit_open(audit, &to_fifo), ST_OK);
	cr_expect(fills_up());
	close(reader);
	close(keep);
}
