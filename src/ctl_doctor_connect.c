/* ctl_doctor_connect.c - in: the place of the server; out: whether it takes
 * connections there, and shakes hands as servers of today do. */
#include <string.h>
#include <unistd.h>

#include "ctl_doctor_alert.h"
#include "ctl_doctor_checks.h"
#include "ctl_doctor_plain.h"

/* of security: OpenSSL's level 2 wants it, and so do browsers */
enum { MIN_EXCHANGE_BITS = 112 };

void check_connect(struct doctor *doctor)
{
	static const enum cause causes[] = {
		[NET_NO_NAME] = CAUSE_NAME_NOT_FOUND,
		[NET_REFUSED] = CAUSE_CONNECTION_REFUSED,
		[NET_TIMEOUT] = CAUSE_CONNECTION_TIMEOUT,
		[NET_UNREACHABLE] = CAUSE_UNREACHABLE,
		[NET_FAILED] = CAUSE_UNREACHABLE,
	};
	struct net_result result;
	int fd = net_connect(doctor->arena, doctor->host, doctor->port,
			     DOCTOR_TIMEOUT, &result);

	if (fd >= 0) {
		close(fd);
		doctor_ok(doctor, "connected to %s",
			  result.where ? result.where : doctor->host);
	} else {
		doctor_fail(doctor, causes[result.end], "%s port %s: %s",
			    doctor->host, doctor->port,
			    result.why ? result.why : "no connection");
	}
}

/* Tries everything that this OpenSSL can do. */
static bool try_wide(struct doctor *doctor, struct doctor_got *got)
{
	const struct doctor_ask wide = {.anonymous = true,
					.any_cipher = true,
					.min_version = TLS1_VERSION,
					.handshake_only = true};

	return doctor_fetch(doctor, &wide, got) || got->tls.hello;
}

static void fail_wide(struct doctor *doctor, const struct tls_seen *seen)
{
	struct doctor_got wide;
	const char *end = alert_end_words(doctor->arena, seen);
	bool shook = try_wide(doctor, &wide);

	if (shook && wide.tls.version < TLS1_2_VERSION)
		doctor_fail(doctor, CAUSE_TLS_VERSION,
			    "no handshake (%s); the server speaks no more than "
			    "%s, which clients of today refuse", end,
			    wide.tls.protocol);
	else if (shook)
		doctor_fail(doctor, CAUSE_TLS_CIPHER,
			    "no handshake (%s); the server only takes %s (%s), "
			    "which clients of today do not offer", end,
			    wide.tls.cipher ? wide.tls.cipher : "another one",
			    wide.tls.protocol);
	else if (seen->alert == SSL_AD_PROTOCOL_VERSION ||
		 wide.tls.alert == SSL_AD_PROTOCOL_VERSION)
		doctor_fail(doctor, CAUSE_TLS_VERSION,
			    "no handshake (%s): of TLS 1.0 to 1.3 the server "
			    "takes none that this machine has", end);
	else if (seen->alert == SSL_AD_HANDSHAKE_FAILURE ||
		 seen->alert == SSL_AD_INSUFFICIENT_SECURITY)
		doctor_fail(doctor, CAUSE_TLS_CIPHER,
			    "no handshake (%s): the server takes no cipher "
			    "suite, curve or signature of ours, or has no "
			    "certificate for those", end);
	else
		doctor_fail(doctor, CAUSE_TLS_FAILED, "no handshake: %s%s%s",
			    end, seen->why ? ": " : "",
			    seen->why ? seen->why : "");
}

/* Is the alert about the name? Go's servers say internal error when they have
 * no certificate for it; others say that when they cannot use their own. */
static bool is_about_name(struct doctor *doctor, const struct tls_seen *seen)
{
	struct plain_answer plain;

	if (seen->alert != SSL_AD_INTERNAL_ERROR)
		return seen->alert == SSL_AD_UNRECOGNIZED_NAME;
	(void)doctor_plain(doctor, &plain);
	return strstr(plain.bytes, "HTTP request to an HTTPS server");
}

/* Without an SNI, names that the server might know. */
static bool fail_without_sni(struct doctor *doctor,
			     const struct tls_seen *seen)
{
	const char *names[] = {doctor->host, "localhost"};
	const char *end = alert_end_words(doctor->arena, seen);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct doctor_ask ask = {.anonymous = true,
					 .sni = names[i],
					 .handshake_only = true};
		struct doctor_got got;

		if (strcmp(names[i], doctor->url.host) == 0)
			continue;
		if (!doctor_fetch(doctor, &ask, &got) && !got.tls.hello)
			continue;
		doctor_fail(doctor, CAUSE_SNI_NEEDED,
			    "no handshake without a name (%s), but with the "
			    "name %s there is one", end, names[i]);
		return true;
	}
	if (!is_about_name(doctor, seen))
		return false;
	doctor_fail(doctor, CAUSE_SNI_NEEDED,
		    "no handshake without a name: %s. %s is an address, and "
		    "for addresses no name is sent", end, doctor->url.host);
	return true;
}

static bool fail_with_sni(struct doctor *doctor, const struct tls_seen *seen)
{
	struct doctor_ask ask = {.anonymous = true, .no_sni = true,
				 .handshake_only = true};
	struct doctor_got got;
	const char *end = alert_end_words(doctor->arena, seen);

	if (doctor_fetch(doctor, &ask, &got) || got.tls.hello) {
		doctor_fail(doctor, CAUSE_SERVER_NAME_UNKNOWN,
			    "no handshake with the name %s (%s), but without a "
			    "name there is one", doctor->url.host, end);
		return true;
	}
	if (!is_about_name(doctor, seen))
		return false;
	doctor_fail(doctor, CAUSE_SERVER_NAME_UNKNOWN,
		    "no handshake with the name %s: %s", doctor->url.host, end);
	return true;
}

/* Bytes for people, as far as they can be shown. */
static const char *bytes_words(struct doctor *doctor, const char *bytes,
			       size_t len)
{
	char *copy = arena_strndup(doctor->arena, bytes, len);

	for (char *at = copy; at && *at; at++)
		if ((unsigned char)*at < ' ' || (unsigned char)*at > '~')
			*at = '.';
	return copy ? copy : "?";
}

/* No TLS came back: is it another protocol? */
static void fail_plain(struct doctor *doctor, const struct tls_seen *seen)
{
	struct plain_answer plain;
	bool http = doctor_plain(doctor, &plain) && !plain.tls_port;

	if (http || strncmp(seen->first_bytes, "HTTP/", 5) == 0)
		doctor_fail(doctor, CAUSE_PLAIN_HTTP,
			    "it answers in plain HTTP: %s",
			    bytes_words(doctor,
					http ? plain.bytes : seen->first_bytes,
					http ? strcspn(plain.bytes, "\r\n")
					     : seen->first_count));
	else if (seen->end == TLS_NOT_TLS)
		doctor_fail(doctor, CAUSE_NOT_TLS,
			    "it answers, but not in TLS: \"%s\"",
			    bytes_words(doctor, seen->first_bytes,
					seen->first_count));
	else if (plain.len > 0 && !http && !plain.tls_port)
		doctor_fail(doctor, CAUSE_NOT_TLS,
			    "it does not answer in TLS, but says \"%s\"",
			    bytes_words(doctor, plain.bytes,
					plain.len < 60 ? plain.len : 60));
	else if (seen->end == TLS_TIMEOUT)
		doctor_fail(doctor, CAUSE_TLS_TIMEOUT,
			    "connected, but nothing came back within %d s",
			    DOCTOR_TIMEOUT / 1000);
	else
		doctor_fail(doctor, CAUSE_TLS_CLOSED,
			    "connected, but the server hung up on the first "
			    "message of TLS");
}

/* No ServerHello came. */
static void fail_handshake(struct doctor *doctor, const struct tls_seen *seen)
{
	bool named = !doctor->url.address;

	if (seen->end == TLS_ALERT &&
	    (named ? fail_with_sni(doctor, seen)
		   : fail_without_sni(doctor, seen)))
		return;
	if (seen->end == TLS_ALERT || seen->end == TLS_OURS)
		fail_wide(doctor, seen);
	else if (seen->end == TLS_CLOSED && !named &&
		 fail_without_sni(doctor, seen))
		return;
	else
		fail_plain(doctor, seen);
}

/* Keys are exchanged by one that is too short for clients of today. */
static bool is_weak_exchange(const struct tls_seen *seen)
{
	return seen->exchange && seen->exchange_bits < MIN_EXCHANGE_BITS;
}

void check_handshake(struct doctor *doctor)
{
	const struct doctor_ask bare = {.anonymous = true};
	const struct doctor_ask ours = {0};
	const struct tls_seen *seen = &doctor->bare.tls;

	(void)doctor_fetch(doctor, &bare, &doctor->bare);
	if (doctor->identity.cert && doctor->bare.tls.hello)
		(void)doctor_fetch(doctor, &ours, &doctor->ours);
	if (is_weak_exchange(seen))
		doctor_fail(doctor, CAUSE_TLS_CIPHER,
			    "%s, %s, but the keys are exchanged by %s: clients "
			    "of today refuse so short a key", seen->protocol,
			    seen->cipher, seen->exchange);
	/* what comes after the server's certificate is not about versions */
	else if (seen->done || (seen->hello && seen->chain && seen->asked))
		doctor_ok(doctor, "%s, %s", seen->protocol,
			  seen->cipher ? seen->cipher : "cipher unknown");
	else if (seen->hello && seen->end != TLS_OURS)
		doctor_fail(doctor, CAUSE_TLS_FAILED,
			    "the handshake begins, then: %s",
			    alert_end_words(doctor->arena, seen));
	else
		fail_handshake(doctor, seen);
}
