/* crl.h - certificate revocation lists (RFC 5280 section 5) of any size. The
 * list of revoked certificates stays where it was read, usually a mapped file;
 * OpenSSL sees an X509_CRL that lacks it and asks us for single entries. */
#ifndef MTLSGATE_CRL_H
#define MTLSGATE_CRL_H

#include "arena.h"

struct X509_crl_st; /* OpenSSL's X509_CRL */
struct evp_pkey_st; /* and EVP_PKEY */
struct crl;

/* What a CRL says of itself. */
struct crl_facts {
	const char *issuer;    /* RFC 4514 */
	const char *number;    /* upper-case hex, NULL: none */
	int64_t this_update;
	int64_t next_update;   /* TIME_NEVER: none, which RFC 5280 forbids */
	size_t entries;
	bool delta;
};

/* Reads a CRL in DER. bytes must stay as they are until release(bytes, len) is
 * called, once, when the CRL ends (also when this fails); release may be NULL.
 * indexed: build the index at once, for a process that asks often; without it
 * each question walks the list. ST_BAD: *ret_why (static) says what is wrong
 * with it. Caller gives it back with crl_release. The signature is not looked
 * at here. */
NODISCARD enum status crl_parse(const unsigned char *bytes, size_t len,
				void (*release)(const unsigned char *, size_t),
				bool indexed, struct crl **ret_crl,
				const char **ret_why);

/* Counts one more user; returns crl. */
struct crl *crl_hold(struct crl *crl);
void crl_release(struct crl *crl);

/* OpenSSL's view of it, for an X509_STORE; lives as long as crl. */
struct X509_crl_st *crl_x509(const struct crl *crl);

const struct crl_facts *crl_facts(const struct crl *crl);

/* Is a later than b: by thisUpdate, and in one second by CRL number? */
bool crl_is_newer(const struct crl_facts *a, const struct crl_facts *b);

/* True if it was signed by the key (an EVP_PKEY); remembered for the keys that
 * were asked about, so that a large list is hashed once. */
bool crl_signed_by(struct crl *crl, struct evp_pkey_st *key);

/* True if it was parsed for a process that asks often. */
bool crl_is_indexed(const struct crl *crl);

/* The CRL behind an X509_CRL that crl_x509 gave, or NULL. */
struct crl *crl_from_x509(struct X509_crl_st *x509);

#endif
