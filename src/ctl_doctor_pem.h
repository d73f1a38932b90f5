/* ctl_doctor_pem.h - what is in a file that should hold certificates or a key
 * in PEM (RFC 7468), whatever it does hold. */
#ifndef MTLSGATE_CTL_DOCTOR_PEM_H
#define MTLSGATE_CTL_DOCTOR_PEM_H

#include <openssl/x509.h>

#include "arena.h"

enum pem_kind {
	PEM_UNREADABLE = 0, /* why: in the system's words */
	PEM_EMPTY,
	PEM_TEXT,     /* PEM, see below */
	PEM_CERT_DER, /* a certificate in DER */
	PEM_KEY_DER,  /* a private key in DER, encrypted or not */
	PEM_PUBLIC_DER,
	PEM_CSR_DER,
	PEM_PKCS12,
	PEM_PKCS7,
	PEM_OTHER /* why: what it looks like */
};

struct pem_file {
	const char *path;
	enum pem_kind kind;
	const char *why; /* static or in the arena; what it is, in words */
	const char *cure; /* static: how to make PEM of it; NULL: as for DER */
	/* PEM_TEXT */
	STACK_OF(X509) *certs; /* those that could be read, maybe none */
	EVP_PKEY *key;         /* the first that could be read, or NULL */
	bool key_block;        /* there is a private key */
	bool key_encrypted;    /* and a passphrase would be needed */
	bool csr_block;
	bool pkcs7_block;
	bool public_block;     /* there is a public key */
	size_t cert_blocks;    /* of certificates, readable or not */
	const char *label;     /* of the first block, but for parameters, or
				  NULL: none */
	bool damaged;          /* a block cannot be read */
};

/* Reads a file and finds out what is in it; the objects live as long as the
 * arena. ST_NOMEM only. */
NODISCARD enum status pem_read(struct arena *arena, const char *path,
			       struct pem_file *ret_file);

/* The same for bytes at hand. */
NODISCARD enum status pem_look(struct arena *arena, const char *bytes,
			       size_t len, struct pem_file *ret_file);

#endif
