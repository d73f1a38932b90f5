/* request.h - what the web server said, read once: role, method, path, site,
 * and the variables that later stages look at. */
#ifndef MTLSGATE_REQUEST_H
#define MTLSGATE_REQUEST_H

#include "arena.h"
#include "reason.h"

enum role { ROLE_NONE = 0, ROLE_RESPONDER, ROLE_AUTHORIZER };

/* The variables that are read. A row of the table in request.c each. */
enum var {
	VAR_HTTP_ACCEPT,
	VAR_MTLSGATE_METHOD,
	VAR_MTLSGATE_MODE,
	VAR_MTLSGATE_SECRET,
	VAR_MTLSGATE_SITE,
	VAR_MTLSGATE_URI,
	VAR_PATH_INFO,
	VAR_REMOTE_ADDR,
	VAR_REMOTE_PASSWD,
	VAR_REQUEST_METHOD,
	VAR_REQUEST_URI,
	VAR_SCRIPT_NAME,
	VAR_SSL_CLIENT_CERT,
	VAR_SSL_CLIENT_S_DN,
	VAR_SSL_CLIENT_VERIFY,
	VAR_COUNT
};

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

/* Reads env (NAME=value strings, NULL at the end, as environ has
 * them; borrowed for the life of ret_request) for a request in this role.
 * ST_NOMEM only; whatever is wrong with the request is in ret_request. */
NODISCARD enum status request_read(struct arena *arena, enum role role,
				   char *const *env,
				   struct request *ret_request);

#endif
