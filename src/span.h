/* span.h - the dates of a section: from and until. */
#ifndef MTLSGATE_SPAN_H
#define MTLSGATE_SPAN_H

#include "timefmt.h"

/* In force while from <= now < until. */
struct span {
	int64_t from;  /* TIME_ALWAYS: no from */
	int64_t until; /* TIME_NEVER: no until */
};

#define SPAN_ALWAYS ((struct span){TIME_ALWAYS, TIME_NEVER})

static inline bool span_holds(const struct span *span, int64_t now)
{
	return span->from <= now && now < span->until;
}

#endif
