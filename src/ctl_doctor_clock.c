/* ctl_doctor_clock.c - in: the Date headers of the server's answers; out:
 * whether its clock and ours agree, and whether that matters. */
#include <stdlib.h>
#include <time.h>

#include "ctl_doctor_checks.h"
#include "ctl_doctor_plain.h"
#include "ctl_doctor_x509.h"
#include "timefmt.h"

/* Seconds: what clocks may differ by, and what is not worth a word. */
enum { SKEW_BAD = 300, SKEW_SEEN = 10 };

/* The Date of an answer that no cache kept, or 0. */
static int64_t date_of(struct arena *arena, const struct http_answer *answer)
{
	const char *date = http_header(arena, answer, "Date");
	const char *age = http_header(arena, answer, "Age");
	struct tm parts = {0};

	if (!date || (age && atoi(age) > 0) ||
	    !strptime(date, "%a, %d %b %Y %H:%M:%S GMT", &parts))
		return 0;
	return timegm(&parts);
}

static bool take(struct doctor *doctor, const struct http_answer *answer)
{
	doctor->server_date = date_of(doctor->arena, answer);
	doctor->server = http_header(doctor->arena, answer, "Server");
	return doctor->server_date != 0;
}

/* Some servers tell the time, and who they are, to those as well whom they do
 * not let in. */
static void look(struct doctor *doctor)
{
	struct plain_answer *plain;

	if (take(doctor, &doctor->ours.http) ||
	    take(doctor, &doctor->bare.http))
		return;
	plain = arena_alloc(doctor->arena, sizeof(*plain));
	if (plain && doctor_plain(doctor, plain))
		(void)take(doctor, &plain->http);
}

/* One of the clocks takes cert for valid and the other does not. */
static bool disagree(const struct doctor *doctor, const X509 *cert)
{
	return cert && x509_valid_at(cert, doctor->now) !=
			       x509_valid_at(cert, doctor->server_date);
}

void check_clock(struct doctor *doctor)
{
	char theirs[TIME_TEXT];
	char ours[TIME_TEXT];
	int64_t skew;
	bool matters;

	look(doctor);
	if (!doctor->server_date) {
		doctor_note(doctor, "the server does not tell its time");
		return;
	}
	skew = llabs(doctor->server_date - (int64_t)time(NULL));
	matters = disagree(doctor, doctor->identity.cert) ||
		  disagree(doctor, sk_X509_value(doctor->bare.tls.chain, 0));
	time_format(doctor->server_date, theirs);
	time_format(time(NULL), ours);
	if (skew > SKEW_BAD || (matters && skew > SKEW_SEEN))
		doctor_fail(doctor, CAUSE_CLOCK_SKEW,
			    "the server's clock says %s, this machine's %s%s",
			    theirs, ours,
			    matters ? ": a certificate is valid by one of "
				      "them and not by the other"
				    : "");
	else
		doctor_ok(doctor, "the clocks agree to %lld s",
			  (long long)skew);
}
