/* horizon.h - the moments at which a policy may say something else of the same
 * certificate. */
#ifndef MTLSGATE_HORIZON_H
#define MTLSGATE_HORIZON_H

#include "verdict.h"

/* Moments, in order, each once. */
struct horizon {
	int64_t *list;
	size_t count;
};

/* Collects every date by which verdicts are reached: from and until of pins,
 * blocks, identities and roles, and the dates of the CAs and CRLs. ST_NOMEM. */
NODISCARD enum status horizon_make(struct arena *arena,
				   const struct verdict_rules *rules,
				   struct horizon *ret_horizon);

/* The first moment after now at which a verdict that was reached now might be
 * another: one of the policy's, or a date of the certificate, of what was sent
 * with it or of an OCSP answer. TIME_NEVER: none is known. */
int64_t horizon_of(const struct horizon *horizon,
		   const struct verdict *verdict, int64_t now);

#endif
