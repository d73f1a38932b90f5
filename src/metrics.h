/* metrics.h - the Prometheus text format, version 0.0.4: what a monitoring
 * system reads. */
#ifndef MTLSGATE_METRICS_H
#define MTLSGATE_METRICS_H

#include "arena.h"
#include "buf.h"

/* Where the text goes; a failed allocation marks out failed. */
struct metrics {
	struct arena *arena;
	struct buf *out;
};

/* A name and the value that it has; the name is a literal. */
struct label {
	const char *name;
	const char *value; /* NULL is written as the empty text */
};

/* The lines HELP and TYPE (counter, gauge or histogram) of the metric whose
 * samples follow. */
void metrics_begin(struct metrics *metrics, const char *name, const char *type,
		   const char *help);

/* One sample of name, with count labels. Values of labels may be any bytes:
 * what is not clean UTF-8 is shown as \xHH, quotes and backslashes are
 * escaped. */
void metrics_count(struct metrics *metrics, const char *name,
		   const struct label *labels, size_t count, uint64_t value);
void metrics_number(struct metrics *metrics, const char *name,
		    const struct label *labels, size_t count, int64_t value);

/* begin, and the one sample without labels. */
void metrics_one(struct metrics *metrics, const char *name, const char *type,
		 const char *help, int64_t value);

/* A time in nanoseconds as seconds, "0.000005". For the text of metrics_text.
 */
enum { METRICS_SECONDS = 32 };
const char *metrics_seconds(uint64_t ns, char ret_text[METRICS_SECONDS]);

/* A sample whose value is already text. */
void metrics_text(struct metrics *metrics, const char *name,
		  const struct label *labels, size_t count, const char *value);

#endif
