/* test_capture.c - the file that refused requests are kept in. */
#include "capture.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "front_fixture.h"

static struct policy policy;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	policy = (struct policy){.audit.capture_file = "seen"};
}

static void keep(bool granted)
{
	char *env[] = {(char *)"REQUEST_METHOD=GET", NULL};
	struct gate_input input = {.policy = &policy,
				   .role = ROLE_AUTHORIZER,
				   .env = env};
	struct outcome outcome = {.policy = &policy, .decision_id = "d-1"};

	outcome.decision.granted = granted;
	capture_denied(&input, &outcome, 403);
}

/* True if the file has so many lines. */
static bool has_lines(const char *file, size_t count)
{
	char *text = fixture_read(file);
	size_t lines = 0;

	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	free(text);
	return lines == count;
}

static bool complained_of(const char *words)
{
	char *text = fixture_read("log");
	bool found = strstr(text, "is not kept in seen") &&
		     strstr(text, words);

	free(text);
	return found;
}

Test(capture, denials_only, .init = start)
{
	struct stat st;

	keep(true);
	cr_assert_neq(access("seen", F_OK), 0);
	umask(0);
	keep(false);
	keep(false);
	cr_expect(has_lines("seen", 2));
	cr_assert_eq(stat("seen", &st), 0);
	cr_expect_eq(st.st_mode & 07777, 0600);
}

Test(capture, nothing_where_nothing_is_named, .init = start)
{
	struct gate_input input = {.policy = NULL};
	struct outcome outcome = {0};

	policy.audit.capture_file = NULL;
	keep(false);
	capture_denied(&input, &outcome, 500);
	cr_expect_neq(access("seen", F_OK), 0);
}

Test(capture, a_link_is_left_alone, .init = start)
{
	fixture_write("victim", "");
	chmod("victim", 0600);
	cr_assert_eq(symlink("victim", "seen"), 0);
	keep(false);
	cr_expect(has_lines("victim", 0));
	cr_expect(complained_of("symbolic link"));
}

Test(capture, a_second_name_is_left_alone, .init = start)
{
	fixture_write("victim", "");
	chmod("victim", 0600);
	cr_assert_eq(link("victim", "seen"), 0);
	keep(false);
	cr_expect(has_lines("victim", 0));
	cr_expect(complained_of("another name"));
}

Test(capture, what_others_can_read_is_left_alone, .init = start)
{
	fixture_write("seen", "");
	chmod("seen", 0640);
	keep(false);
	cr_expect(has_lines("seen", 0));
	cr_expect(complained_of("others"));
}

Test(capture, a_pipe_stops_nobody, .init = start, .timeout = 20)
{
	cr_assert_eq(mkfifo("seen", 0600), 0);
	keep(false);
	cr_expect(complained_of("seen"));
}

Test(capture, no_directory, .init = start)
{
	policy.audit.capture_file = "nowhere/seen";
	keep(false);
	char *text = fixture_read("log");
	cr_expect(strstr(text, "nowhere/seen"));
	free(text);
}

Test(capture, a_full_file_is_moved, .init = start)
{
	keep(false);
	cr_assert_eq(truncate("seen", CAPTURE_FILE_BYTES - 10), 0);
	keep(false);
	cr_expect(has_lines("seen", 1));
	struct stat st;
	cr_assert_eq(stat("seen.1", &st), 0);
	cr_expect_eq(st.st_size, CAPTURE_FILE_BYTES - 10);
}

Test(capture, a_full_file_that_stays_does_not_grow, .init = start)
{
	struct stat st;

	keep(false);
	cr_assert_eq(truncate("seen", CAPTURE_FILE_BYTES + 1), 0);
	cr_assert_eq(mkdir("seen.1", 0700), 0);
	keep(false);
	cr_assert_eq(stat("seen", &st), 0);
	cr_expect_eq(st.st_size, CAPTURE_FILE_BYTES + 1);
	cr_expect(complained_of("full"));
}
