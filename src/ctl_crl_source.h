/* ctl_crl_source.h - what fetch-crl takes out of a policy, which need not load
 * (its CRLs may be still to come), and out of files of certificates. */
#ifndef MTLSGATE_CTL_CRL_SOURCE_H
#define MTLSGATE_CTL_CRL_SOURCE_H

#include "ctl_crl.h"

/* Of the section [certificate]; the paths are ready to use. */
struct crl_source {
	const char **cas; /* the values of ca and intermediates */
	size_t ca_count;
	const char *dir; /* the first crl that is a directory, else the first
			     that is not there; NULL: none */
};

/* Reads the policy. ST_BAD: said on stderr, as is ST_NOMEM. */
NODISCARD enum status crl_source_read(struct arena *arena, const char *policy,
				      struct crl_source *ret_source);

/* Adds the certificates of a file, or of the files of a directory, to certs.
 * ST_BAD: said on stderr. */
NODISCARD enum status crl_source_certs(struct arena *arena, const char *path,
				       struct ctl_certs_read *certs);

#endif
