/* ctl_doctor_forge.h - headers in which proxies hand certificates over, filled
 * in as a client would forge them. */
#ifndef MTLSGATE_CTL_DOCTOR_FORGE_H
#define MTLSGATE_CTL_DOCTOR_FORGE_H

#include <openssl/x509.h>

#include "arena.h"

/* A way to hand a certificate over: name, for people; and headers, "Name:
 * value" each, NULL at the end. */
struct forgery {
	const char *name;
	const char *const *headers;
};

/* The i-th way, about cert; false at the end. What it returns is in the arena;
 * headers is NULL when memory is out. */
bool forge_row(struct arena *arena, X509 *cert, size_t i,
	       struct forgery *ret_forgery);

/* The same for a header that a policy names, as it is called in the
 * environment (HTTP_X_OUR_CERT): form 'P' or 'B', see the table. NULL when
 * memory is out. */
const char *const *forge_header(struct arena *arena, X509 *cert,
				const char *variable, char form);

#endif
