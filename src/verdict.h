/* verdict.h - all that follows from what a request hands over of a certificate,
 * before it is asked for what: found, checked, mapped. */
#ifndef MTLSGATE_VERDICT_H
#define MTLSGATE_VERDICT_H

#include "credential_given.h"
#include "identity.h"
#include "line.h"

/* The parts of a policy that a verdict goes by, and no others. */
struct verdict_rules {
	const struct source_rules *source;
	const struct attr_list *attrs;
	const struct trust_rules *trust;
	const struct identity_rules *identity;
};

/* Bytes that are the same in each answer, but for the decision id. */
struct verdict_text {
	const char *bytes; /* NULL: not made */
	size_t len;
	size_t id_at[2]; /* where decision ids stand */
	size_t ids;
};

/* What a verdict is kept with. */
enum verdict_texts {
	TEXT_JUDGED, /* of the audit line: verified_by and after */
	TEXT_WHO,    /* of the audit line: source and after */
	TEXT_GRANT,  /* a whole reply */
	TEXT_GRANT_MIRROR, /* the same for MTLSGATE_MODE=authorizer */
	TEXT_COUNT
};

struct verdict {
	enum source source;
	struct verified verified; /* without days_left and expiring */
	struct identity identity;
	struct verdict_text text[TEXT_COUNT];
};

/* Finds, checks and maps. Never fails: what goes wrong is a refusal. */
void verdict_reach(struct arena *arena, const struct verdict_rules *rules,
		   const struct given *given, struct ocsp_service *ocsp,
		   int64_t now, struct trace *trace,
		   struct verdict *ret_verdict);

/* True if it follows from what was given, the policy and the dates alone: no
 * memory that was short, no responder that gave no answer. */
bool verdict_lasts(const struct verdict *verdict);

/* Copies a verdict and all that it points to, except the policy's own, to room,
 * aligned for any type, and *ret_copy, which points into room. With room NULL
 * only measures. Returns the bytes. What needs the certificate itself or its
 * chain does not come along: its x509 and spki, chain, ocsp. */
size_t verdict_copy(const struct verdict *verdict, size_t role_count,
		    void *room, struct verdict *ret_copy);

/* Puts what an audit line says of it: verified_by and after; source and after,
 * up to days_left, which is not the verdict's to say. */
void verdict_line_judged(struct line *line, const struct verified *verified);
void verdict_line_who(struct line *line, enum source source,
		      const struct verified *verified,
		      const struct identity *who);

/* Makes the texts of the audit line, in the arena; one that finds no memory is
 * left out. */
void verdict_text_make(struct arena *arena, struct verdict *verdict);

/* Appends a text with the decision id in its places. False: it was not made,
 * and nothing is appended. */
bool verdict_text_put(const struct verdict_text *text, const char *id,
		      struct buf *out);

#endif
