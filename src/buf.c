/* buf.c - a growable byte string whose failure sticks. */
#include "buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Room for len more bytes and the final NUL. */
static bool make_room(struct buf *buf, size_t len)
{
	size_t cap = buf->cap ? buf->cap : 512;
	char *data;

	if (buf->failed || len > SIZE_MAX / 4 - buf->len) {
		buf->failed = true;
		return false;
	}
	if (buf->data && buf->cap - buf->len > len)
		return true;
	while (cap - buf->len <= len)
		cap *= 2;
	data = realloc(buf->data, cap);
	if (!data) {
		buf->failed = true;
		return false;
	}
	buf->data = data;
	buf->cap = cap;
	return true;
}

char *buf_grow(struct buf *buf, size_t len)
{
	return make_room(buf, len) ? buf->data + buf->len : NULL;
}

void buf_add_grown(struct buf *buf, const void *bytes, size_t len)
{
	if (!make_room(buf, len))
		return;
	if (len)
		memcpy(buf->data + buf->len, bytes, len);
	buf->len += len;
	buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
	buf_add(buf, text, strlen(text));
}

void buf_addf(struct buf *buf, const char *format, ...)
{
	va_list args;
	va_list again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(NULL, 0, format, args);
	if (len < 0)
		buf->failed = true;
	else if (make_room(buf, (size_t)len)) {
		vsnprintf(buf->data + buf->len, (size_t)len + 1, format, again);
		buf->len += (size_t)len;
	}
	va_end(again);
	va_end(args);
}

void buf_cut(struct buf *buf, size_t len)
{
	buf->len = len;
	buf->failed = false;
	if (buf->data)
		buf->data[len] = '\0';
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){0};
}
