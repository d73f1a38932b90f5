/* random_name.c - hostile distinguished names. Takes numbers from rand(), gives
 * names. */
#include "random_name.h"

#include "base.h"

#include <openssl/objects.h>
#include <stdlib.h>
#include <string.h>

static void must(int done)
{
	if (!done)
		abort();
}

/* Types, among them one that OpenSSL has no name for and one with a slash. */
static const char *const types[] = {
	"CN", "OU",           "O",     "UID",       "emailAddress",
	"DC", "serialNumber", "title", "1.2.3.4.5", "RSA-SHA512/224",
};

/* Pieces that a value is put together from. */
static const char *const pieces[] = {
	"a",
	"b c",
	",",
	"+",
	"\"",
	"\\",
	"#",
	" ",
	"=",
	";",
	"<",
	">",
	"/",
	"\n",
	"\x7f",
	"\\,",
	"\\x41",
	"\\41",
	", OU=x",
	"/OU=x",
	" + CN=y",
	"+CN=y",
	", CN = z",
	"\", O = \"",
	"#0c0161",
	"\\/CN=r",
	"OU=x",
	" = ",
	"/1.2.3=x",
	"\\+O=q",
	"\xc3\xa9",
	"\xe2\x82\xac",
	"\xf0\x9f\x98\x80",
	"\xc2\x85",
};

struct value {
	char bytes[512];
	int len;
};

size_t random_below(size_t count)
{
	return (size_t)rand() % count;
}

static struct value random_value(void)
{
	struct value v = {.len = 0};

	for (size_t n = random_below(6); n > 0; n--) {
		const char *piece = pieces[random_below(ARRAY_LEN(pieces))];

		memcpy(v.bytes + v.len, piece, strlen(piece));
		v.len += (int)strlen(piece);
	}
	if (random_below(60) == 0)
		v.bytes[v.len++] = '\0';
	if (random_below(60) == 0)
		v.bytes[v.len++] = '\xff';
	return v;
}

/* UTF-8 as Latin-1 or UTF-16, so that other string types occur too. */
static struct value widen(const struct value *v)
{
	struct value wide = {.len = 0};

	for (int i = 0; i < v->len; i++) {
		wide.bytes[wide.len++] = '\0';
		wide.bytes[wide.len++] = v->bytes[i];
	}
	return wide;
}

static X509_NAME_ENTRY *random_entry(void)
{
	static const int kinds[] = {V_ASN1_UTF8STRING,      V_ASN1_UTF8STRING,
				    V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING,
				    V_ASN1_IA5STRING,       V_ASN1_BMPSTRING};
	const char *type = types[random_below(ARRAY_LEN(types))];
	ASN1_OBJECT *object = OBJ_txt2obj(type, 0);
	struct value v = random_value();
	int kind = kinds[random_below(ARRAY_LEN(kinds))];
	X509_NAME_ENTRY *entry = X509_NAME_ENTRY_new();

	if (kind == V_ASN1_BMPSTRING)
		v = widen(&v);
	must(X509_NAME_ENTRY_set_object(entry, object));
	must(ASN1_STRING_set(X509_NAME_ENTRY_get_data(entry), v.bytes, v.len));
	X509_NAME_ENTRY_get_data(entry)->type = kind;
	ASN1_OBJECT_free(object);
	return entry;
}

X509_NAME *random_name(void)
{
	X509_NAME *x = X509_NAME_new();

	for (size_t n = 1 + random_below(4); n > 0; n--) {
		X509_NAME_ENTRY *entry = random_entry();

		must(X509_NAME_add_entry(x, entry, -1,
					 random_below(4) == 0 ? -1 : 0));
		X509_NAME_ENTRY_free(entry);
	}
	return x;
}
