/* ocsp_fixture.h - CAs, certificates and OCSP responses for tests, and a
 * responder that sends them. What cannot be made ends the program. */
#ifndef MTLSGATE_OCSP_FIXTURE_H
#define MTLSGATE_OCSP_FIXTURE_H

#include <stdatomic.h>

#include <openssl/ocsp.h>

#include "ocsp.h"

/* The time that everything is valid around: 2026-01-01T00:00:00Z. */
#define OCSP_NOW 1767225600

struct ocsp_pki {
	EVP_PKEY *key;       /* of the CA */
	EVP_PKEY *other_key; /* of everyone else */
	X509 *ca;
	X509 *other_ca;  /* trusted as much, with another name and key */
	X509 *same_name; /* another CA of the first one's name */
	X509 *leaf;      /* from ca, names http://127.0.0.1:1/ as responder */
	X509 *second;    /* from ca */
};

/* Made once a process, never freed. */
const struct ocsp_pki *ocsp_pki(void);

/* A certificate for key, signed by issuer (NULL: itself) with issuer_key; valid
 * a day before and after OCSP_NOW. exts: "NAME=VALUE" lines as in
 * openssl.cnf, or NULL. Caller frees. */
X509 *ocsp_cert(const char *cn, long serial, EVP_PKEY *key, X509 *issuer,
		EVP_PKEY *issuer_key, const char *exts);

/* What a response is made of; zero is a good answer to leaf of now, that names
 * no nextUpdate, signed by the CA. */
struct ocsp_recipe {
	X509 *about;          /* NULL: leaf */
	X509 *about_issuer;   /* NULL: ca */
	const EVP_MD *id_md;  /* NULL: SHA-1 */
	int status;           /* V_OCSP_CERTSTATUS_ */
	int second_status;    /* of one more entry; 0: no entry */
	int64_t age;          /* thisUpdate is so long before OCSP_NOW */
	int64_t next;         /* nextUpdate is so long after it; 0: none */
	X509 *signer;         /* NULL: ca */
	EVP_PKEY *key;        /* NULL: the signer's by name: CA's or other */
	X509 *add;            /* one more certificate */
	const EVP_MD *md;     /* of the signature, NULL: SHA-256 */
	const char *nonce;    /* NULL: none */
	OCSP_REQUEST *asked;  /* whose nonce comes back; NULL: none */
	bool by_key;          /* the signer is named by its key */
	bool without_cert;    /* the signer's certificate is left out */
	bool critical;        /* an extension that is critical and unknown */
	bool single_critical; /* likewise of the entry */
	bool broken;          /* a bit of the signature is another one */
	int response_status;  /* OCSP_RESPONSE_STATUS_; else no more than it */
};

/* The response in DER, which the caller frees with OPENSSL_free. */
unsigned char *ocsp_response(const struct ocsp_recipe *recipe, size_t *ret_len);

/* How a test's responder behaves. */
enum ocsp_manner {
	MANNER_ANSWER = 0,
	MANNER_SILENT,   /* takes the connection, never answers */
	MANNER_SLOW,     /* answers after a while: SLOW_MS */
	MANNER_HUGE,     /* says that 10 MB follow, and sends them */
	MANNER_HEADERS,  /* sends headers without an end */
	MANNER_TYPE,     /* another media type */
	MANNER_REDIRECT, /* to itself, where a good answer is */
	MANNER_ERROR,    /* status 500 with a good answer */
	MANNER_HANGUP,
	MANNER_EMPTY,
};

enum { SLOW_MS = 50 };

struct ocsp_server {
	int fd;
	_Atomic int manner; /* enum ocsp_manner */
	atomic_int asked;   /* connections so far */
	atomic_int at_once; /* slow queries in hand */
	atomic_int most;    /* the most there were at once */
	struct ocsp_recipe recipe;
	char url[64];
};

/* Listens on 127.0.0.1 and answers, in threads of its own, until the process
 * ends. The nonce of a question comes back. */
struct ocsp_server *ocsp_server_new(enum ocsp_manner manner,
				    const struct ocsp_recipe *recipe);

#endif
