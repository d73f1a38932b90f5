/* ctl_http.h - a file from a web server, for commands outside the request
 * path: plain HTTP, since what is fetched is signed. */
#ifndef MTLSGATE_CTL_HTTP_H
#define MTLSGATE_CTL_HTTP_H

#include "arena.h"
#include "buf.h"

struct ctl_http_limits {
	int64_t timeout; /* seconds; a look-up of the host is not cut short */
	size_t max;      /* bytes of the file */
};

/* GETs url, which begins with http://. Only status 200 counts: a redirect is
 * an error that names its target, and no proxy is used whatever the
 * environment says. ST_OK: the bytes are in ret_body, which the caller ends
 * with buf_free, as it must anyway. ST_BAD: *ret_why says why (text in the
 * arena). SIGPIPE must be ignored. */
NODISCARD enum status ctl_http_get(struct arena *arena, const char *url,
				   const struct ctl_http_limits *limits,
				   struct buf *ret_body, const char **ret_why);

#endif
