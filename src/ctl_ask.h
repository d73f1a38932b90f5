/* ctl_ask.h - a request that nobody made, put to a policy. */
#ifndef MTLSGATE_CTL_ASK_H
#define MTLSGATE_CTL_ASK_H

#include "gate.h"

/* Decides about env at the time now as mtlsgate would for an authorizer, and
 * for the path of an endpoint below admin/ asks for admin_role as well, which
 * the rules do not. ocsp and trace may be NULL.
 * ST_NOMEM. */
NODISCARD enum status ctl_ask(struct arena *arena, const struct policy *policy,
			      char *const *env, int64_t now,
			      struct ocsp_service *ocsp, struct trace *trace,
			      struct outcome *ret_outcome);

#endif
