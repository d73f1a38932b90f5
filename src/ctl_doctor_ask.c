/* ctl_doctor_ask.c - in: a question of a check; out: what the server showed
 * and answered. And the lines of the report. */
#include "ctl_doctor.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *sni_of(const struct doctor *doctor,
			  const struct doctor_ask *ask)
{
	if (ask->no_sni)
		return NULL;
	if (ask->sni)
		return ask->sni;
	return doctor->url.address ? NULL : doctor->url.host;
}

static const struct tls_identity *identity_of(const struct doctor *doctor,
					      const struct doctor_ask *ask)
{
	if (ask->anonymous)
		return NULL;
	if (ask->identity)
		return ask->identity;
	return doctor->identity.cert ? &doctor->identity : NULL;
}

static void ask_http(struct doctor *doctor, const struct doctor_ask *ask,
		     struct tls *tls, struct doctor_got *got)
{
	const struct doctor_url *url = &doctor->url;
	struct http_request request = {
		.method = ask->method,
		.target = ask->target ? ask->target : url->target,
		.authority = ask->authority ? ask->authority : url->authority,
		.headers = ask->headers,
		.body = ask->body};

	http_exchange(doctor->arena, tls, &request, DOCTOR_TIMEOUT,
		      &got->http);
}

bool doctor_fetch(struct doctor *doctor, const struct doctor_ask *ask,
		  struct doctor_got *got)
{
	struct tls_wish wish = {.host = ask->host ? ask->host : doctor->host,
				.port = ask->port ? ask->port : doctor->port,
				.sni = sni_of(doctor, ask),
				.identity = identity_of(doctor, ask),
				.min_version = ask->min_version,
				.max_version = ask->max_version,
				.any_cipher = ask->any_cipher,
				.no_pha = ask->no_pha,
				.timeout = DOCTOR_TIMEOUT};
	struct tls *tls;
	bool taken;

	got->http = (struct http_answer){0};
	tls = tls_open(doctor->arena, &wish, &got->tls);
	if (!tls)
		return false;
	/* writing to a server that hangs up would lose its alert */
	taken = tls_settle(tls);
	if (taken && !ask->handshake_only)
		ask_http(doctor, ask, tls, got);
	tls_close(tls);
	if (ask->handshake_only)
		return taken;
	return got->http.end == HTTP_CUT || got->http.end == HTTP_WHOLE;
}

PRINTF_LIKE(3, 0)
static void report(struct doctor *doctor, struct finding finding,
		   const char *format, va_list args)
{
	char *seen = NULL;

	finding.step = doctor->step;
	if (vasprintf(&seen, format, args) < 0) {
		doctor->findings.failed = true;
		return;
	}
	finding.seen = seen;
	findings_add(&doctor->findings, &finding);
	free(seen);
}

void doctor_note(struct doctor *doctor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(doctor, (struct finding){.result = STEP_NOTE}, format, args);
	va_end(args);
}

void doctor_ok(struct doctor *doctor, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(doctor, (struct finding){.result = STEP_OK}, format, args);
	va_end(args);
}

void doctor_warn(struct doctor *doctor, enum cause cause, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	report(doctor, (struct finding){.result = STEP_WARN, .cause = cause},
	       format, args);
	va_end(args);
}

void doctor_fail(struct doctor *doctor, enum cause cause, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	report(doctor, (struct finding){.result = STEP_FAIL, .cause = cause},
	       format, args);
	va_end(args);
}

void doctor_advise(struct doctor *doctor, enum cause cause, const char *todo,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(doctor,
	       (struct finding){.result = STEP_FAIL, .cause = cause,
				.todo = todo},
	       format, args);
	va_end(args);
}

void doctor_late(struct doctor *doctor, enum cause cause, const char *format,
		 ...)
{
	va_list args;

	va_start(args, format);
	report(doctor,
	       (struct finding){.result = STEP_FAIL, .cause = cause,
				.late = true},
	       format, args);
	va_end(args);
}

bool doctor_has(const struct doctor *doctor, enum cause cause)
{
	for (size_t i = 0; i < doctor->findings.count; i++)
		if (doctor->findings.list[i].cause == cause &&
		    doctor->findings.list[i].result == STEP_FAIL)
			return true;
	return false;
}
