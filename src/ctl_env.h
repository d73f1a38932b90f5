/* ctl_env.h - the environment a web server would have set for a request, made
 * up from what the administrator says about it. */
#ifndef MTLSGATE_CTL_ENV_H
#define MTLSGATE_CTL_ENV_H

#include "policy.h"

/* What explain was asked about. */
struct ctl_question {
	const char *policy; /* file */
	bool policy_given;  /* on the command line */
	const char *cert;   /* file, "-" or NULL: no certificate */
	const char *chain[MAX_CHAIN];
	size_t chain_count;
	const char *method;
	const char *site; /* or NULL */
	const char *path;
	const char *env_file;    /* saved requests, or NULL */
	const char *log_file;    /* an audit log, or NULL */
	const char *decision_id; /* one of either, or NULL */
	int64_t now;
	bool at_given; /* now was named */
	bool json;
};

/* The policy as explain asks it: with the certificate from the server's own
 * variables, whichever way the front wraps it, unless the source has words
 * only. NULL when memory is out; lives as long as the arena and policy. */
const struct policy *ctl_env_policy(struct arena *arena,
				    const struct policy *policy,
				    struct trace *trace);

/* Builds the environment for question under policy: SSL_CLIENT_VERIFY=SUCCESS
 * with a certificate, since the word of the server is taken as given, and NONE
 * without one. What was assumed goes into trace. ST_NOMEM, or ST_BAD for a
 * file that cannot be read; both were said on stderr. */
NODISCARD enum status ctl_env_build(struct arena *arena,
				    const struct ctl_question *question,
				    const struct policy *policy,
				    struct trace *trace, char **ret_env[]);

#endif
