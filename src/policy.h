/* policy.h - everything that one policy file says, as the stages take it.
 * Immutable once loaded; shared by requests in flight. */
#ifndef MTLSGATE_POLICY_H
#define MTLSGATE_POLICY_H

#include "access.h"
#include "verdict.h"

enum audit_target { AUDIT_STDERR = 0, AUDIT_SYSLOG, AUDIT_FILE };

struct endpoint_rules {
	const char *prefix;     /* "/api" */
	const char *admin_role; /* "admin" */
	size_t admin_index;     /* of role_rules, or SIZE_MAX: nobody has it */
};

struct audit_rules {
	enum audit_target target;
	const char *file; /* absolute, for AUDIT_FILE */
	bool debug;
	bool deny_on_error; /* on_error = deny */
	bool capture;       /* capture = denied */
	const char *capture_file; /* absolute; NULL: nothing is kept */
};

/* The most that [server], or an option in its place, can ask for. */
enum {
	MAX_THREADS = 1024,
	MAX_BACKLOG = 65535,
	MAX_CONNECTIONS = 65536,
	MAX_REQUEST_TIMEOUT = 60 * 60
};

/* Numbers are 0 when not set. */
struct server_rules {
	long threads;
	long backlog;
	long max_connections;
	long request_timeout; /* seconds */
	long cache; /* entries, always set; 0: none are kept */
	const char *secret; /* NULL: not set */
};

struct message_rules {
	const char *contact; /* or NULL */
	const char *help_url;
};

/* A file that the policy was read from, to notice its change. */
struct policy_file {
	const char *path;
	int64_t mtime_ns;
	int64_t size;
	uint64_t inode;
};

struct cache; /* cache.h */

struct policy {
	struct arena *arena; /* holds all of it, this struct too */
	const char *file;    /* as given */
	char sha256[65];     /* of the policy file's bytes */
	int64_t loaded_at;
	struct attr_list attrs;
	struct source_rules source;
	struct trust_rules trust;
	struct identity_rules identity;
	struct access_rules access;
	struct endpoint_rules endpoints;
	struct audit_rules audit;
	struct server_rules server;
	struct message_rules messages;
	struct policy_file *files; /* policy file first, then list files */
	size_t file_count;
	struct cache *cache; /* of verdicts by it, or NULL; the one part that
			      * changes */
};

/* The parts that verdicts go by. */
static inline struct verdict_rules policy_verdict_rules(
	const struct policy *policy)
{
	return (struct verdict_rules){&policy->source, &policy->attrs,
				      &policy->trust, &policy->identity};
}

#endif
