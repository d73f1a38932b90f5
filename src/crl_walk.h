/* crl_walk.h - the DER of a CRL, walked without building anything. */
#ifndef MTLSGATE_CRL_WALK_H
#define MTLSGATE_CRL_WALK_H

#include "base.h"

struct span_der {
	const unsigned char *bytes;
	size_t len;
};

/* The parts of a CertificateList (RFC 5280 section 5.1), headers included. */
struct crl_parts {
	struct span_der tbs;     /* what is signed */
	struct span_der head;    /* of tbs: version to nextUpdate */
	struct span_der revoked; /* contents of revokedCertificates */
	struct span_der tail;    /* of tbs: crlExtensions */
	struct span_der rest;    /* signatureAlgorithm and signatureValue */
	bool has_revoked;
	size_t count;            /* of revoked */
};

/* One entry of revokedCertificates. */
struct crl_entry {
	struct span_der whole;
	struct span_der serial; /* contents of the INTEGER */
	bool extended;          /* it has extensions */
};

/* Finds the parts; every length is checked, nothing is copied. ST_BAD: not a
 * CRL; *ret_why is static text. */
NODISCARD enum status crl_walk(const unsigned char *bytes, size_t len,
			       struct crl_parts *ret_parts,
			       const char **ret_why);

/* Reads the entry at *at of the contents of revokedCertificates and moves *at
 * behind it. False: nothing more, or not an entry (*at stays). */
bool crl_walk_entry(const struct span_der *revoked, size_t *at,
		    struct crl_entry *ret_entry);

/* Do two INTEGER contents mean the same number? Redundant leading bytes, which
 * DER forbids and CAs have made, do not count. */
bool crl_serial_equal(struct span_der a, struct span_der b);

/* A number for a serial, equal for equal serials. */
uint32_t crl_serial_hash(struct span_der serial);

#endif
