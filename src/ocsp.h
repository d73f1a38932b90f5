/* ocsp.h - the Online Certificate Status Protocol (RFC 6960) without its
 * network: the question as bytes, and what an answer is worth. */
#ifndef MTLSGATE_OCSP_H
#define MTLSGATE_OCSP_H

#include <stdatomic.h>

#include "arena.h"

struct x509_st;
struct x509_store_st;
struct stack_st_X509;

enum ocsp_mode { OCSP_OFF = 0, OCSP_PREFER, OCSP_REQUIRE };

enum ocsp_state {
	OCSP_UNAVAILABLE = 0, /* nobody gave an answer that can be used */
	OCSP_GOOD,
	OCSP_REVOKED,
	OCSP_UNKNOWN, /* the responder does not know the certificate */
};

struct ocsp_rules {
	enum ocsp_mode mode;
	const char *responder; /* http URL, NULL: what the certificate names */
	int64_t timeout;       /* seconds for one query */
};

/* Whose status is asked; all borrowed. */
struct ocsp_question {
	struct x509_st *leaf;
	struct x509_st *issuer;
	struct x509_store_st *store;    /* anchors */
	struct stack_st_X509 *untrusted; /* or NULL */
	const struct ocsp_rules *rules;
	int64_t now;
};

struct ocsp_answer {
	enum ocsp_state state;
	const char *detail;    /* why, or when revoked; in the arena or
				* static; NULL with OCSP_UNAVAILABLE: there
				* was no memory to ask or to hear */
	const char *responder; /* who was asked, or NULL */
	int64_t this_update;
	int64_t next_update; /* the answer counts until then: an hour from
			      * now where the responder does not say */
};

enum {
	OCSP_SKEW = 300, /* seconds that clocks may differ */
	OCSP_KEY = 32,   /* bytes */
};

/* Somebody who asks outside: the program gives one to the stages, which do no
 * I/O themselves. ask fills in *ret_answer, always. */
struct ocsp_service {
	void (*ask)(struct ocsp_service *self, struct arena *arena,
		    const struct ocsp_question *question,
		    struct ocsp_answer *ret_answer);
	_Atomic uint64_t asked;  /* queries that were sent, for who counts */
	_Atomic uint64_t failed; /* of these without a usable answer */
};

/* Where to ask: the rules' responder, else the first http URL of the
 * certificate's authority information access (RFC 5280 section 4.2.2.1). NULL
 * when there is none; ST_BAD: NULL as well, but others than http are named;
 * ST_NOMEM. */
NODISCARD enum status ocsp_url(struct arena *arena,
			       const struct ocsp_question *question,
			       const char **ret_url);

/* The OCSPRequest in DER, with a nonce of nonce_len bytes (0: none). */
NODISCARD enum status ocsp_request(struct arena *arena,
				   const struct ocsp_question *question,
				   const unsigned char *nonce,
				   size_t nonce_len,
				   const unsigned char **ret_der,
				   size_t *ret_len);

/* What a question is about, as a digest: the issuer's key and name, and the
 * serial number. False: out of memory. */
NODISCARD bool ocsp_key(const struct ocsp_question *question,
			unsigned char key[OCSP_KEY]);

/* What a response is worth (RFC 6960 section 3.2): signed by the issuer or by
 * a responder that the issuer delegated to with OCSPSigning, about this very
 * certificate, in its dates with a skew of 5 minutes (not older than a day
 * where it names no nextUpdate), and with the nonce if it has one. Anything
 * else is OCSP_UNAVAILABLE with a detail. nonce NULL: none was sent. Never
 * fails. */
void ocsp_judge(struct arena *arena, const struct ocsp_question *question,
		const unsigned char *nonce, size_t nonce_len,
		const unsigned char *der, size_t len,
		struct ocsp_answer *ret_answer);

#endif
