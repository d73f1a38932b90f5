/* dates_fixture.h - policies with dates on everything that can have one, drawn
 * by a seed, and what is granted under them at a time. */
#ifndef MTLSGATE_DATES_FIXTURE_H
#define MTLSGATE_DATES_FIXTURE_H

#include "buf.h"
#include "chain_fixture.h"
#include "gate.h"

enum { DATES_MAX = 40, DATES_ROOM = 60 };

struct dates {
	unsigned seed;
	struct buf text;            /* the policy */
	int64_t order[DATES_ROOM];  /* times, shuffled; none is used twice */
	size_t used;
	int64_t from[DATES_MAX];    /* those that may let somebody in */
	size_t from_count;
	int64_t others[DATES_MAX];  /* those that must not */
	size_t other_count;
};

/* What of certificates the policy speaks of. */
struct dates_pki {
	const char *ca_file;
	const char *leaf_sha256;  /* the pin "known" */
	const char *glass_sha256; /* the pin "glass", chain = no */
	const char *other_sha256; /* another line of it, or NULL */
};

/* Draws a policy. Caller frees text with buf_free. */
void dates_draw(struct dates *dates, unsigned seed,
		const struct dates_pki *pki);

/* Gives a file a time long ago, so that no loader waits for it to settle. */
void dates_settle(int fd);

/* Loads it; NULL if it is none. Caller frees with policy_free. */
struct policy *dates_load(struct arena *arena, const struct dates *dates);

#endif
