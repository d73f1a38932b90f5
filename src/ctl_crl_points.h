/* ctl_crl_points.h - where certificates say that their CRLs are
 * (RFC 5280 sections 4.2.1.13, 4.2.1.15 and 5.2.6). */
#ifndef MTLSGATE_CTL_CRL_POINTS_H
#define MTLSGATE_CTL_CRL_POINTS_H

#include "cert.h"
#include "crl.h"

/* A CRL to be had by HTTP. */
struct crl_point {
	const char *url; /* printable ASCII; begins with http:// */
	bool delta;      /* it must be a delta CRL; else it must be none */
};

/* What was found, each URL once. Begins as {.arena = ...}. */
struct crl_points {
	struct arena *arena;
	struct crl_point *list;
	size_t count;
	const char **passed_over; /* names that are no use, warned about once */
	size_t passed_count;
	bool doubtful; /* something could not be read, and that was said */
};

/* Adds the points that the certificate names. Says on stderr which of them
 * cannot be used, and what cannot be read. ST_NOMEM. */
NODISCARD enum status crl_points_of_cert(struct crl_points *points,
					 const struct cert *cert);

/* The same of the delta CRLs that a complete CRL names. */
NODISCARD enum status crl_points_of_crl(struct crl_points *points,
					const struct crl *crl);

#endif
