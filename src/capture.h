/* capture.h - keeps what was refused, for explain, where the policy says
 * [audit] capture = denied. */
#ifndef MTLSGATE_CAPTURE_H
#define MTLSGATE_CAPTURE_H

#include "gate.h"

enum { CAPTURE_FILE_BYTES = 16 * 1024 * 1024 };

/* Appends a refused request, which was answered with status, as a line to the
 * file that the policy names; does nothing for a grant, or where the policy
 * keeps nothing. The file has mode 0600 and is its owner's alone; a link, a
 * file of somebody else, or one that others may read is not written to. One of
 * more than CAPTURE_FILE_BYTES is renamed to FILE.1 first. What cannot be kept
 * is not kept, and logged once a minute: the answer stands. Safe to call from
 * many threads. */
void capture_denied(const struct gate_input *input,
		    const struct outcome *outcome, int status);

#endif
