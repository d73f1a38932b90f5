/* reply.h - the answer and its bytes: the only code that writes a Status
 * line. */
#ifndef MTLSGATE_REPLY_H
#define MTLSGATE_REPLY_H

#include "buf.h"

/* A reply; all zero is not yet one and is written as a 500 denial. */
struct reply {
	int status;
	struct buf headers; /* lines that end in CRLF */
	struct buf body;
	const char *content_type; /* static; NULL: no body */
};

/* Adds a header line. A value with a control character marks the reply failed,
 * since it must not leave; an empty value is sent as such. */
void reply_header(struct reply *reply, const char *name, const char *value);

/* Puts the bytes of the reply into out: Status first, always; Content-Length
 * of the body, which is left out when head. If reply or out ran out of memory,
 * out is left failed and nothing of it may be sent. */
void reply_write(struct reply *reply, bool head, struct buf *out);

/* The denial that needs no memory: a complete 500 reply, static. */
const char *reply_last_resort(size_t *ret_len);

void reply_free(struct reply *reply);

/* "Forbidden" for 403, ...; never NULL. */
const char *reply_phrase(int status);

#endif
