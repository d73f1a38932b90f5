/* ocsp_client.h - asks OCSP responders over HTTP, and remembers. */
#ifndef MTLSGATE_OCSP_CLIENT_H
#define MTLSGATE_OCSP_CLIENT_H

#include "ocsp.h"

struct ocsp_client;

/* A client that has at most max_queries (at least 1) queries in flight, half
 * of the threads that ask, say. Has SIGPIPE ignored from now on. NULL: out of
 * memory. Caller frees with ocsp_client_free, when no thread asks any more. */
NODISCARD struct ocsp_client *ocsp_client_new(size_t max_queries);

/* NULL is allowed. */
void ocsp_client_free(struct ocsp_client *client);

/* Its service, which many threads may use; lives as long as the client. An
 * answer is kept until its next_update, a failure for 5 seconds. One
 * query at a time is made for a certificate, others wait for its answer, no
 * longer than the rules' timeout. Where all queries are taken by responders
 * that do not answer soon, ask gives OCSP_UNAVAILABLE at once. */
struct ocsp_service *ocsp_client_service(struct ocsp_client *client);

#endif
