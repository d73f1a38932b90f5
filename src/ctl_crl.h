/* ctl_crl.h - is a CRL from somewhere the one to put in the place of another?
 * (RFC 5280 section 5) */
#ifndef MTLSGATE_CTL_CRL_H
#define MTLSGATE_CTL_CRL_H

#include "cert.h"
#include "crl.h"
#include "crl_walk.h"

/* A CRL and the bytes that it was read from. */
struct ctl_crl {
	struct crl *crl;     /* the caller gives it back with crl_release */
	struct span_der der; /* borrowed, or in the arena */
};

/* Certificates; those of CAs may have signed a CRL. */
struct ctl_certs_read {
	struct cert *list;
	size_t count;
};

/* Reads a CRL in DER, or one PEM block ("X509 CRL") with any text around it.
 * bytes, with a NUL behind them, must stay as long as the CRL. ST_BAD: what
 * *ret_why says. */
NODISCARD enum status ctl_crl_read(struct arena *arena, const char *bytes,
				   size_t len, struct ctl_crl *ret_crl,
				   const char **ret_why);

/* Was it signed by one of the CAs, which may do so and has its issuer's name;
 * is it a delta CRL as wanted or none; is it in force at now (thisUpdate may
 * be five minutes ahead); has it no critical extension that OpenSSL does not
 * know? ST_BAD: *ret_why (in the arena) says what is not so. */
NODISCARD enum status ctl_crl_judge(struct arena *arena,
				    const struct ctl_crl *crl,
				    const struct ctl_certs_read *cas,
				    bool delta, int64_t now,
				    const char **ret_why);

enum crl_order {
	CRL_DOUBTFUL = 0, /* older, or of something else: keep the old one */
	CRL_SAME,
	CRL_NEWER
};

/* How it stands to the one that is there, by number and thisUpdate.
 * CRL_DOUBTFUL: *ret_why (static) says why. */
enum crl_order ctl_crl_compare(const struct ctl_crl *crl,
			       const struct ctl_crl *old, const char **ret_why);

#endif
