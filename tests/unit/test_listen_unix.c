/* test_listen_unix.c - the file of a socket: whose it is, who may connect. */
#include "listen_unix.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "front_fixture.h"

static struct listen_options options;
static struct listener listener;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	options = (struct listen_options){.path = "s", .backlog = 8};
	listener = (struct listener){.fd = -1, .options = &options};
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	cr_assert_eq(stat(path, &st), 0);
	return st.st_mode & 0777;
}

static int bound(const char *path)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strncpy(at.sun_path, path, sizeof(at.sun_path) - 1);
	cr_assert_eq(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

Test(listen_unix, new_socket, .init = start)
{
	umask(0);
	cr_assert_eq(unix_open(&options, &listener), ST_OK);
	cr_assert_eq(mode_of("s"), 0660);
	cr_assert_eq(umask(0), 0, "the mask was left changed");
	unix_remove(&listener);
	cr_assert_neq(access("s", F_OK), 0);
}

Test(listen_unix, mode_as_told, .init = start)
{
	umask(077);
	options.mode = "0606";
	cr_assert_eq(unix_open(&options, &listener), ST_OK);
	cr_assert_eq(mode_of("s"), 0606);
}

Test(listen_unix, stale_file_is_replaced, .init = start)
{
	close(bound("s"));
	cr_assert_eq(unix_open(&options, &listener), ST_OK);
}

Test(listen_unix, live_socket_is_not_touched, .init = start)
{
	int fd = bound("s");

	cr_assert_eq(listen(fd, 1), 0);
	cr_assert_eq(unix_open(&options, &listener), ST_BAD);
	cr_assert_eq(access("s", F_OK), 0);
	cr_assert_eq(listener.fd, -1);
}

Test(listen_unix, other_file_is_not_touched, .init = start)
{
	char *text;

	fixture_write("s", "precious");
	cr_assert_eq(unix_open(&options, &listener), ST_BAD);
	text = fixture_read("s");
	cr_assert_str_eq(text, "precious");
	free(text);
}

Test(listen_unix, bad_options, .init = start)
{
	static const char *const modes[] = {"", "8", "rw", "0660x", "-1",
					    "1000", "07777777777777"};
	char longest[200];

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		options.mode = modes[i];
		cr_assert_eq(unix_open(&options, &listener), ST_BAD, "%s",
			     modes[i]);
	}
	options.mode = NULL;
	options.group = "no such group";
	cr_assert_eq(unix_open(&options, &listener), ST_BAD);
	options.group = NULL;
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	options.path = longest;
	cr_assert_eq(unix_open(&options, &listener), ST_BAD);
	options.path = "no/such/s";
	cr_assert_eq(unix_open(&options, &listener), ST_BAD);
	cr_assert_neq(access("s", F_OK), 0);
}

Test(listen_unix, file_of_another_is_not_removed, .init = start)
{
	cr_assert_eq(unix_open(&options, &listener), ST_OK);
	cr_assert_eq(unlink("s"), 0);
	bound("s");
	unix_remove(&listener);
	cr_assert_eq(access("s", F_OK), 0);
}
