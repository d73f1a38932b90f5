/* credential_given.h - all that a source can read of a request: what is not in
 * here no verdict can depend on, and what is in here is the key of what is kept
 * of a verdict. */
#ifndef MTLSGATE_CREDENTIAL_GIVEN_H
#define MTLSGATE_CREDENTIAL_GIVEN_H

#include "buf.h"
#include "credential.h"

/* The texts; a header of the source each from GIVEN_HEADER on, by its slot. */
enum given_text {
	GIVEN_CERT,    /* SSL_CLIENT_CERT */
	GIVEN_SUBJECT, /* SSL_CLIENT_S_DN */
	GIVEN_VERIFY,  /* SSL_CLIENT_VERIFY */
	GIVEN_CHAIN,   /* SSL_CLIENT_CERT_CHAIN_0 to _9 */
	GIVEN_HEADER = GIVEN_CHAIN + MAX_CHAIN,
	GIVEN_COUNT = GIVEN_HEADER + SLOT_COUNT
};

struct given {
	bool duplicate; /* a variable came twice and they differ */
	bool trusted;   /* the peer is a trusted_proxy and has the secret */
	uint32_t twice; /* 1u << slot of each header that came twice */
	const char *text[GIVEN_COUNT]; /* NULL: not there */
	/* Shown by traces, and where there is one nothing is kept. */
	const char *peer;
};

/* Reads what sources by these rules can ask of the request, and what is to be
 * known of its peer; borrows from both. */
void given_read(const struct source_rules *rules,
		const struct request *request, struct given *ret_given);

/* Appends a form of all of it but the peer that no other one shares: each text
 * with its length, or that it is not there. */
void given_key(const struct given *given, struct buf *out);

/* True if these bytes are what given_key would append. */
bool given_has_key(const struct given *given, const char *key, size_t len);

#endif
