/* ctl_saved.h - requests that were saved: JSON lines as [audit] capture writes
 * them, or the lines NAME=value of one environment. */
#ifndef MTLSGATE_CTL_SAVED_H
#define MTLSGATE_CTL_SAVED_H

#include "ctl_lines.h"
#include "policy.h"

struct ctl_saved {
	const char *decision_id; /* or NULL */
	bool has_time;
	int64_t time;
	enum role role;
	bool need_secret;
	char **env;         /* ended by NULL */
	const char *decision; /* "granted", "denied", or NULL: not saved */
	const char *reason;   /* name of one, or NULL */
	int status;         /* that it was answered with, 0: not saved */
	const char *policy_sha256; /* or NULL */
};

/* Reads the next request into the arena. ST_ABSENT: there is none. ST_BAD: the
 * line is none, which *ret_why says; one may go on behind it unless
 * lines->file is NULL. Lines that are no JSON are one request together, and
 * nothing may stand beside it. ST_NOMEM. */
NODISCARD enum status ctl_saved_next(struct arena *arena,
				     struct ctl_lines *lines,
				     struct ctl_saved *ret_saved,
				     const char **ret_why);

/* Puts what the policy has in place of the marks of its secrets. Returns the
 * name of a variable for which it did, or NULL; ST_NOMEM shows as
 * *ret_failed. */
NODISCARD const char *ctl_saved_fill(struct arena *arena,
				     const struct policy *policy,
				     struct ctl_saved *saved,
				     bool *ret_failed);

#endif
