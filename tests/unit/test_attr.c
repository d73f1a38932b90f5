/* test_attr.c - the attributes a policy can speak of. */
#include "attr.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(attr, .init = start, .fini = end);

static struct attr_values read_attr(const struct cert *cert, const char *name)
{
	struct attr attr;
	struct attr_values values;
	const char *why;

	cr_assert_eq(attr_parse(arena, name, &attr, &why), ST_OK, "%s", name);
	memset(&values, 0xff, sizeof(values));
	cr_assert_eq(attr_read(arena, cert, &attr, &values), ST_OK);
	return values;
}

static void expect_one(const struct cert *cert, const char *name,
		       const char *text)
{
	struct attr_values values = read_attr(cert, name);

	cr_assert_eq(values.state, ATTR_READ, "%s", name);
	cr_assert_eq(values.count, 1, "%s", name);
	cr_expect_str_eq(values.list[0].text, text);
	cr_expect_not(values.list[0].stale);
}

static void expect_state(const struct cert *cert, const char *name,
			 enum attr_state state)
{
	struct attr_values values = read_attr(cert, name);

	cr_expect_eq(values.state, state, "%s", name);
	if (state == ATTR_READ)
		cr_expect_eq(values.count, 0, "%s", name);
}

Test(attr, zero_is_unread)
{
	struct attr_values zero = {0};

	cr_expect_eq(zero.state, ATTR_UNREAD);
	cr_expect_neq(ATTR_UNREAD, ATTR_READ);
}

Test(attr, table)
{
	static const char *const names[] = {
		"subject", "subject.", "issuer",   "issuer.",  "san.dns",
		"san.email", "san.uri", "san.ip",  "san.upn",  "serial",
		"sha256",  "spki",     "eku",	   "policy",   "key.type",
		"key.bits", "ext.",
		"anchor.subject", "anchor.subject.", "anchor.sha256",
		"anchor.spki", "ca.subject", "ca.subject.", "ca.sha256",
		"ca.spki", "pin", "identity", "id"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		cr_expect_str_eq(attr_table_name(i), names[i]);
	cr_expect_null(attr_table_name(ARRAY_LEN(names)));
	cr_expect_null(attr_table_name(SIZE_MAX));
}

static const struct {
	const char *name;
	const char *param;
	enum attr_compare compare;
	enum attr_origin origin;
} parsed[] = {
	{"subject", NULL, COMPARE_NAME, ORIGIN_SUBJECT},
	{"subject.CN", "2.5.4.3", COMPARE_EXACT, ORIGIN_SUBJECT},
	{"subject.commonName", "2.5.4.3", COMPARE_EXACT, ORIGIN_SUBJECT},
	{"subject.2.5.4.3", "2.5.4.3", COMPARE_EXACT, ORIGIN_SUBJECT},
	{"subject.1.2.3.4.5", "1.2.3.4.5", COMPARE_EXACT, ORIGIN_SUBJECT},
	{"subject.emailAddress", "1.2.840.113549.1.9.1", COMPARE_EMAIL,
	 ORIGIN_SUBJECT},
	{"issuer", NULL, COMPARE_NAME, ORIGIN_WORDS},
	{"issuer.O", "2.5.4.10", COMPARE_EXACT, ORIGIN_WORDS},
	{"issuer.emailAddress", "1.2.840.113549.1.9.1", COMPARE_EMAIL,
	 ORIGIN_WORDS},
	{"san.dns", NULL, COMPARE_DNS, ORIGIN_CERT},
	{"san.email", NULL, COMPARE_EMAIL, ORIGIN_CERT},
	{"san.uri", NULL, COMPARE_URI, ORIGIN_CERT},
	{"san.ip", NULL, COMPARE_IP, ORIGIN_CERT},
	{"san.upn", NULL, COMPARE_EXACT, ORIGIN_CERT},
	{"serial", NULL, COMPARE_SERIAL, ORIGIN_WORDS},
	{"sha256", NULL, COMPARE_HEX, ORIGIN_CERT},
	{"spki", NULL, COMPARE_HEX, ORIGIN_CERT},
	{"eku", NULL, COMPARE_OID, ORIGIN_CERT},
	{"policy", NULL, COMPARE_OID, ORIGIN_CERT},
	{"key.type", NULL, COMPARE_EXACT, ORIGIN_CERT},
	{"key.bits", NULL, COMPARE_EXACT, ORIGIN_CERT},
	{"ext.1.2.3.4", "1.2.3.4", COMPARE_BYTES, ORIGIN_CERT},
	{"ext.basicConstraints", "2.5.29.19", COMPARE_BYTES, ORIGIN_CERT},
	{"ext.1.2.840.113549.1.9.1", "1.2.840.113549.1.9.1", COMPARE_BYTES,
	 ORIGIN_CERT},
	{"anchor.subject", NULL, COMPARE_NAME, ORIGIN_CHAIN},
	{"anchor.subject.O", "2.5.4.10", COMPARE_EXACT, ORIGIN_CHAIN},
	{"anchor.sha256", NULL, COMPARE_HEX, ORIGIN_CHAIN},
	{"ca.subject.emailAddress", "1.2.840.113549.1.9.1", COMPARE_EMAIL,
	 ORIGIN_CHAIN},
	{"ca.subject", NULL, COMPARE_NAME, ORIGIN_CHAIN},
	{"ca.spki", NULL, COMPARE_HEX, ORIGIN_CHAIN},
	{"pin", NULL, COMPARE_PIN, ORIGIN_PIN},
	{"identity", NULL, COMPARE_EXACT, ORIGIN_IDENTITY},
	{"id", NULL, COMPARE_EXACT, ORIGIN_IDENTITY},
};

Test(attr, names_that_are_known)
{
	for (size_t i = 0; i < ARRAY_LEN(parsed); i++) {
		const char *name = parsed[i].name;
		struct attr attr;
		const char *why;

		cr_assert_eq(attr_parse(arena, name, &attr, &why), ST_OK);
		cr_expect_str_eq(attr.name, name);
		cr_expect_eq(attr.compare, parsed[i].compare, "%s", name);
		cr_expect_eq(attr.origin, parsed[i].origin, "%s", name);
		cr_expect_not_null(attr.row);
		if (parsed[i].param)
			cr_expect_str_eq(attr.param, parsed[i].param);
		else
			cr_expect_null(attr.param, "%s", name);
	}
}

Test(attr, names_that_are_not)
{
	static const char *const names[] = {
		"", ".", "Subject", "subject.", "subject.NoSuchType", "issuer.",
		"subject .CN", "subject.CN ", "subject.2", "subject.1.x",
		"san", "san.", "san.foo", "san.DNS", "ext", "ext.", "ext.foo",
		"key", "key.", "key.size", "sha-256", "sha256 ", "serial.x",
		"pin.x", "role", "anchor", "ca.", "ca.serial",
		"anchor.subject."};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct attr attr = {.name = "untouched"};
		const char *why = NULL;

		cr_expect_eq(attr_parse(arena, names[i], &attr, &why), ST_BAD,
			     "%s", names[i]);
		cr_expect_not_null(why);
		cr_expect_str_eq(attr.name, "untouched");
	}
}

Test(attr, anchor_or_ca)
{
	static const char *const names[] = {"anchor.subject.CN",
					    "anchor.sha256", "ca.subject.CN",
					    "ca.subject", "subject", "policy"};
	struct cert cert = fixture_cert(arena, "subject CN=CA\n");

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		struct attr attr;
		const char *why;

		cr_assert_eq(attr_parse(arena, names[i], &attr, &why), ST_OK);
		cr_expect_eq(attr_is_anchor(&attr), i < 2, "%s", names[i]);
		cr_expect_eq(attr_is_policy(&attr), i == 5, "%s", names[i]);
	}
	expect_one(&cert, "anchor.subject.CN", "CA");
	expect_one(&cert, "ca.subject", "CN=CA");
	expect_one(&cert, "ca.sha256", cert.sha256);
}

Test(attr, of_a_certificate)
{
	struct cert cert = fixture_cert(
		arena, "subject C=DE\nsubject CN=bob, OU=Administrators\n"
		       "issuer O=Corp\nissuer emailAddress=ca@CORP.test\n"
		       "serial 00AB\n");

	expect_one(&cert, "subject.CN", "bob, OU=Administrators");
	expect_one(&cert, "subject.C", "DE");
	expect_one(&cert, "subject", "CN=bob\\, OU=Administrators,C=DE");
	expect_one(&cert, "issuer", "emailAddress=ca@CORP.test,O=Corp");
	expect_one(&cert, "issuer.O", "Corp");
	expect_one(&cert, "serial", "AB");
	expect_one(&cert, "sha256", cert.sha256);
	expect_one(&cert, "spki", cert.spki);
	expect_one(&cert, "key.type", "EC");
	expect_one(&cert, "key.bits", "256");
	expect_state(&cert, "subject.OU", ATTR_READ);
	expect_state(&cert, "issuer.CN", ATTR_READ);
	cr_expect_str_eq(read_attr(&cert, "serial").list[0].key, "ab");
	cr_expect_str_eq(read_attr(&cert, "issuer.emailAddress").list[0].key,
			 "ca@corp.test");
	cr_expect(name_equal(read_attr(&cert, "subject").list[0].name,
			     &cert.subject));
	cr_expect(name_equal(read_attr(&cert, "issuer").list[0].name,
			     &cert.issuer));
}

Test(attr, several_values_in_certificate_order)
{
	struct cert cert = fixture_cert(
		arena, "subject OU=b\nsubject OU=a\nsubject CN=x\n"
		       "subject OU=b\n");
	struct attr_values values = read_attr(&cert, "subject.OU");

	cr_assert_eq(values.state, ATTR_READ);
	cr_assert_eq(values.count, 3);
	cr_expect_str_eq(values.list[0].text, "b");
	cr_expect_str_eq(values.list[1].text, "a");
	cr_expect_str_eq(values.list[2].text, "b");
}

Test(attr, unclean_values_are_never_absent)
{
	static const char *const specs[] = {
		"subject OU:utf8=A\\x00B\n", "subject OU:utf8=A\\x0aB\n",
		"subject OU:bits=AB\n",
		"subject OU:bmp=\\x00\\x00\n", "subject OU=A\\xc2\\x85\n",
		"subject OU=good\nsubject OU:utf8=A\\x7f\n"};

	for (size_t i = 0; i < ARRAY_LEN(specs); i++) {
		struct cert cert = fixture_cert(arena, specs[i]);

		expect_state(&cert, "subject.OU", ATTR_UNCLEAN);
		expect_state(&cert, "subject", ATTR_UNCLEAN);
		expect_state(&cert, "subject.CN", ATTR_READ);
		expect_one(&cert, "issuer", "");
	}
}

Test(attr, too_many_values_are_unclean)
{
	struct name name = {0};
	struct cert cert = {0};

	for (size_t i = 0; i < MAX_VALUES; i++)
		cr_assert_eq(name_add(arena, &name, "2.5.4.11", "a", 1, i),
			     ST_OK);
	cert.subject = name;
	cr_expect_eq(read_attr(&cert, "subject.OU").count, MAX_VALUES);
	cr_expect_eq(read_attr(&cert, "subject.OU").state, ATTR_READ);
	cr_assert_eq(name_add(arena, &name, "2.5.4.11", "a", 1, MAX_VALUES),
		     ST_OK);
	cert.subject = name;
	expect_state(&cert, "subject.OU", ATTR_UNCLEAN);
}

/* A certificate is handed on by value; what was read of it stays. */
Test(attr, whole_names_outlive_the_certificate)
{
	struct cert cert = fixture_cert(arena, "subject O=a\nsubject CN=x\n");
	const struct name subject = cert.subject;
	struct attr_values values = read_attr(&cert, "subject");

	memset(&cert, 0xff, sizeof(cert));
	cr_assert_eq(values.count, 1);
	cr_expect(name_equal(values.list[0].name, &subject));
}

Test(attr, of_a_name_alone)
{
	static const char *const unknown[] = {
		"issuer", "issuer.O", "san.dns", "san.email", "san.uri",
		"san.ip", "san.upn", "serial", "sha256", "spki", "eku",
		"policy", "key.type", "key.bits", "ext.1.2.3"};
	struct cert cert = {0};

	cr_assert_eq(name_add(arena, &cert.subject, "2.5.4.3", "bob", 3, 0),
		     ST_OK);
	expect_one(&cert, "subject.CN", "bob");
	expect_one(&cert, "subject", "CN=bob");
	expect_state(&cert, "subject.OU", ATTR_READ);
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		expect_state(&cert, unknown[i], ATTR_UNCLEAN);
}

/* Some fronts say the issuer and the serial number in words. */
Test(attr, of_words_alone)
{
	static const char *const unknown[] = {"san.dns", "sha256", "spki",
					      "eku", "policy", "key.type",
					      "ext.1.2.3"};
	struct cert cert = {.serial = "0ABC"};

	expect_one(&cert, "serial", "0ABC");
	expect_state(&cert, "issuer", ATTR_UNCLEAN);
	expect_state(&cert, "issuer.O", ATTR_UNCLEAN);
	cr_assert_eq(name_add(arena, &cert.issuer, "2.5.4.10", "Corp", 4, 0),
		     ST_OK);
	expect_one(&cert, "issuer", "O=Corp");
	expect_one(&cert, "issuer.O", "Corp");
	expect_state(&cert, "issuer.CN", ATTR_READ);
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		expect_state(&cert, unknown[i], ATTR_UNCLEAN);
}

Test(attr, what_is_not_of_the_certificate_is_not_read_here)
{
	struct cert cert = fixture_cert(arena, "subject CN=a\n");

	expect_state(&cert, "pin", ATTR_UNCLEAN);
	expect_state(&cert, "identity", ATTR_UNCLEAN);
	expect_state(&cert, "id", ATTR_UNCLEAN);
}

#define D64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct {
	enum attr_compare compare;
	const char *value;
	const char *key; /* NULL: not of the kind */
} keys[] = {
	{COMPARE_EXACT, "aBc", "aBc"},
	{COMPARE_EXACT, "", ""},
	{COMPARE_URI, "HTTPS://Host/A", "HTTPS://Host/A"},
	{COMPARE_NAME, "CN=A", "CN=A"},
	{COMPARE_PIN, "Build", "Build"},
	{COMPARE_DNS, "WWW.Example.COM", "www.example.com"},
	{COMPARE_DNS, "\xc3\x84.X", "\xc3\x84.x"},
	{COMPARE_EMAIL, "Bob@Example.COM", "Bob@example.com"},
	{COMPARE_EMAIL, "A@B@C", "A@B@c"},
	{COMPARE_EMAIL, "NoDomain", "NoDomain"},
	{COMPARE_IP, "192.0.2.1", "192.0.2.1"},
	{COMPARE_IP, "2001:DB8:0:0::1", "2001:db8::1"},
	{COMPARE_IP, "::ffff:192.0.2.1", "::ffff:192.0.2.1"},
	{COMPARE_IP, "192.0.2", NULL},
	{COMPARE_IP, "192.0.2.256", NULL},
	{COMPARE_IP, "192.0.2.1 ", NULL},
	{COMPARE_IP, "", NULL},
	{COMPARE_IP, "1::2::3", NULL},
	{COMPARE_HEX, D64, D64},
	{COMPARE_HEX, "AB:cd 01", "abcd01"},
	{COMPARE_HEX, "00AB", "00ab"},
	{COMPARE_HEX, "xy", NULL},
	{COMPARE_HEX, "", NULL},
	{COMPARE_HEX, ":", NULL},
	{COMPARE_BYTES, "0C:0A", "0c0a"},
	{COMPARE_SERIAL, "00:0A:BC", "abc"},
	{COMPARE_SERIAL, "0", "0"},
	{COMPARE_SERIAL, "000", "0"},
	{COMPARE_SERIAL, "-00AB", "-ab"},
	{COMPARE_SERIAL, "-", NULL},
	{COMPARE_SERIAL, "--1", NULL},
	{COMPARE_SERIAL, "1-", NULL},
	{COMPARE_SERIAL, "0x12", NULL},
	{COMPARE_OID, "clientAuth", "1.3.6.1.5.5.7.3.2"},
	{COMPARE_OID, "1.2.3.4", "1.2.3.4"},
	{COMPARE_OID, "noSuchPurpose", NULL},
};

Test(attr, keys)
{
	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		const char *key = NULL;
		enum status status = attr_key(arena, keys[i].compare,
					      keys[i].value, &key);

		cr_expect_eq(status, keys[i].key ? ST_OK : ST_BAD, "%s",
			     keys[i].value);
		if (keys[i].key && status == ST_OK)
			cr_expect_str_eq(key, keys[i].key);
	}
}

Test(attr, values_that_are_added)
{
	static const char *const refused[] = {"a\nb", "\x01", "\x7f", "\xff",
					      "\xc2\x85", "\xc0\x80"};
	struct attr_values values = {0};

	for (size_t i = 0; i < ARRAY_LEN(refused); i++)
		cr_expect_eq(attr_add(arena, COMPARE_EXACT, &values,
				      refused[i]),
			     ST_BAD, "row %zu", i);
	cr_expect_eq(attr_add(arena, COMPARE_IP, &values, "no address"),
		     ST_BAD);
	cr_expect_eq(values.count, 0);
	for (size_t i = 0; i < MAX_VALUES; i++)
		cr_assert_eq(attr_add(arena, COMPARE_DNS, &values, "A"), ST_OK);
	cr_expect_eq(attr_add(arena, COMPARE_DNS, &values, "A"), ST_BAD);
	cr_expect_eq(values.count, MAX_VALUES);
	cr_expect_str_eq(values.list[MAX_VALUES - 1].text, "A");
	cr_expect_str_eq(values.list[MAX_VALUES - 1].key, "a");
}
