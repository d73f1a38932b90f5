/* timefmt.h - times and durations as text. Times are seconds since
 * 1970-01-01T00:00:00Z; there is no clock here. */
#ifndef MTLSGATE_TIMEFMT_H
#define MTLSGATE_TIMEFMT_H

#include "base.h"

enum { TIME_TEXT = 32 };

#define TIME_NEVER INT64_MAX
#define TIME_ALWAYS INT64_MIN

/* Parses RFC 3339 (2026-11-21T10:00:00Z, offsets allowed, fractions dropped)
 * or a bare date (2026-11-21). *ret_time is the instant, for a bare date its
 * first second in UTC, and *ret_date_only says which it was. False: not a
 * time, one that no calendar has, or a leap second; outputs untouched. */
bool time_parse(const char *text, int64_t *ret_time, bool *ret_date_only);

/* Writes RFC 3339 in UTC with Z, and returns out. Of a time outside the years
 * 0 to 9999, the nearest that they have. */
const char *time_format(int64_t when, char out[TIME_TEXT]);

/* Parses one or more NUMBER UNIT (d, h, m, s) in falling order, spaces
 * between allowed: "30d", "1d 12h". False: not one, zero items, or over a
 * million days. */
bool duration_parse(const char *text, int64_t *ret_seconds);

#endif
