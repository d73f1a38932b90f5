/* trust.h - is this certificate good? A row of the checks table each. */
#ifndef MTLSGATE_TRUST_H
#define MTLSGATE_TRUST_H

#include "candidates.h"
#include "chain.h"
#include "ocsp.h"
#include "pin.h"

/* Who judges the chain. */
enum verify_mode { VERIFY_SERVER = 0, VERIFY_CHAIN, VERIFY_BOTH };

/* When a block is looked at: as soon as what it speaks of is known. */
enum block_phase {
	BLOCK_OWN = 0, /* the certificate's own attributes: first of all */
	BLOCK_CHAIN,   /* anchor.X and ca.X: once the chain is built */
	BLOCK_LATE,    /* identity or id: once mapped */
	BLOCK_PHASES
};

struct block {
	const char *name;
	struct conditions conditions;
	int64_t from; /* TIME_ALWAYS: no from */
	enum block_phase phase;
	size_t line;
};

struct trust_rules {
	enum verify_mode verify;
	/* with verify = server: of cert_keyless, or NULL */
	struct ossl_lib_ctx_st *keyless;
	struct chain_rules chain;
	struct ocsp_rules ocsp;
	bool purpose_any;        /* purpose = any: EKU is not looked at */
	const char *purpose;     /* dotted OID, clientAuth by default */
	struct conditions issuer; /* issuer.X lines of [certificate] */
	struct block *blocks;
	size_t block_count;
	struct candidates block_index[BLOCK_PHASES]; /* of trust_prepare */
	struct pin_list pins;
	bool dn_slash;         /* a name in the slash form is taken */
	int min_rsa_bits;      /* 0: not checked */
	int64_t max_lifetime;  /* seconds, 0: not checked */
	int64_t warn_expiring; /* seconds, 0: never */
	size_t pin_attr;       /* index of pin in the attr_list, or SIZE_MAX */
};

/* A certificate on its way; only trust_check makes it a verified one. */
struct verified {
	bool ok;            /* every check passed */
	enum reason reason; /* REASON_GRANTED when ok */
	const char *detail; /* what exactly, clean UTF-8; or NULL */
	const char *spoofed; /* header that came from a peer not trusted */
	const char *block;  /* the block that refused it */
	size_t line;        /* policy line of that block, 0: none */
	bool parsed;        /* cert and set are filled in, even when refused */
	struct cert cert;
	struct attr_set set;
	struct attr_values pins; /* names of the pins it matches */
	int64_t days_left; /* whole days until notAfter, rounded down */
	bool expiring;     /* inside warn_expiring */
	bool name_only;
	struct chain chain;      /* when one was built */
	const struct pin *pin;   /* the pin with chain = no that admits it */
	const char *verified_by; /* "server", "chain", "both", "pin" */
	const char *warning;     /* what was let pass, or NULL */
	bool passing; /* memory or a responder failed: ask again each time */
	struct ocsp_answer ocsp; /* when it was asked */
};

/* Parses the credential and runs the checks in the order of their table.
 * ocsp may be NULL: nobody answers. Never fails: what goes wrong is a refusal
 * in ret_verified. */
void trust_check(struct arena *arena, const struct trust_rules *rules,
		 const struct attr_list *attrs,
		 const struct credential *credential,
		 struct ocsp_service *ocsp, int64_t now, struct trace *trace,
		 struct verified *ret_verified);

/* Sets days_left and expiring, which are never those of an earlier time. */
void trust_note_days(const struct trust_rules *rules, int64_t now,
		     struct verified *v);

/* Makes indexes of pins and blocks, after which neither is changed any more;
 * attr_count is that of the policy's list. Without it every certificate is
 * refused. ST_NOMEM. */
NODISCARD enum status trust_prepare(struct arena *arena,
				    struct trust_rules *rules,
				    size_t attr_count);

/* The first block that matches among those of this phase, or NULL in
 * *ret_block; *ret_unclean: one before it has an attribute that cannot be
 * read. ST_BAD: rules were not prepared. */
NODISCARD enum status block_find(const struct trust_rules *rules,
				 const struct attr_set *set,
				 enum block_phase phase, int64_t now,
				 const struct block **ret_block,
				 bool *ret_unclean);

#endif
