/* test_oid.c - names of object identifiers. */
#include "oid.h"

#include <criterion/criterion.h>
#include <openssl/err.h>
#include <stdio.h>
#include <string.h>

struct row {
	const char *name;
	const char *dotted; /* NULL: refused */
};

static const struct row rows[] = {
	{"CN", "2.5.4.3"},
	{"commonName", "2.5.4.3"},
	{"2.5.4.3", "2.5.4.3"},
	{"emailAddress", "1.2.840.113549.1.9.1"},
	{"UID", "0.9.2342.19200300.100.1.1"},
	{"clientAuth", "1.3.6.1.5.5.7.3.2"},
	{"TLS Web Client Authentication", "1.3.6.1.5.5.7.3.2"},
	{"1.2.3.4", "1.2.3.4"},
	{"0.0", "0.0"},
	{"1.39.1", "1.39.1"},
	{"2.999.99999999999999999999", "2.999.99999999999999999999"},
	{"", NULL},
	{"cn", NULL},
	{"E", NULL},
	{"NoSuchName", NULL},
	{"UNDEF", NULL},
	{"1", NULL},
	{"1.", NULL},
	{".1", NULL},
	{"1..2", NULL},
	{"1.2.", NULL},
	{"1.40", NULL},
	{"0.40.1", NULL},
	{"3.1", NULL},
	{"1.2.03", NULL},
	{"01.2", NULL},
	{"1 2 3", NULL},
	{"1.2.3 ", NULL},
	{"1.2.-3", NULL},
	{"1.2.3a", NULL},
	{"OID.1.2.3", NULL},
};

Test(oid, from_name)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *dotted = "untouched";
		enum status st = oid_from_name(arena, rows[i].name, &dotted);

		cr_expect_eq(st, rows[i].dotted ? ST_OK : ST_BAD, "%s",
			     rows[i].name);
		cr_expect_str_eq(dotted,
				 rows[i].dotted ? rows[i].dotted : "untouched",
				 "%s", rows[i].name);
	}
	cr_expect_eq(ERR_peek_error(), 0, "nothing is left for others to find");
	arena_free(arena);
}

Test(oid, over_long_is_refused)
{
	struct arena *arena = arena_new();
	char text[400] = "1.2";
	const char *dotted;

	while (strlen(text) < 256)
		memcpy(text + strlen(text), ".1", 3);
	cr_expect_eq(oid_from_name(arena, text, &dotted), ST_BAD);
	text[255] = '\0';
	cr_expect_eq(oid_from_name(arena, text, &dotted), ST_OK);
	arena_free(arena);
}

static const struct row types[] = {
	{"CN", "2.5.4.3"},
	{"E", "1.2.840.113549.1.9.1"},
	{"Email", "1.2.840.113549.1.9.1"},
	{"emailAddress", "1.2.840.113549.1.9.1"},
	{"S", "2.5.4.8"},
	{"ST", "2.5.4.8"},
	{"G", "2.5.4.42"},
	{"GN", "2.5.4.42"},
	{"T", "2.5.4.12"},
	{"I", "2.5.4.43"},
	{"D", "2.5.4.13"},
	{"SERIALNUMBER", "2.5.4.5"},
	{"STREET", "2.5.4.9"},
	{"POSTALCODE", "2.5.4.17"},
	{"SN", "2.5.4.4"},
	{"1.2.3.4", "1.2.3.4"},
	{"email", NULL},
	{"X", NULL},
	{"", NULL},
};

Test(oid, from_type)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		const char *dotted = "untouched";
		char text[64];
		enum status st;

		snprintf(text, sizeof(text), "%s=x", types[i].name);
		st = oid_from_type(arena, text, strlen(text) - 2, &dotted);
		cr_expect_eq(st, types[i].dotted ? ST_OK : ST_BAD, "%s", text);
		cr_expect_str_eq(
			dotted, types[i].dotted ? types[i].dotted : "untouched",
			"%s", text);
	}
	arena_free(arena);
}

/* OpenSSL prints no more than 79 characters of a dotted type. */
Test(oid, from_type_refuses_what_may_be_cut)
{
	struct arena *arena = arena_new();
	char text[100] = "1.2";
	const char *dotted;

	while (strlen(text) < 79)
		memcpy(text + strlen(text), ".1", 3);
	cr_expect_eq(oid_from_type(arena, text, 79, &dotted), ST_BAD);
	cr_expect_eq(oid_from_type(arena, text, 77, &dotted), ST_OK);
	arena_free(arena);
}

Test(oid, names)
{
	struct arena *arena = arena_new();
	const char *s = NULL;
	const char *l = NULL;

	cr_expect_eq(oid_names(arena, "2.5.4.3", &s, &l), ST_OK);
	cr_expect_str_eq(s, "CN");
	cr_expect_str_eq(l, "commonName");
	cr_expect_eq(oid_names(arena, "1.2.3.4.5", &s, &l), ST_OK);
	cr_expect_str_eq(s, "1.2.3.4.5");
	cr_expect_str_eq(l, "1.2.3.4.5");
	cr_expect_eq(oid_names(arena, "CN", &s, &l), ST_OK);
	cr_expect_str_eq(s, "CN");
	cr_expect_str_eq(l, "CN");
	cr_expect_eq(ERR_peek_error(), 0);
	arena_free(arena);
}
