/* ctl_doctor_client.c - in: the client's certificate; out: what keeps any
 * server from taking it. What only some servers mind is a warning, and becomes
 * the cause when this one refuses (ctl_doctor_refusal.c). */
#include "ctl_doctor_checks.h"
#include "ctl_doctor_trust.h"
#include "ctl_doctor_x509.h"
#include "timefmt.h"

enum { SOON = 14 * 24 * 60 * 60 };

static void check_dates(struct doctor *doctor, const struct client_facts *facts)
{
	const X509 *own = doctor->identity.cert;
	char date[TIME_TEXT];

	if (facts->expired)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_EXPIRED,
			    "it was valid until %s",
			    time_format(x509_not_after(own), date));
	else if (facts->early)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_NOT_YET_VALID,
			    "it is valid from %s on",
			    time_format(x509_not_before(own), date));
	else if (x509_not_after(own) < doctor->now + SOON)
		doctor_warn(doctor, CAUSE_NONE,
			    "it is valid until %s only: renew it soon",
			    time_format(x509_not_after(own), date));
	else
		doctor_ok(doctor, "it is valid until %s",
			  time_format(x509_not_after(own), date));
	if (facts->ca_expired)
		doctor_fail(doctor, CAUSE_CLIENT_CA_EXPIRED,
			    "the CA certificate of %s is valid from %s",
			    x509_words(doctor->arena, facts->ca_expired),
			    arena_printf(
				    doctor->arena, "%s to %s",
				    time_format(x509_not_before(
							facts->ca_expired),
						date),
				    time_format(x509_not_after(
							facts->ca_expired),
						(char[TIME_TEXT]){0})));
}

/* Has it signed something here, or does the server take it for a CA? */
static bool acts_as_ca(const struct doctor *doctor,
		       const struct client_facts *facts)
{
	X509 *own = doctor->identity.cert;
	X509 *server = sk_X509_value(doctor->bare.tls.chain, 0);

	return facts->is_ca &&
	       (!facts->self_signed || facts->pinned || facts->advertised ||
		(server && X509_cmp(server, own) != 0 &&
		 x509_link(own, server) == LINK_SIGNED));
}

/* openssl req -x509 makes self-signed certificates that are a CA's as well:
 * those that nobody knows as a CA are called self-signed. */
static void check_kind(struct doctor *doctor, const struct client_facts *facts)
{
	const char *subject = x509_words(doctor->arena, doctor->identity.cert);

	if (acts_as_ca(doctor, facts))
		doctor_fail(doctor, CAUSE_CLIENT_CERT_IS_CA,
			    "%s is a CA (basicConstraints CA:TRUE)", subject);
	else if (facts->is_ca)
		doctor_warn(doctor, CAUSE_CLIENT_CERT_IS_CA,
			    "it is marked as a CA's (basicConstraints "
			    "CA:TRUE), which mtlsgate refuses by default");
	if (facts->no_client)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_PURPOSE, "%s",
			    facts->no_client);
	else if (facts->old_type)
		doctor_warn(doctor, CAUSE_CLIENT_CERT_PURPOSE,
			    "its nsCertType is not for a client: servers with "
			    "OpenSSL refuse that");
	if (!facts->self_signed || doctor_has(doctor, CAUSE_CLIENT_CERT_IS_CA))
		return;
	if (facts->named && !facts->advertised && !doctor->policy)
		doctor_fail(doctor, CAUSE_CLIENT_CERT_SELF_SIGNED,
			    "%s has signed itself, and the server does not "
			    "name it as a CA", subject);
	else if (!facts->advertised && !facts->pinned)
		doctor_warn(doctor, CAUSE_CLIENT_CERT_SELF_SIGNED,
			    "%s has signed itself", subject);
}

void check_client_cert(struct doctor *doctor)
{
	struct client_facts *facts;

	if (!doctor->identity.cert)
		return;
	facts = arena_alloc(doctor->arena, sizeof(*facts));
	if (!facts) {
		doctor->findings.failed = true;
		return;
	}
	client_facts_read(doctor, facts);
	doctor->facts = facts;
	check_dates(doctor, facts);
	check_kind(doctor, facts);
	if (facts->namesake)
		doctor_fail(doctor, CAUSE_CLIENT_CA_NAMESAKE,
			    "it says that %s signed it, but the CA of that "
			    "name that is known here has another key",
			    x509_name_words(doctor->arena,
					    X509_get_issuer_name(
						    doctor->identity.cert)));
	if (facts->extension)
		doctor_warn(doctor, CAUSE_CLIENT_CERT_EXTENSION, "%s",
			    facts->extension);
	if (facts->bad)
		doctor_warn(doctor, CAUSE_CLIENT_CERT_BAD, "%s", facts->bad);
	if (facts->weak)
		doctor_warn(doctor, CAUSE_CLIENT_CERT_WEAK,
			    "%s: servers of security level 2, the default of "
			    "Debian and others, refuse that", facts->weak);
}
