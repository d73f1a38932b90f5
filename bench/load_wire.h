/* load_wire.h - FastCGI as a client sees it: requests are made ready once, and
 * answers are read and checked. For fcgi_load. */
#ifndef BENCH_LOAD_WIRE_H
#define BENCH_LOAD_WIRE_H

#include <stdbool.h>
#include <stddef.h>

enum { ROLE_RESPONDER = 1, ROLE_AUTHORIZER = 2 };

/* The bytes of one request, all records of it. */
struct wire_request {
	char *bytes;
	size_t len;
};

/* Makes a request of role on a kept connection with the variables NAME=VALUE
 * of params and, unless NULL, this certificate in SSL_CLIENT_CERT. Ends the
 * program without memory. */
struct wire_request wire_make(int role, char *const *params, size_t count,
			      const char *cert, size_t cert_len);

/* Connects to a UNIX socket, or to HOST:PORT if there is no '/' in address
 * (HOST numeric). -1: it failed. */
int wire_connect(const char *address);

/* Writes all of it. False: the connection is broken. */
bool wire_send(int fd, const struct wire_request *request);

/* Reads one answer to its end record. The status that it carries; 0 for one
 * that is not in order; -1: the connection broke. */
int wire_receive(int fd);

#endif
