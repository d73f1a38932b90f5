/* unwrap.c - from the ways servers wrap a certificate as text back to DER. Text
 * comes in, bytes go out. Never tries a text a second way, never passes over
 * anything: one byte that does not belong refuses the whole. */
#include "unwrap.h"

#include "hex.h"

#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

bool unwrap_is_none(const char *text)
{
	return !text || *text == '\0' || strcmp(text, "-") == 0 ||
	       strcmp(text, "(null)") == 0 || strncmp(text, "{http", 5) == 0;
}

/* The size of the white space that text begins with: 0, 1, or 2 for CRLF. */
static size_t space_size(const char *text)
{
	if (text[0] == '\r')
		return text[1] == '\n' ? 2 : 0;
	return text[0] == ' ' || text[0] == '\t' || text[0] == '\n';
}

static const char *skip_space(const char *text)
{
	while (space_size(text) > 0)
		text += space_size(text);
	return text;
}

/* Undoes percent-encoding (RFC 3986 section 2.1), once; + stays +. */
static enum status decode_percent(struct arena *arena, const char *text,
				  const char **ret_text, const char **ret_why)
{
	char *copy = arena_alloc(arena, strlen(text) + 1);
	size_t len = 0;

	if (!copy)
		return ST_NOMEM;
	for (; *text; text++) {
		int byte = *text == '%' ? hex_byte(text + 1) : *text;

		if (byte == 0 || (*text == '%' && byte < 0)) {
			*ret_why = "a bad percent escape";
			return ST_BAD;
		}
		copy[len++] = (char)byte;
		text += *text == '%' ? 2 : 0;
	}
	*ret_text = copy;
	return ST_OK;
}

/* The limit, then percent-encoding if there is any. */
static enum status prepare(struct arena *arena, const char *text, size_t limit,
			   const char **ret_text, const char **ret_why)
{
	if (strnlen(text, limit + 1) > limit) {
		*ret_why = "the text is too long";
		return ST_BAD;
	}
	if (strchr(text, '%'))
		return decode_percent(arena, text, ret_text, ret_why);
	*ret_text = text;
	return ST_OK;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Base64 on its way: the last digits read, and how many of each kind. */
struct base64 {
	unsigned char *bytes;
	size_t len;
	uint32_t group;
	size_t digits;
	size_t padding;
};

static bool take_digit(struct base64 *b, char c)
{
	int digit = base64_digit(c);

	if (c == '=') {
		b->padding++;
		return true;
	}
	if (digit < 0 || b->padding > 0)
		return false;
	b->group = b->group << 6 | (uint32_t)digit;
	if (++b->digits % 4 != 0)
		return true;
	b->bytes[b->len++] = (unsigned char)(b->group >> 16 & 0xff);
	b->bytes[b->len++] = (unsigned char)(b->group >> 8 & 0xff);
	b->bytes[b->len++] = (unsigned char)(b->group & 0xff);
	return true;
}

/* The last group, which must be padded and leave no bit behind: otherwise two
 * texts would stand for the same bytes (RFC 4648 section 3.5). */
static bool take_end(struct base64 *b)
{
	if (b->digits == 0 || b->digits % 4 == 1 ||
	    b->padding != (4 - b->digits % 4) % 4)
		return false;
	if (b->digits % 4 == 2) {
		b->bytes[b->len++] = (unsigned char)(b->group >> 4 & 0xff);
		return (b->group & 0xf) == 0;
	}
	if (b->digits % 4 == 3) {
		b->bytes[b->len++] = (unsigned char)(b->group >> 10 & 0xff);
		b->bytes[b->len++] = (unsigned char)(b->group >> 2 & 0xff);
		return (b->group & 3) == 0;
	}
	return true;
}

bool unwrap_base64(const char *text, const char *end, bool folded,
		   unsigned char *out, size_t *ret_len)
{
	struct base64 b = {.bytes = out};

	while (text < end) {
		size_t space = folded ? space_size(text) : 0;

		if (space == 0 && !take_digit(&b, *text))
			return false;
		text += space ? space : 1;
	}
	if (!take_end(&b))
		return false;
	*ret_len = b.len;
	return true;
}

/* Decodes what stands from text to end; folded: in lines. */
static enum status decode_base64(struct arena *arena, const char *text,
				 const char *end, bool folded,
				 struct der *ret_der, const char **ret_why)
{
	size_t room = BASE64_ROOM((size_t)(end - text));
	unsigned char *bytes = arena_alloc(arena, room);
	size_t len;

	if (!bytes)
		return ST_NOMEM;
	if (!unwrap_base64(text, end, folded, bytes, &len)) {
		*ret_why = "not base64, or not canonical base64";
		return ST_BAD;
	}
	*ret_der = (struct der){bytes, len};
	return ST_OK;
}

/* Reads one PEM block (RFC 7468) and moves *at behind it. */
static enum status read_block(struct arena *arena, const char **at,
			      struct der *ret_der, const char **ret_why)
{
	const char *body = *at + strlen(BEGIN);
	const char *end;
	enum status st;

	if (strncmp(*at, BEGIN, strlen(BEGIN)) != 0) {
		*ret_why = "no block that begins with " BEGIN;
		return ST_BAD;
	}
	end = strstr(body, END);
	if (!end || space_size(body) == 0 || !strchr(" \t\n", end[-1])) {
		*ret_why = "a block that does not end with " END;
		return ST_BAD;
	}
	if (end - *at > MAX_CERT_TEXT) {
		*ret_why = "a certificate is too long";
		return ST_BAD;
	}
	st = decode_base64(arena, body, end, true, ret_der, ret_why);
	*at = end + strlen(END);
	return st;
}

/* The end of text without the white space there. */
static const char *end_of(const char *text)
{
	const char *end = text + strlen(text);

	while (end > text && strchr(" \t\n", end[-1]))
		end -= end[-1] == '\n' && end - 1 > text && end[-2] == '\r' ? 2
									    : 1;
	return end;
}

enum status unwrap_one(struct arena *arena, const char *text,
		       struct der *ret_der, const char **ret_why)
{
	struct der der;
	enum status st = prepare(arena, text, MAX_CERT_TEXT, &text, ret_why);

	if (st)
		return st;
	text = skip_space(text);
	if (*text != '-')
		return decode_base64(arena, text, end_of(text), false, ret_der,
				     ret_why);
	st = read_block(arena, &text, &der, ret_why);
	if (st)
		return st;
	if (*skip_space(text) != '\0') {
		*ret_why = "text behind the certificate";
		return ST_BAD;
	}
	*ret_der = der;
	return ST_OK;
}

enum status unwrap_many(struct arena *arena, const char *text,
			struct der *ret_ders, size_t max, size_t *ret_count,
			const char **ret_why)
{
	size_t count = 0;
	enum status st = prepare(arena, text, MAX_CHAIN_TEXT, &text, ret_why);

	if (st)
		return st;
	text = skip_space(text);
	do {
		if (count == max) {
			*ret_why = "too many certificates";
			return ST_BAD;
		}
		st = read_block(arena, &text, &ret_ders[count], ret_why);
		if (st)
			return st;
		count++;
		if (*text != '\0' && space_size(text) == 0) {
			*ret_why = "text behind a certificate";
			return ST_BAD;
		}
		text = skip_space(text);
	} while (*text != '\0');
	*ret_count = count;
	return ST_OK;
}
