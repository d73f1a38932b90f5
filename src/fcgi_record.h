/* fcgi_record.h - the records of a request (FastCGI 1.0 sections 3 and 5),
 * read one by one and never beyond: what is not read stays in the socket,
 * where the next reader finds a whole record. */
#ifndef MTLSGATE_FCGI_RECORD_H
#define MTLSGATE_FCGI_RECORD_H

#include "buf.h"

enum {
	FCGI_RECORD_HEADER = 8,
	FCGI_MAX_PARAMS = 2 * 1024 * 1024, /* all parameters of a request */
	FCGI_MAX_STDIN = 1024 * 1024, /* read of a body nobody looks at */
};

/* A request up to the end of its parameters. */
struct fcgi_head {
	unsigned id;
	unsigned role;
	bool keep;         /* FCGI_KEEP_CONN */
	bool begun;        /* BEGIN_REQUEST was read */
	bool complete;     /* and the end of PARAMS */
	size_t skipped;    /* bytes of records that came before it */
	struct buf params; /* the PARAMS stream: whole pairs, no NUL bytes */
};

/* Reads from fd, a blocking socket, up to the end record of PARAMS. Leftover
 * STDIN of an earlier request is skipped, management records are answered.
 * head must be zeroed; fcgi_head_free ends it in any case. ST_ABSENT: there
 * were such records only, and the request is still to come. ST_BAD: the
 * connection is of no use any more. */
NODISCARD enum status fcgi_head_read(int fd, struct fcgi_head *head);
void fcgi_head_free(struct fcgi_head *head);

/* Puts the request as records into out: BEGIN_REQUEST, PARAMS and its end. */
void fcgi_head_write(const struct fcgi_head *head, struct buf *out);

/* Reads STDIN of request id to its end record. False: it did not come, or only
 * after more than FCGI_MAX_STDIN bytes; the connection is of no use. */
NODISCARD bool fcgi_stdin_drain(int fd, unsigned id);

/* Reads the end record of STDIN of request id if that is all that has come.
 * False: it is not, and nothing was read. */
NODISCARD bool fcgi_stdin_take_end(int fd, unsigned id);

#endif
