/* candidates.h - which of many sections may match a certificate: a section
 * that wants one of a few values of an attribute is found by hash from what the
 * certificate has, and only the others are looked at one by one. It leaves
 * sections out, and never says that one matches. */
#ifndef MTLSGATE_CANDIDATES_H
#define MTLSGATE_CANDIDATES_H

#include "condition.h"

/* A section. */
struct candidate {
	size_t number;
	const struct conditions *conditions;
	const char *const *pins; /* names, one of which it wants */
	size_t pin_count;        /* 0: it wants none */
	int64_t from;            /* it is not looked at before */
};

/* A section that speaks of an attribute, the first one from this time on. */
struct speaker {
	size_t attr;
	size_t number;
	int64_t from;
};

struct candidates {
	bool ready;         /* zeroed: not made, nothing may rely on it */
	struct table table; /* of values, to sections */
	size_t *attrs;      /* the attributes with values in it */
	size_t attr_count;
	size_t *rest; /* sections that are in none, in order */
	size_t rest_count;
	struct speaker *speakers; /* in the order of their numbers */
	size_t speaker_count;
};

/* Makes it of count sections in the order of their numbers; attr_count is that
 * of the policy's list. Their conditions are not kept. ST_NOMEM. */
NODISCARD enum status candidates_build(struct arena *arena,
				       const struct candidate *list,
				       size_t count, size_t attr_count,
				       struct candidates *ret_candidates);

/* A walk through the sections that may match. */
struct candidate_walk {
	const struct candidates *candidates;
	const struct attr_set *set;
	const struct attr_values *pins; /* that the certificate matches */
	/* zero to begin with */
	const struct table_entry *entry;
	size_t attr;
	size_t value;
	size_t rest;
};

/* The number of a section that may match what set and pins have; in no order,
 * and some more than once. False: there are no more. A section in which an
 * attribute is unread or unclean may be left out: it does not match. */
bool candidates_next(struct candidate_walk *walk, size_t *ret_number);

/* The smallest number of a section, in force by its from, that speaks of an
 * attribute which set does not have as read; SIZE_MAX: none. */
size_t candidates_unclean(const struct candidates *candidates,
			  const struct attr_set *set, int64_t now);

#endif
