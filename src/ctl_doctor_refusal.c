/* ctl_doctor_refusal.c - in: what the server did with the client's
 * certificate; out: why. OpenSSL and Go say it by an alert, which in TLS 1.3
 * comes after the handshake; nginx answers with a page and keeps its reason
 * to itself. */
#include "ctl_doctor_refusal.h"

#include <string.h>

#include "ctl_doctor_alert.h"
#include "ctl_doctor_checks.h"
#include "ctl_doctor_suspect.h"
#include "ctl_doctor_x509.h"

/* The pages of nginx: 400 by default, 495 and 496 in its own numbers. */
static enum refused refused_by_page(const struct http_answer *answer)
{
	if (answer->status != 400 && answer->status != 495 &&
	    answer->status != 496)
		return REFUSED_NOT;
	if (answer->status == 496 ||
	    strstr(answer->body, "No required SSL certificate"))
		return REFUSED_NO_CERT;
	if (answer->status == 495 ||
	    strstr(answer->body, "SSL certificate error"))
		return REFUSED_BAD_CERT;
	return REFUSED_NOT;
}

enum refused doctor_refused(const struct doctor_got *got)
{
	const struct tls_seen *seen = &got->tls;
	/* a ticket, or the end of a handshake of TLS 1.2, is a yes */
	bool taken = seen->done && !seen->asked_later &&
		     (seen->ticket || seen->version < TLS1_3_VERSION);

	if (!seen->asked)
		return REFUSED_NOT;
	if (got->http.status)
		return refused_by_page(&got->http);
	if (seen->end == TLS_ALERT || (seen->end == TLS_CLOSED && !taken))
		return REFUSED_TLS;
	return REFUSED_NOT;
}

enum cause doctor_suspect(const struct doctor *doctor)
{
	struct suspects found = {0};

	if (doctor->facts)
		suspects_find(doctor->facts, TLS_NO_ALERT, &found);
	return found.count > 0 ? found.list[0] : CAUSE_CERT_REFUSED;
}

/* The names of causes, for people who look for more than the first. */
static const char *list_words(struct arena *arena,
			      const struct suspects *found)
{
	const char *words = "";

	for (size_t i = 0; words && i < found->count; i++)
		words = arena_printf(arena, "%s%s%s", words, i ? ", or " : "",
				     cause_row(found->list[i])->text);
	return words && *words ? words : "nothing in the client's files "
					 "explains it";
}

static void judge_refusal(struct doctor *doctor)
{
	const struct tls_seen *seen = &doctor->ours.tls;
	struct suspects found;
	int alert = doctor->ours.http.status ? TLS_NO_ALERT : HUNG_UP;
	const char *how =
		doctor->ours.http.status
			? arena_printf(doctor->arena, "HTTP %d",
				       doctor->ours.http.status)
			: alert_end_words(doctor->arena, seen);

	if (seen->end == TLS_ALERT)
		alert = seen->alert;
	suspects_find(doctor->facts, alert, &found);
	doctor_fail(doctor,
		    found.count > 0 ? found.list[0] : CAUSE_CERT_REFUSED,
		    "the server refuses the certificate: %s. %s: %s", how,
		    found.sure ? "Likely, in this order" : "Perhaps",
		    list_words(doctor->arena, &found));
}

/* The client's own library kept the certificate to itself. */
static void judge_not_sent(struct doctor *doctor)
{
	doctor_fail(doctor,
		    doctor->facts->weak ? CAUSE_CLIENT_CERT_WEAK
					: CAUSE_KEY_TYPE_NOT_ACCEPTED,
		    "the certificate could not be shown: the server takes no "
		    "signature by this key (%s), and %s",
		    x509_key_words(doctor->arena, doctor->identity.key),
		    alert_end_words(doctor->arena, &doctor->ours.tls));
}

/* The server lets it in; browsers choose by the names that it sends, and a
 * server that takes a stranger checks nothing. */
static void judge_names(struct doctor *doctor)
{
	const struct client_facts *facts = doctor->facts;
	const char *issuer = x509_name_words(
		doctor->arena, X509_get_issuer_name(doctor->identity.cert));

	if (!facts->named || facts->advertised || facts->self_signed)
		return;
	if (facts->missing)
		doctor_warn(doctor, CAUSE_CLIENT_CHAIN_INCOMPLETE,
			    "it was signed by %s, which is neither sent along "
			    "nor named by the server: others may refuse it",
			    issuer);
	else if (facts->whole)
		doctor_late(doctor, CAUSE_ISSUER_NOT_ADVERTISED,
			    "it was signed by %s, and the server names other "
			    "CAs: browsers will not offer it", issuer);
	else
		doctor_late(doctor, facts->below ? CAUSE_CLIENT_CHAIN_INCOMPLETE
						 : CAUSE_CLIENT_CA_UNKNOWN,
			    "it was signed by %s, and the server names other "
			    "CAs; that it goes on all the same may be because "
			    "it does not check (optional_no_ca, s_server "
			    "without -verify_return_error)", issuer);
}

void check_refusal(struct doctor *doctor)
{
	const struct doctor_got *ours = &doctor->ours;

	if (!doctor->facts || !ours->tls.asked)
		return;
	if (!ours->tls.sent) {
		judge_not_sent(doctor);
		return;
	}
	if (doctor_refused(ours) != REFUSED_NOT) {
		judge_refusal(doctor);
		return;
	}
	doctor_ok(doctor, "the server takes the certificate");
	judge_names(doctor);
}

/* A client without a certificate gets in: is that so because the server lets
 * it, or because mtlsgate is there and not asked? Only with the policy at hand,
 * or where Apache's authorizers are easily left out, the latter is likelier,
 * and has been said already. */
static void judge_openness(struct doctor *doctor)
{
	const struct doctor_got *bare = &doctor->bare;
	const char *server = http_header(doctor->arena, &bare->http, "Server");
	const char *target = doctor->url.target;
	int status = bare->http.status;

	if (!bare->tls.asked || bare->tls.asked_later || status / 100 != 2)
		return;
	if (doctor->guarded)
		doctor_note(doctor, "mtlsgate lets clients without a "
				    "certificate see %s", target);
	else if (doctor->policy || (server && strstr(server, "Apache")))
		doctor_late(doctor, CAUSE_CERT_OPTIONAL,
			    "GET %s without a certificate is answered with %d",
			    target, status);
	else
		doctor_fail(doctor, CAUSE_CERT_OPTIONAL,
			    "GET %s without a certificate is answered with %d",
			    target, status);
}

/* The last look at the site as a whole. */
void check_answer(struct doctor *doctor)
{
	const struct doctor_got *got =
		doctor->identity.cert ? &doctor->ours : &doctor->bare;
	const struct http_answer *answer = &got->http;

	if (answer->end == HTTP_NOTHING && doctor_refused(got) == REFUSED_NOT)
		doctor_late(doctor, CAUSE_HTTP_NO_ANSWER,
			    "no answer to GET %s: %s", doctor->url.target,
			    got->tls.end == TLS_OK
				    ? "nothing came in time"
				    : alert_end_words(doctor->arena,
						      &got->tls));
	else if (answer->end == HTTP_GARBAGE)
		doctor_late(doctor, CAUSE_HTTP_GARBAGE, "GET %s: %s",
			    doctor->url.target, answer->why);
	else if (answer->status)
		doctor_note(doctor, "GET %s: %d%s%s", doctor->url.target,
			    answer->status, answer->why ? "; " : "",
			    answer->why ? answer->why : "");
	judge_openness(doctor);
}
