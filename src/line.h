/* line.h - JSON objects written member by member, for lines of which there are
 * many: the bytes that json.h would give, without a tree. */
#ifndef MTLSGATE_LINE_H
#define MTLSGATE_LINE_H

#include <string.h>

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

/* As the functions of these names without _n, with the key's length. */
void line_put_key_n(struct line *line, const char *key, size_t len);
void line_put_text_n(struct line *line, const char *key, size_t len,
		     const char *text);
void line_put_plain_n(struct line *line, const char *key, size_t len,
		      const char *text);

/* The key of a member whose value the caller appends to out; a name of our
 * own, as it is. Here, so that its length is known beforehand. */
static inline void line_put_key(struct line *line, const char *key)
{
	line_put_key_n(line, key, strlen(key));
}

/* A member. NULL is JSON null; bytes that are not clean UTF-8 are shown as
 * \xHH (utf8_show), and <, > and & are escaped. */
static inline void line_put_text(struct line *line, const char *key,
				 const char *text)
{
	line_put_text_n(line, key, strlen(key), text);
}

/* The same for a text that nothing is to be escaped of: names of our own,
 * numbers in hex, times. */
static inline void line_put_plain(struct line *line, const char *key,
				  const char *text)
{
	line_put_plain_n(line, key, strlen(key), text);
}

void line_put_int(struct line *line, const char *key, int64_t value);
void line_put_time(struct line *line, const char *key, int64_t when);
void line_put_texts(struct line *line, const char *key,
		    const char *const *texts, size_t count);

/* Members that were written before, without a comma at either end. */
void line_put_ready(struct line *line, const char *members, size_t len);

#endif
