/* ctl_doctor_report.h - what doctor found, line by line, and the first cause;
 * for people and for programs. */
#ifndef MTLSGATE_CTL_DOCTOR_REPORT_H
#define MTLSGATE_CTL_DOCTOR_REPORT_H

#include "arena.h"
#include "ctl_doctor_cause.h"
#include "trace.h"

/* One line of the report. */
struct finding {
	const char *step; /* static: the name of the check */
	enum step_result result;
	enum cause cause; /* of a FAIL, or what a warning hints at */
	bool late;        /* a FAIL that is the cause only if no other is */
	const char *seen;
	const char *todo; /* what to do; NULL: as the row of the cause says */
};

struct findings {
	struct arena *arena;
	struct finding *list;
	size_t count;
	bool failed; /* memory ran out: the report is not whole */
};

/* Adds a line, of which the texts are copied; todo may be NULL. */
void findings_add(struct findings *findings, const struct finding *finding);

/* The first FAIL that is not late, else the first one, or NULL. */
const struct finding *findings_first(const struct findings *findings);

/* True if there is a FAIL. */
bool findings_bad(const struct findings *findings);

/* Prints it on stdout as lines; the last one begins with "cause: " where
 * there is one. */
void findings_print(const char *url, const struct findings *findings);

/* Prints it on stdout as one JSON object on one line. ST_NOMEM. */
NODISCARD enum status findings_json(const char *url,
				    const struct findings *findings);

#endif
