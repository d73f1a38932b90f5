/* request.h - what the web server said, read once: role, method, path, site,
 * and the variables that later stages look at. */
#ifndef MTLSGATE_REQUEST_H
#define MTLSGATE_REQUEST_H

#include "arena.h"
#include "reason.h"

enum role { ROLE_NONE = 0, ROLE_RESPONDER, ROLE_AUTHORIZER };

/* The variables that are read, a row each; a is for X. */
#define REQUEST_VARS(X, a)                                                     \
	X(HTTP_ACCEPT, a)                                                      \
	X(MTLSGATE_METHOD, a)                                                  \
	X(MTLSGATE_MODE, a)                                                    \
	X(MTLSGATE_SECRET, a)                                                  \
	X(MTLSGATE_SITE, a)                                                    \
	X(MTLSGATE_URI, a)                                                     \
	X(PATH_INFO, a)                                                        \
	X(REMOTE_ADDR, a)                                                      \
	X(REMOTE_PASSWD, a)                                                    \
	X(REQUEST_METHOD, a)                                                   \
	X(REQUEST_URI, a)                                                      \
	X(SCRIPT_NAME, a)                                                      \
	X(SSL_CLIENT_CERT, a)                                                  \
	X(SSL_CLIENT_S_DN, a)                                                  \
	X(SSL_CLIENT_VERIFY, a)

#define REQUEST_VAR(name, a) VAR_##name,
enum var { REQUEST_VARS(REQUEST_VAR, 0) VAR_COUNT };

struct request {
	enum role role;         /* ROLE_NONE: refused */
	bool mirror;            /* MTLSGATE_MODE=authorizer: plain headers */
	const char *method;     /* as sent; "" when absent */
	bool method_clean;      /* an upper-case token (RFC 9110 9.1) */
	const char *path;       /* decoded and collapsed, or NULL if refused */
	const char *path_error; /* static text: why path is NULL */
	bool probe;             /* the path asks for .mtlsgate-deny */
	const char *site;       /* "" when the server sets none */
	const char *peer;       /* REMOTE_ADDR, "" when absent */
	bool password;          /* REMOTE_PASSWD is there */
	bool duplicate;         /* a variable came twice and they differ */
	char *const *env;       /* all of it, for headers by name */
	const char *var[VAR_COUNT];
	const char *chain[MAX_CHAIN]; /* SSL_CLIENT_CERT_CHAIN_n, by n */
	size_t chain_count;
};

/* Reads env (NAME=value strings, NULL at the end, as environ has them; borrowed
 * for the life of ret_request) for a request in this role. names: how long the
 * name of each is, if all of them have one; or NULL. ST_NOMEM only; whatever is
 * wrong with the request is in ret_request. */
NODISCARD enum status request_read(struct arena *arena, enum role role,
				   char *const *env, const uint32_t *names,
				   struct request *ret_request);

#endif
