/* ctl_doctor_http.h - HTTP/1.1 (RFC 9112) on a TLS connection, sending exactly
 * what it is told; a hostile answer costs bounded time and memory. */
#ifndef MTLSGATE_CTL_DOCTOR_HTTP_H
#define MTLSGATE_CTL_DOCTOR_HTTP_H

#include "ctl_doctor_tls.h"

struct http_request {
	const char *method;    /* NULL: GET */
	const char *target;    /* as it goes into the request line */
	const char *authority; /* of the Host header */
	const char *const *headers; /* "Name: value" each, NULL at the end; or
				       NULL */
	const char *body; /* NULL: none */
	bool keep;        /* the connection shall serve another request */
};

enum http_end {
	HTTP_NOTHING = 0, /* no answer: the connection's seen says why */
	HTTP_GARBAGE,     /* the answer is not HTTP/1.1, or endless */
	HTTP_CUT,         /* the head is good, the body did not come whole */
	HTTP_WHOLE
};

struct http_answer {
	enum http_end end;
	int status;       /* 100 to 999, from HTTP_CUT on */
	const char *head; /* status line and headers, in the arena; or NULL */
	const char *body; /* NUL-terminated, never NULL from HTTP_CUT on */
	size_t body_len;
	bool kept;        /* another request may follow */
	const char *why;  /* static: what is wrong with it, or NULL */
};

/* Sends the request and reads its answer, 64 KiB of head and 256 KiB of body
 * at most, within the timeout in milliseconds. Answers of the 100s before it
 * are dropped. */
void http_exchange(struct arena *arena, struct tls *tls,
		   const struct http_request *request, int64_t timeout,
		   struct http_answer *ret_answer);

/* The value of a header of the answer without blanks around it, in the arena;
 * of several the first; NULL: none. */
const char *http_header(struct arena *arena, const struct http_answer *answer,
			const char *name);

/* Takes an answer that was read from the first byte on apart, as far as text
 * goes; ended: nothing more will come. False: more must be read. For
 * http_exchange and its tests. */
bool http_parse(struct arena *arena, const char *text, size_t len, bool ended,
		bool no_body, struct http_answer *ret_answer);

#endif
