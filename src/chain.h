/* chain.h - builds and checks the chain of a certificate (RFC 5280 section 6)
 * with OpenSSL, against anchors and CRLs that were loaded before. */
#ifndef MTLSGATE_CHAIN_H
#define MTLSGATE_CHAIN_H

#include "attr.h"
#include "credential.h"
#include "crl.h"

enum crl_check { CRL_CHECK_NONE = 0, CRL_CHECK_LEAF, CRL_CHECK_CHAIN };
enum crl_stale { CRL_STALE_DENY = 0, CRL_STALE_WARN, CRL_STALE_GRACE };

/* A certificate or CRL and the file it came from, for explain. */
struct chain_file_cert {
	struct x509_st *x509;
	const char *file;
};

struct chain_rules {
	bool enabled;                   /* verify = chain or both */
	struct x509_store_st *store;    /* made by chain_prepare */
	struct stack_st_X509_CRL *indirect; /* likewise: CRLs for others */
	struct chain_file_cert *anchors;
	size_t anchor_count;
	struct chain_file_cert *intermediates;
	size_t intermediate_count;
	struct crl **crls;
	const char **crl_files; /* by the same index */
	size_t crl_count;
	bool same_names;    /* two anchors or intermediates share a subject */
	bool ask_purpose;   /* OpenSSL's check for TLS clients as well */
	int max_depth;      /* intermediates allowed; -1: 10 */
	int security_level; /* of OpenSSL; -1: a floor of ours */
	bool strict;
	bool partial_chain;
	bool explicit_policy;
	bool inhibit_any_policy;
	bool inhibit_policy_mapping;
	const char **require_policy; /* dotted OIDs */
	size_t require_policy_count;
	bool ca_as_client; /* allowed */
	enum crl_check crl_check;
	enum crl_stale crl_stale;
	int64_t crl_grace; /* seconds */
};

/* A chain that was built; certs[0] is the leaf, the last one the anchor. */
struct chain {
	bool good;
	enum reason reason; /* why not; zero: an internal error */
	const char *detail; /* depth, subject and OpenSSL's text */
	struct cert *certs;
	const char **origins; /* file or variable each came from */
	size_t count;
	struct attr_values policies; /* the validated set (section 6.1.6) */
	const char *warning;         /* what was let pass, or NULL */
	int64_t good_until; /* first moment at which a CRL at hand or what was
			     * sent beside the leaf changes its state */
};

/* Makes rules->store out of the lists, once, when a policy is loaded; it ends
 * with the arena, which must hold them until then. ST_NOMEM. */
NODISCARD enum status chain_prepare(struct arena *arena,
				    struct chain_rules *rules);

/* Builds and checks the chain of leaf at the time now, with what the request
 * brought (credential->chain). Never fails: what goes wrong is a refusal in
 * ret_chain. */
void chain_check(struct arena *arena, const struct chain_rules *rules,
		 const struct cert *leaf, const struct credential *credential,
		 int64_t now, struct trace *trace, struct chain *ret_chain);

#endif
