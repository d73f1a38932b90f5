/* reason.h - every reason for a decision, as data: the same row is what the
 * log, the JSON body, explain and the manual show. */
#ifndef MTLSGATE_REASON_H
#define MTLSGATE_REASON_H

#include "base.h"

enum reason {
	REASON_INTERNAL_ERROR = 0, /* zero: nobody set it, so denied */
	REASON_GRANTED,
	/* the certificate: 401 */
	REASON_CERTIFICATE_MISSING,
	REASON_CERTIFICATE_MALFORMED,
	REASON_NOT_VERIFIED,
	REASON_NOT_YET_VALID,
	REASON_EXPIRED,
	REASON_WRONG_PURPOSE,
	REASON_WEAK_KEY,
	REASON_LIFETIME_TOO_LONG,
	REASON_ISSUER_NOT_TRUSTED,
	REASON_BLOCKED,
	REASON_UNCLEAN_ATTRIBUTE,
	REASON_IDENTITY_MISSING,
	REASON_IDENTITY_AMBIGUOUS,
	REASON_SOURCE_CONFLICT,
	REASON_SPOOFED_HEADER,
	/* its chain: 401 */
	REASON_UNTRUSTED_ISSUER,
	REASON_CHAIN_INCOMPLETE,
	REASON_BAD_SIGNATURE,
	REASON_CA_EXPIRED,
	REASON_CA_NOT_ALLOWED,
	REASON_CA_AS_CLIENT,
	REASON_PATH_TOO_LONG,
	REASON_POLICY_REQUIRED,
	REASON_NAME_CONSTRAINT,
	REASON_CHAIN_INVALID,
	/* revocation: 401 */
	REASON_REVOKED,
	REASON_CRL_MISSING,
	REASON_CRL_EXPIRED,
	REASON_CRL_INVALID,
	REASON_OCSP_UNKNOWN,
	REASON_OCSP_UNAVAILABLE,
	/* the policy: 403, or what the row says */
	REASON_NO_RULE,
	REASON_DENY_PROBE,
	REASON_ROLE_REQUIRED,
	REASON_ROLE_EXPIRED,
	REASON_RULE_EXPIRED,
	REASON_PIN_REQUIRED,
	REASON_CONDITION_FAILED,
	REASON_METHOD_NOT_ALLOWED,
	REASON_BAD_PATH,
	REASON_PASSWORD_NOT_SUPPORTED,
	REASON_SECRET_REQUIRED,
	REASON_POLICY_INVALID,
	/* the endpoint */
	REASON_NOT_FOUND,
	REASON_COUNT
};

struct reason_row {
	const char *name;    /* as it is in logs, JSON and the manual */
	int status;          /* HTTP status */
	const char *message; /* one sentence for whoever was refused */
	const char *advice;  /* what to do, for explain and the manual */
	const char *person;  /* what to do, for whoever was refused */
};

/* The row of a reason; an index out of range gives internal_error's. */
const struct reason_row *reason_row(enum reason reason);

/* True for reasons that say the certificate is missing or refused (401). */
bool reason_is_certificate(enum reason reason);

/* True for what may pass by itself (memory, no policy): never cached. */
bool reason_is_passing(enum reason reason);

#endif
