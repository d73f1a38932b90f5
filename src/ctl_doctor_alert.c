/* ctl_doctor_alert.c - in: how a TLS connection ended; out: the same in words.
 */
#include "ctl_doctor_alert.h"

const char *alert_words(struct arena *arena, int alert)
{
	const char *words = arena_printf(arena, "alert %d (%s)", alert,
					 SSL_alert_desc_string_long(alert));

	return words ? words : "?";
}

const char *alert_end_words(struct arena *arena, const struct tls_seen *seen)
{
	const char *words = NULL;

	switch (seen->end) {
	case TLS_OK:
		return "it went well";
	case TLS_ALERT:
		return alert_words(arena, seen->alert);
	case TLS_TIMEOUT:
		return "no answer in time";
	case TLS_CLOSED:
		return "the server hung up without an alert";
	case TLS_NOT_TLS:
		return "the answer is not TLS";
	case TLS_NO_CONNECTION:
	case TLS_OURS:
	default:
		words = seen->why;
	}
	return words ? words : "for an unknown reason";
}
