/* ctl_env.h - the environment a web server would have set for a request, made
 * up from what the administrator says about it. */
#ifndef MTLSGATE_CTL_ENV_H
#define MTLSGATE_CTL_ENV_H

#include "ctl_options.h"
#include "policy.h"

/* What explain or access was asked about. */
struct ctl_question {
	const char *policy; /* file */
	const char *cert;   /* file, "-" or NULL: no certificate */
	bool cert_given;    /* if only as none; access alone asks */
	struct ctl_values chain; /* files, MAX_CHAIN at most */
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

/* The set of --cert FILE|-|none, to a struct ctl_question. */
const char *ctl_env_cert(void *to, const char *value);

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
