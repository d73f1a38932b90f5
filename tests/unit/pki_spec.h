/* pki_spec.h - what chain_fixture.c and crl_fixture.c share: reading the lines
 * of a spec. Whatever is wrong with one ends the program. */
#ifndef MTLSGATE_PKI_SPEC_H
#define MTLSGATE_PKI_SPEC_H

#include <openssl/x509v3.h>

#include "arena.h"

enum { SPEC_LINE = 512 };

void spec_fail(const char *what);

/* Sets O=Test, CN=name. */
void spec_name(X509_NAME *to, const char *name);

/* The caller frees what these two return. */
ASN1_INTEGER *spec_integer(const char *hex);
X509_EXTENSION *spec_ext(X509V3_CTX *ctx, const char *line);

/* Does line begin with word? *ret_rest is what follows it. */
bool spec_starts(const char *line, const char *word, const char **ret_rest);

/* The n-th line of spec; false: there is none. */
bool spec_get(const char *spec, size_t n, char line[SPEC_LINE]);

/* What follows word in the first line that begins with it, or NULL. */
const char *spec_find(struct arena *arena, const char *spec, const char *word);

/* The digest of the line "digest", as key can use it. */
const EVP_MD *spec_digest(struct arena *arena, const char *spec,
			  const EVP_PKEY *key);

/* Spoils a signature. */
void spec_spoil(const ASN1_BIT_STRING *signature);

#endif
