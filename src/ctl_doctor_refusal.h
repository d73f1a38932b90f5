/* ctl_doctor_refusal.h - did a server refuse a client for its certificate, or
 * for the lack of one? */
#ifndef MTLSGATE_CTL_DOCTOR_REFUSAL_H
#define MTLSGATE_CTL_DOCTOR_REFUSAL_H

#include "ctl_doctor.h"

enum refused {
	REFUSED_NOT = 0,
	REFUSED_TLS,     /* by an alert, or by hanging up */
	REFUSED_NO_CERT, /* by a page that says that none was sent */
	REFUSED_BAD_CERT /* by a page that says that it is not good */
};

/* What the server did after it had asked for a certificate. */
enum refused doctor_refused(const struct doctor_got *got);

/* The cause that explains best why a server, or what stands behind it, does
 * not take the client's certificate; CAUSE_CERT_REFUSED when nothing does. For
 * refusals that come without an alert. */
enum cause doctor_suspect(const struct doctor *doctor);

#endif
