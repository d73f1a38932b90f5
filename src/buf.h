/* buf.h - a growable byte string whose failure sticks: write without
 * checking, look at failed once before using the bytes. */
#ifndef MTLSGATE_BUF_H
#define MTLSGATE_BUF_H

#include <string.h>

#include "base.h"

struct buf {
	char *data; /* NUL-terminated unless NULL */
	size_t len;
	size_t cap;
	bool failed; /* an allocation failed: the bytes are not whole */
};

/* The same as buf_add, where there may be no room for it yet. */
void buf_add_grown(struct buf *buf, const void *bytes, size_t len);

static inline void buf_add(struct buf *buf, const void *bytes, size_t len)
{
	if (buf->failed || buf->cap - buf->len <= len) {
		buf_add_grown(buf, bytes, len);
		return;
	}
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

/* Room for len more bytes, at the end, for the caller to write to before it
 * calls buf_end with the place behind the last of them. NULL: it failed. */
char *buf_grow(struct buf *buf, size_t len);

static inline char *buf_room(struct buf *buf, size_t len)
{
	if (buf->failed || buf->cap - buf->len <= len)
		return buf_grow(buf, len);
	return buf->data + buf->len;
}

static inline void buf_end(struct buf *buf, char *end)
{
	*end = '\0';
	buf->len = (size_t)(end - buf->data);
}

void buf_adds(struct buf *buf, const char *text);
void buf_addf(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* Cuts it back to its first len bytes, which were whole, and forgets a failure
 * that came after them. */
void buf_cut(struct buf *buf, size_t len);

/* Frees the bytes and makes it an empty buf again. */
void buf_free(struct buf *buf);

#endif
