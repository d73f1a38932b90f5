/* ctl_report.h - a decision and how it came about, for people and machines. */
#ifndef MTLSGATE_CTL_REPORT_H
#define MTLSGATE_CTL_REPORT_H

#include "ctl_env.h"
#include "gate.h"
#include "issue.h"

struct ctl_report {
	const struct ctl_question *question;
	const struct issues *issues; /* warnings of the policy */
	const struct trace *trace;
	const struct outcome *outcome;
};

/* Prints it on stdout as lines. ST_NOMEM. */
NODISCARD enum status ctl_report_text(struct arena *arena,
				      const struct ctl_report *report);

/* Prints it on stdout as one JSON object on one line. ST_NOMEM. */
NODISCARD enum status ctl_report_json(struct arena *arena,
				      const struct ctl_report *report);

#endif
