/* ctl_doctor_x509.h - questions to certificates, for the checks of doctor. It
 * decides nothing for requests: the stages have their own (cert.h). */
#ifndef MTLSGATE_CTL_DOCTOR_X509_H
#define MTLSGATE_CTL_DOCTOR_X509_H

#include <openssl/x509.h>

#include "arena.h"

/* An empty list that frees what is added when the arena ends; NULL: no
 * memory. */
STACK_OF(X509) *x509_list(struct arena *arena);
/* Adds a certificate, counted once more. False: no memory. */
bool x509_list_add(STACK_OF(X509) *list, X509 *cert);

/* True if key is the private key of cert. */
bool x509_has_key(X509 *cert, EVP_PKEY *key);

/* Did issuer sign cert? Names say who claims to, keys say who did. */
enum x509_link {
	LINK_NONE = 0, /* the names differ */
	LINK_NAMESAKE, /* the names fit, the signature does not */
	LINK_SIGNED
};
enum x509_link x509_link(X509 *issuer, X509 *cert);

/* Subject and issuer are the same name, and the key fits. */
bool x509_self_signed(X509 *cert);

/* Seconds since 1970; 0 for a date that cannot be read. */
int64_t x509_not_before(const X509 *cert);
int64_t x509_not_after(const X509 *cert);
bool x509_valid_at(const X509 *cert, int64_t when);

/* Is a CA's, by basicConstraints. */
bool x509_is_ca(X509 *cert);
/* Why no server takes it as a client's (extendedKeyUsage without clientAuth,
 * keyUsage without digitalSignature), static; NULL: it is one. */
const char *x509_not_for_client(X509 *cert);
/* Its nsCertType is not a client's: OpenSSL minds, others do not. */
bool x509_old_type(X509 *cert);
/* Which extension stands in the way: malformed, or critical and unknown to
 * OpenSSL; in the arena, or NULL: none. */
const char *x509_extension(struct arena *arena, X509 *cert);
/* Less than so many bits of security in key or signature: why, in the arena;
 * NULL: neither. */
enum { X509_WEAK = 112, X509_MODEST = 128 };
const char *x509_weak(struct arena *arena, X509 *cert, int least);
/* A key of a kind or on a curve that not every server takes. */
bool x509_key_rare(const EVP_PKEY *key);

/* Was cert, whose issuer is not at hand, signed by an intermediate below one
 * of the roots? Positive: likely; negative: unlikely; 0: nothing says. */
int x509_below(X509 *cert, const STACK_OF(X509_NAME) *roots);

/* True if names has this one. */
bool x509_among(const X509_NAME *name, const STACK_OF(X509_NAME) *names);

/* Words for people, in the arena; "?" when memory is out. */
const char *x509_words(struct arena *arena, const X509 *cert); /* subject */
const char *x509_name_words(struct arena *arena, const X509_NAME *name);
const char *x509_key_words(struct arena *arena, const EVP_PKEY *key);
const char *x509_cert_key_words(struct arena *arena, const X509 *cert);

#endif
