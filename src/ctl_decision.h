/* ctl_decision.h - a line of the audit log, in words. */
#ifndef MTLSGATE_CTL_DECISION_H
#define MTLSGATE_CTL_DECISION_H

#include "ctl_env.h"

/* explain --decision: finds the line of question->decision_id in
 * question->log_file and prints who asked for what, what was decided and why,
 * what to do, and whether the policy has changed since. Returns the exit
 * status: of the decision, or CTL_UNKNOWN when the line is not there. */
int ctl_decision(const struct ctl_question *question);

#endif
