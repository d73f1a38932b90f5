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

/* Words for people, in the arena; "?" when memory is out. */
const char *x509_words(struct arena *arena, const X509 *cert); /* subject */
const char *x509_name_words(struct arena *arena, const X509_NAME *name);
const char *x509_key_words(struct arena *arena, const EVP_PKEY *key);
const char *x509_cert_key_words(struct arena *arena, const X509 *cert);

#endif
