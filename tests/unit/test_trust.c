/* test_trust.c - is this certificate good? */
#include "trust.h"

#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "policy_fixture.h"

#define DAY FIXTURE_DAY

static struct arena *arena;
static struct trust_rules rules;
static struct attr_list attrs;
static struct credential credential;
static struct verified v;
static int64_t now;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	rules = (struct trust_rules){.purpose = "1.3.6.1.5.5.7.3.2",
				     .pin_attr = SIZE_MAX};
	attrs = (struct attr_list){0};
	now = FIXTURE_NOW;
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(trust, .init = start, .fini = end);

static enum reason judge(void)
{
	v = fixture_verified(arena, &rules, &attrs, &credential, now);
	cr_expect_eq(v.ok, v.reason == REASON_GRANTED);
	return v.reason;
}

static enum reason check(const char *spec)
{
	credential = fixture_credential(arena, spec);
	return judge();
}

/* Adds [block name] attribute = pattern. */
static struct block *block(const char *name, const char *attr,
			   const char *pattern)
{
	struct block *blocks = arena_grow(arena, rules.blocks,
					  rules.block_count, sizeof(*blocks));

	cr_assert_not_null(blocks);
	rules.blocks = blocks;
	blocks += rules.block_count;
	*blocks = (struct block){.name = name, .from = TIME_ALWAYS,
				 .line = 40 + rules.block_count};
	rules.block_count++;
	fixture_condition(arena, &attrs, &blocks->conditions, attr, pattern);
	return blocks;
}

Test(trust, good)
{
	size_t cn = fixture_attr(arena, &attrs, "subject.CN");

	cr_assert_eq(check("subject CN=alice\n"), REASON_GRANTED);
	cr_expect(v.ok && v.parsed);
	cr_expect_not(v.expiring || v.name_only);
	cr_expect_eq(v.set.attrs, &attrs);
	cr_expect_str_eq(v.set.values[cn].list[0].text, "alice");
	cr_expect_eq(v.days_left, 99);
}

Test(trust, zeroed_credential_is_refused)
{
	credential = (struct credential){0};
	cr_expect_eq(judge(), REASON_CERTIFICATE_MALFORMED);
	cr_expect_not(v.parsed);
	credential = (struct credential){.vouched = true,
					 .leaf = {(const void *)"junk", 4}};
	cr_expect_eq(judge(), REASON_CERTIFICATE_MALFORMED);
	cr_expect_not_null(v.detail);
}

Test(trust, not_vouched)
{
	credential = fixture_credential(arena, "subject CN=a\n");
	credential.vouched = false;
	credential.verify = "FAILED:x";
	cr_expect_eq(judge(), REASON_NOT_VERIFIED);
	cr_expect_str_eq(v.detail, "SSL_CLIENT_VERIFY is FAILED:x");
	cr_expect(v.parsed, "for the audit log");
	credential.verify = NULL;
	cr_expect_eq(judge(), REASON_NOT_VERIFIED);
	cr_expect_str_eq(v.detail, "SSL_CLIENT_VERIFY is not set");
}

Test(trust, nobody_judges)
{
	credential = fixture_credential(arena, "subject CN=a\n");
	credential.vouched = false;
	rules.verify = VERIFY_CHAIN;
	cr_expect_neq(judge(), REASON_GRANTED, "no chain was looked at");
}

Test(trust, dates)
{
	static const struct {
		int64_t at;
		enum reason reason;
		int64_t days;
	} rows[] = {
		{-DAY - 1, REASON_NOT_YET_VALID, 100},
		{-DAY, REASON_GRANTED, 100},
		{-DAY + 1, REASON_GRANTED, 99},
		{98 * DAY + 1, REASON_GRANTED, 0},
		{99 * DAY - 1, REASON_GRANTED, 0},
		{99 * DAY, REASON_GRANTED, 0},
		{99 * DAY + 1, REASON_EXPIRED, -1},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		now = FIXTURE_NOW + rows[i].at;
		cr_expect_eq(check("subject CN=a\n"), rows[i].reason, "row %zu",
			     i);
		cr_expect_eq(v.days_left, rows[i].days, "row %zu", i);
	}
}

Test(trust, expiring)
{
	static const struct {
		int64_t left;
		bool expiring;
	} rows[] = {{30 * DAY + 1, false}, {30 * DAY, false},
		    {30 * DAY - 1, true},  {0, true},
		    {-1, false}};

	rules.warn_expiring = 30 * DAY;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		now = FIXTURE_NOW + 99 * DAY - rows[i].left;
		check("subject CN=a\n");
		cr_expect_eq(v.expiring, rows[i].expiring, "row %zu", i);
	}
}

Test(trust, purpose)
{
	static const struct {
		const char *spec;
		enum reason reason;
	} rows[] = {
		{"serial 1", REASON_GRANTED},
		{"ext extendedKeyUsage=clientAuth", REASON_GRANTED},
		{"ext extendedKeyUsage=serverAuth,clientAuth", REASON_GRANTED},
		{"ext extendedKeyUsage=serverAuth", REASON_WRONG_PURPOSE},
		{"ext extendedKeyUsage=1.2.3.4", REASON_WRONG_PURPOSE},
		{"ext keyUsage=digitalSignature", REASON_GRANTED},
		{"ext keyUsage=keyCertSign", REASON_WRONG_PURPOSE},
		{"raw 2.5.29.37=3000", REASON_WRONG_PURPOSE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(check(arena_printf(arena, "subject CN=a\n%s\n",
						rows[i].spec)),
			     rows[i].reason, "%s", rows[i].spec);
}

Test(trust, another_purpose)
{
	rules.purpose = "1.2.3.4";
	cr_expect_eq(check("subject CN=a\next extendedKeyUsage=1.2.3.4\n"),
		     REASON_GRANTED);
	cr_expect_eq(check("subject CN=a\next extendedKeyUsage=clientAuth\n"),
		     REASON_WRONG_PURPOSE);
	cr_expect_eq(check("subject CN=a\next keyUsage=keyCertSign\n"),
		     REASON_GRANTED);
	rules.purpose_any = true;
	rules.purpose = NULL;
	cr_expect_eq(check("subject CN=a\next extendedKeyUsage=serverAuth\n"),
		     REASON_GRANTED);
}

Test(trust, key_size)
{
	cr_expect_eq(check("subject CN=a\nkey rsa1024\n"), REASON_GRANTED,
		     "not asked for");
	rules.min_rsa_bits = 2048;
	cr_expect_eq(check("subject CN=a\nkey rsa1024\n"), REASON_WEAK_KEY);
	cr_expect_eq(check("subject CN=a\nkey rsa2048\n"), REASON_GRANTED);
	cr_expect_eq(check("subject CN=a\nkey ec\n"), REASON_GRANTED);
	rules.min_rsa_bits = 2049;
	cr_expect_eq(check("subject CN=a\nkey rsa2048\n"), REASON_WEAK_KEY);
	cr_expect_str_eq(v.detail, "RSA of 2048 bits");
}

Test(trust, lifetime)
{
	rules.max_lifetime = 100 * DAY;
	cr_expect_eq(check("subject CN=a\n"), REASON_GRANTED);
	rules.max_lifetime--;
	cr_expect_eq(check("subject CN=a\n"), REASON_LIFETIME_TOO_LONG);
	cr_expect_str_eq(v.detail, "100 days");
}

Test(trust, issuer)
{
	fixture_condition(arena, &attrs, &rules.issuer, "issuer.O", "Corp");
	cr_expect_eq(check("subject CN=a\nissuer O=Corp\n"), REASON_GRANTED);
	cr_expect_eq(check("subject CN=a\nissuer O=Evil\n"),
		     REASON_ISSUER_NOT_TRUSTED);
	cr_expect_str_eq(v.detail, "issuer.O does not match");
	cr_expect_eq(check("subject O=Corp\n"), REASON_ISSUER_NOT_TRUSTED);
}

Test(trust, clean_attributes)
{
	fixture_attr(arena, &attrs, "san.dns");
	fixture_attr(arena, &attrs, "id");
	cr_expect_eq(check("subject CN=a\n"), REASON_GRANTED);
	cr_expect_eq(check("subject CN=a\nraw 2.5.29.17=30058203610062\n"),
		     REASON_UNCLEAN_ATTRIBUTE);
	cr_expect_str_eq(v.detail, "san.dns cannot be read");
	cr_expect_eq(check("subject CN:utf8=a\\x00b\n"), REASON_GRANTED,
		     "what the policy does not use does not matter");
}

Test(trust, blocks)
{
	block("thief", "serial", "AB");
	block("team", "subject.OU", "Gone")->from = FIXTURE_NOW;
	cr_expect_eq(check("subject CN=a\nserial AC\n"), REASON_GRANTED);
	cr_expect_eq(check("subject CN=a\nserial 00AB\n"), REASON_BLOCKED);
	cr_expect_str_eq(v.block, "thief");
	cr_expect_str_eq(v.detail, "[block thief]");
	cr_expect_eq(v.line, 40);
	cr_expect_eq(check("subject OU=Gone\n"), REASON_BLOCKED);
	cr_expect_eq(v.line, 41);
	now--;
	cr_expect_eq(check("subject OU=Gone\n"), REASON_GRANTED,
		     "before its from");
}

Test(trust, a_block_with_two_conditions)
{
	struct block *both = block("both", "serial", "AB");

	fixture_condition(arena, &attrs, &both->conditions, "issuer",
			  "CN=CA,O=Corp");
	cr_expect_eq(check("subject CN=a\nserial AB\nissuer O=Corp\n"
			   "issuer CN=CA\n"),
		     REASON_BLOCKED);
	cr_expect_eq(check("subject CN=a\nserial AB\nissuer O=Corp\n"),
		     REASON_GRANTED);
}

Test(trust, an_unreadable_block_refuses)
{
	block("dns", "san.dns", "evil.test");
	cr_expect_eq(check("subject CN=a\nraw 2.5.29.17=ff\n"),
		     REASON_UNCLEAN_ATTRIBUTE);
}

Test(trust, a_stale_pin_still_blocks)
{
	credential = fixture_credential(arena, "subject CN=a\n");
	block("pinned", "pin", "p");
	cr_assert_eq(judge(), REASON_GRANTED);
	fixture_pin(arena, &rules.pins, "p", v.cert.sha256,
		    (struct span){now + 1, TIME_NEVER});
	cr_expect_eq(judge(), REASON_BLOCKED);
	cr_expect_eq(v.pins.count, 1);
	cr_expect(v.pins.list[0].stale);
}

static const struct block *find_block(enum block_phase phase, bool *unclean)
{
	const struct block *found;

	cr_assert_eq(block_find(&rules, &v.set, phase, now, &found, unclean),
		     ST_OK);
	return found;
}

Test(trust, late_blocks_are_for_later)
{
	bool unclean;

	FIXTURE_LATE(block("late", "id", "alice"));
	cr_assert_eq(check("subject CN=a\n"), REASON_GRANTED);
	cr_expect_null(find_block(BLOCK_OWN, &unclean));
	cr_expect_not(unclean);
	cr_expect_null(find_block(BLOCK_LATE, &unclean));
	cr_expect(unclean, "nobody has said what id is");
	v.set.values[0].state = ATTR_READ;
	cr_expect_null(find_block(BLOCK_LATE, &unclean));
	cr_expect_not(unclean);
	cr_assert_eq(attr_add(arena, COMPARE_EXACT, &v.set.values[0], "alice"),
		     ST_OK);
	cr_expect_eq(find_block(BLOCK_LATE, &unclean), &rules.blocks[0]);
}

/* The reason is the first that the table has. */
Test(trust, order_of_reasons)
{
	const char *spec = "subject CN=a\nserial AB\nraw 2.5.29.17=ff\n"
			   "ext extendedKeyUsage=serverAuth\n"
			   "not_before 0\nnot_after 1\nkey rsa1024\n";

	fixture_attr(arena, &attrs, "san.dns");
	fixture_condition(arena, &attrs, &rules.issuer, "issuer.O", "Corp");
	rules.min_rsa_bits = 2048;
	rules.max_lifetime = 1;
	block("b", "serial", "AB");
	credential = fixture_credential(arena, spec);
	credential.vouched = false;
	cr_expect_eq(judge(), REASON_BLOCKED, "before all others");
	rules.block_count = 0;
	cr_expect_eq(judge(), REASON_NOT_VERIFIED);
	credential.vouched = true;
	cr_expect_eq(judge(), REASON_EXPIRED);
	now = -1;
	cr_expect_eq(judge(), REASON_NOT_YET_VALID);
	now = 1;
	cr_expect_eq(judge(), REASON_WRONG_PURPOSE);
	rules.purpose_any = true;
	cr_expect_eq(judge(), REASON_WEAK_KEY);
	rules.min_rsa_bits = 0;
	cr_expect_eq(judge(), REASON_UNCLEAN_ATTRIBUTE, "lifetime is 1 s");
	attrs.list[0] = attrs.list[1];
	cr_expect_eq(judge(), REASON_ISSUER_NOT_TRUSTED);
}

Test(trust, name_text_beside_the_certificate)
{
	static const struct {
		const char *dn;
		enum reason reason;
	} rows[] = {
		{NULL, REASON_GRANTED},
		{"CN=alice,O=Corp", REASON_GRANTED},
		{"/O=Corp/CN=alice", REASON_GRANTED},
		{"CN=bob,O=Corp", REASON_SOURCE_CONFLICT},
		{"O = Corp, CN = bob", REASON_SOURCE_CONFLICT},
		{"CN=alice", REASON_SOURCE_CONFLICT},
		{"O=Corp,CN=alice", REASON_SOURCE_CONFLICT},
		{"/O=Corp/CN=bob", REASON_GRANTED}, /* ambiguous: no word */
		{"not a name", REASON_GRANTED},
	};
	char *cut = arena_alloc(arena, 256);

	credential = fixture_credential(arena,
					"subject O=Corp\nsubject CN=alice\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		credential.also.subject = rows[i].dn;
		cr_expect_eq(judge(), rows[i].reason, "%s",
			     rows[i].dn ? rows[i].dn : "none");
	}
	memset(cut, 'a', 255);
	memcpy(cut, "CN=", 3);
	credential.also.subject = cut;
	cr_expect_eq(judge(), REASON_GRANTED, "may have been cut");
	cut[254] = '\0';
	cr_expect_eq(judge(), REASON_SOURCE_CONFLICT);
}

Test(trust, a_name_alone)
{
	size_t cn = fixture_attr(arena, &attrs, "subject.CN");

	credential = (struct credential){.source = SOURCE_SERVER_DN,
					 .also.subject = "CN=alice,O=Corp",
					 .verify = "SUCCESS",
					 .vouched = true};
	rules.min_rsa_bits = 2048;
	rules.max_lifetime = 1;
	rules.warn_expiring = DAY;
	cr_assert_eq(judge(), REASON_GRANTED);
	cr_expect(v.name_only);
	cr_expect_not(v.expiring);
	cr_expect_eq(v.days_left, 0);
	cr_expect_str_eq(v.set.values[cn].list[0].text, "alice");
	credential.vouched = false;
	cr_expect_eq(judge(), REASON_NOT_VERIFIED);
	credential.also.subject = "no name";
	cr_expect_eq(judge(), REASON_CERTIFICATE_MALFORMED);
	credential.also.subject = "CN=alice,O=Corp";
	credential.vouched = true;
	fixture_attr(arena, &attrs, "san.dns");
	cr_expect_eq(judge(), REASON_UNCLEAN_ATTRIBUTE,
		     "a name says nothing of other attributes");
	block("alice", "subject.CN", "alice");
	cr_expect_eq(judge(), REASON_BLOCKED);
}
