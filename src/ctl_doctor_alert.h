/* ctl_doctor_alert.h - TLS alerts (RFC 8446 section 6) in words. */
#ifndef MTLSGATE_CTL_DOCTOR_ALERT_H
#define MTLSGATE_CTL_DOCTOR_ALERT_H

#include "ctl_doctor_watch.h"

/* "alert 48 (unknown CA)", in the arena; "?" when memory is out. */
const char *alert_words(struct arena *arena, int alert);

/* How a connection ended, in words: the alert, or that there was none. */
const char *alert_end_words(struct arena *arena, const struct tls_seen *seen);

#endif
