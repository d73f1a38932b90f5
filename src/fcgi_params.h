/* fcgi_params.h - the parameters of a request as an environment (FastCGI 1.0
 * section 3.4). */
#ifndef MTLSGATE_FCGI_PARAMS_H
#define MTLSGATE_FCGI_PARAMS_H

#include "buf.h"

/* A list that is used again by each request; all zero at the beginning. Ends
 * with fcgi_env_free. */
struct fcgi_env {
	char **list;      /* NAME=value, NULL at the end */
	uint32_t *names;  /* how long each name is */
	uint32_t *values; /* and each value */
	size_t cap;
};

/* Turns params, a whole PARAMS stream, into an environment, in place: env's
 * strings are in params and live as long as its bytes stay; the last one ends
 * in the NUL that a buf has behind its bytes. ST_BAD: these are no whole pairs,
 * or a name cannot stand in an environment; params' bytes are changed then. */
NODISCARD enum status fcgi_params_read(struct buf *params,
				       struct fcgi_env *env);

void fcgi_env_free(struct fcgi_env *env);

#endif
