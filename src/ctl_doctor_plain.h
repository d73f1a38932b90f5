/* ctl_doctor_plain.h - a question in plain HTTP, to a port that may or may not
 * speak TLS. */
#ifndef MTLSGATE_CTL_DOCTOR_PLAIN_H
#define MTLSGATE_CTL_DOCTOR_PLAIN_H

#include "ctl_doctor.h"

struct plain_answer {
	char bytes[16 * 1024]; /* NUL-terminated */
	size_t len;
	struct http_answer http;
	bool tls_port; /* it says that this port wants TLS */
};

/* Asks for / on a connection of its own. True: the answer is in HTTP. */
bool doctor_plain(struct doctor *doctor, struct plain_answer *ret_answer);

#endif
