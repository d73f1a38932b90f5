/* ctl_access_rules.h - what a policy says of who may do what, as data. */
#ifndef MTLSGATE_CTL_ACCESS_RULES_H
#define MTLSGATE_CTL_ACCESS_RULES_H

#include "json.h"
#include "policy.h"

/* The access sections in the order in which they are asked: list of objects
 * with rule, line, sites, paths, pins, conditions, from, until, in_force, and
 * allow, a list of methods ("*": all others) and who ("*": any certificate with
 * an identity, "anyone", or roles; none: nobody). */
json_t *ctl_access_rules(struct json *json, const struct policy *policy,
			 int64_t now);

/* The roles: role, line, default, conditions, pins, from, until, in_force. */
json_t *ctl_access_roles(struct json *json, const struct policy *policy,
			 int64_t now);

#endif
