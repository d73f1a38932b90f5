/* policy_fixture.h - parts of a policy for tests, made without a file. Whatever
 * cannot be made ends the program. */
#ifndef MTLSGATE_POLICY_FIXTURE_H
#define MTLSGATE_POLICY_FIXTURE_H

#include "endpoint.h"

#define FIXTURE_DAY 86400

/* Parses the certificate that fixture_der makes of spec. */
struct cert fixture_cert(struct arena *arena, const char *spec);

/* The same as the server source would hand it over, verified by the server. */
struct credential fixture_credential(struct arena *arena, const char *spec);

/* What trust_check makes of credential at the time now; rules are prepared
 * for it. */
struct verified fixture_verified(struct arena *arena,
				 struct trust_rules *rules,
				 const struct attr_list *attrs,
				 const struct credential *credential,
				 int64_t now);

/* Marks a block as one that speaks of what is known once mapped. */
#define FIXTURE_LATE(block) ((block)->phase = BLOCK_LATE)

/* The index of the attribute called name, which is added if need be. */
size_t fixture_attr(struct arena *arena, struct attr_list *attrs,
		    const char *name);

/* Adds "name = pattern"; a name that is there gets one more alternative. */
void fixture_condition(struct arena *arena, struct attr_list *attrs,
		       struct conditions *conditions, const char *name,
		       const char *pattern);

/* Adds a pin by the SHA-256 of a certificate. */
void fixture_pin(struct arena *arena, struct pin_list *pins, const char *name,
		 const char *sha256, struct span span);

/* A policy of these lines, valid for ever, in the order given:
 *   [identity] id = subject.CN, email = san.email, department = subject.OU
 *   [role admin] subject.OU = Administrators
 *   [role service] subject.OU = Services
 *   [role user] default = yes
 *   [access public] path = /public/ and below, allow = anyone
 *   [access admin-area] path = /admin/ and /api/admin/ and below, allow = admin
 *   [access deploy] path = /api/deploy, allow.POST = service
 *   [access api] path = /api/ and below, allow = *
 * Lines of sections: identity 10, roles 20, 21, ..., access 30, 31, ... */
struct policy *fixture_policy(struct arena *arena);

/* Adds a role without a condition; points into policy until the next one is
 * added. */
struct role_rule *fixture_role(struct policy *policy, const char *name);

/* Adds an access section with one path and without allow; points into policy
 * until the next one is added. */
struct access_rule *fixture_access(struct policy *policy, const char *name,
				   const char *path);

/* An allow line: "*", "anyone", or names of roles between commas. */
struct allow fixture_allow(struct policy *policy, const char *text);

/* Adds allow.METHOD to rule. */
void fixture_method(struct policy *policy, struct access_rule *rule,
		    const char *method, const char *allow);

/* What is known of a request by the holder of the certificate of spec once it
 * was granted, at FIXTURE_NOW; NULL: nobody. The decision is called d-1. */
struct outcome fixture_outcome(struct policy *policy,
			       const struct request *request, const char *spec);

/* Makes the indexes of a policy once more, after a change. */
void fixture_prepare(struct policy *policy);

#endif
