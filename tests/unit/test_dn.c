/* test_dn.c - names that arrive as text. In the tables a name is written as its
 * RFC 4514 text from name_print, which tests of its own check; that dn_parse
 * never takes one name for another is shown on what OpenSSL prints. */
#include "dn.h"

#include "utf8.h"

#include <criterion/criterion.h>
#include <openssl/objects.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

struct row {
	const char *text;
	const char *printed; /* NULL: refused */
	enum dn_form form;
};

static const struct row rows[] = {
	/* RFC 4514 and RFC 2253 */
	{"CN=bob", "CN=bob", DN_RFC4514},
	{"CN=bob,OU=x,O=y", "CN=bob,OU=x,O=y", DN_RFC4514},
	{"emailAddress=a@b.c,CN=a", "emailAddress=a@b.c,CN=a", DN_RFC4514},
	{"E=a@b.c,S=x", "emailAddress=a@b.c,ST=x", DN_RFC4514},
	{"commonName=bob,2.5.4.11=x", "CN=bob,OU=x", DN_RFC4514},
	{"1.2.3.4=x", "1.2.3.4=x", DN_RFC4514},
	{"CN=a+OU=b,O=c", "CN=a+OU=b,O=c", DN_RFC4514},
	{"CN=a + OU=b , O=c", "CN=a+OU=b,O=c", DN_RFC4514},
	{"CN= bob ,O=x", "CN=bob,O=x", DN_RFC4514},
	{" CN=bob, O = x ", "CN=bob,O=x", DN_RFC4514},
	{"CN=\\ bob\\ ,O=x", "CN=\\ bob\\ ,O=x", DN_RFC4514},
	{"CN=bob \\  ,O=x", "CN=bob \\ ,O=x", DN_RFC4514},
	{"CN=a b", "CN=a b", DN_RFC4514},
	{"CN=", "CN=", DN_RFC4514},
	{"CN=,O=x", "CN=,O=x", DN_RFC4514},
	{"CN=Acme\\, Inc", "CN=Acme\\, Inc", DN_RFC4514},
	{"CN=bob\\, OU=Administrators", "CN=bob\\, OU=Administrators",
	 DN_RFC4514},
	{"CN=a\\+OU=b", "CN=a\\+OU=b", DN_RFC4514},
	{"CN=bob/OU=Administrators", "CN=bob/OU=Administrators", DN_RFC4514},
	{"CN=a=b", "CN=a=b", DN_RFC4514},
	{"CN=a\\=b\\#", "CN=a=b#", DN_RFC4514},
	{"CN=\\#a#", "CN=\\#a#", DN_RFC4514},
	{"CN=\\\"\\;\\<\\>\\\\", "CN=\\\"\\;\\<\\>\\\\", DN_RFC4514},
	{"CN=caf\xc3\xa9", "CN=caf\xc3\xa9", DN_RFC4514},
	{"CN=caf\\C3\\A9", "CN=caf\xc3\xa9", DN_RFC4514},
	{"CN=caf\\c3\xa9", "CN=caf\xc3\xa9", DN_RFC4514},
	{"CN=a\\2CO\\3Db", "CN=a\\,O=b", DN_RFC4514},
	{"CN=a\\20", "CN=a\\ ", DN_RFC4514},
	{"CN=a\\0Ab", "CN=a\\0Ab", DN_RFC4514},
	{"CN=\\C2\\85", "CN=\\C2\\85", DN_RFC4514},
	{"1.2.3.4=#0c0161", "1.2.3.4=a", DN_RFC4514},
	{"CN=#0C02C3A9 ,O=x", "CN=\xc3\xa9,O=x", DN_RFC4514},
	{"CN=#1303616263", "CN=abc", DN_RFC4514},
	{"CN=#160140", "CN=@", DN_RFC4514},
	{"CN=#12023132", "CN=12", DN_RFC4514},
	{"CN=#0c00", "CN=", DN_RFC4514},
	{"CN=#0c810161", "CN=a", DN_RFC4514},
	{"CN=#0c82000161", "CN=a", DN_RFC4514},
	{"CN=#0c012c", "CN=\\,", DN_RFC4514},
	{"", NULL, 0},
	{" ", NULL, 0},
	{"bob", NULL, 0},
	{"=bob", NULL, 0},
	{"CN", NULL, 0},
	{"CN bob", NULL, 0},
	{",CN=bob", NULL, 0},
	{"CN=bob,", NULL, 0},
	{"CN=bob, ", NULL, 0},
	{"CN=bob+", NULL, 0},
	{"CN=bob,,O=x", NULL, 0},
	{"CN=bob;O=x", NULL, 0},
	{"CN=bob,x", NULL, 0},
	{"CN=Acme, Inc,O=x", NULL, 0},
	{"XX=bob", NULL, 0},
	{"cn=bob", NULL, 0},
	{"OID.2.5.4.3=bob", NULL, 0},
	{"2.5.4.03=bob", NULL, 0},
	{"C N=bob", NULL, 0},
	{"CN=\"bob\"", NULL, 0},
	{"CN=\"Acme, Inc\"", NULL, 0},
	{"CN=a\"b", NULL, 0},
	{"CN=a<b", NULL, 0},
	{"CN=a>b", NULL, 0},
	{"CN=a\\", NULL, 0},
	{"CN=a\\,", "CN=a\\,", DN_RFC4514},
	{"CN=a\\\\,", NULL, 0},
	{"CN=a\\x41", NULL, 0},
	{"CN=a\\g", NULL, 0},
	{"CN=a\\4", NULL, 0},
	{"CN=a\\4g", NULL, 0},
	{"CN=a\\4,O=x", NULL, 0},
	{"CN=a\\00b", NULL, 0},
	{"CN=\\00", NULL, 0},
	{"CN=\\FF", NULL, 0},
	{"CN=\\C3", NULL, 0},
	{"CN=\\C3,O=\\A9", NULL, 0},
	{"CN=\xff", NULL, 0},
	{"CN=\xc0\xaf", NULL, 0},
	{"CN=a\nb", NULL, 0},
	{"CN=a\n", NULL, 0},
	{"CN=a\tb", NULL, 0},
	{"CN\t=a", NULL, 0},
	{"CN=a\x7f", NULL, 0},
	{"CN=#", NULL, 0},
	{"CN=#a", NULL, 0},
	{"CN=#0c", NULL, 0},
	{"CN=#0c016", NULL, 0},
	{"CN=#0c01", NULL, 0},
	{"CN=#0c016162", NULL, 0},
	{"CN=#0c0161x", NULL, 0},
	{"CN=#0c0161 x", NULL, 0},
	{"CN=#0c800161000", NULL, 0},
	{"CN=#0c80", NULL, 0},
	{"CN=#0c81", NULL, 0},
	{"CN=#0c820001", NULL, 0},
	{"CN=#0c83000001", NULL, 0},
	{"CN=#0c8300000161", NULL, 0},
	{"CN=#0c0100", NULL, 0},
	{"CN=#0c01ff", NULL, 0},
	{"CN=#1301e9", NULL, 0},
	{"CN=#1e020061", NULL, 0},
	{"CN=#140161", NULL, 0},
	{"CN=#040161", NULL, 0},
	{"CN=#000161", NULL, 0},
	{"CN=#2c030c0161", NULL, 0},
	/* one line, as lighttpd has it */
	{"CN = bob", "CN=bob", DN_ONELINE},
	{"C = US, O = x, CN = bob", "CN=bob,O=x,C=US", DN_ONELINE},
	{"O = x, CN = a + OU = b", "OU=b+CN=a,O=x", DN_ONELINE},
	{"O = \"Acme, Inc\", CN = x", "CN=x,O=Acme\\, Inc", DN_ONELINE},
	{"CN = \"a + OU = b\"", "CN=a \\+ OU = b", DN_ONELINE},
	{"CN = \"bob, OU = Administrators\"", "CN=bob\\, OU = Administrators",
	 DN_ONELINE},
	{"CN = bob/OU=Administrators", "CN=bob/OU=Administrators", DN_ONELINE},
	{"CN = a = b", "CN=a = b", DN_ONELINE},
	{"CN = \"#a\"", "CN=\\#a", DN_ONELINE},
	{"CN = \" a \"", "CN=\\ a\\ ", DN_ONELINE},
	{"CN = a\\\"b\\\\", "CN=a\\\"b\\\\", DN_ONELINE},
	{"CN = \"a\\\"b\\\\,\"", "CN=a\\\"b\\\\\\,", DN_ONELINE},
	{"CN = caf\\C3\\A9", "CN=caf\xc3\xa9", DN_ONELINE},
	{"CN = caf\xc3\xa9", "CN=caf\xc3\xa9", DN_ONELINE},
	{"CN = a\\0Ab", "CN=a\\0Ab", DN_ONELINE},
	{"CN = ", "CN=", DN_ONELINE},
	{"CN = , O = x", "O=x,CN=", DN_ONELINE},
	{"CN =  + O = x", "O=x+CN=", DN_ONELINE},
	{"1.2.3.4 = x", "1.2.3.4=x", DN_ONELINE},
	{"CN =", NULL, 0},
	{"CN =bob", NULL, 0},
	{"CN  = bob", NULL, 0},
	{"CN =  bob", NULL, 0},
	{" CN = bob", NULL, 0},
	{"CN = bob ", NULL, 0},
	{"CN = bob ,O = x", NULL, 0},
	{"CN = bob,O = x", NULL, 0},
	{"CN = bob, O=x", NULL, 0},
	{"CN = bob,  O = x", NULL, 0},
	{"CN = bob, ", NULL, 0},
	{"CN = bob,", NULL, 0},
	{"CN = bob + ", NULL, 0},
	{"CN = bob+OU = x", NULL, 0},
	{"CN = bob +OU = x", NULL, 0},
	{"CN = bob  + OU = x", NULL, 0},
	{"CN = Acme, Inc", NULL, 0},
	{"CN = #0c0161", NULL, 0},
	{"CN = #a", NULL, 0},
	{"CN = a;b", NULL, 0},
	{"CN = a<b", NULL, 0},
	{"CN = a\"b", NULL, 0},
	{"CN = a\\,b", NULL, 0},
	{"CN = a\\ ", NULL, 0},
	{"CN = a\\20 + O = x", NULL, 0},
	{"CN = a\\", NULL, 0},
	{"CN = a\\00", NULL, 0},
	{"CN = a\\FF", NULL, 0},
	{"CN = \"a", NULL, 0},
	{"CN = \"a\\\"", NULL, 0},
	{"CN = \"a\"b", NULL, 0},
	{"CN = \"a\" ", NULL, 0},
	{"CN = \"a\",O = x", NULL, 0},
	{"CN = \"a\nb\"", NULL, 0},
	{"CN = a\nb", NULL, 0},
	{"XX = bob", NULL, 0},
	{"CN = a, XX = b", NULL, 0},
	/* slash */
	{"/CN=bob", "CN=bob", DN_SLASH},
	{"/C=US/O=x/CN=bob", "CN=bob,O=x,C=US", DN_SLASH},
	{"/CN=a/Email=b@c", "emailAddress=b@c,CN=a", DN_SLASH},
	{"/CN=a\\/b", "CN=a/b", DN_SLASH},
	{"/CN=a\\/\\/b/O=x", "O=x,CN=a//b", DN_SLASH},
	{"/CN=a\\+b", "CN=a\\+b", DN_SLASH},
	{"/CN=a+b", "CN=a\\+b", DN_SLASH},
	{"/O=Acme, Inc/CN=x", "CN=x,O=Acme\\, Inc", DN_SLASH},
	{"/CN=a=b", "CN=a=b", DN_SLASH},
	{"/CN=a, b=c", "CN=a\\, b=c", DN_SLASH},
	{"/CN= a ", "CN=\\ a\\ ", DN_SLASH},
	{"/CN=#a\"", "CN=\\#a\\\"", DN_SLASH},
	{"/CN=caf\xc3\xa9", "CN=caf\xc3\xa9", DN_SLASH},
	{"/", NULL, 0},
	{"//CN=bob", NULL, 0},
	{"/bob", NULL, 0},
	{"/CN", NULL, 0},
	{"/CN=", NULL, 0},
	{"/CN=/O=x", NULL, 0},
	{"/CN=bob/", NULL, 0},
	{"/CN=a/b", NULL, 0},
	{"/CN=a/b=c", NULL, 0},
	{"/CN=a//O=x", NULL, 0},
	{"/CN = bob", NULL, 0},
	{"/CN=bob, OU=Administrators", NULL, 0},
	{"/CN=bob,OU=Administrators", NULL, 0},
	{"/CN=bob;OU=Administrators", NULL, 0},
	{"/CN=bob OU=Administrators", NULL, 0},
	{"/CN=bob, ;  OU=Administrators", NULL, 0},
	{"/CN=bob, OU = Administrators", NULL, 0},
	{"/CN=bob, 2.5.4.11=Administrators", NULL, 0},
	{"/CN=bob, E=x", NULL, 0},
	{"/CN=bob+OU=Administrators", NULL, 0},
	{"/CN=bob + OU=Administrators", NULL, 0},
	{"/CN=bob\\/OU=Administrators", NULL, 0},
	{"/CN=bob\\+OU=Administrators", NULL, 0},
	{"/CN=bob\\/x_y=z", NULL, 0},
	{"/CN=bob\\", NULL, 0},
	{"/CN=bob\\\\", NULL, 0},
	{"/CN=bob\\\\/OU=x", NULL, 0},
	{"/CN=bob\\x00", NULL, 0},
	{"/CN=bob\\xC3\\xA9", NULL, 0},
	{"/CN=a\\b", NULL, 0},
	{"/CN=a\nb", NULL, 0},
	{"/CN=\xff", NULL, 0},
	{" /CN=bob", NULL, 0},
};

Test(dn, table)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
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

/* ---- what OpenSSL prints is read as what it is, or refused ---------------- */

static const char *const types[] = {
	"CN", "OU", "O", "UID", "emailAddress", "DC", "serialNumber", "title",
	"1.2.3.4.5", "RSA-SHA512/224",
};

/* Pieces that a value is put together from. */
static const char *const pieces[] = {
	"a",	   "b c",      ",",	   "+",	    "\"",	 "\\",
	"#",	   " ",	       "=",	   ";",	    "<",	 ">",
	"/",	   "\n",       "\x7f",	   "\\,",   "\\x41",	 "\\41",
	", OU=x",  "/OU=x",    " + CN=y",  "+CN=y", ", CN = z",	 "\", O = \"",
	"#0c0161", "\\/CN=r",  "OU=x",	   " = ",   "/1.2.3=x",	 "\\+O=q",
	"\xc3\xa9", "\xe2\x82\xac",	   "\xf0\x9f\x98\x80",	 "\xc2\x85",
};

struct value {
	char bytes[512];
	int len;
};

static size_t pick(size_t count)
{
	return (size_t)rand() % count;
}

static struct value random_value(void)
{
	struct value v = {.len = 0};

	for (size_t n = pick(6); n > 0; n--) {
		const char *piece = pieces[pick(ARRAY_LEN(pieces))];

		memcpy(v.bytes + v.len, piece, strlen(piece));
		v.len += (int)strlen(piece);
	}
	if (pick(60) == 0)
		v.bytes[v.len++] = '\0';
	if (pick(60) == 0)
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
	static const int kinds[] = {V_ASN1_UTF8STRING, V_ASN1_UTF8STRING,
				    V_ASN1_PRINTABLESTRING, V_ASN1_T61STRING,
				    V_ASN1_IA5STRING, V_ASN1_BMPSTRING};
	const char *type = types[pick(ARRAY_LEN(types))];
	ASN1_OBJECT *object = OBJ_txt2obj(type, 0);
	struct value v = random_value();
	int kind = kinds[pick(ARRAY_LEN(kinds))];
	X509_NAME_ENTRY *entry = X509_NAME_ENTRY_new();

	if (kind == V_ASN1_BMPSTRING)
		v = widen(&v);
	cr_assert(X509_NAME_ENTRY_set_object(entry, object));
	cr_assert(ASN1_STRING_set(X509_NAME_ENTRY_get_data(entry), v.bytes,
				  v.len));
	X509_NAME_ENTRY_get_data(entry)->type = kind;
	ASN1_OBJECT_free(object);
	return entry;
}

static X509_NAME *random_x509(void)
{
	X509_NAME *x = X509_NAME_new();

	for (size_t n = 1 + pick(4); n > 0; n--) {
		X509_NAME_ENTRY *entry = random_entry();

		cr_assert(X509_NAME_add_entry(x, entry, -1,
					      pick(4) == 0 ? -1 : 0));
		X509_NAME_ENTRY_free(entry);
	}
	return x;
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
			 strncmp(oid, "1.2.", 4) != 0 &&
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
		X509_NAME *x = random_x509();
		bool plain;
		struct name name = name_of(arena, x, &plain);

		for (size_t k = 0; k < ARRAY_LEN(flags); k++) {
			char *text = print_x509(arena, x, flags[k]);
			bool taken = text &&
				     same_or_refused(arena, text, &name);

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
		X509_NAME *x = random_x509();
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
		X509_NAME *x = random_x509();
		bool plain;
		struct name name = name_of(arena, x, &plain);
		char *text = X509_NAME_oneline(x, NULL, 0);

		if (slash_can_say(x))
			taken += same_or_refused(arena, text, &name);
		OPENSSL_free(text);
		X509_NAME_free(x);
		arena_free(arena);
	}
	cr_expect_gt(taken, 1000);
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
		for (size_t n = pick(14); n > 0; n--)
			text[strlen(text)] =
				alphabet[pick(sizeof(alphabet) - 1)];
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
