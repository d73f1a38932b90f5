/* cert.h - a parsed certificate. With cert_read.c and attr.c the only code
 * that parses X.509 (RFC 5280). */
#ifndef MTLSGATE_CERT_H
#define MTLSGATE_CERT_H

#include "name.h"
#include "unwrap.h"

struct ossl_lib_ctx_st; /* OpenSSL's OSSL_LIB_CTX */
struct X509_name_st; /* OpenSSL's X509_NAME */
struct x509_st;

struct cert {
	struct x509_st *x509; /* OpenSSL's X509; NULL: words alone */
	bool keyless;         /* x509 gives no key to verify with */
	struct name subject;
	struct name issuer;
	const char *serial; /* upper-case hex as in cert-info; NULL: none */
	const char *sha256; /* lower-case hex of the DER; NULL: none */
	const char *spki;   /* lower-case hex, SHA-256 of the public key info */
	int64_t not_before;
	int64_t not_after;
};

struct cert_dates {
	int64_t not_before;
	int64_t not_after;
};

/* The dates of an X509; INT64_MIN and INT64_MAX where they cannot be read. */
struct cert_dates cert_dates(const struct x509_st *x509);

/* Parses der; trailing bytes are ST_BAD, as is anything in the parts above
 * that cannot be read. *ret_why (static) says what. Owned by the arena. */
NODISCARD enum status cert_parse(struct arena *arena, struct der der,
				 struct cert *ret_cert, const char **ret_why);

/* A context in which OpenSSL decodes no keys, which is nearly all that parsing
 * costs; for many threads. NULL: no memory. Owned by the arena. */
NODISCARD struct ossl_lib_ctx_st *cert_keyless(struct arena *arena);

/* The same as cert_parse, but in a context of cert_keyless, unless that is
 * NULL: the certificate is good for all but the verification of signatures.
 * The context must live as long as the certificate. */
NODISCARD enum status cert_parse_in(struct arena *arena,
				    struct ossl_lib_ctx_st *keyless,
				    struct der der, struct cert *ret_cert,
				    const char **ret_why);

/* The certificate that OpenSSL has parsed already; the arena holds it as well.
 */
NODISCARD enum status cert_of(struct arena *arena, struct x509_st *x509,
			      struct cert *ret_cert);

/* Reads an X509_NAME. ST_NOMEM or ST_BAD. */
NODISCARD enum status cert_read_name(struct arena *arena,
				     const struct X509_name_st *from,
				     struct name *ret_name);

/* The key's algorithm in OpenSSL's words ("RSA", "EC", "ED25519") and its size
 * in bits. *ret_type is NULL when the key cannot be read. */
NODISCARD enum status cert_key(struct arena *arena, const struct cert *cert,
			       const char **ret_type, int *ret_bits);

/* The signature algorithm's name, e.g. "ecdsa-with-SHA256"; static text. */
const char *cert_signature_algorithm(const struct cert *cert);

#endif
