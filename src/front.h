/* front.h - the two ways a web server talks to us. */
#ifndef MTLSGATE_FRONT_H
#define MTLSGATE_FRONT_H

#include "listen.h"
#include "serve.h"

struct fcgi_options {
	long threads; /* requests worked on at a time, 1 to MAX_THREADS */
	long max_connections; /* 1 to MAX_CONNECTIONS, if there are as many
	                       * descriptors */
	long request_timeout; /* seconds from first byte to last, and for the
	                       * requests in hand when asked to stop */
};

/* Serves FastCGI on listener until SIGTERM, SIGINT or SIGUSR1; finishes the
 * requests in hand. SIGHUP reloads the policy and reopens the log. Returns the
 * exit status. */
int front_fcgi(struct server *server, const struct listener *listener,
	       const struct fcgi_options *options);

/* Answers the one request in env and writes it to descriptor 1. Returns the
 * exit status. */
int front_cgi(struct server *server, char *const *env);

#endif
