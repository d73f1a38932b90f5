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

/* A key and what comes behind it, as they are, with this many bytes of quotes
 * on either side of the value. Here, so that a key's length is known
 * beforehand. */
static inline void line_put_member(struct line *line, const char *key,
				   size_t key_len, const char *value,
				   size_t len, size_t quotes)
{
	struct buf *out = line->out;
	char *at = buf_room(out, key_len + len + 6);

	if (!at)
		return;
	if (out->len && at[-1] != '{')
		*at++ = ',';
	*at++ = '"';
	memcpy(at, key, key_len);
	at += key_len;
	memcpy(at, "\":\"", 3);
	at += 2 + quotes;
	memcpy(at, value, len);
	at += len;
	*at = '"';
	buf_end(out, at + quotes);
}

/* The key of a member whose value the caller appends to out; a name of our
 * own, as it is. */
static inline void line_put_key(struct line *line, const char *key)
{
	line_put_member(line, key, strlen(key), "", 0, 0);
}

/* A member whose text nothing is to be escaped of: names of our own, numbers in
 * hex, times. NULL is JSON null. */
static inline void line_put_plain(struct line *line, const char *key,
				  const char *text)
{
	if (text)
		line_put_member(line, key, strlen(key), text, strlen(text), 1);
	else
		line_put_member(line, key, strlen(key), "null", 4, 0);
}

/* How many bytes of text, from its first on, stand for themselves. */
size_t line_plain_length(const char *text);

/* line_put_text where not all of it stands for itself. */
void line_put_odd(struct line *line, const char *key, const char *text);

/* A member. NULL is JSON null; bytes that are not clean UTF-8 are shown as
 * \xHH (utf8_show), and <, > and & are escaped. */
static inline void line_put_text(struct line *line, const char *key,
				 const char *text)
{
	size_t len = text ? line_plain_length(text) : 0;

	if (text && text[len])
		line_put_odd(line, key, text);
	else
		line_put_member(line, key, strlen(key), text ? text : "null",
				text ? len : 4, text != NULL);
}

void line_put_int(struct line *line, const char *key, int64_t value);
void line_put_time(struct line *line, const char *key, int64_t when);
/* A list of texts, none of them NULL. */
void line_put_texts(struct line *line, const char *key,
		    const char *const *texts, size_t count);

/* Members that were written before, without a comma at either end. */
void line_put_ready(struct line *line, const char *members, size_t len);

#endif
