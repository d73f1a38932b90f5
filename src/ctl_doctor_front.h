/* ctl_doctor_front.h - which web server answers, and what is written there:
 * the advice that differs from one to the other. */
#ifndef MTLSGATE_CTL_DOCTOR_FRONT_H
#define MTLSGATE_CTL_DOCTOR_FRONT_H

#include "ctl_doctor_answer.h"
#include "ctl_doctor_cause.h"

enum front {
	FRONT_UNKNOWN = 0,
	FRONT_APACHE,
	FRONT_LIGHTTPD,
	FRONT_NGINX,
	FRONT_HAPROXY,
	FRONT_CADDY,
	FRONT_COUNT
};

/* By the Server header, else by the form of an error page. */
enum front front_of(const struct answer *answer);

/* "Apache", "the web server". */
const char *front_name(enum front front);

/* What to do about a cause behind that server; the cause's own advice where it
 * makes no difference. */
const char *front_advice(enum front front, enum cause cause);

#endif
