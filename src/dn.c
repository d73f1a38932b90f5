/* dn.c - distinguished names that arrive as text. Text comes in, a name in
 * certificate order goes out. Never guesses: text that two names could have
 * been printed as is refused. */
#include "dn.h"

#include "hex.h"
#include "oid.h"
#include "utf8.h"

#include <string.h>

/* One reading: at moves through the text. Names are collected in text order. */
struct reader {
	struct arena *arena;
	const char *at;
	char *value; /* of the attribute being read; room for all the text */
	size_t len;
	struct name name;
	size_t rdn;
	const char *why;
};

static enum status bad(struct reader *r, const char *why)
{
	r->why = why;
	return ST_BAD;
}

/* The length of what could be a type at the start of text. */
static size_t type_span(const char *text)
{
	return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "abcdefghijklmnopqrstuvwxyz0123456789.-");
}

static enum status read_type(struct reader *r, const char **ret_oid)
{
	size_t len = type_span(r->at);
	enum status st = oid_from_type(r->arena, r->at, len, ret_oid);

	if (st == ST_BAD)
		return bad(r, "not a known attribute type");
	r->at += len;
	return st;
}

static bool take(struct reader *r, const char *token)
{
	size_t len = strlen(token);

	if (strncmp(r->at, token, len) != 0)
		return false;
	r->at += len;
	return true;
}

static void skip_spaces(struct reader *r)
{
	while (*r->at == ' ')
		r->at++;
}

static enum status add_value(struct reader *r, const char *oid,
			     const char *value, size_t len)
{
	if (memchr(value, '\0', len))
		return bad(r, "a NUL in a value");
	if (!utf8_valid(value, len))
		return bad(r, "a value that is not UTF-8");
	return name_add(r->arena, &r->name, oid, value, len, r->rdn);
}

/* A backslash, then one of plain or two hex digits. */
static enum status read_escape(struct reader *r, const char *plain)
{
	char c = r->at[1];
	int byte;

	if (c != '\0' && strchr(plain, c)) {
		r->value[r->len++] = c;
		r->at += 2;
		return ST_OK;
	}
	byte = hex_byte(r->at + 1);
	if (byte < 0)
		return bad(r, "a backslash before what needs none");
	r->value[r->len++] = (char)byte;
	r->at += 3;
	return ST_OK;
}

/* A byte that stands for itself. */
static enum status read_plain(struct reader *r, const char *refused)
{
	unsigned char c = (unsigned char)*r->at;

	if (c < 0x20 || c == 0x7f)
		return bad(r, "a control character");
	if (strchr(refused, *r->at))
		return bad(r, "a special character without its escape");
	r->value[r->len++] = *r->at++;
	return ST_OK;
}

/* True if ber is one value of definite length that ends where it says; its
 * contents then start at *ret_head. */
static bool is_ber(const unsigned char *ber, size_t len, size_t *ret_head)
{
	size_t extra = len >= 2 && ber[1] > 0x80 ? ber[1] - 0x80U : 0;
	size_t size = 0;

	if (len < 2 + extra || ber[1] == 0x80 || extra > 2)
		return false;
	if (extra == 0)
		size = ber[1];
	for (size_t i = 0; i < extra; i++)
		size = size * 256 + ber[2 + i];
	*ret_head = 2 + extra;
	return size == len - *ret_head;
}

/* # and the BER encoding (RFC 4514 section 2.4), here only of types whose
 * bytes are text as they stand: UTF8String and the ASCII ones. */
static enum status read_ber(struct reader *r, const char *oid)
{
	const unsigned char *ber = (const unsigned char *)r->value;
	size_t head;

	for (r->len = 0; hex_byte(r->at) >= 0; r->at += 2)
		r->value[r->len++] = (char)hex_byte(r->at);
	if (!is_ber(ber, r->len, &head))
		return bad(r, "a # without a whole BER value");
	if (ber[0] != 0x0c && ber[0] != 0x12 && ber[0] != 0x13 &&
	    ber[0] != 0x16)
		return bad(r, "an encoded value that is not a plain string");
	for (size_t i = head; ber[0] != 0x0c && i < r->len; i++)
		if (ber[i] > 0x7f)
			return bad(r, "an encoded value that is not ASCII");
	skip_spaces(r);
	return add_value(r, oid, r->value + head, r->len - head);
}

/* Drops the spaces behind the value unless they are escaped. */
static enum status read_string(struct reader *r, const char *oid)
{
	size_t keep = 0;

	for (r->len = 0; *r->at && *r->at != ',' && *r->at != '+';) {
		bool escaped = *r->at == '\\';
		enum status st = escaped ? read_escape(r, "\"+,;<>\\ #=")
					 : read_plain(r, "\";<>");

		if (st)
			return st;
		if (escaped || r->value[r->len - 1] != ' ')
			keep = r->len;
	}
	return add_value(r, oid, r->value, keep);
}

/* Moves behind the separator of RDNs or of the attributes of one RDN. */
static bool next_ava(struct reader *r, const char *rdns, const char *avas)
{
	if (!take(r, rdns))
		return take(r, avas);
	r->rdn++;
	return true;
}

/* From text order, most specific first, to certificate order. */
static void reverse(struct name *name, size_t last_rdn)
{
	for (size_t i = 0; i < name->count / 2; i++) {
		struct ava ava = name->avas[i];

		name->avas[i] = name->avas[name->count - 1 - i];
		name->avas[name->count - 1 - i] = ava;
	}
	for (size_t i = 0; i < name->count; i++)
		name->avas[i].rdn = last_rdn - name->avas[i].rdn;
}

static enum status read_rfc4514(struct reader *r)
{
	const char *oid;
	enum status st;

	do {
		skip_spaces(r);
		st = read_type(r, &oid);
		if (st)
			return st;
		skip_spaces(r);
		if (!take(r, "="))
			return bad(r, "a type without =");
		skip_spaces(r);
		st = take(r, "#") ? read_ber(r, oid) : read_string(r, oid);
		if (st)
			return st;
	} while (next_ava(r, ",", "+"));
	reverse(&r->name, r->rdn);
	return ST_OK;
}

static enum status read_quoted(struct reader *r, const char *oid)
{
	for (r->len = 0; *r->at && *r->at != '"';) {
		enum status st = *r->at == '\\' ? read_escape(r, "\"\\")
						: read_plain(r, "");

		if (st)
			return st;
	}
	if (!take(r, "\""))
		return bad(r, "a quote that does not end");
	return add_value(r, oid, r->value, r->len);
}

/* Whatever OpenSSL would have put in quotes does not stand here. */
static enum status read_bare(struct reader *r, const char *oid)
{
	for (r->len = 0; *r->at && *r->at != ',' && *r->at != '+';) {
		enum status st = *r->at == '\\' ? read_escape(r, "\"\\")
						: read_plain(r, "\";<>");

		if (st)
			return st;
	}
	if (*r->at == '+' && r->len > 0 && r->at[-1] == ' ') {
		r->at--;
		r->len--;
	}
	if (r->len > 0 && (r->value[0] == ' ' || r->value[0] == '#' ||
			   r->value[r->len - 1] == ' '))
		return bad(r, "a value that should be in quotes");
	return add_value(r, oid, r->value, r->len);
}

static enum status read_oneline(struct reader *r)
{
	const char *oid;
	enum status st;

	do {
		st = read_type(r, &oid);
		if (st)
			return st;
		if (!take(r, " = "))
			return bad(r, "a type without \" = \"");
		st = take(r, "\"") ? read_quoted(r, oid) : read_bare(r, oid);
		if (st)
			return st;
	} while (next_ava(r, ", ", " + "));
	return ST_OK;
}

static bool is_separator(char c)
{
	return c == ',' || c == ';' || c == '+' || c == ' ';
}

/* What reads as another attribute to a person or to a simpler program. */
static enum status refuse_inner_ava(struct reader *r, const char *at)
{
	const char *oid;
	size_t len = type_span(at);
	enum status st;

	if (at[len + strspn(at + len, " ")] != '=')
		return ST_OK;
	st = oid_from_type(r->arena, at, len, &oid);
	if (st == ST_OK)
		return bad(r, "ambiguous: a value that holds TYPE=");
	return st == ST_BAD ? ST_OK : st;
}

/* OpenSSL puts a backslash before / and + of a value, and none before the
 * value's own backslash; others escape nothing. So behind what may be the end
 * of a value (*split), a = may be that of another attribute. */
static enum status read_slash_char(struct reader *r, bool *split)
{
	const char *at = r->at;

	if (*at == '=' && *split)
		return bad(r, "ambiguous: a = behind / or + in a value");
	if (*at == '\\' && at[1] != '/' && at[1] != '+')
		return bad(r, "ambiguous: a backslash in a value");
	if (*at == '\\' || *at == '+')
		*split = true;
	if (*at == '\\') {
		r->value[r->len++] = at[1];
		r->at += 2;
		return ST_OK;
	}
	if (is_separator(at[0]) && !is_separator(at[1])) {
		enum status st = refuse_inner_ava(r, at + 1);

		if (st)
			return st;
	}
	return read_plain(r, "");
}

static enum status read_slash(struct reader *r)
{
	const char *oid;

	for (; take(r, "/"); r->rdn++) {
		bool split = false;
		enum status st = read_type(r, &oid);

		if (st == ST_BAD || (st == ST_OK && !take(r, "=")))
			return bad(r, "ambiguous: a / without a known TYPE=");
		for (r->len = 0; !st && *r->at && *r->at != '/';)
			st = read_slash_char(r, &split);
		if (!st && r->len == 0)
			return bad(r, "ambiguous: an empty value");
		if (!st)
			st = add_value(r, oid, r->value, r->len);
		if (st)
			return st;
	}
	return ST_OK;
}

/* A space before the first = makes it the one-line form, whose order is the
 * other way round. */
static enum dn_form form_of(const char *text)
{
	if (*text == '/')
		return DN_SLASH;
	text += strspn(text, " ");
	text += type_span(text);
	if (*text == ' ' && text[strspn(text, " ")] == '=')
		return DN_ONELINE;
	return DN_RFC4514;
}

static enum status read_name(struct reader *r, enum dn_form form)
{
	enum status st = form == DN_SLASH     ? read_slash(r)
			 : form == DN_ONELINE ? read_oneline(r)
					      : read_rfc4514(r);

	if (st == ST_OK && *r->at)
		return bad(r, "text behind a value");
	return st;
}

enum status dn_parse(struct arena *arena, const char *text,
		     struct name *ret_name, enum dn_form *ret_form,
		     const char **ret_why)
{
	size_t len = strnlen(text, MAX_DN_TEXT + 1);
	struct reader r = {.arena = arena, .at = text};
	enum dn_form form = form_of(text);
	enum status st;

	if (len == 0 || len > MAX_DN_TEXT) {
		*ret_why = len == 0 ? "an empty name" : "a name too long";
		return ST_BAD;
	}
	r.value = arena_alloc(arena, len + 1);
	if (!r.value)
		return ST_NOMEM;
	st = read_name(&r, form);
	if (st == ST_BAD)
		*ret_why = r.why;
	if (st)
		return st;
	*ret_name = r.name;
	if (ret_form)
		*ret_form = form;
	return ST_OK;
}
