/* audit.h - one JSON line a decision. */
#ifndef MTLSGATE_AUDIT_H
#define MTLSGATE_AUDIT_H

#include "endpoint.h"

/* Where lines go; one a program. Safe to use from many threads. */
struct audit;

NODISCARD struct audit *audit_new(void);
void audit_free(struct audit *audit);

/* Opens what rules name (a file with O_APPEND, syslog, or stderr), also again
 * after logrotate. ST_BAD: it could not be opened, the old target stays and the
 * message is logged. */
NODISCARD enum status audit_open(struct audit *audit,
				 const struct audit_rules *rules);

/* Renders the line of an outcome, with a newline, to out; trace may be NULL
 * (level = debug adds its steps). Marks out failed when memory is out. */
void audit_render(struct arena *arena, const struct outcome *outcome,
		  const struct trace *trace, struct buf *out);

/* Writes one line in one write. ST_BAD: it could not be written (logged once
 * a minute); the caller applies on_error. */
NODISCARD enum status audit_write(struct audit *audit, const struct buf *line);

/* Logs a warning for an expiring certificate, once a day for each. */
void audit_warn_expiring(struct audit *audit, const struct outcome *outcome);

#endif
