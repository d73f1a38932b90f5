/* line.c - names and values come in, JSON goes out. Text without anything
 * special in it, which is nearly all of it, is copied as it is. */
#include "line.h"

#include <string.h>

#include "timefmt.h"
#include "utf8.h"

/* Printable ASCII, but for what is escaped: a bit for each byte that
 * there is. */
static const uint64_t plain[4] = {
	~(uint64_t)0 << 32 & ~((uint64_t)1 << '"' | (uint64_t)1 << '&' |
			       (uint64_t)1 << '<' | (uint64_t)1 << '>'),
	~(uint64_t)0 >> 1 & ~((uint64_t)1 << ('\\' - 64)),
};

static size_t plain_length(const char *text)
{
	size_t len = 0;

	for (;; len++) {
		unsigned char c = (unsigned char)text[len];

		if (!(plain[c >> 6] >> (c & 63) & 1))
			return len;
	}
}

void line_open(struct line *line)
{
	buf_add(line->out, "{", 1);
}

void line_close(struct line *line)
{
	buf_add(line->out, "}", 1);
}

static void separate(struct buf *out)
{
	if (out->len && out->data[out->len - 1] != '{')
		buf_add(out, ",", 1);
}

void line_put_ready(struct line *line, const char *members, size_t len)
{
	separate(line->out);
	buf_add(line->out, members, len);
}

void line_put_key_n(struct line *line, const char *key, size_t len)
{
	struct buf *out = line->out;
	char *at = buf_room(out, len + 4);

	if (!at)
		return;
	if (out->len && at[-1] != '{')
		*at++ = ',';
	*at++ = '"';
	memcpy(at, key, len);
	at += len;
	*at++ = '"';
	*at++ = ':';
	buf_end(out, at);
}

/* What utf8_show gives holds no control character. */
static void add_shown(struct buf *out, const char *text)
{
	while (*text) {
		size_t count = strcspn(text, "\"\\<>&");

		buf_add(out, text, count);
		text += count;
		if (*text == '"' || *text == '\\') {
			buf_add(out, "\\", 1);
			buf_add(out, text++, 1);
		} else if (*text) {
			buf_addf(out, "\\u%04x", (unsigned)*text++);
		}
	}
}

static void add_quoted(struct buf *out, const char *text, size_t len)
{
	char *at = buf_room(out, len + 2);

	if (!at)
		return;
	*at++ = '"';
	memcpy(at, text, len);
	at += len;
	*at++ = '"';
	buf_end(out, at);
}

static void add_odd(struct line *line, const char *text, size_t count)
{
	struct buf *out = line->out;
	const char *rest = text + count;
	const char *shown = utf8_show(line->arena, rest, strlen(rest));

	buf_add(out, "\"", 1);
	buf_add(out, text, count);
	out->failed |= !shown;
	add_shown(out, shown ? shown : "");
	buf_add(out, "\"", 1);
}

static void add_text(struct line *line, const char *text)
{
	size_t count = text ? plain_length(text) : 0;

	if (!text)
		buf_add(line->out, "null", 4);
	else if (!text[count])
		add_quoted(line->out, text, count);
	else
		add_odd(line, text, count);
}

void line_put_text_n(struct line *line, const char *key, size_t len,
		     const char *text)
{
	line_put_key_n(line, key, len);
	add_text(line, text);
}

void line_put_plain_n(struct line *line, const char *key, size_t len,
		      const char *text)
{
	line_put_key_n(line, key, len);
	if (text)
		add_quoted(line->out, text, strlen(text));
	else
		add_text(line, NULL);
}

void line_put_int(struct line *line, const char *key, int64_t value)
{
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t left = value < 0 ? -(uint64_t)value : (uint64_t)value;

	do {
		digits[--at] = (char)('0' + left % 10);
		left /= 10;
	} while (left);
	if (value < 0)
		digits[--at] = '-';
	line_put_key(line, key);
	buf_add(line->out, digits + at, sizeof(digits) - at);
}

void line_put_time(struct line *line, const char *key, int64_t when)
{
	char text[TIME_TEXT];

	line_put_plain(line, key, time_format(when, text));
}

void line_put_texts(struct line *line, const char *key,
		    const char *const *texts, size_t count)
{
	line_put_key(line, key);
	buf_add(line->out, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_add(line->out, ",", 1);
		add_text(line, texts[i]);
	}
	buf_add(line->out, "]", 1);
}
