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
	MOST_DEFAULT_THREADS = 64
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

/* The command line first, then the policy, then the machine. */
static long thread_count(const struct options *options, struct store *store)
{
	const struct policy *policy = store_acquire(store);
	long threads = options->threads;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (!threads && policy)
		threads = policy->server.threads;
	store_release(store, policy);
	if (threads >= 1 && threads <= MAX_THREADS)
		return threads;
	if (cores * 2 < FEWEST_THREADS)
		return FEWEST_THREADS;
	return cores * 2 < MOST_DEFAULT_THREADS ? cores * 2
						: MOST_DEFAULT_THREADS;
}

/* The length of the queue of connections, on whoever's socket. */
static void apply_backlog(struct store *store, const struct listener *listener)
{
	const struct policy *policy = store_acquire(store);

	if (policy && policy->server.backlog > 0 &&
	    listen(listener->fd, (int)policy->server.backlog) != 0)
		log_message(LOG_LEVEL_WARNING,
			    "[server] backlog could not be set");
	store_release(store, policy);
}

static int serve_fcgi(struct server *server, long threads,
		      struct listener *listener)
{
	struct fcgi_options fcgi = {
		.threads = threads,
		.request_timeout = REQUEST_TIMEOUT,
	};
	int status;

	server->need_secret = listener->tcp;
	apply_backlog(server->store, listener);
	status = front_fcgi(server, listener, &fcgi);
	listen_close(listener);
	return status;
}

/* No more than half of the threads wait for OCSP responders. */
static int serve_with_ocsp(struct server *server, long threads,
			   struct listener *listener)
{
	struct ocsp_client *ocsp =
		ocsp_client_new(threads > 1 ? (size_t)threads / 2 : 1);
	int status;

	if (!ocsp) {
		log_message(LOG_LEVEL_ERROR, "cannot start: no memory");
		return EXIT_FAILURE;
	}
	server->ocsp = ocsp_client_service(ocsp);
	status = listener ? serve_fcgi(server, threads, listener)
			  : front_cgi(server, environ);
	ocsp_client_free(ocsp);
	return status;
}

/* listener NULL: CGI. */
static int serve(const struct options *options, struct listener *listener)
{
	bool ready = memory_init() == ST_OK;
	struct store *store = store_new(policy_path(options));
	struct audit *audit = audit_new();
	struct server server;
	int status = EXIT_FAILURE;

	if (ready && store && audit) {
		server_init(&server, store, audit);
		server.version = PACKAGE_VERSION;
		if (!listener)
			store_for_one(store);
		server_refresh(&server, true);
		status = serve_with_ocsp(&server,
					 listener ? thread_count(options, store)
						  : 1, listener);
	} else {
		log_message(LOG_LEVEL_ERROR, "cannot start: no memory, "
					     "descriptors or random bytes");
	}
	audit_free(audit);
	store_free(store);
	return status;
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
