/* html.c - the escaping writer. Bytes from anywhere come in, text without
 * markup goes out; nothing is dropped but by the limit. */
#include "html.h"

#include <string.h>

#include "utf8.h"

#define ELLIPSIS "\xe2\x80\xa6"

static const char *reference(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* The code point of a well-formed character of two or three bytes, else 0. */
static unsigned code_point(const char *text, size_t size)
{
	const unsigned char *s = (const unsigned char *)text;

	if (size == 2)
		return (s[0] & 0x1fU) << 6 | (s[1] & 0x3fU);
	if (size != 3)
		return 0;
	return (s[0] & 0x0fU) << 12 | (s[1] & 0x3fU) << 6 | (s[2] & 0x3fU);
}

/* Characters without a shape that change how others are read: directions
 * (Unicode UAX 9 section 2), line separators, zero widths. */
static bool is_unseen(unsigned code)
{
	return code == 0x061c || (code >= 0x200b && code <= 0x200f) ||
	       (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2060 && code <= 0x206f) || code == 0xfeff;
}

static void add_char(struct buf *out, const char *text, size_t size)
{
	unsigned code = code_point(text, size);
	const char *as = size == 1 ? reference(*text) : NULL;

	if (as)
		buf_adds(out, as);
	else if (is_unseen(code))
		buf_addf(out, "\\u%04X", code);
	else
		buf_add(out, text, size);
}

void html_text(struct buf *out, const char *text, size_t max)
{
	size_t start = out->len;
	size_t len = strlen(text);
	size_t size;

	for (size_t i = 0; i < len && !out->failed; i += size) {
		if (max && out->len - start >= max) {
			buf_adds(out, ELLIPSIS);
			return;
		}
		size = utf8_char(text + i, len - i);
		if (size && !utf8_control(text + i, size)) {
			add_char(out, text + i, size);
			continue;
		}
		size = size ? size : 1;
		for (size_t k = 0; k < size; k++)
			buf_addf(out, "\\x%02X", (unsigned char)text[i + k]);
	}
}

void html_value(struct buf *out, const char *text, size_t max)
{
	if (!text || !*text) {
		buf_adds(out, "<i>none</i>");
		return;
	}
	buf_adds(out, "<bdi>");
	html_text(out, text, max);
	buf_adds(out, "</bdi>");
}
