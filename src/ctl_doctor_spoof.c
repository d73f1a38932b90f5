/* ctl_doctor_spoof.c - may a client write what mtlsgate believes? Sends the
 * headers of proxies, and those that name another path, itself. The answers
 * must be those that it gets without them. */
#include "ctl_doctor_forge.h"
#include "ctl_doctor_gate.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : !a && !b;
}

/* True if the forged certificate made a difference that it may not make. A
 * denial that notices the forgery (spoofed_header, source_conflict), a request
 * that the server will not take, and an error open nothing. */
static bool is_believed(const struct answer *plain, const struct answer *now)
{
	if (answer_closed(plain) && answer_open(now))
		return true;
	if (now->kind == ANSWER_SERVED && !same_text(plain->id, now->id))
		return true;
	if (now->kind == ANSWER_SERVED && !same_text(plain->sha256,
						     now->sha256))
		return true;
	if (now->why == REASON_SPOOFED_HEADER ||
	    now->why == REASON_SOURCE_CONFLICT)
		return false;
	if (plain->kind == ANSWER_OURS && now->kind == ANSWER_OURS)
		return plain->why != now->why;
	return plain->kind == ANSWER_SIGNED && now->kind == ANSWER_BARE &&
	       now->status == 403;
}

static bool try_headers(struct gate *gate, const char *name,
			const char *const *headers, const char *target,
			const struct answer *plain)
{
	const struct doctor_ask ask = {.target = target, .headers = headers,
				       .anonymous = true};
	struct answer now;

	if (!headers) {
		gate->doctor->findings.failed = true;
		return true;
	}
	gate_ask(gate, &ask, &now);
	if (!is_believed(plain, &now))
		return true;
	gate_fail(gate, CAUSE_SPOOF_HEADER,
		  "GET %s without a certificate, and one in the headers of %s: "
		  "%s; without them %s", target, name, gate_say(gate, &now),
		  gate_say(gate, plain));
	return false;
}

/* The header that the policy given reads. */
static bool try_policy(struct gate *gate, X509 *cert, const char *target,
		       const struct answer *plain)
{
	const struct policy *policy = gate->doctor->policy;
	const char *name = policy ? policy->source.header[SLOT_CERT] : NULL;
	struct arena *arena = gate->doctor->arena;

	if (!name)
		return true;
	return try_headers(gate, name, forge_header(arena, cert, name, 'P'),
			   target, plain) &&
	       try_headers(gate, name, forge_header(arena, cert, name, 'B'),
			   target, plain);
}

/* What is asked for: the URL where nobody gets in, else mtlsgate's own page,
 * which says who it takes one for. */
static void check_certificates(struct gate *gate, X509 *cert)
{
	const char *target = gate->doctor->url.target;
	struct answer plain = gate->bare;
	struct forgery forgery;
	bool good = true;

	if (plain.kind == ANSWER_SERVED && plain.page == PAGE_OTHER) {
		target = gate_join(gate, gate->prefix, "profile");
		gate_get(gate, target, false, &plain);
	}
	if (plain.kind == ANSWER_NONE || plain.kind == ANSWER_LOST ||
	    plain.kind == ANSWER_ERROR)
		return;
	for (size_t i = 0; forge_row(gate->doctor->arena, cert, i, &forgery);
	     i++)
		good &= try_headers(gate, forgery.name, forgery.headers,
				    target, &plain);
	good &= try_policy(gate, cert, target, &plain);
	if (good)
		doctor_ok(gate->doctor, "headers with a certificate change "
			  "nothing: GET %s: %s", target,
			  gate_say(gate, &plain));
}

/* The same with our certificate shown: another one in a header must not make
 * somebody else of us. */
static void check_identity(struct gate *gate)
{
	const struct answer *plain = &gate->ours;
	struct tls_identity stranger;
	struct forgery forgery;

	if (!gate->cert || !stranger_make(&stranger))
		return;
	for (size_t i = 0; forge_row(gate->doctor->arena, stranger.cert, i,
				     &forgery); i++) {
		const struct doctor_ask ask = {.headers = forgery.headers};
		struct answer now;

		if (!forgery.headers)
			continue;
		gate_ask(gate, &ask, &now);
		if (is_believed(plain, &now))
			gate_fail(gate, CAUSE_SPOOF_HEADER,
				  "GET %s with the certificate, and a strange "
				  "one in the headers of %s: %s; without them "
				  "%s", gate->path, forgery.name,
				  gate_say(gate, &now), gate_say(gate, plain));
	}
	stranger_free(&stranger);
}

/* The probe, with headers that say it is the URL. */
static void check_uri(struct gate *gate)
{
	static const char *const names[] = {
		"X-Forwarded-Uri", "X-Forwarded-Path", "X-Original-URL",
		"X-Original-URI", "X-Rewrite-URL", "X-Auth-Request-Redirect",
		"X-Mtlsgate-Uri", "X-Ask-Uri", "MTLSGATE_URI", "MTLSGATE-URI",
		"REQUEST_URI", "REQUEST-URI"};
	const char *headers[ARRAY_LEN(names) + 3] = {0};
	const struct doctor_ask how = {.headers = headers};
	struct place place;
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		headers[count] = arena_printf(gate->doctor->arena, "%s: %s",
					      names[i], gate->path);
		if (headers[count])
			count++;
	}
	headers[count++] = "X-Forwarded-Method: GET";
	headers[count] = "MTLSGATE_METHOD: GET";
	gate_probe(gate, &how, gate->base, &place);
	if (place.verdict == VERDICT_ASKED &&
	    place.ours.why == gate->place.ours.why)
		doctor_ok(gate->doctor, "X-Forwarded-Uri and the like change "
			  "nothing: GET %s: %s", place.probe,
			  gate_say(gate, &place.ours));
	else if (place.verdict != VERDICT_ERROR &&
		 place.verdict != VERDICT_CLOSED)
		gate_fail(gate, CAUSE_SPOOF_URI,
			  "GET %s with X-Forwarded-Uri: %s and the like: %s; "
			  "without them %s", place.probe, gate->path,
			  gate_say(gate, &place.ours),
			  gate_say(gate, &gate->place.ours));
}

/* A user and a password that nobody has. */
static void check_password(struct gate *gate)
{
	static const char *const guess[] = {
		"Authorization: Basic bXRsc2dhdGVjdGw6ZG9jdG9y", NULL};
	const struct doctor_ask ask = {.headers = guess, .anonymous = true};
	struct answer now;

	if (!answer_closed(&gate->bare))
		return;
	gate_ask(gate, &ask, &now);
	if (answer_open(&now))
		gate_fail(gate, CAUSE_SPOOF_PASSWORD,
			  "GET %s without a certificate, with a password that "
			  "nobody has: %s; without it %s", gate->path,
			  gate_say(gate, &now), gate_say(gate, &gate->bare));
	else
		doctor_ok(gate->doctor, "a password opens nothing: %s",
			  gate_say(gate, &now));
}

void gate_check_headers(struct gate *gate)
{
	struct tls_identity stranger;

	if (gate->place.verdict != VERDICT_ASKED)
		return;
	if (gate->doctor->identity.cert) {
		check_certificates(gate, gate->doctor->identity.cert);
	} else if (stranger_make(&stranger)) {
		check_certificates(gate, stranger.cert);
		stranger_free(&stranger);
	}
	check_identity(gate);
	check_uri(gate);
	check_password(gate);
}
