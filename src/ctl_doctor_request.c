/* ctl_doctor_request.c - in: how the server behaved towards a client without a
 * certificate; out: whether, when and how firmly it asks for one. */
#include <string.h>

#include "ctl_doctor_alert.h"
#include "ctl_doctor_checks.h"
#include "ctl_doctor_probe.h"
#include "ctl_doctor_refusal.h"
#include "ctl_doctor_trust.h"
#include "ctl_doctor_x509.h"

enum { SHOWN_NAMES = 6 };

/* The names that the server sent, in words. */
static const char *ca_names_words(struct arena *arena,
				  const STACK_OF(X509_NAME) * names)
{
	int count = names ? sk_X509_NAME_num(names) : 0;
	const char *words = "";

	if (count == 0)
		return "no CA";
	for (int i = 0; words && i < count && i < SHOWN_NAMES; i++)
		words = arena_printf(
			arena, "%s%s%s", words, i ? "; " : "",
			x509_name_words(arena, sk_X509_NAME_value(names, i)));
	if (words && count > SHOWN_NAMES)
		words = arena_printf(arena, "%s and %d more", words,
				     count - SHOWN_NAMES);
	return words ? words : "?";
}

/* It is asked for only after the request: by whom, and is that a fault? */
static void judge_late_request(struct doctor *doctor)
{
	const struct tls_seen *seen = &doctor->bare.tls;

	if (seen->version >= TLS1_3_VERSION)
		doctor_fail(doctor, CAUSE_PHA_NEEDED,
			    "the handshake asks for none; after GET %s comes a "
			    "post-handshake request", doctor->url.target);
	else
		doctor_fail(doctor, CAUSE_RENEGOTIATION_NEEDED,
			    "the handshake asks for none; after GET %s the "
			    "server renegotiates and asks", doctor->url.target);
}

/* TLS 1.3 may go through without a word where TLS 1.2 would ask again. */
static bool asks_in_tls12(struct doctor *doctor)
{
	const struct doctor_ask ask = {.anonymous = true,
				       .max_version = TLS1_2_VERSION};
	struct doctor_got got;

	if (doctor->bare.tls.version < TLS1_3_VERSION)
		return false;
	(void)doctor_fetch(doctor, &ask, &got);
	if (!got.tls.asked)
		return false;
	if (got.tls.asked_later)
		doctor_fail(doctor, CAUSE_RENEGOTIATION_NEEDED,
			    "in TLS 1.3 the server asks for none; in TLS 1.2 "
			    "it does by renegotiation, for this path");
	else
		doctor_fail(doctor, CAUSE_CERT_NOT_REQUESTED,
			    "in TLS 1.3 the server asks for none, in TLS 1.2 "
			    "it does");
	return true;
}

static void judge_no_request(struct doctor *doctor)
{
	const char *where = NULL;

	if (asks_in_tls12(doctor))
		return;
	if (probe_names(doctor, &where))
		doctor_fail(doctor,
			    doctor->url.address
				    ? CAUSE_SNI_NEEDED
				    : CAUSE_CERT_REQUESTED_OTHER_NAME,
			    "the server asks for no certificate with %s, but "
			    "does %s",
			    doctor->url.address ? "an address in the URL"
						: doctor->url.host,
			    where);
	else if (probe_paths(doctor, &where))
		doctor_fail(doctor, CAUSE_CERT_REQUESTED_OTHER_PATH,
			    "the server asks for no certificate for %s, but "
			    "does for %s", doctor->url.target, where);
	else
		doctor_fail(doctor, CAUSE_CERT_NOT_REQUESTED,
			    "no request for a certificate, neither in the "
			    "handshake nor after GET %s, nor for other paths "
			    "and names that were tried", doctor->url.target);
}

static void judge_request(struct doctor *doctor, bool insists)
{
	const struct doctor_got *bare = &doctor->bare;
	const char *names =
		ca_names_words(doctor->arena, bare->tls.ca_names);
	const char *how =
		!insists ? "a client that has none may go on"
		: bare->http.status
			? arena_printf(doctor->arena,
				       "without one it answers %d",
				       bare->http.status)
			: alert_end_words(doctor->arena, &bare->tls);

	doctor_ok(doctor, "the server %s a certificate (%s), and names %s",
		  insists ? "insists on" : "asks for", how ? how : "?", names);
	if (insists && !doctor->options.cert)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_MISSING,
			    "the server insists, and there is no --cert");
}

void check_request(struct doctor *doctor)
{
	const struct tls_seen *seen = &doctor->bare.tls;
	/* nginx may ask and insist for some paths only */
	bool insists = doctor_refused(&doctor->bare) != REFUSED_NOT;

	if (seen->asked_later)
		judge_late_request(doctor);
	else if (seen->asked)
		judge_request(doctor, insists);
	else
		judge_no_request(doctor);
}
