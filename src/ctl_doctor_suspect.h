/* ctl_doctor_suspect.h - which of several causes explains a refusal best: what
 * the server said, and what its administrator will find in the client's files.
 * An alert alone says little: servers use them as they like. */
#ifndef MTLSGATE_CTL_DOCTOR_SUSPECT_H
#define MTLSGATE_CTL_DOCTOR_SUSPECT_H

#include "ctl_doctor_trust.h"

enum {
	MAX_SUSPECTS = 8,
	HUNG_UP = -2 /* in place of an alert: not a word, not even a page */
};

/* Most likely first; none explains it: count is 0. */
struct suspects {
	enum cause list[MAX_SUSPECTS];
	size_t count;
	bool sure; /* the first fits by what was seen, not only by chance */
};

/* Who explains this alert (TLS_NO_ALERT: a refusal without one, such as the
 * page 400 of nginx; or HUNG_UP). */
void suspects_find(const struct client_facts *facts, int alert,
		   struct suspects *ret_suspects);

#endif
