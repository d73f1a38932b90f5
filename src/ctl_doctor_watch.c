/* ctl_doctor_watch.c - in: OpenSSL's callbacks on a connection; out: notes of
 * what they told. It changes nothing about the connection. */
#include "ctl_doctor_watch.h"

#include <string.h>

enum { MAX_CA_NAMES = 1000 };

static struct tls_seen *of_ssl(const SSL *ssl)
{
	return SSL_get_app_data(ssl);
}

static void free_names(void *names)
{
	sk_X509_NAME_pop_free(names, X509_NAME_free);
}

static void free_certs(void *certs)
{
	sk_X509_pop_free(certs, X509_free);
}

static void keep_names(struct tls_seen *seen, const STACK_OF(X509_NAME) * names)
{
	STACK_OF(X509_NAME) *copy;

	if (!names || sk_X509_NAME_num(names) > MAX_CA_NAMES)
		return;
	copy = sk_X509_NAME_deep_copy(names, X509_NAME_dup, X509_NAME_free);
	if (copy && arena_on_free(seen->arena, free_names, copy) != ST_OK)
		free_names(copy);
	else
		seen->ca_names = copy;
}

/* OpenSSL calls this when it is about to answer a request for a certificate,
 * with the request taken apart. */
static int on_request(SSL *ssl, void *unused)
{
	(void)unused;
	keep_names(of_ssl(ssl), SSL_get0_peer_CA_list(ssl));
	return 1;
}

/* True if the Certificate message has a certificate in it (RFC 8446 section
 * 4.4.2, RFC 5246 section 7.4.6). */
static bool has_certificate(const unsigned char *message, size_t len,
			    int version)
{
	size_t at = SSL3_HM_HEADER_LENGTH;

	if (version == TLS1_3_VERSION && at < len)
		at += 1 + (size_t)message[at];
	return at + 3 <= len &&
	       (message[at] || message[at + 1] || message[at + 2]);
}

static void on_message(int sent, int version, int type, const void *bytes,
		       size_t len, SSL *ssl, void *unused)
{
	const unsigned char *message = bytes;
	struct tls_seen *seen = of_ssl(ssl);

	(void)version;
	(void)unused;
	if (type != SSL3_RT_HANDSHAKE || len < SSL3_HM_HEADER_LENGTH)
		return;
	if (sent) {
		if (message[0] == SSL3_MT_CERTIFICATE)
			seen->sent = has_certificate(message, len,
						     SSL_version(ssl));
	} else if (message[0] == SSL3_MT_SERVER_HELLO) {
		seen->hello = true;
		seen->renegotiated = seen->done;
	} else if (message[0] == SSL3_MT_CERTIFICATE_REQUEST) {
		seen->asked = true;
		seen->asked_later = seen->done;
	} else if (message[0] == SSL3_MT_NEWSESSION_TICKET) {
		seen->ticket = true;
	}
}

static void on_info(const SSL *ssl, int where, int value)
{
	struct tls_seen *seen = of_ssl(ssl);
	int alert = value & 0xff;

	if ((where & SSL_CB_READ_ALERT) != SSL_CB_READ_ALERT ||
	    alert == SSL_AD_CLOSE_NOTIFY || alert == SSL_AD_USER_CANCELLED)
		return;
	/* in TLS 1.3 all others are fatal, whatever their level says */
	if (value >> 8 == SSL3_AL_WARNING && SSL_version(ssl) < TLS1_3_VERSION)
		seen->warning = alert;
	else
		seen->alert = alert;
}

static long on_bytes(BIO *bio, int operation, const char *bytes, size_t len,
		     int argi, long argl, int result, size_t *done)
{
	struct tls_seen *seen = (void *)BIO_get_callback_arg(bio);
	size_t room = sizeof(seen->first_bytes) - seen->first_count;

	(void)len;
	(void)argi;
	(void)argl;
	if (operation == (BIO_CB_READ | BIO_CB_RETURN) && result > 0 && done) {
		size_t count = *done < room ? *done : room;

		memcpy(seen->first_bytes + seen->first_count, bytes, count);
		seen->first_count += count;
	}
	return result;
}

void tls_watch_context(SSL_CTX *context)
{
	SSL_CTX_set_cert_cb(context, on_request, NULL);
	SSL_CTX_set_msg_callback(context, on_message);
	SSL_CTX_set_info_callback(context, on_info);
}

bool tls_watch(SSL *ssl, struct tls_seen *seen)
{
	BIO *bio = SSL_get_rbio(ssl);

	BIO_set_callback_arg(bio, (char *)seen);
	BIO_set_callback_ex(bio, on_bytes);
	return SSL_set_app_data(ssl, seen) == 1;
}

void tls_watch_chain(SSL *ssl, struct tls_seen *seen)
{
	STACK_OF(X509) *chain = SSL_get_peer_cert_chain(ssl);

	if (!chain || seen->chain)
		return;
	chain = X509_chain_up_ref(chain);
	if (chain && arena_on_free(seen->arena, free_certs, chain) != ST_OK)
		free_certs(chain);
	else
		seen->chain = chain;
}
