/* hex.c - bytes as hexadecimal text, and the comparison of secrets. Never
 * accepts anything but hexadecimal digits and what people put between them. */
#include "hex.h"

#include <openssl/crypto.h>
#include <string.h>

char *hex_encode(struct arena *arena, const void *bytes, size_t len, bool upper)
{
	const char *digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
	const unsigned char *in = bytes;
	char *text = NULL;

	if (len < SIZE_MAX / 4)
		text = arena_alloc(arena, 2 * len + 1);
	for (size_t i = 0; text && i < len; i++) {
		text[2 * i] = digits[in[i] >> 4];
		text[2 * i + 1] = digits[in[i] & 15];
	}
	return text;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum status hex_normalize(struct arena *arena, const char *text,
			  bool strip_zeros, const char **ret_hex)
{
	char *hex = arena_alloc(arena, strlen(text) + 1);
	size_t count = 0;

	if (!hex)
		return ST_NOMEM;
	for (; *text; text++) {
		if (*text == ':' || *text == ' ')
			continue;
		if (hex_digit(*text) < 0)
			return ST_BAD;
		hex[count++] = "0123456789abcdef"[hex_digit(*text)];
	}
	if (count == 0)
		return ST_BAD;
	hex[count] = '\0';
	while (strip_zeros && hex[0] == '0' && hex[1] != '\0')
		hex++;
	*ret_hex = hex;
	return ST_OK;
}

int hex_byte(const char *text)
{
	int high = hex_digit(text[0]);
	int low = high < 0 ? -1 : hex_digit(text[1]);

	return low < 0 ? -1 : high * 16 + low;
}

bool secret_equal(const char *a, const char *b)
{
	size_t len = strlen(a);

	return len == strlen(b) && CRYPTO_memcmp(a, b, len) == 0;
}
