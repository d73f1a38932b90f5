/* test_attr_ext.c - attributes that are read from extensions. */
#include "attr_ext.h"

#include <criterion/criterion.h>
#include <string.h>

#include "buf.h"
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

TestSuite(attr_ext, .init = start, .fini = end);

static struct attr_values read_attr(const char *spec, const char *name)
{
	struct cert cert = fixture_cert(arena, spec);
	struct attr attr;
	struct attr_values values;
	const char *why;

	cr_assert_eq(attr_parse(arena, name, &attr, &why), ST_OK);
	cr_assert_eq(attr_read(arena, &cert, &attr, &values), ST_OK);
	return values;
}

/* The values joined by spaces; "!" when they cannot be read. */
static const char *show(const char *spec, const char *name)
{
	struct attr_values values = read_attr(
		arena_printf(arena, "subject CN=a\n%s\n", spec), name);
	const char *text = "";

	if (values.state != ATTR_READ)
		return "!";
	for (size_t i = 0; i < values.count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? " " : "",
				    values.list[i].text);
	return text;
}

struct row {
	const char *spec;
	const char *name;
	const char *values;
};

static void expect_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		cr_expect_str_eq(show(rows[i].spec, rows[i].name),
				 rows[i].values, "row %zu: %s", i,
				 rows[i].spec);
}

#define SAN "ext subjectAltName="
#define RAW_SAN "raw 2.5.29.17="
#define MIXED                                                                  \
	SAN "DNS:b.test,email:x@a.test,DNS:A.test,URI:spiffe://d/w,"           \
	    "IP:192.0.2.1,IP:2001:db8::1,RID:1.2.3.4,"                         \
	    "otherName:1.3.6.1.4.1.311.20.2.3;UTF8:bob@corp.test,"             \
	    "otherName:1.2.3.4;UTF8:other"

Test(attr_ext, names_of_each_kind)
{
	static const struct row rows[] = {
		{MIXED, "san.dns", "b.test A.test"},
		{MIXED, "san.email", "x@a.test"},
		{MIXED, "san.uri", "spiffe://d/w"},
		{MIXED, "san.ip", "192.0.2.1 2001:db8::1"},
		{MIXED, "san.upn", "bob@corp.test"},
		{"serial 1", "san.dns", ""},
		{"serial 1", "san.upn", ""},
		{SAN "DNS:only", "san.email", ""},
	};

	expect_rows(rows, ARRAY_LEN(rows));
}

Test(attr_ext, names_that_are_not_clean)
{
	static const struct row rows[] = {
		/* NUL, line feed, DEL, Latin-1, half a character */
		{RAW_SAN "3005820361" "0062", "san.dns", "!"},
		{RAW_SAN "3005820361" "0a62", "san.dns", "!"},
		{RAW_SAN "3005820361" "7f62", "san.dns", "!"},
		{RAW_SAN "3005820361" "e962", "san.dns", "!"},
		{RAW_SAN "3004820261" "c3", "san.dns", "!"},
		{RAW_SAN "3004820261" "00", "san.dns", "!"},
		{RAW_SAN "3005810361" "0062", "san.email", "!"},
		{RAW_SAN "3005860361" "0062", "san.uri", "!"},
		/* only those of its kind are looked at */
		{RAW_SAN "3005820361" "0062", "san.email", ""},
		{RAW_SAN "3005820361" "6262", "san.dns", "abb"},
		/* a good one beside it does not help */
		{RAW_SAN "300882016182036100" "62", "san.dns", "!"},
	};

	expect_rows(rows, ARRAY_LEN(rows));
}

Test(attr_ext, names_that_are_malformed)
{
	static const struct row rows[] = {
		{RAW_SAN "05", "san.dns", "!"},
		{RAW_SAN "3005820561", "san.dns", "!"},
		{RAW_SAN "0500", "san.email", "!"},
		{RAW_SAN "ff", "san.upn", "!"},
		{SAN "DNS:a\n" SAN "DNS:b", "san.dns", "!"},
		{SAN "DNS:a\n" SAN "DNS:a", "san.email", "!"},
		/* addresses of 3, of 8 (with a mask), and of no bytes */
		{RAW_SAN "300587030a0000", "san.ip", "!"},
		{RAW_SAN "300a87080a000000ff000000", "san.ip", "!"},
		{RAW_SAN "30028700", "san.ip", "!"},
		{RAW_SAN "300687040a000001", "san.ip", "10.0.0.1"},
		/* a user principal name as IA5String and as UTF8String */
		{RAW_SAN "3015a013060a2b060104018237140203a0051603626f62",
		 "san.upn", "!"},
		{RAW_SAN "3015a013060a2b060104018237140203a0050c03626f62",
		 "san.upn", "bob"},
		{RAW_SAN "3015a013060a2b060104018237140203a0050c03620062",
		 "san.upn", "!"},
	};

	expect_rows(rows, ARRAY_LEN(rows));
}

Test(attr_ext, an_empty_name_is_a_value)
{
	struct attr_values values = read_attr(
		"subject CN=a\n" RAW_SAN "30028200\n", "san.dns");

	cr_assert_eq(values.state, ATTR_READ);
	cr_assert_eq(values.count, 1);
	cr_expect_str_eq(values.list[0].text, "");
}

static const char *many_names(size_t count)
{
	struct buf spec = {0};
	const char *text;

	buf_adds(&spec, "subject CN=a\next subjectAltName=email:x@a");
	for (size_t i = 0; i < count; i++)
		buf_addf(&spec, ",DNS:%zu", i);
	buf_adds(&spec, "\n");
	text = arena_strdup(arena, spec.data);
	buf_free(&spec);
	return text;
}

Test(attr_ext, as_many_names_as_may_be)
{
	struct attr_values values = read_attr(many_names(MAX_VALUES),
					      "san.dns");

	cr_expect_eq(values.state, ATTR_READ);
	cr_expect_eq(values.count, MAX_VALUES);
	values = read_attr(many_names(MAX_VALUES + 1), "san.dns");
	cr_expect_eq(values.state, ATTR_UNCLEAN);
	values = read_attr(many_names(MAX_VALUES + 1), "san.email");
	cr_expect_eq(values.state, ATTR_READ);
	cr_expect_eq(values.count, 1);
}

#define CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define SERVER_AUTH "1.3.6.1.5.5.7.3.1"
#define X10 "7f7f7f7f7f7f7f7f7f7f"
#define POLICIES "raw 2.5.29.32="
#define LONG_OID "06512b" X10 X10 X10 X10 X10 X10 X10 X10

Test(attr_ext, purposes)
{
	static const struct row rows[] = {
		{"serial 1", "eku", ""},
		{"ext extendedKeyUsage=clientAuth", "eku", CLIENT_AUTH},
		{"ext extendedKeyUsage=serverAuth,clientAuth,1.2.3.4", "eku",
		 SERVER_AUTH " " CLIENT_AUTH " 1.2.3.4"},
		{"raw 2.5.29.37=3000", "eku", "!"},
		{"raw 2.5.29.37=0500", "eku", "!"},
		{"raw 2.5.29.37=3003020101", "eku", "!"},
		{"raw 2.5.29.37=3053" LONG_OID, "eku", "!"},
		{"ext extendedKeyUsage=clientAuth\n"
		 "ext extendedKeyUsage=clientAuth",
		 "eku", "!"},
	};

	expect_rows(rows, ARRAY_LEN(rows));
}

Test(attr_ext, policies)
{
	static const struct row rows[] = {
		{"serial 1", "policy", ""},
		{POLICIES "300f300506032a030430060604551d2000", "policy",
		 "1.2.3.4 2.5.29.32.0"},
		{POLICIES "0500", "policy", "!"},
		{POLICIES "30553053" LONG_OID, "policy", "!"},
		{POLICIES "3007300506032a0304\n"
		 POLICIES "3007300506032a0304",
		 "policy", "!"},
	};

	expect_rows(rows, ARRAY_LEN(rows));
}

Test(attr_ext, by_oid)
{
	static const struct row rows[] = {
		{"serial 1", "ext.1.2.3.4", ""},
		{"raw 1.2.3.4=0C0AFF", "ext.1.2.3.4", "0c0aff"},
		{"raw 1.2.3.4=00", "ext.1.2.3.4", "00"},
		{"raw 1.2.3.4=00", "ext.1.2.3", ""},
		{"raw 1.2.3.4=00", "ext.1.2.3.4.5", ""},
		{"raw 1.2.3.4=0c01\nraw 1.2.3.4=0c01", "ext.1.2.3.4", "!"},
		{"raw 1.2.3.4=01\nraw 1.2.3.5=02", "ext.1.2.3.5", "02"},
		{"ext basicConstraints=CA:FALSE", "ext.basicConstraints",
		 "3000"},
		{RAW_SAN "ff", "ext.subjectAltName", "ff"},
	};

	expect_rows(rows, ARRAY_LEN(rows));
}

Test(attr_ext, key_usage)
{
	static const struct {
		const char *spec;
		bool signs;
	} rows[] = {
		{"serial 1", true},
		{"ext keyUsage=digitalSignature", true},
		{"ext keyUsage=keyAgreement", true},
		{"ext keyUsage=critical,digitalSignature,keyCertSign", true},
		{"ext keyUsage=keyEncipherment", false},
		{"ext keyUsage=nonRepudiation,dataEncipherment", false},
		{"ext keyUsage=keyCertSign,cRLSign", false},
		{"raw 2.5.29.15=030100", false},
		{"raw 2.5.29.15=03020780", true},
		{"raw 2.5.29.15=0500", false},
		{"raw 2.5.29.15=ff", false},
		{"ext keyUsage=digitalSignature\n"
		 "ext keyUsage=digitalSignature",
		 false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cert cert = fixture_cert(
			arena, arena_printf(arena, "subject CN=a\n%s\n",
					    rows[i].spec));

		cr_expect_eq(attr_ext_key_usage_signs(&cert), rows[i].signs,
			     "%s", rows[i].spec);
	}
}
