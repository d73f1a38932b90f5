/* ctl_doctor_policy.c - the certificate arrived; does the policy let it in? In:
 * mtlsgate's reason, and the policy if it was given; out: lines of the report,
 * with the section and line that decided. */
#include "ctl_doctor_local.h"

#include <string.h>

#include "ctl_doctor_trust.h"
#include "endpoint.h"

/* A reason of the policy's, or of the certificate, and what to call it. */
static const enum cause reason_causes[REASON_COUNT] = {
	[REASON_NOT_YET_VALID] = CAUSE_CLIENT_CERT_NOT_YET_VALID,
	[REASON_EXPIRED] = CAUSE_CLIENT_CERT_EXPIRED,
	[REASON_WRONG_PURPOSE] = CAUSE_CLIENT_CERT_PURPOSE,
	[REASON_WEAK_KEY] = CAUSE_CLIENT_CERT_WEAK,
	[REASON_LIFETIME_TOO_LONG] = CAUSE_POLICY_LIFETIME,
	[REASON_ISSUER_NOT_TRUSTED] = CAUSE_POLICY_ISSUER,
	[REASON_BLOCKED] = CAUSE_POLICY_BLOCKED,
	[REASON_UNCLEAN_ATTRIBUTE] = CAUSE_POLICY_ATTRIBUTE,
	[REASON_IDENTITY_MISSING] = CAUSE_POLICY_IDENTITY,
	[REASON_IDENTITY_AMBIGUOUS] = CAUSE_POLICY_IDENTITY,
	[REASON_UNTRUSTED_ISSUER] = CAUSE_POLICY_CHAIN,
	[REASON_CHAIN_INCOMPLETE] = CAUSE_CLIENT_CHAIN_INCOMPLETE,
	[REASON_BAD_SIGNATURE] = CAUSE_POLICY_CHAIN,
	[REASON_CA_EXPIRED] = CAUSE_CLIENT_CA_EXPIRED,
	[REASON_CA_NOT_ALLOWED] = CAUSE_POLICY_CHAIN,
	[REASON_CA_AS_CLIENT] = CAUSE_CLIENT_CERT_IS_CA,
	[REASON_PATH_TOO_LONG] = CAUSE_POLICY_CHAIN,
	[REASON_POLICY_REQUIRED] = CAUSE_POLICY_CHAIN,
	[REASON_NAME_CONSTRAINT] = CAUSE_POLICY_CHAIN,
	[REASON_CHAIN_INVALID] = CAUSE_POLICY_CHAIN,
	[REASON_REVOKED] = CAUSE_CLIENT_CERT_REVOKED,
	[REASON_CRL_MISSING] = CAUSE_POLICY_CRL,
	[REASON_CRL_EXPIRED] = CAUSE_POLICY_CRL,
	[REASON_CRL_INVALID] = CAUSE_POLICY_CRL,
	[REASON_OCSP_UNKNOWN] = CAUSE_POLICY_OCSP,
	[REASON_OCSP_UNAVAILABLE] = CAUSE_POLICY_OCSP,
	[REASON_NO_RULE] = CAUSE_POLICY_NO_RULE,
	[REASON_DENY_PROBE] = CAUSE_POLICY_PROBE,
	[REASON_ROLE_REQUIRED] = CAUSE_POLICY_ROLE,
	[REASON_ROLE_EXPIRED] = CAUSE_POLICY_ROLE_EXPIRED,
	[REASON_RULE_EXPIRED] = CAUSE_POLICY_RULE_EXPIRED,
	[REASON_PIN_REQUIRED] = CAUSE_POLICY_PIN,
	[REASON_CONDITION_FAILED] = CAUSE_POLICY_CONDITION,
	[REASON_METHOD_NOT_ALLOWED] = CAUSE_POLICY_METHOD,
	[REASON_BAD_PATH] = CAUSE_POLICY_PATH,
};

enum cause gate_policy_cause(enum reason why)
{
	return (size_t)why < REASON_COUNT ? reason_causes[why] : CAUSE_NONE;
}

static bool is_rule_line(const struct policy *policy, size_t line)
{
	for (size_t i = 0; i < policy->access.count; i++)
		if (policy->access.list[i].line == line)
			return true;
	return false;
}

/* ":44: [access admin-area]", or NULL. What refuses the certificate itself
 * stands in another section than the rule for the path, if in any. */
static const char *say_where(struct gate *gate,
			     const struct decision *decision)
{
	struct arena *arena = gate->doctor->arena;

	if (!decision->rule)
		return "";
	if (!reason_is_certificate(decision->reason))
		return arena_printf(arena, ":%zu: [access %s]", decision->line,
				    decision->rule);
	if (is_rule_line(gate->doctor->policy, decision->line))
		return "";
	return arena_printf(arena, ":%zu", decision->line);
}

/* "; policy.ini:44: [access admin-area]: ..." or "". */
static const char *say_local(struct gate *gate, const struct local *local)
{
	const struct decision *decision = &local->decision;
	struct arena *arena = gate->doctor->arena;
	const char *where;
	const char *text;

	if (!local->known)
		return "";
	where = say_where(gate, decision);
	text = arena_printf(arena, "; %s%s: %s%s%s (roles: %s)",
			    gate->doctor->options.policy, where ? where : "",
			    reason_row(decision->reason)->name,
			    local->detail ? ": " : "",
			    local->detail ? local->detail : "", local->roles);
	return text ? text : "";
}

/* No way from the certificate to a CA of the policy: because the client left
 * the intermediate out, or because it was lost on the way to mtlsgate? */
static enum cause cause_of_chain(const struct gate *gate)
{
	const struct doctor *doctor = gate->doctor;

	if (doctor_has(doctor, CAUSE_CLIENT_CHAIN_INCOMPLETE))
		return CAUSE_CLIENT_CHAIN_INCOMPLETE;
	if (doctor->facts && !doctor->facts->missing &&
	    doctor->facts->between > 0 && sk_X509_num(doctor->files.chain) > 0)
		return CAUSE_HANDOFF_CHAIN;
	return CAUSE_NONE;
}

static enum cause cause_of(const struct gate *gate, enum reason why,
			   const struct local *local)
{
	enum cause chain = why == REASON_UNTRUSTED_ISSUER ||
					   why == REASON_CHAIN_INCOMPLETE
				   ? cause_of_chain(gate)
				   : CAUSE_NONE;

	if (chain != CAUSE_NONE)
		return chain;
	if (why == REASON_NO_RULE && local->known && *local->site &&
	    local->decision.reason != REASON_NO_RULE)
		return CAUSE_POLICY_SITE;
	return gate_policy_cause(why);
}

/* The server hides mtlsgate's words, and who shows no certificate is told
 * something else: then the 403 is the policy's. */
static bool is_hidden_denial(const struct gate *gate)
{
	return gate->ours.kind == ANSWER_BARE && gate->ours.status == 403 &&
	       gate->place.verdict == VERDICT_ASKED &&
	       gate->place.ours.kind != ANSWER_OURS;
}

/* The running policy, where the certificate may see it. */
static void compare_running(struct gate *gate)
{
	const struct policy *policy = gate->doctor->policy;
	struct answer status;

	gate_get(gate, gate_join(gate, gate->prefix, "admin/status"), true,
		 &status);
	if (status.page != PAGE_STATUS || !status.policy_sha256)
		return;
	if (status.reload_error)
		gate_fail(gate, CAUSE_POLICY_NOT_LOADED,
			  "admin/status: reload_error: %s",
			  status.reload_error);
	else if (!policy)
		doctor_ok(gate->doctor, "the policy in force has sha256 %s",
			  status.policy_sha256);
	else if (strcmp(status.policy_sha256, policy->sha256) != 0)
		gate_fail(gate, CAUSE_POLICY_DIFFERS,
			  "in force: sha256 %s; %s: %s", status.policy_sha256,
			  gate->doctor->options.policy, policy->sha256);
	else
		doctor_ok(gate->doctor, "the policy in force is the one given");
}

/* Reasons that the rules alone lead to, whatever the server handed over. */
static bool is_of_rules(enum reason why)
{
	return why == REASON_NO_RULE || why == REASON_ROLE_REQUIRED ||
	       why == REASON_PIN_REQUIRED || why == REASON_CONDITION_FAILED ||
	       why == REASON_RULE_EXPIRED || why == REASON_METHOD_NOT_ALLOWED;
}

/* The same policy says the same, unless another one is in force; but a site is
 * guessed here, and mtlsgate's own pages ask for more than the rules do. */
static bool contradicts(const struct gate *gate, const struct local *local)
{
	enum reason why = gate->ours.why;

	if (!local->known || *local->site ||
	    endpoint_find(&gate->doctor->policy->endpoints, gate->path))
		return false;
	if (local->decision.granted)
		return true;
	return gate->ours.kind == ANSWER_OURS && is_of_rules(why) &&
	       is_of_rules(local->decision.reason) &&
	       local->decision.reason != why;
}

static void check_denial(struct gate *gate, const struct local *local)
{
	const struct answer *ours = &gate->ours;
	enum cause cause = cause_of(gate, ours->why, local);

	if (is_hidden_denial(gate)) {
		cause = CAUSE_POLICY_HIDDEN;
		if (local->known && !local->decision.granted &&
		    reason_causes[local->decision.reason] != CAUSE_NONE)
			cause = reason_causes[local->decision.reason];
	} else if (ours->kind != ANSWER_OURS) {
		return;
	}
	if (cause != CAUSE_NONE && cause != CAUSE_HANDOFF_CHAIN &&
	    contradicts(gate, local))
		cause = CAUSE_POLICY_DIFFERS;
	if (cause != CAUSE_NONE)
		gate_fail(gate, cause, "GET %s with the certificate: %s%s%s%s",
			  gate->path, gate_say(gate, ours),
			  ours->decision ? ", decision " : "",
			  ours->decision ? ours->decision : "",
			  say_local(gate, local));
}

void gate_check_policy(struct gate *gate)
{
	struct local local;

	local_decide(gate, gate->cert, &local);
	compare_running(gate);
	if (gate->cert && gate->sent)
		check_denial(gate, &local);
	if (gate->cert && answer_closed(&gate->ours) &&
	    !findings_first(&gate->doctor->findings))
		gate_fail(gate, CAUSE_POLICY_HIDDEN,
			  "GET %s with the certificate: %s", gate->path,
			  gate_say(gate, &gate->ours));
	if (!local.known || gate->ours.kind != ANSWER_SERVED ||
	    gate->place.verdict != VERDICT_ASKED)
		return;
	if (local.decision.granted)
		doctor_ok(gate->doctor, "granted, as the policy says%s",
			  say_local(gate, &local));
	else if (reason_is_passing(local.decision.reason))
		gate_warn(gate, CAUSE_NONE,
			  "granted, but here the policy would deny%s",
			  say_local(gate, &local));
	else
		gate_fail(gate, CAUSE_POLICY_DIFFERS,
			  "granted, but the policy given would deny%s",
			  say_local(gate, &local));
}
