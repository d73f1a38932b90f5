/* ctl_facts.h - what explain shows of a certificate before the verdicts. */
#ifndef MTLSGATE_CTL_FACTS_H
#define MTLSGATE_CTL_FACTS_H

#include "endpoint.h"

/* Adds to trace what the certificate of outcome says of itself, and the value
 * of each attribute that the policy reads; nothing when there is no
 * certificate that can be parsed. */
void ctl_facts_add(struct trace *trace, const struct outcome *outcome);

/* Adds the steps that the stages noted behind what is in trace. */
void ctl_facts_steps(struct trace *trace, const struct trace *stages);

#endif
