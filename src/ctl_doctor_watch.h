/* ctl_doctor_watch.h - what can be seen of a TLS connection from outside. */
#ifndef MTLSGATE_CTL_DOCTOR_WATCH_H
#define MTLSGATE_CTL_DOCTOR_WATCH_H

#include <openssl/ssl.h>

#include "ctl_doctor_net.h"

enum tls_end {
	TLS_OK = 0,
	TLS_NO_CONNECTION, /* net says why */
	TLS_TIMEOUT,
	TLS_CLOSED,  /* end of file or reset without an alert */
	TLS_ALERT,   /* the server's alert */
	TLS_NOT_TLS, /* what came is not TLS: first_bytes */
	TLS_OURS     /* our side gave up: why */
};

enum { TLS_FIRST_BYTES = 48, TLS_NO_ALERT = -1 };

/* What was seen, from the connection on until it was closed. */
struct tls_seen {
	struct arena *arena; /* of what is noted */
	struct net_result net;
	enum tls_end end;     /* of the handshake, or of a read later on */
	bool done;            /* the handshake was completed */
	bool hello;           /* the server answered our ClientHello */
	int alert;            /* the last fatal one, or TLS_NO_ALERT */
	int warning;          /* the last other one, 0: none */
	const char *why;      /* in OpenSSL's or the system's words, or NULL */
	int version;          /* TLS1_2_VERSION ... */
	const char *protocol; /* "TLSv1.3" */
	const char *cipher;
	const char *exchange; /* the server's key of this handshake, or NULL */
	int exchange_bits;    /* of security that it gives */
	STACK_OF(X509) *chain; /* the server's, its own first; or NULL */
	bool asked;       /* for our certificate, at any time */
	bool asked_later; /* after the first handshake */
	bool renegotiated;
	bool ticket;      /* the server sent a session ticket */
	bool sent;        /* our certificate went out, not an empty list */
	STACK_OF(X509_NAME) *ca_names; /* that the server named; or NULL */
	char first_bytes[TLS_FIRST_BYTES];
	size_t first_count;
};

/* Has connections of context watched. */
void tls_watch_context(SSL_CTX *context);

/* Has notes about ssl, which has its BIO, go to seen. False: no memory. */
bool tls_watch(SSL *ssl, struct tls_seen *seen);

/* Notes the chain that the server sent. */
void tls_watch_chain(SSL *ssl, struct tls_seen *seen);

#endif
