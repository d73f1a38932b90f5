/* ctl_access_may.h - what one certificate may do under a policy. */
#ifndef MTLSGATE_CTL_ACCESS_MAY_H
#define MTLSGATE_CTL_ACCESS_MAY_H

#include "ctl_env.h"
#include "json.h"

/* Asks the policy, as mtlsgate would, about the certificate of question: for
 * each path of each access section, on each of its sites, and for each of
 * mtlsgate's own pages. Puts id, roles and reason (why it is refused
 * everywhere, or null) into root, and access: a list of objects with site,
 * path, asked (the path that was asked about), rule, line, methods ("*": all
 * others), decision and reason. A path that an earlier section takes has the
 * reason "hidden". ST_BAD: a file could not be read, which was said. ST_NOMEM,
 * which was said too. */
NODISCARD enum status ctl_access_may(struct json *json, json_t *root,
				     const struct ctl_question *question,
				     const struct policy *policy);

#endif
