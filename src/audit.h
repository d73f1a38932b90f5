/* audit.h - one JSON line a decision. */
#ifndef MTLSGATE_AUDIT_H
#define MTLSGATE_AUDIT_H

#include "endpoint.h"

/* Where lines go; one a program. Safe to use from many threads. */
struct audit;

/* Writes to stderr until audit_open names another target. NULL: no memory or
 * no descriptor. Caller frees with audit_free. */
NODISCARD struct audit *audit_new(void);

/* NULL is allowed. */
void audit_free(struct audit *audit);

/* Opens what rules name (a file with O_APPEND, syslog, or stderr), also again
 * after logrotate. ST_BAD: it could not be opened, the old target stays and the
 * message is logged (once a minute); every audit_write is then ST_BAD as well,
 * until an audit_open succeeds. */
NODISCARD enum status audit_open(struct audit *audit,
				 const struct audit_rules *rules);

/* True while the target that the last audit_open named could not be opened. */
bool audit_broken(const struct audit *audit);

/* True while the target is /dev/null: a line would be seen by nobody, and need
 * not be made. */
bool audit_discards(const struct audit *audit);

/* What went wrong last with opening or writing, in words; NULL since the last
 * success. */
const char *audit_error(const struct audit *audit);

/* How many lines were not written to where they belong, since start. */
uint64_t audit_missed(const struct audit *audit);

/* Renders the line of an outcome that was answered with status, with a
 * newline, to out; trace may be NULL (level = debug adds its steps). Marks out
 * failed when memory is out. */
void audit_render(struct arena *arena, const struct outcome *outcome,
		  int status, const struct trace *trace, struct buf *out);

/* Writes one line, which ends in a newline, in one write. ST_BAD: it could not
 * be written whole (logged once a minute); the caller applies on_error. What
 * syslog does with a line is not known here. */
NODISCARD enum status audit_write(struct audit *audit, const struct buf *line);

/* Logs a warning for an expiring certificate, once a day for each. */
void audit_warn_expiring(struct audit *audit, const struct outcome *outcome);

/* How many different certificates it was called for within the last day, as
 * far as they are told apart: 4096 at most. */
size_t audit_expiring(struct audit *audit, int64_t now);

#endif
