/* ctl_doctor_local.h - what the policy that was given says of the URL, by the
 * functions that answer requests. */
#ifndef MTLSGATE_CTL_DOCTOR_LOCAL_H
#define MTLSGATE_CTL_DOCTOR_LOCAL_H

#include "ctl_doctor_gate.h"

struct local {
	bool known; /* false: there is no policy, or it cannot be asked */
	struct decision decision;
	const char *detail;  /* of whatever refused, or NULL */
	const char *roles;   /* "admin, user", "none" */
	const char *site;    /* MTLSGATE_SITE under which it was asked; or "" */
};

/* Decides about GET of the URL's path, with the certificate or without. Where
 * rules name sites, the first site with a rule for the path is taken. */
void local_decide(struct gate *gate, bool cert, struct local *ret_local);

#endif
