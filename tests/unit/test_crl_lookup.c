/* test_crl_lookup.c - is a serial number in the list? */
#include "crl_int.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "buf.h"
#include "chain_fixture.h"

enum { MANY = 3000, ABSENT = 0, REVOKED = 1, REMOVED = 2 };

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

TestSuite(crl_lookup, .init = start, .fini = end);

static X509_NAME *name_of(const char *name)
{
	struct pki made = pki_make(arena, name, NULL, "");

	return X509_get_subject_name(made.x509);
}

static int look_up(struct crl *crl, const char *hex, const X509_NAME *issuer,
		   X509_REVOKED **ret)
{
	BIGNUM *big = NULL;
	ASN1_INTEGER *serial;
	int result;

	cr_assert(BN_hex2bn(&big, hex));
	serial = BN_to_ASN1_INTEGER(big, NULL);
	result = crl_look_up(crl_x509(crl), ret, serial, issuer);
	ASN1_INTEGER_free(serial);
	BN_free(big);
	return result;
}

/* With an index and without one, which must not differ. */
static const struct way {
	bool indexed;
} ways[] = {{true}, {false}};

ParameterizedTestParameters(crl_lookup, serials)
{
	return cr_make_param_array(struct way, (void *)ways, ARRAY_LEN(ways));
}

ParameterizedTest(const struct way *way, crl_lookup, serials)
{
	struct crl *crl = pki_parse_crl(
		arena, &ca, "revoke 1\nrevoke 80 1\nrevoke 0102030405 6\n"
		"revoke 7F 8\nrevoke -5\n", way->indexed);
	static const struct {
		const char *hex;
		int result;
	} rows[] = {
		{"1", REVOKED}, {"80", REVOKED}, {"0102030405", REVOKED},
		{"7F", REMOVED}, {"-5", REVOKED}, {"0", ABSENT},
		{"2", ABSENT}, {"5", ABSENT}, {"-80", ABSENT}, {"-1", ABSENT},
		{"010203040506", ABSENT}, {"01020304", ABSENT},
		{"8000", ABSENT}, {"FB", ABSENT},
	};

	cr_assert_eq(crl->index != NULL, way->indexed);
	for (int again = 0; again < 2; again++)
		for (size_t i = 0; i < ARRAY_LEN(rows); i++)
			cr_expect_eq(look_up(crl, rows[i].hex, NULL, NULL),
				     rows[i].result, "%s", rows[i].hex);
}

ParameterizedTestParameters(crl_lookup, entry)
{
	return cr_make_param_array(struct way, (void *)ways, ARRAY_LEN(ways));
}

ParameterizedTest(const struct way *way, crl_lookup, entry)
{
	struct crl *crl = pki_parse_crl(arena, &ca,
					"revoke 1 1\nrevoke 22 4\n",
					way->indexed);
	X509_REVOKED *first = NULL;
	X509_REVOKED *again = NULL;
	ASN1_ENUMERATED *reason;

	cr_assert_eq(look_up(crl, "22", NULL, &first), REVOKED);
	cr_assert_not_null(first);
	cr_expect_eq(ASN1_INTEGER_get(X509_REVOKED_get0_serialNumber(first)),
		     0x22);
	reason = X509_REVOKED_get_ext_d2i(first, NID_crl_reason, NULL, NULL);
	cr_expect_eq(ASN1_ENUMERATED_get(reason), 4);
	ASN1_ENUMERATED_free(reason);
	cr_assert_eq(look_up(crl, "22", NULL, &again), REVOKED);
	cr_expect_eq(first, again, "it is parsed once");
}

/* A serial of more than 127 bytes has a longer DER header. */
ParameterizedTestParameters(crl_lookup, long_serials)
{
	return cr_make_param_array(struct way, (void *)ways, ARRAY_LEN(ways));
}

ParameterizedTest(const struct way *way, crl_lookup, long_serials)
{
	static const size_t lengths[] = {20, 126, 127, 128, 129, 150};

	for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
		char hex[2 * 150 + 1];
		struct crl *crl;

		memset(hex, '7', 2 * lengths[i]);
		hex[2 * lengths[i]] = '\0';
		crl = pki_parse_crl(arena, &ca,
				    arena_printf(arena, "revoke %s", hex),
				    way->indexed);
		cr_expect_eq(look_up(crl, hex, NULL, NULL), REVOKED,
			     "%zu bytes", lengths[i]);
		hex[0] = '6';
		cr_expect_eq(look_up(crl, hex, NULL, NULL), ABSENT,
			     "%zu bytes", lengths[i]);
	}
}

/* Enough of them that every way through the index is taken. */
Test(crl_lookup, many)
{
	struct buf spec = {0};
	struct crl *crl;

	for (int i = 0; i < MANY; i++)
		buf_addf(&spec, "revoke %X\n", i * 2 + 1);
	crl = pki_parse_crl(arena, &ca, spec.data, true);
	buf_free(&spec);
	for (int i = 0; i < MANY; i++) {
		char hex[20];

		snprintf(hex, sizeof(hex), "%X", i * 2 + 1);
		cr_expect_eq(look_up(crl, hex, NULL, NULL), REVOKED, "%s",
			     hex);
		snprintf(hex, sizeof(hex), "%X", i * 2 + 2);
		cr_expect_eq(look_up(crl, hex, NULL, NULL), ABSENT, "%s", hex);
	}
}

/* Two serials of one hash: the index must look at the numbers. */
Test(crl_lookup, equal_hashes)
{
	struct crl *crl = pki_parse_crl(arena, &ca, "revoke 1\nrevoke 2\n",
					true);
	struct span_der two = {(const unsigned char *)"\x02", 1};
	uint64_t hash = crl_serial_hash(two);
	uint64_t low = crl->index[0] & 0xffffffffu;
	uint64_t high = crl->index[1] & 0xffffffffu;

	crl->index[0] = hash << 32 | (low < high ? low : high);
	crl->index[1] = hash << 32 | (low < high ? high : low);
	cr_expect_eq(look_up(crl, "2", NULL, NULL), REVOKED);
	cr_expect_eq(look_up(crl, "3", NULL, NULL), ABSENT);
}

Test(crl_lookup, of_another_issuer)
{
	struct crl *crl = pki_parse_crl(arena, &ca, "revoke 1\n", true);

	cr_expect_eq(look_up(crl, "1", X509_get_subject_name(ca.x509), NULL),
		     REVOKED);
	cr_expect_eq(look_up(crl, "1", name_of("Other"), NULL), ABSENT);
}

/* RFC 5280 section 5.3.3: an entry's issuer holds until the next one. */
Test(crl_lookup, indirect)
{
	struct crl *crl = pki_parse_crl(
		arena, &ca, "revoke 1\nrevoke 2\nissuer A\nrevoke 3\n"
		"revoke 4\nissuer B\nrevoke 1\nrevoke 5 8\n", true);
	static const struct {
		const char *issuer;
		const char *revoked;
	} rows[] = {{"CA", "1"}, {"A", "23"}, {"B", "145"}, {"C", ""}};

	cr_assert(crl->indirect);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		X509_NAME *issuer = name_of(rows[i].issuer);

		for (const char *c = "123456"; *c; c++) {
			char hex[2] = {*c, '\0'};
			int wanted = strchr(rows[i].revoked, *c) ? REVOKED
								 : ABSENT;

			if (wanted == REVOKED && *c == '5')
				wanted = REMOVED;
			cr_expect_eq(look_up(crl, hex, issuer, NULL), wanted,
				     "%s of %s", hex, rows[i].issuer);
		}
	}
}

/* OpenSSL must see what is critical in an entry, whoever is asked about. */
Test(crl_lookup, critical_entry_is_shown)
{
	struct crl *crl = pki_parse_crl(
		arena, &ca, "revoke 1\nrevoke 2\n"
		"entry_critical 1.2.3.4=0500\n", true);
	STACK_OF(X509_REVOKED) *shown = X509_CRL_get_REVOKED(crl->x509);

	cr_assert_eq(sk_X509_REVOKED_num(shown), 1);
	cr_expect_eq(ASN1_INTEGER_get(X509_REVOKED_get0_serialNumber(
			     sk_X509_REVOKED_value(shown, 0))), 2);
	cr_expect_eq(look_up(crl, "1", NULL, NULL), REVOKED);
	cr_expect_eq(look_up(crl, "2", NULL, NULL), REVOKED);
	cr_expect_eq(look_up(crl, "3", NULL, NULL), ABSENT);
}

/* A serial that DER forbids is still the number that it means; what OpenSSL
 * cannot read of an entry must not look as if it were not there. */
Test(crl_lookup, padded_serial)
{
	struct der der = pki_crl(arena, &ca, "revoke 0102\n");
	unsigned char *copy = (unsigned char *)arena_strndup(
		arena, (const char *)der.bytes, der.len);
	unsigned char *at = memmem(copy, der.len, "\x02\x02\x01\x02", 4);
	struct crl *crl = NULL;
	const char *why;

	cr_assert_not_null(at);
	memcpy(at, "\x02\x02\x00\x02", 4);
	for (int indexed = 0; indexed < 2; indexed++) {
		cr_assert_eq(crl_parse(copy, der.len, NULL, indexed, &crl,
				       &why), ST_OK);
		cr_expect_eq(look_up(crl, "2", NULL, NULL), REVOKED);
		cr_expect_eq(look_up(crl, "0102", NULL, NULL), ABSENT);
		crl_release(crl);
	}
}

Test(crl_lookup, no_fallback_means_not_ours)
{
	struct crl *crl = pki_parse_crl(arena, &ca, "revoke 1\n", true);
	X509_REVOKED *revoked = NULL;
	ASN1_INTEGER *empty = ASN1_INTEGER_new();

	/* an INTEGER without contents is read as zero, which is not there */
	cr_expect_eq(crl_look_up(crl->x509, &revoked, empty, NULL), ABSENT);
	ASN1_INTEGER_free(empty);
	cr_expect_not_null(crl->fallback);
}

/* ---- what chains make of it ---- */

#define ANY_REFUSAL REASON_COUNT

/* Judges the certificate 77 of the CA by two lists, in both orders. */
static void expect(const char *one, const char *two, enum reason wanted)
{
	struct pki leaf = pki_make(arena, "leaf", &ca, "serial 77");

	for (int turn = 0; turn < 2; turn++) {
		struct chain_rules rules = pki_rules();
		struct chain chain;

		pki_trust(arena, &rules, &ca);
		pki_add_crl(arena, &rules, &ca, turn ? two : one);
		pki_add_crl(arena, &rules, &ca, turn ? one : two);
		chain = pki_check(arena, &rules, &leaf, NULL, FIXTURE_NOW);
		if (wanted == ANY_REFUSAL && !chain.good)
			continue;
		cr_expect_eq(chain.reason, wanted, "%s and %s: %s, not %s",
			     one, two, reason_row(chain.reason)->name,
			     reason_row(wanted)->name);
	}
}

#define DELTA(n, base) "number " n "\ncritical 2.5.29.27=0201" base "\n"
#define OLD "next 1767225599\n"
#define BASE "number 5\n"

Test(crl_lookup, delta)
{
	static const struct {
		const char *base;
		const char *delta;
		enum reason reason;
	} rows[] = {
		{BASE, DELTA("6", "05"), REASON_GRANTED},
		{BASE, DELTA("6", "05") "revoke 77\n",
		 REASON_REVOKED},
		{BASE "revoke 77\n", DELTA("6", "05"), REASON_REVOKED},
		{BASE "revoke 77 6\n", DELTA("6", "05") "revoke 77 8\n",
		 REASON_GRANTED},
		{BASE "revoke 77 6\n", DELTA("6", "05") "revoke 77 1\n",
		 REASON_REVOKED},
		/* spoilt */
		{BASE "revoke 77 6\n",
		 DELTA("6", "05") "revoke 77 8\nbreak\n", REASON_REVOKED},
		/* older than the base, or for one that we do not have */
		{BASE "revoke 77 6\n", DELTA("5", "04") "revoke 77 8\n",
		 REASON_REVOKED},
		{BASE "revoke 77 6\n", DELTA("9", "06") "revoke 77 8\n",
		 REASON_REVOKED},
		/* out of its own dates it takes nothing back */
		{BASE "revoke 77 6\n",
		 DELTA("6", "05") OLD "revoke 77 8\n", ANY_REFUSAL},
		{BASE "revoke 77 6\n",
		 DELTA("6", "05") "this 1767225601\nrevoke 77 8\n",
		 ANY_REFUSAL},
		{BASE, DELTA("6", "05") OLD "revoke 77\n", ANY_REFUSAL},
		/* a base that is out of date beside a delta that is not */
		{BASE OLD, DELTA("6", "05") "revoke 77\n",
		 REASON_REVOKED},
	};

	/* whether the base says where its deltas are or not */
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		expect(rows[i].base, rows[i].delta, rows[i].reason);
		expect(arena_printf(arena, "%sext freshestCRL=URI:http://x/\n",
				    rows[i].base),
		       rows[i].delta, rows[i].reason);
	}
}

/* Of two deltas to one base the newer counts. */
Test(crl_lookup, two_deltas)
{
	static const char older[] =
		DELTA("6", "05") "this 1767220000\nrevoke 77 8\n";
	static const char newer[] = DELTA("7", "05") "revoke 77 1\n";
	struct pki leaf = pki_make(arena, "leaf", &ca, "serial 77");

	for (int turn = 0; turn < 2; turn++) {
		struct chain_rules rules = pki_rules();

		pki_trust(arena, &rules, &ca);
		pki_add_crl(arena, &rules, &ca, turn ? older : newer);
		pki_add_crl(arena, &rules, &ca, turn ? newer : older);
		pki_add_crl(arena, &rules, &ca,
			    BASE "ext freshestCRL=URI:http://x/\n"
				 "revoke 77 6\nthis 1767219000\n");
		cr_expect_eq(pki_check(arena, &rules, &leaf, NULL,
				       FIXTURE_NOW).reason, REASON_REVOKED,
			     "turn %d", turn);
	}
}

/* A list in two parts by reasons: both are needed. */
Test(crl_lookup, some_reasons)
{
#define COMPROMISE "critical 2.5.29.28=300483020640\n"
#define OTHERS "critical 2.5.29.28=30058303073F80\n"
	expect(COMPROMISE, COMPROMISE, REASON_CRL_MISSING);
	expect(OTHERS, OTHERS, REASON_CRL_MISSING);
	expect(COMPROMISE, OTHERS, REASON_GRANTED);
	expect(COMPROMISE "revoke 77 1\n", OTHERS, REASON_REVOKED);
	expect(COMPROMISE, OTHERS "revoke 77 4\n", REASON_REVOKED);
}
