/* credential.h - which of the texts in a request is the certificate, and did
 * the web server or the proxy in front of it vouch for it. */
#ifndef MTLSGATE_CREDENTIAL_H
#define MTLSGATE_CREDENTIAL_H

#include "peer.h"
#include "request.h"
#include "trace.h"
#include "unwrap.h"

/* A row of the sources table. */
enum source {
	SOURCE_SERVER = 0,
	SOURCE_SERVER_DN,
	SOURCE_RFC9440,
	SOURCE_AWS_ALB,
	SOURCE_API_GATEWAY,
	SOURCE_ENVOY_XFCC,
	SOURCE_NGINX,
	SOURCE_TRAEFIK,
	SOURCE_HAPROXY,
	SOURCE_CADDY,
	SOURCE_CLOUDFLARE,
	SOURCE_AZURE,
	SOURCE_GCP,
	SOURCE_HEADER,
	SOURCE_COUNT
};

/* What a header of a source is for; header.NAME in the policy. */
enum slot {
	SLOT_CERT = 0,
	SLOT_CHAIN,
	SLOT_LEAF,
	SLOT_SUBJECT,
	SLOT_ISSUER,
	SLOT_SERIAL,
	SLOT_VALIDITY,
	SLOT_NOT_BEFORE,
	SLOT_NOT_AFTER,
	SLOT_VERIFY,
	SLOT_HASH,
	SLOT_PRESENT,
	SLOT_ERROR,
	SLOT_SECRET,
	SLOT_COUNT
};

/* How it is known that the front has verified the certificate. */
enum vouch {
	VOUCH_SIGNAL = 0, /* a variable or header says so */
	VOUCH_PRESENCE,   /* it hands over only what it has verified */
	VOUCH_POLICY,     /* only front_verifies = yes in the policy says so */
	VOUCH_NEVER       /* it never does: verify = chain or nothing */
};

/* What a source can say, for the loader. */
struct source_row {
	const char *name;
	bool headers;   /* read from headers: trusted_proxy is required */
	bool name_only; /* a name as text: subject.* attributes only, alone */
	enum vouch vouch;
	const char *defaults[SLOT_COUNT]; /* header names; NULL: no such */
	unsigned required; /* slots (1u << SLOT_X) the policy must name */
};

const struct source_row *source_row(enum source source);

/* The source called name; SOURCE_COUNT when there is none. */
enum source source_from_name(const char *name);

/* The NAME of header.NAME for a slot, and back (SLOT_COUNT: none). */
const char *slot_name(enum slot slot);
enum slot slot_from_name(const char *name);

/* Which element of X-Forwarded-Client-Cert counts. */
enum xfcc_element {
	XFCC_LAST_SURE = 0, /* the last, if no client can have made it up */
	XFCC_ONLY,          /* there may be no other */
	XFCC_FIRST,
	XFCC_LAST
};

struct source_rules {
	enum source list[SOURCE_COUNT];
	size_t count;
	struct peer_net *trusted; /* trusted_proxy */
	size_t trusted_count;
	const char *secret;             /* proxy_secret, or NULL */
	const char *header[SLOT_COUNT]; /* header.NAME: HTTP_ variables; NULL */
	bool front_verifies;            /* for VOUCH_POLICY */
	bool passthrough;               /* alb_mode = passthrough */
	bool gateway_pem;               /* api-gateway maps the PEM too */
	enum xfcc_element xfcc;
};

/* What else a front says of the certificate, as text; NULL where it does not.
 */
struct companions {
	const char *subject;
	const char *issuer;
	const char *serial;
	const char *not_before;
	const char *not_after;
	bool either_end; /* which end the names begin with is not known */
};

/* What was found; everything the verdict depends on, unparsed. */
struct credential {
	enum source source;
	const char *text;   /* the certificate as handed over, or NULL */
	const char *verify; /* the front's word as it came, or NULL */
	bool vouched;       /* the front says that it verified this */
	struct companions also;
	const char *detail; /* why there is none, clean UTF-8, or NULL */
	const char *spoofed; /* header that came from a peer not trusted */
	struct der leaf;     /* len 0: a name and no certificate */
	const char *chain[MAX_CHAIN]; /* as handed over, still wrapped */
	size_t chain_count;
	struct der sent[MAX_CHAIN]; /* or unwrapped, where they came in one */
	size_t sent_count;
};

struct given; /* credential_given.h: what there is to read of a request */

/* Finds the credential. REASON_GRANTED: *ret_credential is filled in;
 * otherwise why there is none: certificate_missing, not_verified (the server
 * refused what the client sent and kept it), certificate_malformed,
 * source_conflict, internal_error. */
NODISCARD enum reason credential_find(struct arena *arena,
				      const struct source_rules *rules,
				      const struct given *given,
				      struct trace *trace,
				      struct credential *ret_credential);

#endif
