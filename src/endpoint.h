/* endpoint.h - what mtlsgate answers itself: a row of the endpoints table
 * each; 404 and 405 fall out of the walk. */
#ifndef MTLSGATE_ENDPOINT_H
#define MTLSGATE_ENDPOINT_H

#include "json.h"
#include "policy.h"
#include "reply.h"
#include "tally.h"

/* Connections of the front. */
struct connection_facts {
	size_t open; /* now */
	size_t busy; /* of these in the hand of a thread */
	uint64_t accepted; /* since start */
	uint64_t refused;
};

/* Gives them; the front has one. */
struct connections {
	void (*look)(struct connections *self,
		     struct connection_facts *ret_facts);
};

/* What only the pages about the program say of it. */
struct program_facts {
	bool failed;              /* there was no memory to look */
	const char *reload_error; /* NULL: the last reload was good */
	struct tally tally;       /* of all threads, since start */
	uint64_t loads_good; /* of policies, since start */
	uint64_t loads_bad;
	const char *audit_error; /* NULL: lines are written */
	uint64_t audit_missed;   /* lines that were not, since start */
	size_t expiring; /* certificates inside warn_expiring, of a day */
	uint64_t ocsp_asked; /* queries, since start */
	uint64_t ocsp_failed; /* of these without a usable answer */
	struct connection_facts connections;
};

/* Gives them, to the page that asks and to no other request. */
struct program {
	void (*look)(struct program *self, struct arena *arena,
		     struct program_facts *ret_facts);
};

/* Facts about the running program, an argument since stages look at nothing
 * outside. */
struct facts {
	int64_t now;
	const char *version;
	int64_t started_at;
	struct program *program; /* or NULL: nothing is known of it */
};

/* All that is known of a request once it was decided. */
struct outcome {
	const struct policy *policy; /* NULL: there is none */
	const struct request *request;
	const char *decision_id;
	struct facts facts;
	enum source source;
	struct verified verified;
	struct identity identity;
	struct decision decision;
	const struct verdict_text *text; /* by enum verdict_texts; or NULL */
};

/* A row of the endpoints table. answer gives the JSON body, NULL: no memory; or
 * text writes a body of its own form, of which type is the content type. */
struct endpoint {
	const char *name; /* below the prefix */
	bool open;        /* outside the access rules */
	bool admin;       /* needs admin_role whatever the rules say */
	bool whole;       /* shows what of a certificate no cache keeps */
	const char *title; /* of its page in HTML; NULL: JSON only */
	json_t *(*answer)(struct json *json, const struct outcome *outcome);
	void (*text)(struct arena *arena, const struct outcome *outcome,
		     struct buf *out);
	const char *type;
};

/* The endpoint for a path (below rules->prefix, /api for rules NULL), or NULL.
 */
const struct endpoint *endpoint_find(const struct endpoint_rules *rules,
				     const char *path);

/* True if the identity has the admin_role that admin endpoints need. */
bool endpoint_admits(const struct endpoint_rules *rules,
		     const struct identity *who);

/* Answers a granted (or open) request; endpoint NULL is 404, a method other
 * than the row's is 405. Fills in reply and, where that is a refusal,
 * outcome->decision. ST_NOMEM: reply is not to be used. */
NODISCARD enum status endpoint_answer(struct arena *arena,
				      const struct endpoint *endpoint,
				      struct outcome *outcome,
				      struct reply *reply);

/* The body (JSON, or HTML for those who prefer it) and headers of a refusal,
 * for every front and role.
 * ST_NOMEM: reply is not to be used. */
NODISCARD enum status endpoint_deny(struct arena *arena,
				    const struct outcome *outcome,
				    struct reply *reply);

/* The grant of an authorizer: Variable-* (and plain headers when the request
 * asks for them). */
NODISCARD enum status endpoint_grant(struct arena *arena,
				     const struct outcome *outcome,
				     struct reply *reply);

/* The same as whole bytes, for other requests of this verdict and form: in the
 * arena, with the places of the decision id. Left as it is where it cannot be
 * made. */
void endpoint_grant_text(struct arena *arena, const struct outcome *outcome,
			 struct verdict_text *ret_text);

/* The bodies; each is the answer of a row. */
json_t *endpoint_profile(struct json *json, const struct outcome *outcome);
json_t *endpoint_cert_info(struct json *json, const struct outcome *outcome);
json_t *endpoint_status(struct json *json, const struct outcome *outcome);
json_t *endpoint_health(struct json *json, const struct outcome *outcome);
void endpoint_metrics(struct arena *arena, const struct outcome *outcome,
		      struct buf *out);

/* Name below the prefix of the i-th row, NULL at the end; for tests. */
const char *endpoint_table_name(size_t i);

#endif
