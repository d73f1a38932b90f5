/* ctl_sample.h - paths that a pattern of the policy covers. */
#ifndef MTLSGATE_CTL_SAMPLE_H
#define MTLSGATE_CTL_SAMPLE_H

#include "glob.h"

/* The n-th path that pattern (as written, with its compiled form) covers, as a
 * request target with escapes; NULL when there are no more, or memory is out.
 * A literal has one; others have a few, with something else in place of each
 * wildcard. */
NODISCARD const char *ctl_sample_path(struct arena *arena, const char *pattern,
				      const struct glob *glob, size_t n);

#endif
