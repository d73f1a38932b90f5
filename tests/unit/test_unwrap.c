/* test_unwrap.c - from the ways servers wrap a certificate back to DER. */
#include "unwrap.h"

#include <criterion/criterion.h>
#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END "-----END CERTIFICATE-----"

Test(unwrap, none)
{
	static const char *const none[] = {
		NULL,
		"",
		"-",
		"(null)",
		"{http.request.tls.client.certificate_pem}",
		"{http}"};
	static const char *const some[] = {
		" ", "--", "null", "MII=", "(null) ", "{", "{https", BEGIN};

	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		cr_expect(unwrap_is_none(none[i]), "row %zu", i);
	cr_expect(unwrap_is_none(some[6]), "any {http...}");
	for (size_t i = 0; i < 6; i++)
		cr_expect_not(unwrap_is_none(some[i]), "%s", some[i]);
	cr_expect_not(unwrap_is_none(some[7]));
}

struct row {
	const char *text;
	const char *bytes; /* NULL: refused */
};

/* The bytes are "foobar", "fooba" or "foob" (Zm9vYmFy Zm9vYmE= Zm9vYg==). */
static const struct row rows[] = {
	/* PEM as servers hand it over */
	{BEGIN "\nZm9vYmFy\n" END "\n", "foobar"},
	{BEGIN "\nZm9vYmFy\n" END, "foobar"},
	{BEGIN "\r\nZm9v\r\nYmE=\r\n" END "\r\n", "fooba"},
	{BEGIN "\n\tZm9v\n\tYg==\n\t" END, "foob"},
	{BEGIN "\n Zm9v\n YmFy\n " END, "foobar"},
	{BEGIN " Zm9v YmFy " END " ", "foobar"},
	{BEGIN "\tZm9v\tYmFy\t" END, "foobar"},
	{" \n" BEGIN "\nZm9vYmFy\n" END "\n \t", "foobar"},
	{BEGIN "\nZ\nm9vYm\nFy\n\n" END, "foobar"},
	{BEGIN "\nZm9vYg=\n=\n" END, "foob"},
	{BEGIN "\n+/+/\n" END, "\xfb\xff\xbf"},
	/* percent-encoded */
	{"-----BEGIN%20CERTIFICATE-----%0AZm9vYmFy%0A-----END%20CERTIFICATE----"
	 "-"
	 "%0A",
	 "foobar"},
	{"-----BEGIN%20CERTIFICATE-----%0D%0AZm9vYg%3d%3D%0d%0a-----END%20"
	 "CERTIFICATE-----",
	 "foob"},
	{"-----BEGIN CERTIFICATE-----%0a+/%2B%2f%0a-----END CERTIFICATE-----",
	 "\xfb\xff\xbf"},
	{"%2D----BEGIN%09CERTIFICATE-----%0aZm9v%0a-----END CERTIFICATE-----",
	 NULL},
	{"Zm9vYg%3D%3D", "foob"},
	/* bare base64 */
	{"Zm9vYmFy", "foobar"},
	{"Zm9vYmE=", "fooba"},
	{"Zm9vYg==", "foob"},
	{" Zm9vYg==\r\n", "foob"},
	{"+/+/", "\xfb\xff\xbf"},
	/* no base64, or not the canonical one */
	{BEGIN "\nZm9vYmF\n" END, NULL},
	{BEGIN "\nZm9vYmE\n" END, NULL},
	{BEGIN "\nZm9vYg=\n" END, NULL},
	{BEGIN "\nZm9vYg===\n" END, NULL},
	{BEGIN "\nZm9vYmFy=\n" END, NULL},
	{BEGIN "\nZm9vYmFy====\n" END, NULL},
	{BEGIN "\nZm9vYh==\n" END, NULL},
	{BEGIN "\nZm9vYmF=\n" END, NULL},
	{BEGIN "\nZm9vY===\n" END, NULL},
	{BEGIN "\nZm9v====\n" END, NULL},
	{BEGIN "\nZg==Zg==\n" END, NULL},
	{BEGIN "\nZm9v=Zm9\n" END, NULL},
	{BEGIN "\nZm9v=YmE\n" END, NULL},
	{"Z=g=", NULL},
	{BEGIN "\nZm9-YmFy\n" END, NULL},
	{BEGIN "\nZm9_YmFy\n" END, NULL},
	{BEGIN "\nZm9v.\n" END, NULL},
	{BEGIN "\n====\n" END, NULL},
	{BEGIN "\n\n" END, NULL},
	{BEGIN "\n" END, NULL},
	{BEGIN END, NULL},
	{BEGIN "\nZm9v\rYmFy\n" END, NULL},
	{BEGIN "\nZm9v\vYmFy\n" END, NULL},
	{BEGIN "\nZm9v\fYmFy\n" END, NULL},
	{BEGIN "\nZm9v\xc2\xa0YmFy\n" END, NULL},
	{"Zm9v YmFy", NULL},
	{"Zm9v\nYmFy", NULL},
	{"Zm9vYmF", NULL},
	{"Zm9vYh==", NULL},
	{"Zm9vYmFy,Zm9vYmFy", NULL},
	{":Zm9vYmFy:", NULL},
	{"\"Zm9vYmFy\"", NULL},
	{"Zm9v\r", NULL},
	{"", NULL},
	{" \n", NULL},
	{"=", NULL},
	{"0", NULL},
	/* labels */
	{"-----BEGIN TRUSTED CERTIFICATE-----\nZm9v\n"
	 "-----END TRUSTED CERTIFICATE-----",
	 NULL},
	{"-----BEGIN X509 CERTIFICATE-----\nZm9v\n-----END X509 "
	 "CERTIFICATE-----",
	 NULL},
	{"-----BEGIN CERTIFICATE REQUEST-----\nZm9v\n"
	 "-----END CERTIFICATE REQUEST-----",
	 NULL},
	{"-----BEGIN PRIVATE KEY-----\nZm9v\n-----END PRIVATE KEY-----", NULL},
	{"-----BEGIN certificate-----\nZm9v\n-----END certificate-----", NULL},
	{BEGIN "\nZm9v\n-----END TRUSTED CERTIFICATE-----", NULL},
	{"----BEGIN CERTIFICATE----\nZm9v\n----END CERTIFICATE----", NULL},
	{"-" BEGIN "\nZm9v\n" END, NULL},
	{BEGIN "-\nZm9v\n" END, NULL},
	{BEGIN "\nZm9v\n" END "-", NULL},
	{BEGIN "\nZm9v\n-" END, NULL},
	{BEGIN "\nZm9v\n", NULL},
	{BEGIN, NULL},
	{BEGIN "Zm9v" END, NULL},
	{BEGIN "\nZm9v" END, NULL},
	{BEGIN "Zm9v\n" END, NULL},
	{"Zm9v\n" END, NULL},
	/* exactly one, and nothing around it */
	{BEGIN "\nZm9v\n" END "\n" BEGIN "\nYmFy\n" END "\n", NULL},
	{BEGIN "\n" BEGIN "\nZm9v\n" END, NULL},
	{BEGIN "\n!\n" END "\n" BEGIN "\nYmFy\n" END "\n", NULL},
	{"subject=CN\n" BEGIN "\nZm9v\n" END, NULL},
	{BEGIN "\nZm9v\n" END "\nx", NULL},
	{BEGIN "\nZm9v\n" END "\r", NULL},
	{BEGIN "\nProc-Type: 4,ENCRYPTED\n\nZm9v\n" END, NULL},
	{BEGIN "\nZm9v\n" END "\nZm9v", NULL},
	{"Zm9v\n" BEGIN "\nZm9v\n" END, NULL},
	/* percent-encoding, once and strictly */
	{"Zm9v%", NULL},
	{"Zm9v%3", NULL},
	{"Zm9vYg%3D%3", NULL},
	{"Zm9vYg%3D%3G", NULL},
	{"Zm9vYg%3D%-3", NULL},
	{"Zm9vYg%253D%253D", NULL},
	{"Zm9v%00", NULL},
	{"Zm9v%00Zm9v", NULL},
	{"Zm9v%80", NULL},
	{"-----BEGIN+CERTIFICATE-----%0AZm9v%0A-----END+CERTIFICATE-----",
	 NULL},
};

Test(unwrap, one)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct der der = {0};
		const char *why = NULL;
		enum status st = unwrap_one(arena, r->text, &der, &why);

		cr_expect_eq(st, r->bytes ? ST_OK : ST_BAD, "row %zu: %s", i,
			     r->text);
		if (!r->bytes) {
			cr_expect(why && !der.bytes, "row %zu", i);
			continue;
		}
		cr_expect_eq(der.len, strlen(r->bytes), "row %zu", i);
		cr_expect(der.len == strlen(r->bytes) &&
				  memcmp(der.bytes, r->bytes, der.len) == 0,
			  "row %zu", i);
	}
	arena_free(arena);
}

/* Every text of a last group: either it is the one that encoding makes, or it
 * is refused. */
Test(unwrap, base64_has_one_text_for_each_value)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	struct arena *arena = arena_new();
	size_t taken = 0;

	for (size_t i = 0; i < 64 * 64; i++) {
		char text[] = {digits[i / 64], digits[i % 64], '=', '=', '\0'};
		struct der der;
		const char *why;

		if (unwrap_one(arena, text, &der, &why) != ST_OK)
			continue;
		taken++;
		cr_assert_eq(der.len, 1);
		cr_assert_eq(digits[der.bytes[0] >> 2], text[0]);
		cr_assert_eq(digits[(der.bytes[0] & 3) << 4], text[1]);
	}
	cr_expect_eq(taken, 256);
	arena_free(arena);
}

static char *filled(struct arena *arena, size_t len)
{
	char *text = arena_alloc(arena, len + 1);

	cr_assert_not_null(text);
	memset(text, 'A', len);
	return text;
}

/* One PEM block around len digits. */
static char *filled_block(struct arena *arena, size_t len)
{
	return arena_printf(arena, "%s\n%s\n%s", BEGIN, filled(arena, len),
			    END);
}

Test(unwrap, limits)
{
	struct arena *arena = arena_new();
	struct der der;
	const char *why;
	size_t count;
	char *text = filled(arena, MAX_CERT_TEXT);

	cr_expect_eq(unwrap_one(arena, text, &der, &why), ST_OK);
	cr_expect_eq(der.len, MAX_CERT_TEXT / 4 * 3);
	text = filled(arena, MAX_CERT_TEXT + 4);
	cr_expect_eq(unwrap_one(arena, text, &der, &why), ST_BAD);
	text = filled_block(arena, MAX_CERT_TEXT - 60);
	cr_expect_eq(unwrap_many(arena, text, &der, 1, &count, &why), ST_OK);
	text = filled_block(arena, MAX_CERT_TEXT);
	cr_expect_eq(unwrap_many(arena, text, &der, 1, &count, &why), ST_BAD);
	text = filled(arena, MAX_CHAIN_TEXT + 1);
	cr_expect_eq(unwrap_many(arena, text, &der, 1, &count, &why), ST_BAD);
	arena_free(arena);
}

#define BLOCK(base64) BEGIN "\n" base64 "\n" END

static void expect_many(const char *text, size_t max, size_t expected)
{
	struct arena *arena = arena_new();
	struct der ders[4] = {0};
	size_t count = 0;
	const char *why = NULL;
	enum status st = unwrap_many(arena, text, ders, max, &count, &why);

	cr_expect_eq(st, expected ? ST_OK : ST_BAD, "%s", text);
	cr_expect_eq(count, expected, "%s", text);
	cr_expect(expected || why, "%s", text);
	for (size_t i = 0; i < count; i++)
		cr_expect_eq(ders[i].len, 3, "%s", text);
	if (count > 1) {
		cr_expect_eq(memcmp(ders[0].bytes, "foo", 3), 0);
		cr_expect_eq(memcmp(ders[1].bytes, "bar", 3), 0);
	}
	arena_free(arena);
}

Test(unwrap, many)
{
	expect_many(BLOCK("Zm9v"), 4, 1);
	expect_many(BLOCK("Zm9v") "\n" BLOCK("YmFy") "\n", 4, 2);
	expect_many("\n" BLOCK("Zm9v") " " BLOCK("YmFy") " ", 2, 2);
	expect_many(BLOCK("Zm9v") "%0A" BLOCK("YmFy"), 2, 2);
	expect_many(BLOCK("Zm9v") "\n" BLOCK("YmFy"), 1, 0);
	expect_many(BLOCK("Zm9v"), 0, 0);
	expect_many(BLOCK("Zm9v") BLOCK("YmFy"), 4, 0);
	expect_many(BLOCK("Zm9v") "\nx\n" BLOCK("YmFy"), 4, 0);
	expect_many(BLOCK("Zm9v") "\n" BLOCK("Ym!y"), 4, 0);
	expect_many(BLOCK("!") "\n" BLOCK("YmFy"), 4, 0);
	expect_many(BLOCK("Zm9v") "\n" BEGIN, 4, 0);
	expect_many(BLOCK("Zm9v") "," BLOCK("YmFy"), 4, 0);
	expect_many("Zm9v", 4, 0);
	expect_many("", 4, 0);
	expect_many(" ", 4, 0);
}

static bool decodes(const char *text, bool folded, const char *expect)
{
	unsigned char out[64];
	size_t len = 0;

	cr_assert_leq(BASE64_ROOM(strlen(text)), sizeof(out));
	if (!unwrap_base64(text, text + strlen(text), folded, out, &len))
		return expect == NULL;
	return expect && len == strlen(expect) && memcmp(out, expect, len) == 0;
}

Test(unwrap, base64)
{
	cr_expect(decodes("Zm9v", false, "foo"));
	cr_expect(decodes("Zm9\nv\r\nYg= =\n", true, "foob"));
	cr_expect(decodes("Zm9v\n", false, NULL));
	cr_expect(decodes("Zm9vYg=", true, NULL));
	cr_expect(decodes("Zm9vYh==", true, NULL));
	cr_expect(decodes("Zm9v-", true, NULL));
	cr_expect(decodes("", true, NULL));
}
