/* main.c - the program: which front, which policy, which socket. Under CGI the
 * arguments may come from a client's query string and are not looked at. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "front.h"
#include "log.h"
#include "memory.h"
#include "ocsp_client.h"
#include "options.h"

enum {
	EXIT_USAGE = 2,
	FEWEST_THREADS = 4,
	MOST_DEFAULT_THREADS = 64,
	DEFAULT_CONNECTIONS = 16384,
	DEFAULT_TIMEOUT = 30 /* seconds */
};

extern char **environ;

static const char *policy_path(const struct options *options)
{
	const char *env = getenv("MTLSGATE_POLICY");

	if (options->policy)
		return options->policy;
	return env && *env ? env : POLICY_DEFAULT_FILE;
}

/* A web server that runs CGI programs gives them no listening socket. */
static bool is_cgi(void)
{
	return getenv("GATEWAY_INTERFACE") && !listen_inherited();
}

static long default_threads(void)
{
	long threads = sysconf(_SC_NPROCESSORS_ONLN) * 2;

	if (threads < FEWEST_THREADS)
		return FEWEST_THREADS;
	return threads < MOST_DEFAULT_THREADS ? threads : MOST_DEFAULT_THREADS;
}

/* The command line first, then the policy, then what is usual. */
static long first_set(long option, long setting, long usual)
{
	if (option)
		return option;
	return setting ? setting : usual;
}

/* The length of the queue of connections, on whoever's socket. */
static void apply_backlog(const struct listener *listener, long backlog)
{
	if (backlog && listen(listener->fd, (int)backlog) != 0)
		log_message(LOG_LEVEL_WARNING, "backlog could not be set");
}

static struct fcgi_options fcgi_options(const struct options *options,
					const struct server_rules *rules)
{
	return (struct fcgi_options){
		.threads = first_set(options->threads, rules->threads,
				     default_threads()),
		.max_connections = first_set(options->max_connections,
					     rules->max_connections,
					     DEFAULT_CONNECTIONS),
		.request_timeout = first_set(options->request_timeout,
					     rules->request_timeout,
					     DEFAULT_TIMEOUT),
	};
}

static int serve_fcgi(struct server *server, const struct fcgi_options *fcgi,
		      struct listener *listener)
{
	/* no more than half of the threads wait for OCSP responders */
	struct ocsp_client *ocsp = ocsp_client_new(
		fcgi->threads > 1 ? (size_t)fcgi->threads / 2 : 1);
	int status = EXIT_FAILURE;

	server->need_secret = listener->tcp;
	if (ocsp) {
		server->ocsp = ocsp_client_service(ocsp);
		status = front_fcgi(server, listener, fcgi);
	} else {
		log_message(LOG_LEVEL_ERROR, "cannot start: no memory");
	}
	listen_close(listener);
	ocsp_client_free(ocsp);
	return status;
}

/* With the settings that the policy has now. */
static int serve_as_set(struct server *server, const struct options *options,
			struct listener *listener)
{
	const struct policy *policy = store_current(server->store);
	struct server_rules rules = {0};
	struct fcgi_options fcgi;

	if (policy)
		rules = policy->server;
	fcgi = fcgi_options(options, &rules);
	apply_backlog(listener, first_set(options->backlog, rules.backlog, 0));
	return serve_fcgi(server, &fcgi, listener);
}

/* Only what the one request needs is made. */
static int serve_cgi(struct server *server)
{
	const struct policy *policy = store_current(server->store);
	bool asks = policy && policy->trust.ocsp.mode != OCSP_OFF;
	struct ocsp_client *ocsp = asks ? ocsp_client_new(1) : NULL;

	if (ocsp)
		server->ocsp = ocsp_client_service(ocsp);
	/* what is held ends with the process, and sooner */
	_exit(front_cgi(server, environ));
}

static int serve_or_fail(bool ready, const struct options *options,
			 struct listener *listener)
{
	struct store *store = store_new(policy_path(options));
	struct audit *audit = audit_new();
	struct server server;
	int status = EXIT_FAILURE;

	if (ready && store && audit) {
		server_init(&server, store, audit);
		server.version = PACKAGE_VERSION;
		if (!listener)
			store_for_one(store, memory_before_crypto);
		server_refresh(&server, true);
		status = listener ? serve_as_set(&server, options, listener)
				  : serve_cgi(&server);
	} else {
		log_message(LOG_LEVEL_ERROR, "cannot start: no memory, "
					     "descriptors or random bytes");
	}
	audit_free(audit);
	store_free(store);
	return status;
}

/* listener NULL: CGI. */
static int serve(const struct options *options, struct listener *listener)
{
	enum status st = listener ? memory_init() : memory_init_for_one();

	return serve_or_fail(st == ST_OK, options, listener);
}

static int usage_error(const char *what, const char *why)
{
	fprintf(stderr, "mtlsgate: %s: %s\nTry mtlsgate --help.\n", what, why);
	return EXIT_USAGE;
}

static int no_socket(void)
{
	fputs("mtlsgate: there is no socket to serve. Name one with --socket "
	      "PATH or\n--listen ADDR:PORT, or have a web server (mod_fcgid, "
	      "lighttpd), systemd or a\nCGI server start this program. Try "
	      "mtlsgate --help.\n",
	      stderr);
	return EXIT_USAGE;
}

static int serve_socket(const struct options *options)
{
	struct listener listener;

	switch (listen_open(&options->listen, &listener)) {
	case ST_OK:
		return serve(options, &listener);
	case ST_ABSENT:
		return no_socket();
	case ST_NOMEM:
	case ST_BAD:
		break;
	}
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	static const struct options none;
	struct options options;
	const char *why, *what;

	if (is_cgi())
		return serve(&none, NULL);
	if (options_read(argc, argv, &options, &why, &what) != ST_OK)
		return usage_error(what, why);
	if (options.want == WANT_HELP) {
		fputs(options_help(), stdout);
		return EXIT_SUCCESS;
	}
	if (options.want == WANT_VERSION) {
		puts("mtlsgate " PACKAGE_VERSION);
		return EXIT_SUCCESS;
	}
	return serve_socket(&options);
}
