/* fcgi_request.h - one FastCGI request (FastCGI 1.0) on a connection. */
#ifndef MTLSGATE_FCGI_REQUEST_H
#define MTLSGATE_FCGI_REQUEST_H

#include "serve.h"

/* What may become of the connection. */
enum fcgi_end {
	FCGI_END_CLOSE = 0, /* to be closed now */
	FCGI_END_LINGER,    /* answered, but input may be left: the answer
	                     * could be lost if it were closed at once */
	FCGI_END_KEEP,      /* ready for another request */
};

/* Once, before any thread calls fcgi_request_serve. ST_BAD: libfcgi cannot
 * be used. */
NODISCARD enum status fcgi_request_init(void);

/* Reads one request from fd, a blocking socket, has worker answer it and says
 * what to do with fd, which stays open. An answer that is not whole ends in
 * FCGI_END_CLOSE without an END_REQUEST record. */
enum fcgi_end fcgi_request_serve(struct worker *worker, int fd);

#endif
