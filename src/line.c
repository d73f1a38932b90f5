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

size_t line_plain_length(const char *text)
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

/* The value of a member, or of a list. */
static void add_text(struct line *line, const char *text)
{
	struct buf *out = line->out;
	size_t count = line_plain_length(text);
	const char *rest = text + count;
	const char *shown = rest;

	if (*rest)
		shown = utf8_show(line->arena, rest, strlen(rest));
	buf_add(out, "\"", 1);
	buf_add(out, text, count);
	out->failed |= !shown;
	add_shown(out, shown ? shown : "");
	buf_add(out, "\"", 1);
}

void line_put_odd(struct line *line, const char *key, const char *text)
{
	line_put_key(line, key);
	add_text(line, text);
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
	line_put_member(line, key, strlen(key), digits + at,
			sizeof(digits) - at, 0);
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
