/* endpoint_html.h - answers for people: the same facts and the same decision
 * as in JSON, as a page without scripts and without other files. */
#ifndef MTLSGATE_ENDPOINT_HTML_H
#define MTLSGATE_ENDPOINT_HTML_H

#include "endpoint.h"

/* True if whoever asks prefers HTML to JSON (RFC 9110 section 12.5.1); request
 * NULL: false. */
bool endpoint_html_wanted(const struct request *request);

/* The headers of a page, and its content type. */
void endpoint_html_headers(struct reply *reply);

/* Adds the page of a refusal to out. At most 8 KiB with the usual messages of
 * a policy, since mod_authnz_fcgi passes on no more. */
void endpoint_html_denial(struct arena *arena, const struct outcome *outcome,
			  struct buf *out);

/* Adds the page of an endpoint to out: body is what it answers in JSON,
 * borrowed; NULL marks out failed. Whatever stands in body is on the page. */
void endpoint_html_answer(const char *title, json_t *body,
			  const struct outcome *outcome, struct buf *out);

/* The parts of pages that are the same in all. */
void endpoint_html_open(struct buf *out, const char *title);
void endpoint_html_close(struct buf *out);

/* The style of all pages, and its hash for Content-Security-Policy: base64 of
 * the SHA-256 of exactly its bytes (CSP 3 section 2.3.1). */
extern const char endpoint_html_style[];
extern const char endpoint_html_style_hash[];

#endif
