/* test_crl_walk.c - the DER of a CRL, walked without building anything. */
#include "crl_walk.h"

#include <criterion/criterion.h>
#include <string.h>

#include "chain_fixture.h"

static struct arena *arena;
static struct pki ca;

static void start(void)
{
	arena = arena_new();
	ca = pki_make(arena, "CA", NULL, "root");
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(crl_walk, .init = start, .fini = end);

static struct crl_parts walk(struct der der)
{
	struct crl_parts parts;
	const char *why = NULL;

	cr_assert_eq(crl_walk(der.bytes, der.len, &parts, &why), ST_OK, "%s",
		     why ? why : "");
	return parts;
}

Test(crl_walk, empty_list)
{
	struct der der = pki_crl(arena, &ca, "");
	struct crl_parts parts = walk(der);

	cr_expect_not(parts.has_revoked);
	cr_expect_eq(parts.count, 0);
	cr_expect_eq(parts.tail.len, 0);
	cr_expect_eq(parts.rest.bytes + parts.rest.len, der.bytes + der.len);
	cr_expect_eq(parts.tbs.bytes + parts.tbs.len, parts.rest.bytes);
}

Test(crl_walk, entries_and_extensions)
{
	struct crl_parts parts = walk(pki_crl(
		arena, &ca, "number 7\nrevoke 0102\nrevoke FF 1\nrevoke 03\n"));
	static const unsigned char serials[3][3] = {
		{1, 2}, {0, 0xff}, {3}};
	static const size_t lengths[] = {2, 2, 1};
	struct crl_entry entry;
	size_t at = 0;

	cr_expect(parts.has_revoked);
	cr_expect_eq(parts.count, 3);
	cr_assert_gt(parts.tail.len, 0);
	cr_expect_eq(parts.tail.bytes[0], 0xa0);
	for (size_t i = 0; i < 3; i++) {
		cr_assert(crl_walk_entry(&parts.revoked, &at, &entry));
		cr_assert_eq(entry.serial.len, lengths[i]);
		cr_expect_arr_eq(entry.serial.bytes, serials[i], lengths[i]);
		cr_expect_eq(entry.extended, i == 1);
	}
	cr_expect_eq(at, parts.revoked.len);
	cr_expect_not(crl_walk_entry(&parts.revoked, &at, &entry));
	cr_expect_eq(at, parts.revoked.len);
}

Test(crl_walk, the_parts_are_the_whole)
{
	struct der der = pki_crl(arena, &ca,
				 "number 7\nrevoke 0102\nrevoke FF 1\n");
	struct crl_parts parts = walk(der);
	size_t inside = parts.head.len + parts.revoked.len + parts.tail.len;

	/* only the headers of the three sequences are not in a part */
	cr_expect_eq((size_t)(parts.tail.bytes + parts.tail.len -
			      parts.head.bytes),
		     inside + 2);
	cr_expect_eq(parts.tail.bytes + parts.tail.len, parts.rest.bytes);
	cr_expect_lt(parts.tbs.bytes - der.bytes, 5);
}

static enum status try(const unsigned char *bytes, size_t len)
{
	struct crl_parts parts;
	const char *why = NULL;
	enum status status;
	unsigned char *copy = malloc(len ? len : 1);

	cr_assert_not_null(copy);
	memcpy(copy, bytes, len);
	status = crl_walk(copy, len, &parts, &why);
	cr_expect(status == ST_OK || why);
	free(copy);
	return status;
}

/* Every byte that is cut off is missed, none that is not there is read (the
 * copies are exactly as long as what is walked). */
Test(crl_walk, cut_anywhere)
{
	struct der der = pki_crl(arena, &ca, "number 7\nrevoke 0102 3\n");

	cr_expect_eq(try(der.bytes, der.len), ST_OK);
	for (size_t len = 0; len < der.len; len++)
		cr_expect_eq(try(der.bytes, len), ST_BAD, "%zu", len);
}

Test(crl_walk, no_byte_behind)
{
	struct der der = pki_crl(arena, &ca, "revoke 0102\n");
	unsigned char *more = malloc(der.len + 1);

	cr_assert_not_null(more);
	memcpy(more, der.bytes, der.len);
	more[der.len] = 0;
	cr_expect_eq(try(more, der.len + 1), ST_BAD);
	free(more);
}

/* Whatever a byte is changed to, the walk stays inside. */
Test(crl_walk, changed_anywhere)
{
	static const unsigned char values[] = {0x00, 0x1f, 0x30, 0x7f, 0x80,
					       0x81, 0x84, 0x85, 0xff};
	struct der der = pki_crl(arena, &ca, "revoke 0102 3\nrevoke 5\n");
	unsigned char *copy = malloc(der.len);
	size_t bad = 0;

	cr_assert_not_null(copy);
	for (size_t i = 0; i < der.len * ARRAY_LEN(values); i++) {
		memcpy(copy, der.bytes, der.len);
		copy[i / ARRAY_LEN(values)] = values[i % ARRAY_LEN(values)];
		bad += try(copy, der.len) == ST_BAD;
	}
	cr_expect_gt(bad, 100);
	free(copy);
}

Test(crl_walk, what_is_no_crl)
{
	static const struct {
		const char *bytes;
		size_t len;
	} rows[] = {
		{"", 0},
		{"\x30", 1},
		{"\x30\x00", 2},
		{"\x31\x00", 2},
		{"\x30\x80\x00\x00", 4},
		{"\x30\x85\x00\x00\x00\x00\x00", 7},
		{"\x30\x84\xff\xff\xff\xff\x00", 7},
		{"\x30\x02\x30\x00", 4},
		{"-----BEGIN X509 CRL-----\n", 25},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(try((const unsigned char *)rows[i].bytes,
				 rows[i].len), ST_BAD, "row %zu", i);
}

Test(crl_walk, certificate_is_none)
{
	unsigned char *der = NULL;
	int len = i2d_X509(ca.x509, &der);

	cr_assert_gt(len, 0);
	cr_expect_eq(try(der, (size_t)len), ST_BAD);
	OPENSSL_free(der);
}

static struct span_der span(const char *bytes, size_t len)
{
	return (struct span_der){(const unsigned char *)bytes, len};
}

Test(crl_walk, equal_serials)
{
	static const struct {
		struct span_der a;
		struct span_der b;
		bool equal;
	} rows[] = {
#define S(text) {(const unsigned char *)(text), sizeof(text) - 1}
		{S("\x01"), S("\x01"), true},
		{S("\x01"), S("\x00\x01"), true},
		{S("\x00\x00\x01"), S("\x01"), true},
		{S("\x00"), S("\x00\x00"), true},
		{S("\x00\xff"), S("\xff"), false},
		{S("\xff\xff"), S("\xff"), true},
		{S("\xff\x7f"), S("\x7f"), false},
		{S("\x00\x80"), S("\x80"), false},
		{S("\xff\x80"), S("\x80"), true},
		{S("\x01\x02"), S("\x01\x03"), false},
		{S("\x01\x02"), S("\x01"), false},
		{S("\x01\x00"), S("\x01"), false},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cr_expect_eq(crl_serial_equal(rows[i].a, rows[i].b),
			     rows[i].equal, "row %zu", i);
		cr_expect_eq(crl_serial_equal(rows[i].b, rows[i].a),
			     rows[i].equal, "row %zu turned", i);
		if (rows[i].equal)
			cr_expect_eq(crl_serial_hash(rows[i].a),
				     crl_serial_hash(rows[i].b), "row %zu", i);
	}
}

Test(crl_walk, hash_differs)
{
	cr_expect_neq(crl_serial_hash(span("\x01", 1)),
		      crl_serial_hash(span("\x02", 1)));
	cr_expect_neq(crl_serial_hash(span("\x01\x02", 2)),
		      crl_serial_hash(span("\x02\x01", 2)));
}

Test(crl_walk, bad_entries)
{
	static const struct span_der rows[] = {
		S(""),
		S("\x30\x00"),
		S("\x31\x03\x02\x01\x01"),
		S("\x30\x03\x02\x01\x01"),              /* no date */
		S("\x30\x04\x02\x00\x17\x00"),          /* no serial */
		S("\x30\x05\x04\x01\x01\x17\x00"),      /* not an integer */
		S("\x30\x06\x02\x01\x01\x17\x00"),      /* longer than it is */
		S("\x30\x05\x02\x04\x01\x17\x00"),
	};
	struct crl_entry entry;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t at = 0;

		cr_expect_not(crl_walk_entry(&rows[i], &at, &entry),
			      "row %zu", i);
		cr_expect_eq(at, 0);
	}
}
