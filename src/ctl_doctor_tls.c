/* ctl_doctor_tls.c - in: how to connect; out: a TLS connection and notes of
 * all that happened on it. Certificates are checked elsewhere: a doctor must
 * see the sick as well. */
#include "ctl_doctor_tls.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>

#include "ctl_doctor_x509.h"

enum { SETTLE_TIME = 1000, MORE_BYTES_TIME = 300 };

struct tls {
	struct arena *arena;
	struct tls_wish wish;
	struct tls_seen *seen;
	SSL_CTX *context;
	SSL *ssl;
	int fd;
};

/* Level 0: the weak shall be seen, not refused by our own library. */
static bool set_up_context(struct tls *tls)
{
	static const unsigned char alpn[] = "\x08http/1.1";
	const struct tls_wish *wish = &tls->wish;
	int min = wish->min_version ? wish->min_version : TLS1_2_VERSION;
	const char *ciphers = wish->any_cipher ? "ALL:COMPLEMENTOFALL"
					       : "DEFAULT";
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());

	tls->context = context;
	if (!context)
		return false;
	SSL_CTX_set_security_level(context, 0);
	SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_post_handshake_auth(context, !wish->no_pha);
	tls_watch_context(context);
	if (wish->any_cipher) {
		SSL_CTX_set_options(context, SSL_OP_LEGACY_SERVER_CONNECT);
		if (SSL_CTX_set_ciphersuites(
			    context, "TLS_AES_256_GCM_SHA384:"
				     "TLS_CHACHA20_POLY1305_SHA256:"
				     "TLS_AES_128_GCM_SHA256:"
				     "TLS_AES_128_CCM_SHA256:"
				     "TLS_AES_128_CCM_8_SHA256") != 1)
			return false;
	}
	return SSL_CTX_set_min_proto_version(context, min) == 1 &&
	       SSL_CTX_set_max_proto_version(context, wish->max_version) ==
		       1 &&
	       SSL_CTX_set_cipher_list(context, ciphers) == 1 &&
	       SSL_CTX_set_alpn_protos(context, alpn, sizeof(alpn) - 1) == 0;
}

static bool set_up_identity(const struct tls *tls)
{
	const struct tls_identity *identity = tls->wish.identity;

	if (!identity)
		return true;
	return SSL_CTX_use_certificate(tls->context, identity->cert) == 1 &&
	       SSL_CTX_use_PrivateKey(tls->context, identity->key) == 1 &&
	       (!identity->chain ||
		SSL_CTX_set1_chain(tls->context, identity->chain) == 1);
}

static bool set_up(struct tls *tls)
{
	BIO *bio;

	if (!set_up_context(tls) || !set_up_identity(tls))
		return false;
	tls->ssl = SSL_new(tls->context);
	bio = BIO_new_socket(tls->fd, BIO_NOCLOSE);
	if (!tls->ssl || !bio) {
		BIO_free(bio);
		return false;
	}
	SSL_set_bio(tls->ssl, bio, bio);
	return tls_watch(tls->ssl, tls->seen) &&
	       (!tls->wish.sni ||
		SSL_set_tlsext_host_name(tls->ssl, tls->wish.sni) == 1);
}

/* Records begin with a type from 20 to 23 and version 3 (RFC 8446 section
 * 5.1). */
static bool looks_like_tls(const struct tls_seen *seen)
{
	return seen->first_count < 2 ||
	       (seen->first_bytes[0] >= SSL3_RT_CHANGE_CIPHER_SPEC &&
		seen->first_bytes[0] <= SSL3_RT_APPLICATION_DATA &&
		seen->first_bytes[1] == SSL3_VERSION_MAJOR);
}

/* What is not TLS is shown, and OpenSSL has read five bytes of it only. */
static void read_more(struct tls *tls)
{
	struct tls_seen *seen = tls->seen;
	size_t room = sizeof(seen->first_bytes) - seen->first_count;
	ssize_t got;

	if (!room || !net_wait(tls->fd, POLLIN, net_now() + MORE_BYTES_TIME))
		return;
	got = read(tls->fd, seen->first_bytes + seen->first_count, room);
	if (got > 0)
		seen->first_count += (size_t)got;
}

/* Notes how an operation that failed for good ended. */
static void note_end(struct tls *tls, int error)
{
	struct tls_seen *seen = tls->seen;
	unsigned long code = ERR_peek_last_error();
	const char *words = code ? ERR_reason_error_string(code) : NULL;

	if (error == SSL_ERROR_SYSCALL && errno != 0)
		words = strerror(errno);
	seen->why = words ? arena_strdup(tls->arena, words) : NULL;
	if (seen->alert != TLS_NO_ALERT)
		seen->end = TLS_ALERT;
	else if (!looks_like_tls(seen))
		seen->end = TLS_NOT_TLS;
	else if (error == SSL_ERROR_SYSCALL ||
		 error == SSL_ERROR_ZERO_RETURN ||
		 ERR_GET_REASON(code) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		seen->end = TLS_CLOSED;
	else
		seen->end = TLS_OURS;
	if (seen->end == TLS_NOT_TLS)
		read_more(tls);
	ERR_clear_error();
}

/* Waits for what the last operation, of this result, needs. False: it has
 * failed for good, or the time is over (*ret_late). */
static bool go_on(struct tls *tls, int result, int64_t deadline,
		  bool *ret_late)
{
	int error = SSL_get_error(tls->ssl, result);
	bool reads = error == SSL_ERROR_WANT_READ;

	*ret_late = false;
	if (!reads && error != SSL_ERROR_WANT_WRITE) {
		note_end(tls, error);
		return false;
	}
	*ret_late = net_now() >= deadline ||
		    !net_wait(tls->fd, reads ? POLLIN : POLLOUT, deadline);
	return !*ret_late;
}

/* "DH, 1024 bits": what the server sent to exchange keys with. */
static void note_exchange(struct tls *tls)
{
	EVP_PKEY *key = NULL;

	if (SSL_get_peer_tmp_key(tls->ssl, &key) == 1 && key) {
		tls->seen->exchange = x509_key_words(tls->arena, key);
		tls->seen->exchange_bits = EVP_PKEY_get_security_bits(key);
	}
	EVP_PKEY_free(key);
}

static void note_handshake(struct tls *tls)
{
	struct tls_seen *seen = tls->seen;

	seen->version = SSL_version(tls->ssl);
	seen->protocol = SSL_get_version(tls->ssl);
	seen->cipher = SSL_get_cipher_name(tls->ssl);
	note_exchange(tls);
	tls_watch_chain(tls->ssl, seen);
}

static bool shake_hands(struct tls *tls)
{
	int64_t deadline = net_now() + tls->wish.timeout;
	bool late = false;
	int result;

	do {
		ERR_clear_error();
		errno = 0;
		result = SSL_connect(tls->ssl);
	} while (result != 1 && go_on(tls, result, deadline, &late));
	if (tls->seen->hello)
		note_handshake(tls);
	if (result == 1)
		tls->seen->done = true;
	else if (late)
		tls->seen->end = looks_like_tls(tls->seen) ? TLS_TIMEOUT
							   : TLS_NOT_TLS;
	return result == 1;
}

struct tls *tls_open(struct arena *arena, const struct tls_wish *wish,
		     struct tls_seen *seen)
{
	struct tls *tls = arena_alloc(arena, sizeof(*tls));

	*seen = (struct tls_seen){.arena = arena, .end = TLS_OURS,
				  .alert = TLS_NO_ALERT,
				  .why = "out of memory"};
	if (!tls)
		return NULL;
	*tls = (struct tls){.arena = arena, .wish = *wish, .seen = seen};
	tls->fd = net_connect(arena, wish->host, wish->port, wish->timeout,
			      &seen->net);
	if (tls->fd < 0) {
		seen->end = TLS_NO_CONNECTION;
		seen->why = seen->net.why;
	} else if (set_up(tls)) {
		seen->end = TLS_OK;
		seen->why = NULL;
		if (shake_hands(tls))
			return tls;
	} else {
		note_end(tls, SSL_ERROR_SSL);
	}
	tls_close(tls);
	return NULL;
}

bool tls_write(struct tls *tls, const void *bytes, size_t len)
{
	int64_t deadline = net_now() + tls->wish.timeout;
	bool late = false;
	int result;

	do {
		ERR_clear_error();
		errno = 0;
		result = SSL_write(tls->ssl, bytes, (int)len);
	} while (result <= 0 && go_on(tls, result, deadline, &late));
	if (late)
		tls->seen->end = TLS_TIMEOUT;
	return result > 0;
}

int tls_read(struct tls *tls, void *bytes, size_t len, int64_t timeout)
{
	int64_t deadline =
		net_now() + (timeout ? timeout : tls->wish.timeout);
	bool late = false;
	int result;

	do {
		ERR_clear_error();
		errno = 0;
		result = SSL_read(tls->ssl, bytes, (int)len);
	} while (result <= 0 && go_on(tls, result, deadline, &late));
	if (result > 0)
		return result;
	return late ? -1 : 0;
}

bool tls_more(const struct tls *tls)
{
	return SSL_pending(tls->ssl) > 0;
}

/* The server's verdict on a certificate comes with its next records: tickets,
 * or an alert. A server without tickets says nothing if it is content. */
bool tls_settle(struct tls *tls)
{
	const struct tls_seen *seen = tls->seen;
	int64_t deadline = net_now() + SETTLE_TIME;
	bool late = false;
	char byte;
	int result;

	if (seen->version != TLS1_3_VERSION || !seen->asked)
		return true;
	do {
		ERR_clear_error();
		errno = 0;
		result = SSL_peek(tls->ssl, &byte, 1);
	} while (result <= 0 && !seen->ticket &&
		 go_on(tls, result, deadline, &late));
	ERR_clear_error();
	return seen->end == TLS_OK;
}

void tls_close(struct tls *tls)
{
	if (!tls)
		return;
	if (tls->ssl && tls->seen->done && tls->seen->end == TLS_OK)
		(void)SSL_shutdown(tls->ssl);
	SSL_free(tls->ssl);
	SSL_CTX_free(tls->context);
	if (tls->fd >= 0)
		close(tls->fd);
	ERR_clear_error();
	tls->ssl = NULL;
	tls->context = NULL;
	tls->fd = -1;
}
