/* options.c - the arguments come in, a struct options goes out. It opens
 * nothing and prints nothing. */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "policy.h"
#include "timefmt.h"

enum { BACKLOG = 511 };

/* Sets what value says; the reason why not, or NULL. */
typedef const char *set_fn(struct options *options, const char *value);

struct option_row {
	const char *name;
	bool alone; /* takes no value */
	set_fn *set;
};

static const char *set_policy(struct options *options, const char *value)
{
	options->policy = value;
	return NULL;
}

static const char *set_socket(struct options *options, const char *value)
{
	options->listen.path = value;
	return NULL;
}

static const char *set_mode(struct options *options, const char *value)
{
	options->listen.mode = value;
	return NULL;
}

static const char *set_group(struct options *options, const char *value)
{
	options->listen.group = value;
	return NULL;
}

static const char *set_listen(struct options *options, const char *value)
{
	options->listen.tcp = value;
	return NULL;
}

static const char *set_peer(struct options *options, const char *value)
{
	struct listen_options *listen = &options->listen;

	if (listen->peer_count == LISTEN_MAX_PEERS)
		return "there are too many of these";
	listen->peers[listen->peer_count++] = value;
	return NULL;
}

static bool read_number(const char *value, long max, long *ret_number)
{
	size_t len = strlen(value);

	if (len == 0 || len > 6 || strspn(value, "0123456789") != len)
		return false;
	*ret_number = strtol(value, NULL, 10);
	return *ret_number >= 1 && *ret_number <= max;
}

static const char *set_threads(struct options *options, const char *value)
{
	if (!read_number(value, MAX_THREADS, &options->threads))
		return "a number from 1 to 1024 is expected";
	return NULL;
}

static const char *set_backlog(struct options *options, const char *value)
{
	if (!read_number(value, MAX_BACKLOG, &options->backlog))
		return "a number from 1 to 65535 is expected";
	return NULL;
}

static const char *set_connections(struct options *options, const char *value)
{
	if (!read_number(value, MAX_CONNECTIONS, &options->max_connections))
		return "a number from 1 to 65536 is expected";
	return NULL;
}

static const char *set_timeout(struct options *options, const char *value)
{
	int64_t seconds;

	if (!duration_parse(value, &seconds) || seconds < 1 ||
	    seconds > MAX_REQUEST_TIMEOUT)
		return "a time like 10s or 1m is expected, one hour at most";
	options->request_timeout = (long)seconds;
	return NULL;
}

static const char *set_help(struct options *options, const char *value)
{
	(void)value;
	options->want = WANT_HELP;
	return NULL;
}

static const char *set_version(struct options *options, const char *value)
{
	(void)value;
	options->want = WANT_VERSION;
	return NULL;
}

static const struct option_row rows[] = {
	{"--policy", false, set_policy},
	{"--socket", false, set_socket},
	{"--socket-mode", false, set_mode},
	{"--socket-group", false, set_group},
	{"--listen", false, set_listen},
	{"--allow-peer", false, set_peer},
	{"--threads", false, set_threads},
	{"--backlog", false, set_backlog},
	{"--max-connections", false, set_connections},
	{"--request-timeout", false, set_timeout},
	{"--help", true, set_help},
	{"--version", true, set_version},
};

/* The row of an argument, --NAME or --NAME=VALUE; *ret_value is the VALUE or
 * NULL. */
static const struct option_row *find_row(const char *arg,
					 const char **ret_value)
{
	size_t len = strcspn(arg, "=");
	size_t i;

	*ret_value = arg[len] ? arg + len + 1 : NULL;
	for (i = 0; i < ARRAY_LEN(rows); i++) {
		if (strlen(rows[i].name) == len &&
		    memcmp(rows[i].name, arg, len) == 0)
			return &rows[i];
	}
	return NULL;
}

/* Reads the option at argv[*at] and moves *at to its last argument. */
static const char *read_one(int argc, char *const *argv, int *at,
			    struct options *options)
{
	const char *value;
	const struct option_row *row = find_row(argv[*at], &value);

	if (!row)
		return "unknown option";
	if (row->alone)
		return value ? "takes no value" : row->set(options, NULL);
	if (!value && *at + 1 < argc)
		value = argv[++*at];
	if (!value || !*value)
		return "a value is missing";
	return row->set(options, value);
}

static const char *check(const struct options *options, const char **ret_what)
{
	const struct listen_options *listen = &options->listen;

	*ret_what = "--listen";
	if (listen->path && listen->tcp)
		return "cannot be used together with --socket";
	*ret_what = "--socket-mode";
	if (listen->mode && !listen->path)
		return "needs --socket";
	*ret_what = "--socket-group";
	if (listen->group && !listen->path)
		return "needs --socket";
	*ret_what = "--allow-peer";
	if (listen->peer_count && listen->path)
		return "is for TCP: it cannot be used with --socket";
	return NULL;
}

enum status options_read(int argc, char *const *argv,
			 struct options *ret_options, const char **ret_why,
			 const char **ret_what)
{
	const char *why = NULL;
	int i;

	*ret_options = (struct options){.listen.backlog = BACKLOG};
	for (i = 1; i < argc && !why; i++) {
		*ret_what = argv[i];
		why = read_one(argc, argv, &i, ret_options);
		if (ret_options->want != WANT_SERVE)
			return ST_OK;
	}
	if (!why)
		why = check(ret_options, ret_what);
	if (!why)
		return ST_OK;
	*ret_why = why;
	return ST_BAD;
}

const char *options_help(void)
{
	return "usage: mtlsgate [--policy FILE] [OPTION...]\n"
	       "\n"
	       "Answers a web server over FastCGI or CGI whether the holder "
	       "of a TLS\n"
	       "client certificate may do what is asked. The socket comes "
	       "from the web\n"
	       "server (descriptor 0), from systemd (LISTEN_FDS), or from "
	       "an option.\n"
	       "\n"
	       "  --policy FILE         the policy; else $MTLSGATE_POLICY, "
	       "else the default\n"
	       "  --socket PATH         listen on a UNIX socket\n"
	       "  --socket-mode MODE    its mode, 0660 by default\n"
	       "  --socket-group GROUP  its group\n"
	       "  --listen ADDR:PORT    listen on TCP, for FastCGI "
	       "authorizers (others need\n"
	       "                        [server] secret in the policy)\n"
	       "  --allow-peer ADDR     who may connect over TCP; may be "
	       "repeated\n"
	       "  --threads N           requests worked on at a time, 1 to "
	       "1024\n"
	       "  --backlog N           connections that may wait to be "
	       "accepted\n"
	       "  --max-connections N   connections at a time\n"
	       "  --request-timeout T   for one request, 30s by default\n"
	       "  --version             print the version\n"
	       "  --help                print this\n";
}
