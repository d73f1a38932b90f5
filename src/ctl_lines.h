/* ctl_lines.h - a file of any size, line by line, in memory that is bounded. */
#ifndef MTLSGATE_CTL_LINES_H
#define MTLSGATE_CTL_LINES_H

#include <stdio.h>

#include "base.h"

enum { MAX_LINE = 4 * 1024 * 1024 }; /* one of capture_line.h fits */

struct ctl_lines {
	FILE *file;
	bool piped; /* standard input */
	const char *name;
	char *line; /* the last one, without its end, NUL behind it */
	size_t len;
	size_t number; /* of the last one, from 1 */
	bool ended;    /* it ended in a newline: the last may be cut */
};

/* Opens name ("-": standard input). ST_BAD, ST_NOMEM: it was said on stderr.
 * Ended by ctl_lines_close. */
NODISCARD enum status ctl_lines_open(const char *name,
				     struct ctl_lines *ret_lines);

/* Moves on. ST_ABSENT: there is no further line. ST_BAD: one of more than
 * MAX_LINE bytes, which was skipped; or the file cannot be read any further, or
 * is a compressed one: this was said on stderr and comes with
 * ret_lines->file == NULL. */
NODISCARD enum status ctl_lines_next(struct ctl_lines *lines);

/* All zero is allowed. */
void ctl_lines_close(struct ctl_lines *lines);

#endif
