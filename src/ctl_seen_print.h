/* ctl_seen_print.h - what was seen in a log, as tables or JSON. */
#ifndef MTLSGATE_CTL_SEEN_PRINT_H
#define MTLSGATE_CTL_SEEN_PRINT_H

#include "arena.h"
#include "ctl_logline.h"
#include "ctl_seen.h"

struct ctl_seen_view {
	const struct ctl_seen *seen; /* sorted */
	const struct ctl_logline_counts *lines;
	int64_t now;
	int64_t since;
	int64_t within; /* seconds; negative: not asked about */
	size_t expiring; /* certificates that end within it */
};

/* Prints it on stdout as tables. ST_NOMEM. */
NODISCARD enum status ctl_seen_text(struct arena *arena,
				    const struct ctl_seen_view *view);

/* Prints it on stdout as one JSON object on one line. ST_NOMEM. */
NODISCARD enum status ctl_seen_json(struct arena *arena,
				    const struct ctl_seen_view *view);

#endif
