/* ctl_report.h - a decision and how it came about, for people and machines. */
#ifndef MTLSGATE_CTL_REPORT_H
#define MTLSGATE_CTL_REPORT_H

#include "ctl_env.h"
#include "ctl_saved.h"
#include "gate.h"
#include "issue.h"

struct ctl_report {
	const struct ctl_question *question;
	const struct issues *issues; /* warnings of the policy */
	const struct trace *trace;
	const struct outcome *outcome;
	int status; /* that it is answered with, 0: the reason's own */
};

/* How a saved request is answered now. */
enum ctl_same { SAME_UNKNOWN = 0, SAME_YES, SAME_NO };

struct ctl_answer {
	int64_t time; /* as of which it was decided */
	int status;
	enum ctl_same same; /* as the answer that was saved */
};

/* Prints it on stdout as lines. ST_NOMEM. */
NODISCARD enum status ctl_report_text(struct arena *arena,
				      const struct ctl_report *report);

/* Prints it on stdout as one JSON object on one line. ST_NOMEM. */
NODISCARD enum status ctl_report_json(struct arena *arena,
				      const struct ctl_report *report);

/* Prints the answer to a saved request on stdout, as one JSON object on one
 * line. ST_NOMEM. */
NODISCARD enum status ctl_report_answer(struct arena *arena,
					const struct ctl_saved *saved,
					const struct ctl_answer *answer,
					const struct outcome *outcome);

/* Whom a refused person may ask: prints what the policy (or NULL) has under
 * [messages] as lines on stdout, or puts it into root as members. */
void ctl_report_help(const struct policy *policy);
void ctl_report_put_help(struct json *json, json_t *root,
			 const struct policy *policy);

#endif
