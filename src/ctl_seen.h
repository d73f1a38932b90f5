/* ctl_seen.h - the certificates and refusals that an audit log tells of, in
 * memory that is bounded. */
#ifndef MTLSGATE_CTL_SEEN_H
#define MTLSGATE_CTL_SEEN_H

#include <jansson.h>

#include "reason.h"

/* Certificates that were verified at least once come from CAs that issue so
 * many; of the others anyone can make as many as he likes. */
enum { MAX_VERIFIED = 1000 * 1000, MAX_UNVERIFIED = 10 * 1000 };

#define SEEN_UNKNOWN INT64_MIN

struct ctl_seen_cert {
	char sha256[65];
	char *serial;   /* or NULL */
	char *id;       /* that it had last, or NULL */
	int64_t last;   /* when it was seen last */
	int64_t until;  /* it is valid until then at least; SEEN_UNKNOWN */
	uint64_t count;
	uint64_t denied;
	bool verified; /* at least once it passed all checks on it */
	size_t next;   /* in its chain of the table, SIZE_MAX: the end */
};

struct ctl_seen_refusal {
	uint64_t count;
	int64_t last;
};

/* Begin with all zero; ended by ctl_seen_free. */
struct ctl_seen {
	struct ctl_seen_cert *certs;
	size_t count;
	size_t unverified; /* of them */
	size_t room;
	size_t *heads; /* room of them */
	/* by enum reason; the last: those that this version does not know */
	struct ctl_seen_refusal refusals[REASON_COUNT + 1];
	uint64_t granted;
	uint64_t denied;
	int64_t first; /* decision, and last; 0 without one */
	int64_t last;
	uint64_t unlisted;          /* lines whose certificate found no room */
	uint64_t unlisted_verified; /* of them, of one that was verified */
	uint64_t early;             /* lines before since */
};

/* Takes in a decision, unless it was made before since. ST_BAD: its time is
 * none. ST_NOMEM. */
NODISCARD enum status ctl_seen_add(struct ctl_seen *seen, const json_t *line,
				   int64_t since);

/* Puts those first that end first; nothing can be added after it. */
void ctl_seen_sort(struct ctl_seen *seen);

/* Whole days from now until the certificate ends, rounded down, negative when
 * it is over; SEEN_UNKNOWN. Since the log has whole days, it may be one too
 * few. */
int64_t ctl_seen_days(const struct ctl_seen_cert *cert, int64_t now);

/* Does a certificate that was verified end less than within seconds from now,
 * or has it ended? */
bool ctl_seen_expires(const struct ctl_seen_cert *cert, int64_t now,
		      int64_t within);

void ctl_seen_free(struct ctl_seen *seen);

#endif
