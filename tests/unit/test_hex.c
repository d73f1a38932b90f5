/* test_hex.c - hexadecimal text and the comparison of secrets. */
#include "hex.h"

#include <criterion/criterion.h>

Test(hex, encode)
{
	struct arena *arena = arena_new();
	const unsigned char bytes[] = {0x00, 0x0f, 0xa5, 0xff};

	cr_expect_str_eq(hex_encode(arena, bytes, 4, false), "000fa5ff");
	cr_expect_str_eq(hex_encode(arena, bytes, 4, true), "000FA5FF");
	cr_expect_str_eq(hex_encode(arena, bytes, 0, true), "");
	arena_free(arena);
}

struct row {
	const char *text;
	bool strip;
	const char *hex; /* NULL: refused */
};

static const struct row rows[] = {
	{"aa:BB:cC", false, "aabbcc"},
	{"AA BB", false, "aabb"},
	{"09afAF", false, "09afaf"},
	{"00ab", false, "00ab"},
	{"00ab", true, "ab"},
	{"0:0:0", true, "0"},
	{"0", true, "0"},
	{"00", false, "00"},
	{"100", true, "100"},
	{"", false, NULL},
	{":", false, NULL},
	{" : ", true, NULL},
	{"0x12", false, NULL},
	{"12g4", false, NULL},
	{"12-34", false, NULL},
	{"12\t34", false, NULL},
	{"12\n", false, NULL},
	{"*", false, NULL},
	{"-1", true, NULL},
	{"\xc3\xa9", false, NULL},
	{"/0", false, NULL},
	{"@a", false, NULL},
	{"`a", false, NULL},
	{"G", false, NULL},
};

Test(hex, normalize)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *hex = "untouched";
		enum status st =
			hex_normalize(arena, rows[i].text, rows[i].strip, &hex);

		cr_expect_eq(st, rows[i].hex ? ST_OK : ST_BAD, "%s",
			     rows[i].text);
		cr_expect_str_eq(hex, rows[i].hex ? rows[i].hex : "untouched",
				 "%s", rows[i].text);
	}
	arena_free(arena);
}

Test(hex, byte)
{
	cr_expect_eq(hex_byte("00"), 0);
	cr_expect_eq(hex_byte("fFx"), 255);
	cr_expect_eq(hex_byte("2e"), 46);
	cr_expect_eq(hex_byte(""), -1);
	cr_expect_eq(hex_byte("2"), -1);
	cr_expect_eq(hex_byte("2g"), -1);
	cr_expect_eq(hex_byte("g2"), -1);
	cr_expect_eq(hex_byte(" 2"), -1);
	cr_expect_eq(hex_byte("-2"), -1);
	cr_expect_eq(hex_byte("0x"), -1);
}

Test(hex, secret)
{
	cr_expect(secret_equal("s3cret", "s3cret"));
	cr_expect(secret_equal("", ""));
	cr_expect_not(secret_equal("s3cret", "s3creT"));
	cr_expect_not(secret_equal("s3cret", "S3cret"));
	cr_expect_not(secret_equal("s3cret", "s3cre"));
	cr_expect_not(secret_equal("s3cre", "s3cret"));
	cr_expect_not(secret_equal("", "s"));
	cr_expect_not(secret_equal("s", ""));
}
