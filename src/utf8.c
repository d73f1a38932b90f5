/* utf8.c - is this text clean, and how to show it when it is not. Bytes come
 * in; an answer or a copy goes out. Never repairs, never drops a byte. */
#include "utf8.h"

#include <string.h>

/* The ranges of the second byte rule out overlong forms, surrogates and what
 * lies above U+10FFFF (RFC 3629 section 4). */
size_t utf8_char(const char *text, size_t len)
{
	const unsigned char *s = (const unsigned char *)text;
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t size;

	if (len == 0 || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
		return 0;
	if (s[0] < 0x80)
		return 1;
	size = s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 : 4;
	if (s[0] == 0xe0)
		low = 0xa0;
	else if (s[0] == 0xf0)
		low = 0x90;
	else if (s[0] == 0xed)
		high = 0x9f;
	else if (s[0] == 0xf4)
		high = 0x8f;
	if (len < size || s[1] < low || s[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return size;
}

bool utf8_control(const char *text, size_t size)
{
	const unsigned char *s = (const unsigned char *)text;

	if (size == 1)
		return s[0] < 0x20 || s[0] == 0x7f;
	return size == 2 && s[0] == 0xc2 && s[1] < 0xa0;
}

/* How many bytes it begins with, in eights, that are characters each. */
static size_t ascii_length(const char *text, size_t len)
{
	uint64_t word;
	size_t i;

	for (i = 0; len - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		if (word & UINT64_C(0x8080808080808080))
			break;
	}
	return i;
}

bool utf8_valid(const char *text, size_t len)
{
	size_t size;

	for (size_t i = ascii_length(text, len); i < len; i += size) {
		size = utf8_char(text + i, len - i);
		if (size == 0)
			return false;
	}
	return true;
}

bool utf8_clean(const char *text, size_t len)
{
	size_t size;

	for (size_t i = 0; i < len; i += size) {
		size = utf8_char(text + i, len - i);
		if (size == 0 || utf8_control(text + i, size))
			return false;
	}
	return true;
}

static char *put_hex(char *out, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";

	*out++ = '\\';
	*out++ = 'x';
	*out++ = digits[byte >> 4];
	*out++ = digits[byte & 15];
	return out;
}

char *utf8_show(struct arena *arena, const char *text, size_t len)
{
	char *result = NULL;
	char *out;
	size_t size;

	if (len < SIZE_MAX / 8)
		result = arena_alloc(arena, 4 * len + 1);
	if (!result)
		return NULL;
	out = result;
	for (size_t i = 0; i < len; i += size) {
		size = utf8_char(text + i, len - i);
		if (size != 0 && !utf8_control(text + i, size)) {
			memcpy(out, text + i, size);
			out += size;
			continue;
		}
		size = size ? size : 1;
		for (size_t k = 0; k < size; k++)
			out = put_hex(out, (unsigned char)text[i + k]);
	}
	*out = '\0';
	return result;
}
