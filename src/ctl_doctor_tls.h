/* ctl_doctor_tls.h - a TLS client that checks nothing and remembers
 * everything: what the server showed, asked for, and said when it hung up. */
#ifndef MTLSGATE_CTL_DOCTOR_TLS_H
#define MTLSGATE_CTL_DOCTOR_TLS_H

#include "ctl_doctor_watch.h"

/* The certificate to show, the key of it, and what to send with it. */
struct tls_identity {
	X509 *cert;
	EVP_PKEY *key;
	STACK_OF(X509) *chain; /* NULL: none */
};

/* How to connect. */
struct tls_wish {
	const char *host; /* of the TCP connection */
	const char *port;
	const char *sni;                     /* NULL: none is sent */
	const struct tls_identity *identity; /* NULL: no certificate is shown */
	int min_version; /* TLS1_2_VERSION ...; 0: TLS 1.2 */
	int max_version; /* 0: the newest */
	bool any_cipher; /* also what nobody should use */
	bool no_pha;     /* no post-handshake authentication is offered */
	int64_t timeout; /* milliseconds, of each step */
};

struct tls; /* a connection */

/* Connects and shakes hands. NULL: seen says why. Else the caller ends it with
 * tls_close; seen must live as long, and goes on being filled in. Objects in
 * seen live as long as the arena. */
struct tls *tls_open(struct arena *arena, const struct tls_wish *wish,
		     struct tls_seen *seen);

/* Sends all of it within the timeout; false: seen says why. */
bool tls_write(struct tls *tls, const void *bytes, size_t len);

/* Reads up to len bytes, waiting timeout milliseconds at most (0: the wish's).
 * Returns how many; 0 at the end, cleanly or not, which seen says; -1 when
 * nothing came in time. A server that asks for a certificate meanwhile is
 * given it. */
int tls_read(struct tls *tls, void *bytes, size_t len, int64_t timeout);

/* True if a read would not wait: decrypted bytes are at hand. */
bool tls_more(const struct tls *tls);

/* After a handshake of TLS 1.3: waits until the server says that it took our
 * certificate, or that it did not; false: it did not. */
bool tls_settle(struct tls *tls);

/* NULL is allowed. */
void tls_close(struct tls *tls);

#endif
