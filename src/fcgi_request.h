/* fcgi_request.h - the requests (FastCGI 1.0) that come on a connection. */
#ifndef MTLSGATE_FCGI_REQUEST_H
#define MTLSGATE_FCGI_REQUEST_H

#include <sys/types.h>

#include "fcgi_record.h"
#include "serve.h"

/* What may become of the connection. */
enum fcgi_end {
	FCGI_END_CLOSE = 0, /* to be closed now */
	FCGI_END_LINGER,    /* answered, but input may be left: the answer
	                     * could be lost if it were closed at once */
	FCGI_END_KEEP,      /* ready for another request */
	FCGI_END_MORE,      /* a request has begun, and more of it must come */
};

/* What one thread needs to answer requests; used again by each of them. */
struct fcgi_worker;

/* server is borrowed. NULL: no memory or no random bytes. Caller frees with
 * fcgi_worker_free. */
NODISCARD struct fcgi_worker *fcgi_worker_new(struct server *server);

/* NULL is allowed. */
void fcgi_worker_free(struct fcgi_worker *worker);

/* Reads what has come on fd with these flags of recv(2). Returns what recv
 * returns: nothing was read, with 0 the end or, below it, errno. */
ssize_t fcgi_worker_read(struct fcgi_worker *worker, int fd, int flags);

/* Answers the requests that are complete with what the last
 * fcgi_worker_read has read, a number of bytes; 0: the end of input. reader is
 * the connection's; fd stays open. An answer that is not whole, or that the
 * peer does not take within a second, ends in FCGI_END_CLOSE without an
 * END_REQUEST record. */
enum fcgi_end fcgi_worker_serve(struct fcgi_worker *worker,
				struct fcgi_reader *reader, int fd,
				size_t got);

#endif
