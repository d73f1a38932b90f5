/* line.h - JSON objects written member by member, for lines of which there are
 * many: the bytes that json.h would give, without a tree. */
#ifndef MTLSGATE_LINE_H
#define MTLSGATE_LINE_H

#include "arena.h"
#include "buf.h"

/* Where the members go; what fails marks out failed. */
struct line {
	struct arena *arena;
	struct buf *out;
};

/* "{", and "}". Members put a comma before themselves unless they are first. */
void line_open(struct line *line);
void line_close(struct line *line);

/* A member; key is a name of our own, as it is. Text NULL is JSON null; bytes
 * that are not clean UTF-8 are shown as \xHH (utf8_show), and <, > and & are
 * escaped. */
void line_put_text(struct line *line, const char *key, const char *text);
void line_put_int(struct line *line, const char *key, int64_t value);
void line_put_time(struct line *line, const char *key, int64_t when);
void line_put_texts(struct line *line, const char *key,
		    const char *const *texts, size_t count);

/* Members that were written before, without a comma at either end. */
void line_put_ready(struct line *line, const char *members, size_t len);

/* The key of a member whose value the caller appends to out. */
void line_put_key(struct line *line, const char *key);

#endif
