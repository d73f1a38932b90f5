/* ctl_doctor_handoff.c - does mtlsgate get the certificate that we showed? In:
 * its reasons and pages; out: lines of the report. */
#include "ctl_doctor_gate.h"

#include <string.h>

#include "ctl_doctor_trust.h"

static const enum cause missing_causes[FRONT_COUNT] = {
	[FRONT_UNKNOWN] = CAUSE_HANDOFF_MISSING,
	[FRONT_APACHE] = CAUSE_HANDOFF_APACHE_AUTHORIZER,
	[FRONT_LIGHTTPD] = CAUSE_HANDOFF_LIGHTTPD,
	[FRONT_NGINX] = CAUSE_HANDOFF_NGINX,
	[FRONT_HAPROXY] = CAUSE_HANDOFF_HAPROXY,
	[FRONT_CADDY] = CAUSE_HANDOFF_CADDY,
};

/* Only a program that answers for itself (responder, CGI) has its type left as
 * it is by Apache. */
static enum cause cause_of_missing(const struct gate *gate,
				   const struct answer *answer)
{
	const struct policy *policy = gate->doctor->policy;

	if (policy && policy->source.trusted_count > 0)
		return CAUSE_HANDOFF_MISSING;
	if (gate->front == FRONT_APACHE && gate->late)
		return CAUSE_HANDOFF_APACHE_LOCATION;
	if (gate->front == FRONT_APACHE && answer->words && answer->json)
		return CAUSE_HANDOFF_APACHE_RESPONDER;
	return missing_causes[gate->front];
}


/* What mtlsgate says only of a certificate that it takes for verified. */
static bool is_past_checks(enum reason why)
{
	return why == REASON_ISSUER_NOT_TRUSTED ||
	       why == REASON_IDENTITY_MISSING ||
	       why == REASON_IDENTITY_AMBIGUOUS || why == REASON_NO_RULE ||
	       why == REASON_ROLE_REQUIRED || why == REASON_ROLE_EXPIRED ||
	       why == REASON_PIN_REQUIRED || why == REASON_CONDITION_FAILED ||
	       why == REASON_METHOD_NOT_ALLOWED;
}

static bool is_stranger_believed(const struct gate *gate)
{
	const struct answer *bare = &gate->bare;
	const struct answer *stranger = &gate->stranger;

	if (answer_closed(bare) && answer_open(stranger))
		return true;
	return is_past_checks(stranger->why) && stranger->why != bare->why;
}

/* A certificate that nobody can have verified, signed by itself: how far does
 * it get? And one that says it is ours, for policies that look at names. */
static void ask_as_stranger(struct gate *gate)
{
	struct tls_identity stranger;
	const struct doctor_ask ask = {.identity = &stranger};
	X509 *ours = gate->doctor->identity.cert;
	struct answer answer;

	if (stranger_make(&stranger)) {
		gate_ask(gate, &ask, &gate->stranger);
		stranger_free(&stranger);
	}
	if (!ours || is_stranger_believed(gate) ||
	    !stranger_make_like(ours, &stranger))
		return;
	gate_ask(gate, &ask, &answer);
	stranger_free(&stranger);
	if (answer_open(&answer))
		gate->stranger = answer;
}

/* lighttpd lets everybody through to mtlsgate: what it could not verify is the
 * certificate's fault where that is known. */
static enum cause cause_in_certificate(const struct gate *gate)
{
	const struct doctor *doctor = gate->doctor;
	const struct client_facts *facts = doctor->facts;

	if (gate->front != FRONT_LIGHTTPD)
		return CAUSE_NONE;
	if (facts && facts->old_type)
		return CAUSE_CLIENT_CERT_PURPOSE;
	if (facts && facts->extension)
		return CAUSE_CLIENT_CERT_EXTENSION;
	if (facts && facts->weak)
		return CAUSE_CLIENT_CERT_WEAK;
	if (doctor_has(doctor, CAUSE_CLIENT_CHAIN_INCOMPLETE))
		return CAUSE_CLIENT_CHAIN_INCOMPLETE;
	if (doctor_has(doctor, CAUSE_CLIENT_CA_UNKNOWN))
		return CAUSE_CLIENT_CA_UNKNOWN;
	return CAUSE_NONE;
}

/* lighttpd and Caddy show mtlsgate what they did not verify, or do not say:
 * others refuse a stranger, unless they are told not to. */
static enum cause cause_of_unverified(const struct gate *gate)
{
	enum cause cause = cause_in_certificate(gate);

	if (cause != CAUSE_NONE)
		return cause;
	if (gate->front == FRONT_LIGHTTPD || gate->front == FRONT_CADDY ||
	    gate->stranger.kind == ANSWER_OURS ||
	    gate->stranger.kind == ANSWER_SIGNED)
		return CAUSE_HANDOFF_NOT_VERIFIED;
	return CAUSE_HANDOFF_NO_VERIFY;
}

/* Reasons that mean one thing only. The others are the policy's business. */
static const enum cause reason_causes[REASON_COUNT + 1] = {
	[REASON_CERTIFICATE_MALFORMED] = CAUSE_HANDOFF_MALFORMED,
	[REASON_SOURCE_CONFLICT] = CAUSE_HANDOFF_CONFLICT,
	[REASON_SPOOFED_HEADER] = CAUSE_HANDOFF_PROXY,
	[REASON_SECRET_REQUIRED] = CAUSE_GATE_SECRET,
	[REASON_PASSWORD_NOT_SUPPORTED] = CAUSE_GATE_PASSWORD,
	[REASON_POLICY_INVALID] = CAUSE_GATE_POLICY_INVALID,
	[REASON_INTERNAL_ERROR] = CAUSE_GATE_ERROR,
	[REASON_NOT_FOUND] = CAUSE_GATE_RESPONDER,
};

static enum cause cause_of(const struct gate *gate, const struct answer *answer)
{
	if (answer->why == REASON_CERTIFICATE_MISSING)
		return cause_of_missing(gate, answer);
	if (answer->why == REASON_NOT_VERIFIED)
		return cause_of_unverified(gate);
	return reason_causes[answer->why];
}

static bool is_refused(const struct answer *answer)
{
	return answer->kind == ANSWER_OURS || answer->kind == ANSWER_SIGNED;
}

/* What mtlsgate's own page says of the certificate, and of the lack of one. */
static void compare(struct gate *gate, const struct answer *info)
{
	struct doctor *doctor = gate->doctor;
	struct answer nobody;

	gate_get(gate, gate_join(gate, gate->prefix, "cert-info"), false,
		 &nobody);
	if (info->sha256 && gate->sha256 &&
	    strcmp(info->sha256, gate->sha256) != 0)
		gate_fail(gate, CAUSE_HANDOFF_OTHER_CERT,
			  "mtlsgate sees the certificate %s, and not ours, %s; "
			  "of one who shows none: %s", info->sha256,
			  gate->sha256, nobody.sha256 ? nobody.sha256
						      : "none");
	else if (nobody.sha256 || (gate->bare.page == PAGE_PROFILE &&
				   gate->bare.id))
		gate_fail(gate, CAUSE_HANDOFF_OWN_CERT,
			  "without a certificate mtlsgate sees one: %s",
			  nobody.sha256 ? nobody.sha256 : gate->bare.id);
	else if (info->sha256)
		doctor_ok(doctor, "mtlsgate sees our certificate, %s",
			  info->sha256);
}

/* The location that answers for itself may be given what the authorizer is
 * not, and the reverse: only where the URL's own answer says nothing is the
 * other one's reason believed. */
static void check_refusal(struct gate *gate, const struct answer *info)
{
	const struct answer *answer = &gate->ours;
	enum cause cause = cause_of(gate, answer);

	if (answer->kind == ANSWER_SIGNED) {
		cause = info->kind == ANSWER_OURS ? cause_of(gate, info)
						  : CAUSE_NONE;
		if (cause == CAUSE_NONE)
			cause = gate_policy_cause(info->why);
		if (cause == CAUSE_NONE && info->sha256)
			cause = missing_causes[gate->front];
		if (cause == CAUSE_NONE && info->kind != ANSWER_OURS)
			cause = gate_policy_grants(gate)
					? missing_causes[gate->front]
					: CAUSE_HANDOFF_HIDDEN;
	}
	if (cause != CAUSE_NONE)
		gate_fail(gate, cause, "GET %s with the certificate: %s%s%s",
			  gate->path, gate_say(gate, answer),
			  answer->decision ? ", decision " : "",
			  answer->decision ? answer->decision : "");
}

/* A page for somebody came to nobody. */
static bool is_given_away(struct gate *gate)
{
	return gate->doctor->policy && gate->place.verdict == VERDICT_ASKED &&
	       gate->bare.kind == ANSWER_SERVED &&
	       gate->bare.page == PAGE_OTHER && !gate_policy_opens(gate);
}

void gate_check_handoff(struct gate *gate)
{
	struct answer info = {.why = REASON_COUNT, .body = ""};

	ask_as_stranger(gate);
	if (gate->place.verdict == VERDICT_ASKED && is_stranger_believed(gate))
		gate_fail(gate, CAUSE_HANDOFF_STRANGER,
			  "GET %s with a certificate that no CA has signed: "
			  "%s, without one %s", gate->path,
			  gate_say(gate, &gate->stranger),
			  gate_say(gate, &gate->bare));
	if (is_given_away(gate)) {
		gate_fail(gate, CAUSE_HANDOFF_OWN_CERT,
			  "GET %s without a certificate: %s, though the "
			  "policy lets nobody in without one", gate->path,
			  gate_say(gate, &gate->bare));
		return;
	}
	if (gate->cert)
		gate_get(gate, gate_join(gate, gate->prefix, "cert-info"),
			 true, &info);
	if (gate->cert && gate->sent && is_refused(&gate->ours))
		check_refusal(gate, &info);
	else if (gate->ours.why == REASON_POLICY_INVALID ||
		 gate->ours.why == REASON_INTERNAL_ERROR ||
		 gate->ours.why == REASON_SECRET_REQUIRED)
		check_refusal(gate, &info);
	compare(gate, &info);
}
