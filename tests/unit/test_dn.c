/* test_dn.c - names that arrive as text. In the table a name is written as its
 * RFC 4514 text from name_print, which has tests of its own; that dn_parse
 * never takes one name for another is shown on what OpenSSL prints. */
#include "dn.h"

#include "dn_rows.h"
#include "random_name.h"
#include "utf8.h"

#include <criterion/criterion.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

Test(dn, table)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(dn_rows); i++) {
		const struct dn_row *r = &dn_rows[i];
		struct name name = {0};
		enum dn_form form = DN_RFC4514;
		const char *why = NULL;
		enum status st = dn_parse(arena, r->text, &name, &form, &why);
		const char *printed = name_print(arena, &name);

		cr_expect_eq(st, r->printed ? ST_OK : ST_BAD, "%s (%s)",
			     r->text, why ? why : "taken");
		cr_expect_str_eq(printed, r->printed ? r->printed : "", "%s",
				 r->text);
		cr_expect_eq(why != NULL, !r->printed, "%s", r->text);
		if (r->printed)
			cr_expect_eq(form, r->form, "%s", r->text);
	}
	arena_free(arena);
}

Test(dn, certificate_order)
{
	struct arena *arena = arena_new();
	struct name name;
	struct name same;
	const char *why;

	cr_assert_eq(dn_parse(arena, "CN=a+UID=b,OU=c,O=d", &name, NULL, &why),
		     ST_OK);
	cr_assert_eq(name.count, 4);
	cr_expect_str_eq(name.avas[0].value, "d");
	cr_expect_eq(name.avas[0].rdn, 0);
	cr_expect_str_eq(name.avas[1].value, "c");
	cr_expect_eq(name.avas[1].rdn, 1);
	cr_expect_eq(name.avas[2].rdn, 2);
	cr_expect_eq(name.avas[3].rdn, 2);
	cr_assert_eq(dn_parse(arena, "O = d, OU = c, CN = a + UID = b", &same,
			      NULL, &why),
		     ST_OK);
	cr_expect(name_equal(&name, &same));
	cr_assert_eq(dn_parse(arena, "O = d, OU = c, CN = a, UID = b", &same,
			      NULL, &why),
		     ST_OK);
	cr_expect_not(name_equal(&name, &same));
	arena_free(arena);
}

Test(dn, limit)
{
	struct arena *arena = arena_new();
	char *text = arena_alloc(arena, MAX_DN_TEXT + 2);
	struct name name;
	const char *why;

	memset(text, 'a', MAX_DN_TEXT);
	memcpy(text, "CN=", 3);
	cr_expect_eq(dn_parse(arena, text, &name, NULL, &why), ST_OK);
	text[MAX_DN_TEXT] = 'a';
	cr_expect_eq(dn_parse(arena, text, &name, NULL, &why), ST_BAD);
	arena_free(arena);
}

/* The name as it is, and whether every form must be able to say it: not the
 * types that are printed dotted, and not the value # alone, which OpenSSL
 * prints without its escape. */
static struct name name_of(struct arena *arena, const X509_NAME *x, bool *plain)
{
	struct name name = {0};
	char oid[128];

	*plain = true;
	for (int i = 0; i < X509_NAME_entry_count(x); i++) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(x, i);
		const ASN1_STRING *s = X509_NAME_ENTRY_get_data(e);
		unsigned char *utf8 = NULL;
		int len = ASN1_STRING_to_UTF8(&utf8, s);
		const char *value = (const char *)utf8;

		if (len < 0) { /* UTF8String that is not */
			value = (const char *)ASN1_STRING_get0_data(s);
			len = ASN1_STRING_length(s);
		}
		OBJ_obj2txt(oid, sizeof(oid), X509_NAME_ENTRY_get_object(e), 1);
		cr_assert_eq(name_add(arena, &name, oid, value, (size_t)len,
				      (size_t)X509_NAME_ENTRY_set(e)),
			     ST_OK);
		*plain = *plain && utf8_valid(value, (size_t)len) &&
			 !memchr(value, 0, (size_t)len) &&
			 strcmp(oid, "1.2.3.4.5") != 0 &&
			 strcmp(oid, "1.2.840.113549.1.1.15") != 0 &&
			 !(len == 1 && value[0] == '#');
		OPENSSL_free(utf8);
	}
	return name;
}

static bool identical(const struct name *a, const struct name *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->avas[i].oid, b->avas[i].oid) != 0 ||
		    strcmp(a->avas[i].value, b->avas[i].value) != 0 ||
		    a->avas[i].rdn != b->avas[i].rdn ||
		    a->avas[i].clean != b->avas[i].clean)
			return false;
	return true;
}

/* True if text was taken. */
static bool same_or_refused(struct arena *arena, const char *text,
			    const struct name *name)
{
	struct name parsed;
	const char *why;

	if (dn_parse(arena, text, &parsed, NULL, &why) != ST_OK)
		return false;
	cr_assert(identical(&parsed, name), "%s is not %s", text,
		  name_print(arena, name));
	return true;
}

/* What X509_NAME_print_ex gives as a text, as servers pass it on; NULL if it
 * gives up. The text ends at a NUL as it does there. */
static char *print_x509(struct arena *arena, const X509_NAME *x,
			unsigned long flags)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	char *text = NULL;

	if (X509_NAME_print_ex(bio, x, 0, flags) >= 0) {
		long len = BIO_get_mem_data(bio, &data);

		text = arena_strndup(arena, data, (size_t)len);
	}
	BIO_free(bio);
	return text;
}

static const unsigned long flags[] = {
	XN_FLAG_RFC2253,
	XN_FLAG_RFC2253 & ~ASN1_STRFLGS_ESC_MSB,
	XN_FLAG_ONELINE,
	XN_FLAG_ONELINE & ~ASN1_STRFLGS_ESC_MSB,
};

Test(dn, openssl_prints_and_we_read_the_same)
{
	size_t plain_names = 0;

	srand(1);
	for (size_t i = 0; i < 8000; i++) {
		struct arena *arena = arena_new();
		X509_NAME *x = random_name();
		bool plain;
		struct name name = name_of(arena, x, &plain);

		for (size_t k = 0; k < ARRAY_LEN(flags); k++) {
			char *text = print_x509(arena, x, flags[k]);
			bool taken =
				text && same_or_refused(arena, text, &name);

			cr_assert(taken || !plain, "%s",
				  text ? text : "nothing printed");
		}
		plain_names += plain;
		X509_NAME_free(x);
		arena_free(arena);
	}
	cr_expect_gt(plain_names, 1000);
}

Test(dn, our_own_print_reads_the_same)
{
	srand(2);
	for (size_t i = 0; i < 8000; i++) {
		struct arena *arena = arena_new();
		X509_NAME *x = random_name();
		bool plain;
		struct name name = name_of(arena, x, &plain);
		const char *text = name_print(arena, &name);

		cr_assert(utf8_clean(text, strlen(text)), "%s", text);
		cr_assert(same_or_refused(arena, text, &name) || !plain, "%s",
			  text);
		X509_NAME_free(x);
		arena_free(arena);
	}
}

/* BMPString is left out: X509_NAME_oneline prints its bytes as if they were
 * characters. So are versions of OpenSSL that do not escape a slash. */
static bool slash_can_say(const X509_NAME *x)
{
	for (int i = 0; i < X509_NAME_entry_count(x); i++) {
		const X509_NAME_ENTRY *e = X509_NAME_get_entry(x, i);

		if (X509_NAME_ENTRY_get_data(e)->type == V_ASN1_BMPSTRING)
			return false;
	}
	return true;
}

static bool oneline_escapes(void)
{
	X509_NAME *x = X509_NAME_new();
	char text[64];

	cr_assert(X509_NAME_add_entry_by_NID(x, NID_commonName, MBSTRING_UTF8,
					     (const unsigned char *)"a/b", 3,
					     -1, 0));
	X509_NAME_oneline(x, text, sizeof(text));
	X509_NAME_free(x);
	return strcmp(text, "/CN=a\\/b") == 0;
}

Test(dn, slash_form_is_never_another_name)
{
	size_t taken = 0;

	if (!oneline_escapes())
		cr_skip_test("this OpenSSL does not escape a slash");
	srand(3);
	for (size_t i = 0; i < 20000; i++) {
		struct arena *arena = arena_new();
		X509_NAME *x = random_name();
		bool plain;
		struct name name = name_of(arena, x, &plain);
		char *text = X509_NAME_oneline(x, NULL, 0);

		if (slash_can_say(x))
			taken += same_or_refused(arena, text, &name);
		OPENSSL_free(text);
		X509_NAME_free(x);
		arena_free(arena);
	}
	cr_expect_gt(taken, 100, "%zu", taken);
}

/* Bytes put together at random: whatever is taken prints and reads again. */
Test(dn, text_that_is_taken_prints_as_the_same_name)
{
	static const char alphabet[] = "CNO=,+/\\\" #a0c1\xc3\xa9;";
	size_t taken = 0;

	srand(4);
	for (size_t i = 0; i < 200000; i++) {
		struct arena *arena = arena_new();
		static const char *const starts[] = {"CN=", "O = ", "/C="};
		char text[40] = "";
		struct name name = {0};
		const char *why = NULL;

		memcpy(text, starts[i % 3], strlen(starts[i % 3]));
		for (size_t n = random_below(14); n > 0; n--)
			text[strlen(text)] =
				alphabet[random_below(sizeof(alphabet) - 1)];
		if (dn_parse(arena, text, &name, NULL, &why) == ST_OK) {
			taken++;
			cr_assert(same_or_refused(
				arena, name_print(arena, &name), &name));
		} else {
			cr_assert(why && name.count == 0);
		}
		arena_free(arena);
	}
	cr_expect_gt(taken, 1000);
}
