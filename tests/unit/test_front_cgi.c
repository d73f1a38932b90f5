/* test_front_cgi.c - a whole reply on descriptor 1, or a failure. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front.h"
#include "front_fixture.h"

static struct server *server;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	server = fixture_server("");
}

static void end(void)
{
	fixture_server_free(server);
}

/* Runs with descriptor 1 on that file, for a page that is there. */
static int run(const char *output)
{
	char *env[] = {(char *)"REQUEST_METHOD=GET",
		       (char *)"SCRIPT_NAME=/api/health", NULL};
	int keep = dup(1);
	int fd = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int status;

	cr_assert(keep >= 0 && fd >= 0 && dup2(fd, 1) == 1);
	status = front_cgi(server, env);
	dup2(keep, 1);
	close(keep);
	close(fd);
	return status;
}

Test(front_cgi, reply_is_written, .init = start, .fini = end)
{
	char *text;

	cr_assert_eq(run("out"), EXIT_SUCCESS);
	text = fixture_read("out");
	cr_assert_eq(strncmp(text, "Status: 200 ", 12), 0, "%s", text);
	cr_assert(strstr(text, "\r\n\r\n{"), "%s", text);
	free(text);
}

Test(front_cgi, full_disk_is_a_failure, .init = start, .fini = end)
{
	cr_assert_eq(run("/dev/full"), EXIT_FAILURE);
}
