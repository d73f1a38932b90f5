/* ctl_logline.h - is a line of a log one of mtlsgate's decisions? */
#ifndef MTLSGATE_CTL_LOGLINE_H
#define MTLSGATE_CTL_LOGLINE_H

#include <jansson.h>

#include "ctl_lines.h"

/* Counts of what a log holds. */
struct ctl_logline_counts {
	size_t decisions;
	size_t foreign; /* lines of something else, or too long */
	size_t cut;     /* that begin as a decision and do not end as one */
};

/* The object of the line that lines is at, which may have something in front
 * of it, as syslog writes, and is counted. NULL: it is none, or memory is out.
 * Caller drops it with json_decref. It has decision, decision_id and time as
 * texts. */
NODISCARD json_t *ctl_logline_parse(const struct ctl_lines *lines,
				    struct ctl_logline_counts *counts);

/* A member as text, number or yes; NULL, fallback and false where it is not
 * that. Borrowed from root. */
const char *ctl_logline_text(const json_t *root, const char *key);
int64_t ctl_logline_number(const json_t *root, const char *key,
			   int64_t fallback);

#endif
