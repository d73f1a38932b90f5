/* capture_line.h - a refused request as one JSON line, without its secrets. */
#ifndef MTLSGATE_CAPTURE_LINE_H
#define MTLSGATE_CAPTURE_LINE_H

#include "gate.h"

/* What stands in place of a value that was left out; the second where the
 * value was the one that the policy names. */
#define CAPTURE_LEFT_OUT "[left-out]"
#define CAPTURE_AS_POLICY "[left-out-as-in-policy]"

enum {
	MAX_CAPTURE = 1024 * 1024,         /* bytes of one environment */
	MAX_CAPTURE_LINE = 4 * MAX_CAPTURE /* of its line */
};

/* Writes the request in input, what became of it and the status it was
 * answered with, to out, with a newline. Passwords, cookies and queries are
 * left out, and whatever else is named like a secret or is one of the policy;
 * a name that repeats has a list of its values, and a value that is not UTF-8
 * stands as {"hex":"..."}. False: out is not to be used, since memory is out or
 * it would be larger than that. */
NODISCARD bool capture_render(struct arena *arena,
			      const struct gate_input *input,
			      const struct outcome *outcome, int status,
			      struct buf *out);

#endif
