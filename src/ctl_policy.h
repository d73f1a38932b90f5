/* ctl_policy.h - a policy for a subcommand that asks it. */
#ifndef MTLSGATE_CTL_POLICY_H
#define MTLSGATE_CTL_POLICY_H

#include "load.h"

/* Loads the policy; issues begin with their arena, which outlives the policy,
 * and have its warnings when it is good. ST_BAD: its errors were printed on
 * stderr, and that it cannot be used. Ended by policy_free. */
NODISCARD enum status ctl_policy_load(const char *file,
				      const struct load_options *options,
				      struct issues *issues,
				      struct policy **ret_policy);

/* The first rule that decides about the path on one of the sites that rules
 * name, and that site; NULL: there is none. */
const struct access_rule *ctl_policy_site(struct arena *arena,
					  const struct policy *policy,
					  const char *path,
					  const char **ret_site);

#endif
