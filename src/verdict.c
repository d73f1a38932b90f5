/* verdict.c - what was given comes in, what is thought of it goes out. */
#include "verdict.h"

void verdict_reach(struct arena *arena, const struct verdict_rules *rules,
		   const struct given *given, struct ocsp_service *ocsp,
		   int64_t now, struct trace *trace,
		   struct verdict *ret_verdict)
{
	struct verified *verified = &ret_verdict->verified;
	struct credential credential;

	*ret_verdict = (struct verdict){0};
	verified->reason = credential_find(arena, rules->source, given, trace,
					   &credential);
	verified->detail = credential.detail;
	ret_verdict->source = credential.source;
	if (verified->reason == REASON_GRANTED)
		trust_check(arena, rules->trust, rules->attrs, &credential,
			    ocsp, now, trace, verified);
	verified->spoofed = credential.spoofed;
	identity_map(arena, rules->identity, rules->trust, verified, now,
		     trace, &ret_verdict->identity);
}

bool verdict_lasts(const struct verdict *verdict)
{
	const struct verified *verified = &verdict->verified;

	if (verified->passing || reason_is_passing(verified->reason))
		return false;
	return !verified->ok || !reason_is_passing(verdict->identity.reason);
}
