/* trust.h - is this certificate good? A row of the checks table each. */
#ifndef MTLSGATE_TRUST_H
#define MTLSGATE_TRUST_H

#include "credential.h"
#include "pin.h"

struct block {
	const char *name;
	struct conditions conditions;
	int64_t from; /* TIME_ALWAYS: no from */
	bool late;    /* speaks of identity or id: looked at once mapped */
	size_t line;
};

struct trust_rules {
	bool purpose_any;        /* purpose = any: EKU is not looked at */
	const char *purpose;     /* dotted OID, clientAuth by default */
	struct conditions issuer; /* issuer.X lines of [certificate] */
	struct block *blocks;
	size_t block_count;
	struct pin_list pins;
	int min_rsa_bits;      /* 0: not checked */
	int64_t max_lifetime;  /* seconds, 0: not checked */
	int64_t warn_expiring; /* seconds, 0: never */
	size_t pin_attr;       /* index of pin in the attr_list, or SIZE_MAX */
};

/* A certificate on its way; only trust_check makes it a verified one. */
struct verified {
	bool ok;            /* every check passed */
	enum reason reason; /* REASON_GRANTED when ok */
	const char *detail; /* what exactly, clean UTF-8; NULL: nothing to add */
	const char *block;  /* the block that refused it */
	size_t line;        /* policy line of that block, 0: none */
	bool parsed;        /* cert and set are filled in, even when refused */
	struct cert cert;
	struct attr_set set;
	struct attr_values pins; /* names of the pins it matches */
	int64_t days_left; /* whole days until notAfter, rounded down */
	bool expiring;     /* inside warn_expiring */
	bool name_only;
};

/* Parses the credential and runs the checks in the order of their table.
 * Never fails: what goes wrong is a refusal in ret_verified. */
void trust_check(struct arena *arena, const struct trust_rules *rules,
		 const struct attr_list *attrs,
		 const struct credential *credential, int64_t now,
		 struct trace *trace, struct verified *ret_verified);

/* The block that matches among those that are (not) late, or NULL. An
 * unreadable attribute sets *ret_unclean. */
const struct block *block_find(const struct trust_rules *rules,
			       const struct attr_set *set, bool late,
			       int64_t now, bool *ret_unclean);

#endif
