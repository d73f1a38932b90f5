/* front.h - the two ways a web server talks to us. */
#ifndef MTLSGATE_FRONT_H
#define MTLSGATE_FRONT_H

#include "listen.h"
#include "serve.h"

struct fcgi_options {
	long threads; /* requests in flight at a time */
};

/* Serves FastCGI on listener until SIGTERM or SIGINT; finishes the requests in
 * hand. SIGHUP reloads the policy and reopens the log. Returns the exit
 * status. */
int front_fcgi(struct server *server, const struct listener *listener,
	       const struct fcgi_options *options);

/* Answers the one request in env and writes it to descriptor 1. */
int front_cgi(struct server *server, char *const *env);

#endif
