/* ctl_doctor_trust.h - how the client's certificate hangs together with the CAs
 * that the server names, and with those that are known here. */
#ifndef MTLSGATE_CTL_DOCTOR_TRUST_H
#define MTLSGATE_CTL_DOCTOR_TRUST_H

#include "ctl_doctor.h"

/* What is known of the client's certificate; the way is the chain from it
 * upwards through signatures that were checked. */
struct client_facts {
	bool expired, early;     /* by our clock */
	const char *no_client;   /* why it is no client's, or NULL */
	bool old_type;           /* its nsCertType is no client's */
	const char *weak;        /* why it, or a CA above it, is, or NULL */
	const char *modest;      /* the same, for servers that want more */
	const char *extension;   /* which one stands in the way, or NULL */
	bool rare_key;           /* of a kind that not every server takes */
	bool young;              /* issued within the last days */
	bool is_ca;
	bool self_signed;
	bool pinned;      /* self-signed, and itself among the CAs */
	X509 *ca_expired; /* on the way above it, or NULL */
	bool named;       /* the server names CAs at all */
	bool advertised;  /* one of the way, as far as it is sent, is named */
	bool issuer_advertised; /* its own issuer is */
	bool namesake;   /* of its issuer: a CA known here, of another key */
	X509 *missing;   /* an intermediate that is known here and not sent */
	bool below;      /* signed, it seems, by an intermediate that nobody
			    has */
	bool whole;      /* the way ends with a root that is known */
	bool root_named; /* that root is named by the server */
	int between;     /* intermediates on the way */
	bool chain_wrong; /* certificates are sent, none of which signed it */
	const char *bad; /* what else is wrong with the chain, or NULL */
	bool by_apache;  /* it is Apache that the certificate is shown to */
};

/* ctl_doctor_verify.c: what keeps everybody who verifies from taking cert, by
 * the certificates at hand, that is neither its dates nor its purpose, nor that
 * one above it is missing: static, or NULL. */
const char *client_verify(X509 *cert, const STACK_OF(X509) * sent,
			  const STACK_OF(X509) * known);

/* Finds them out. The names are those of the server's request, if it was seen.
 */
void client_facts_read(struct doctor *doctor, struct client_facts *ret_facts);

#endif
