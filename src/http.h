/* http.h - one question to a web server and its answer, for responders and
 * lists: plain HTTP, since what they send is signed. No redirect is followed
 * and no proxy used, whatever the environment says. */
#ifndef MTLSGATE_HTTP_H
#define MTLSGATE_HTTP_H

#include "arena.h"

struct http_query {
	const char *url;        /* http://HOST[:PORT][/PATH][?QUERY] */
	const void *body;       /* posted; NULL: GET */
	size_t body_len;
	const char *body_type;  /* its media type */
	const char *reply_type; /* the media type to expect; NULL: any */
	size_t max_reply;       /* bytes; a longer reply is not read */
	int64_t timeout;        /* seconds for all, looking up HOST apart */
};

/* Asks, and waits for the answer: status 200, the media type, and one object
 * in DER, which goes to *ret_body. False: *ret_why says what is wrong (NULL:
 * out of memory). Reads the clock. A peer that hangs up may cause SIGPIPE,
 * which the program must ignore. */
NODISCARD bool http_ask(struct arena *arena, const struct http_query *query,
			const unsigned char **ret_body, size_t *ret_len,
			const char **ret_why);

#endif
