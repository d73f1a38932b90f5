/* ctl_doctor_gate.c - in: a server that speaks TLS with us; out: what is wrong
 * between it and mtlsgate. Asks for the URL with and without a certificate,
 * and hands both answers to the checks. */
#include "ctl_doctor_gate.h"

#include <openssl/x509.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_doctor_checks.h"
#include "hex.h"

enum { MAX_HEADERS = 24, MAX_REPEATED = 3, MAX_ABOVE = 8 };

static const struct {
	const char *step;
	void (*run)(struct gate *gate);
} gate_checks[] = {
	{"reached", gate_check_reached}, {"asked", gate_check_asked},
	{"handoff", gate_check_handoff}, {"policy", gate_check_policy},
	{"other ways", gate_check_ways}, {"endings", gate_check_endings},
	{"headers", gate_check_headers},
};

/* Asks, and once more where the server was silent: one that starts a program
 * for a question may need longer than we wait. */
static void fetch(struct gate *gate, const struct doctor_ask *ask,
		  struct doctor_got *got)
{
	while (!gate->fetch(gate->doctor, ask, got)) {
		got->http.end = HTTP_NOTHING;
		if (!got->tls.done || gate->repeated == MAX_REPEATED ||
		    (got->tls.end != TLS_OK && got->tls.end != TLS_TIMEOUT))
			return;
		gate->repeated++;
	}
}

void gate_ask(struct gate *gate, const struct doctor_ask *ask,
	      struct answer *ret_answer)
{
	const char *headers[MAX_HEADERS + 1] = {"Accept: application/json"};
	struct doctor_ask mine = *ask;
	struct doctor_got got = {0};

	for (size_t i = 0; ask->headers && ask->headers[i]; i++)
		if (i + 1 < MAX_HEADERS)
			headers[i + 1] = ask->headers[i];
	mine.headers = headers;
	mine.anonymous = ask->anonymous || (!ask->identity && !gate->cert);
	fetch(gate, &mine, &got);
	answer_judge(gate->doctor->arena, &got.http, ret_answer);
	if (!mine.anonymous && !mine.target && !mine.identity) {
		gate->sent = got.tls.sent;
		gate->late = got.tls.asked_later;
	}
}

void gate_get(struct gate *gate, const char *target, bool cert,
	      struct answer *ret_answer)
{
	const struct doctor_ask ask = {.target = target, .anonymous = !cert};

	gate_ask(gate, &ask, ret_answer);
}

const char *gate_join(struct gate *gate, const char *base, const char *name)
{
	const char *text = arena_printf(gate->doctor->arena, "%s/%s", base,
					name);

	if (!text)
		gate->doctor->findings.failed = true;
	return text ? text : "/";
}

const char *gate_say(struct gate *gate, const struct answer *answer)
{
	return answer_say(gate->doctor->arena, answer);
}

PRINTF_LIKE(4, 0)
static void report(struct gate *gate, enum step_result result,
		   enum cause cause, const char *format, va_list args)
{
	struct finding finding = {
		.step = gate->doctor->step, .result = result, .cause = cause,
		.late = result == STEP_FAIL && !gate->seen,
		.todo = front_advice(gate->front, cause)};
	char *seen = NULL;

	if (vasprintf(&seen, format, args) < 0) {
		gate->doctor->findings.failed = true;
		return;
	}
	finding.seen = seen;
	findings_add(&gate->doctor->findings, &finding);
	free(seen);
}

void gate_fail(struct gate *gate, enum cause cause, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(gate, STEP_FAIL, cause, format, args);
	va_end(args);
}

void gate_warn(struct gate *gate, enum cause cause, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(gate, STEP_WARN, cause, format, args);
	va_end(args);
}

static bool take_path(struct gate *gate)
{
	const char *target = gate->doctor->url.target;
	struct arena *arena = gate->doctor->arena;
	size_t len = strcspn(target, "?");

	gate->path = arena_strndup(arena, target, len);
	while (len > 0 && target[len - 1] == '/')
		len--;
	gate->base = arena_strndup(arena, target, len);
	return gate->path && gate->base;
}

static void take_digest(struct gate *gate)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;

	if (X509_digest(gate->doctor->identity.cert, EVP_sha256(), digest,
			&len) == 1)
		gate->sha256 = hex_encode(gate->doctor->arena, digest, len,
					  false);
}

/* No server takes a method with a blank in it: each refuses it in a page of
 * its own, so that the web server in front shows, whoever answers behind. */
static enum front find_front(struct gate *gate)
{
	const struct doctor_ask ask = {.method = "NO METHOD",
				       .anonymous = true};
	struct answer answer;
	enum front front;

	gate_ask(gate, &ask, &answer);
	front = front_of(&answer);
	if (front == FRONT_UNKNOWN)
		front = front_of(&gate->bare);
	if (front == FRONT_UNKNOWN)
		front = front_of(&gate->ours);
	return front;
}

bool gate_speaks(const struct answer *answer)
{
	return answer->kind == ANSWER_OURS || answer->kind == ANSWER_SIGNED ||
	       answer->kind == ANSWER_OVERRULED ||
	       answer->page != PAGE_OTHER;
}

static bool speaks_at(struct gate *gate, const char *target)
{
	struct answer answer;

	gate_get(gate, target, false, &answer);
	return gate_speaks(&answer);
}

/* In its own words, or by a 401 that only it sends. */
static bool is_at(struct gate *gate, const char *dir)
{
	return speaks_at(gate, gate_join(gate, dir, ".mtlsgate-deny")) ||
	       speaks_at(gate, gate_join(gate, dir, ".mtlsgate-else"));
}

/* Is mtlsgate seen anywhere around the URL, or where it often stands? Who
 * shows no certificate meets it first. */
static bool look_around(struct gate *gate)
{
	static const char *const often[] = {"/private", "/admin", "/app",
					    "/secure", "/protected"};
	const struct doctor *doctor = gate->doctor;
	const char *dir = gate->base;
	bool seen = speaks_at(gate, gate_join(gate, gate->prefix, "profile"));

	for (int i = 0; i < MAX_ABOVE && !seen && strrchr(dir, '/'); i++) {
		dir = arena_strndup(doctor->arena, dir,
				    (size_t)(strrchr(dir, '/') - dir));
		if (!dir)
			return false;
		seen = is_at(gate, dir);
	}
	for (size_t i = 0; i < doctor->options.also.count && !seen; i++)
		seen = speaks_at(gate, doctor->also[i].target);
	for (size_t i = 0; i < ARRAY_LEN(often) && !seen; i++)
		seen = is_at(gate, often[i]);
	return seen;
}

static void look(struct gate *gate)
{
	const struct doctor_ask ours = {0};
	const struct doctor_ask bare = {.anonymous = true};

	gate_ask(gate, &bare, &gate->bare);
	gate_ask(gate, &ours, &gate->ours);
	gate->front = find_front(gate);
	gate_get(gate, gate_join(gate, gate->prefix, "health"), gate->cert,
		 &gate->health);
	gate->seen = gate_speaks(&gate->ours) || gate_speaks(&gate->bare) ||
		     gate_speaks(&gate->health) || look_around(gate);
}

/* No answer for this path, but one for others: the web server waits for
 * mtlsgate. */
static void find_hang(struct gate *gate)
{
	struct answer other;

	gate_get(gate, "/.mtlsgate-else", true, &other);
	if (other.kind == ANSWER_NONE)
		return;
	gate->front = front_of(&other);
	gate_fail(gate, CAUSE_GATE_UNREACHABLE,
		  "GET %s: no answer; GET /.mtlsgate-else: %s", gate->path,
		  gate_say(gate, &other));
}

void check_gate(struct doctor *doctor)
{
	struct gate gate = {.doctor = doctor, .fetch = doctor_fetch,
			    .prefix = "/api",
			    .cert = doctor->identity.cert != NULL};

	if (doctor->policy)
		gate.prefix = doctor->policy->endpoints.prefix;
	if (!take_path(&gate)) {
		doctor->findings.failed = true;
		return;
	}
	if (gate.cert)
		take_digest(&gate);
	look(&gate);
	/* a certificate that TLS refuses is no business of mtlsgate's */
	if (gate.ours.kind == ANSWER_NONE) {
		find_hang(&gate);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(gate_checks); i++) {
		doctor->step = gate_checks[i].step;
		gate_checks[i].run(&gate);
	}
	doctor->guarded = gate.place.verdict == VERDICT_ASKED;
}
