/* test_options.c - what the command line may say. */
#include "options.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <string.h>

enum { MAX_ARGS = 48 };

struct row {
	const char *args; /* between spaces */
	const char *why;  /* part of the reason, NULL: good */
	const char *what;
};

static enum status read_args(const char *args, struct options *options,
			     const char **why, const char **what)
{
	static char copy[1024];
	char *argv[MAX_ARGS] = {(char *)"mtlsgate"};
	char *save = NULL;
	char *p;
	int argc = 1;

	snprintf(copy, sizeof(copy), "%s", args);
	for (p = strtok_r(copy, " ", &save); p;
	     p = strtok_r(NULL, " ", &save))
		argv[argc++] = p;
	return options_read(argc, argv, options, why, what);
}

static const struct row rows[] = {
	{"--nonsense", "unknown", "--nonsense"},
	{"stray", "unknown", "stray"},
	{"--thread 4", "unknown", "--thread"},
	{"--threads", "missing", "--threads"},
	{"--threads=", "missing", "--threads="},
	{"--threads 0", "1 to 1024", "--threads"},
	{"--threads 1025", "1 to 1024", "--threads"},
	{"--threads -1", "1 to 1024", "--threads"},
	{"--threads 4x", "1 to 1024", "--threads"},
	{"--threads 99999999999", "1 to 1024", "--threads"},
	{"--backlog 65536", "1 to 65535", "--backlog"},
	{"--max-connections 0", "1 to 65536", "--max-connections"},
	{"--max-connections 65537", "1 to 65536", "--max-connections"},
	{"--request-timeout 10", "like 10s", "--request-timeout"},
	{"--request-timeout 0s", "like 10s", "--request-timeout"},
	{"--request-timeout 3601s", "one hour", "--request-timeout"},
	{"--help=yes", "no value", "--help=yes"},
	{"--socket s --listen 127.0.0.1:1", "together", "--listen"},
	{"--socket-mode 0600", "needs --socket", "--socket-mode"},
	{"--socket-group g", "needs --socket", "--socket-group"},
	{"--socket s --allow-peer ::1", "TCP", "--allow-peer"},
};

/* Indexes: a test runs in a process of its own, with addresses of its own. */
ParameterizedTestParameters(options, refused)
{
	static size_t index[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, ARRAY_LEN(rows));
}

ParameterizedTest(const size_t *index, options, refused)
{
	const struct row *row = &rows[*index];
	const char *why = NULL, *what = NULL;
	struct options options;

	cr_assert_eq(read_args(row->args, &options, &why, &what), ST_BAD,
		     "%s", row->args);
	cr_assert(strstr(why, row->why), "%s: %s", row->args, why);
	cr_assert_str_eq(what, row->what);
}

Test(options, all_of_them)
{
	const char *why = NULL, *what = NULL;
	struct options o;

	cr_assert_eq(read_args("--policy p --socket=s --socket-mode 0600 "
			       "--socket-group g --threads 1024 "
			       "--backlog 7 --max-connections 65536 "
			       "--request-timeout=2m",
			       &o, &why, &what),
		     ST_OK);
	cr_assert_str_eq(o.policy, "p");
	cr_assert_str_eq(o.listen.path, "s");
	cr_assert_str_eq(o.listen.mode, "0600");
	cr_assert_str_eq(o.listen.group, "g");
	cr_assert_eq(o.threads, 1024);
	cr_assert_eq(o.backlog, 7);
	cr_assert_eq(o.max_connections, 65536);
	cr_assert_eq(o.request_timeout, 120);
	cr_assert_eq(o.want, WANT_SERVE);
	cr_assert_gt(o.listen.backlog, 0);
}

Test(options, tcp_with_peers)
{
	const char *why = NULL, *what = NULL;
	struct options o;

	cr_assert_eq(read_args("--listen [::]:9 --allow-peer 192.0.2.1 "
			       "--allow-peer=::1",
			       &o, &why, &what),
		     ST_OK);
	cr_assert_str_eq(o.listen.tcp, "[::]:9");
	cr_assert_eq(o.listen.peer_count, 2);
	cr_assert_str_eq(o.listen.peers[1], "::1");
}

Test(options, too_many_peers)
{
	const char *why = NULL, *what = NULL;
	char args[1024] = "--listen 1:2";
	struct options o;

	for (int i = 0; i <= LISTEN_MAX_PEERS; i++)
		strncat(args, " --allow-peer=::1",
			sizeof(args) - strlen(args) - 1);
	cr_assert_eq(read_args(args, &o, &why, &what), ST_BAD);
}

Test(options, nothing_at_all_and_questions)
{
	const char *why = NULL, *what = NULL;
	struct options o;

	cr_assert_eq(read_args("", &o, &why, &what), ST_OK);
	cr_assert_eq(o.want, WANT_SERVE);
	cr_assert_eq(o.threads, 0);
	cr_assert_eq(read_args("--help stray", &o, &why, &what), ST_OK);
	cr_assert_eq(o.want, WANT_HELP);
	cr_assert_eq(read_args("--version", &o, &why, &what), ST_OK);
	cr_assert_eq(o.want, WANT_VERSION);
}

Test(options, help_names_every_option)
{
	static const char *const names[] = {
		"--policy", "--socket ", "--socket-mode", "--socket-group",
		"--listen", "--allow-peer", "--threads ", "--backlog ",
		"--max-connections ", "--request-timeout ", "--version",
		"--help",
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		cr_assert(strstr(options_help(), names[i]), "%s", names[i]);
}
