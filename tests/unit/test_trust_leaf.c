/* test_trust_leaf.c - each check of a certificate by itself. */
#include <criterion/criterion.h>
#include <string.h>

#include "fixture.h"
#include "policy_fixture.h"
#include "trust_int.h"

#define CLIENT_AUTH "1.3.6.1.5.5.7.3.2"
#define NOW FIXTURE_NOW

static struct arena *arena;
static struct trust_rules rules;
static struct attr_list attrs;
static struct credential credential;
static struct verified v;
static struct check check;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	rules = (struct trust_rules){.purpose = CLIENT_AUTH,
				     .pin_attr = SIZE_MAX};
	attrs = (struct attr_list){0};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(trust_leaf, .init = start, .fini = end);

/* A run that has parsed the certificate of spec. */
static struct check *run(const char *spec)
{
	credential = fixture_credential(arena, spec);
	memset(&v, 0, sizeof(v));
	check = (struct check){.arena = arena, .rules = &rules,
			       .attrs = &attrs, .credential = &credential,
			       .now = NOW, .v = &v};
	cr_assert_eq(trust_prepare(arena, &rules, attrs.count), ST_OK);
	cr_assert_eq(check_parse(&check), CHECK_PASSED);
	cr_expect(v.parsed);
	return &check;
}

Test(trust_leaf, status)
{
	cr_expect_eq(check_status(ST_OK), CHECK_PASSED);
	cr_expect_eq(check_status(ST_BAD), CHECK_REFUSED);
	cr_expect_eq(check_status(ST_ABSENT), CHECK_REFUSED);
	cr_expect_eq(check_status(ST_NOMEM), CHECK_ERROR);
}

Test(trust_leaf, refusal_without_words)
{
	run("subject CN=a\n");
	cr_expect_eq(check_refuse(&check, "so"), CHECK_REFUSED);
	cr_expect_str_eq(check.detail, "so");
	cr_expect_eq(check_refuse(&check, NULL), CHECK_REFUSED);
	cr_expect_null(check.detail);
}

Test(trust_leaf, unreadable)
{
	run("subject CN=a\n");
	memset(&v, 0, sizeof(v));
	credential.leaf.len--;
	cr_expect_eq(check_parse(&check), CHECK_REFUSED);
	cr_expect_not(v.parsed);
	cr_expect_not_null(check.detail);
}

Test(trust_leaf, vouched)
{
	static const struct {
		enum verify_mode mode;
		bool vouched;
		enum check_result result;
	} rows[] = {
		{VERIFY_SERVER, true, CHECK_PASSED},
		{VERIFY_SERVER, false, CHECK_REFUSED},
		{VERIFY_BOTH, true, CHECK_PASSED},
		{VERIFY_BOTH, false, CHECK_REFUSED},
		{VERIFY_CHAIN, true, CHECK_PASSED},
		{VERIFY_CHAIN, false, CHECK_PASSED},
	};

	run("subject CN=a\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rules.verify = rows[i].mode;
		credential.vouched = rows[i].vouched;
		cr_expect_eq(check_vouched(&check), rows[i].result, "row %zu",
			     i);
	}
}

Test(trust_leaf, dates)
{
	static const struct {
		int64_t at;
		enum check_result before;
		enum check_result after;
	} rows[] = {
		{NOW - 101, CHECK_REFUSED, CHECK_PASSED},
		{NOW - 100, CHECK_PASSED, CHECK_PASSED},
		{NOW + 100, CHECK_PASSED, CHECK_PASSED},
		{NOW + 101, CHECK_PASSED, CHECK_REFUSED},
	};

	run("subject CN=a\nnot_before 1767225500\nnot_after 1767225700\n");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		check.now = rows[i].at;
		cr_expect_eq(check_not_before(&check), rows[i].before,
			     "row %zu", i);
		cr_expect_eq(check_not_after(&check), rows[i].after,
			     "row %zu", i);
		cr_expect_not_null(check.detail);
	}
}

Test(trust_leaf, purpose)
{
	static const struct {
		const char *ext;
		enum check_result result;
	} rows[] = {
		{"", CHECK_PASSED},
		{"ext extendedKeyUsage=clientAuth\n", CHECK_PASSED},
		{"ext extendedKeyUsage=serverAuth,clientAuth\n", CHECK_PASSED},
		{"ext extendedKeyUsage=serverAuth\n", CHECK_REFUSED},
		{"ext extendedKeyUsage=anyExtendedKeyUsage\n", CHECK_REFUSED},
		{"raw 2.5.29.37=3000\n", CHECK_REFUSED},
		{"raw 2.5.29.37=05\n", CHECK_REFUSED},
		{"ext keyUsage=digitalSignature\n", CHECK_PASSED},
		{"ext keyUsage=keyAgreement\n", CHECK_PASSED},
		{"ext keyUsage=keyCertSign\n", CHECK_REFUSED},
		{"ext keyUsage=keyEncipherment\n", CHECK_REFUSED},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		run(arena_printf(arena, "subject CN=a\n%s", rows[i].ext));
		cr_expect_eq(check_purpose(&check), rows[i].result, "%s",
			     rows[i].ext);
	}
}

Test(trust_leaf, any_purpose)
{
	rules.purpose_any = true;
	cr_expect_eq(check_purpose(run("subject CN=a\n"
				       "ext extendedKeyUsage=serverAuth\n")),
		     CHECK_PASSED);
}

/* Another purpose asks nothing of the key usage. */
Test(trust_leaf, another_purpose)
{
	rules.purpose = "1.3.6.1.5.5.7.3.1";
	cr_expect_eq(check_purpose(run("subject CN=a\n"
				       "ext extendedKeyUsage=serverAuth\n"
				       "ext keyUsage=keyEncipherment\n")),
		     CHECK_PASSED);
	cr_expect_eq(check_purpose(run("subject CN=a\n"
				       "ext extendedKeyUsage=clientAuth\n")),
		     CHECK_REFUSED);
}

Test(trust_leaf, key_size)
{
	rules.min_rsa_bits = 2048;
	cr_expect_eq(check_key(run("subject CN=a\nkey rsa1024\n")),
		     CHECK_REFUSED);
	cr_expect_eq(check_key(run("subject CN=a\nkey rsa2048\n")),
		     CHECK_PASSED);
	cr_expect_eq(check_key(run("subject CN=a\nkey ec\n")), CHECK_PASSED);
	rules.min_rsa_bits = 0;
	cr_expect_eq(check_key(run("subject CN=a\nkey rsa1024\n")),
		     CHECK_PASSED);
}

Test(trust_leaf, lifetime)
{
	static const char spec[] =
		"subject CN=a\nnot_before 1000\nnot_after 2000\n";

	cr_expect_eq(check_lifetime(run(spec)), CHECK_PASSED);
	rules.max_lifetime = 1000;
	cr_expect_eq(check_lifetime(run(spec)), CHECK_PASSED);
	rules.max_lifetime = 999;
	cr_expect_eq(check_lifetime(run(spec)), CHECK_REFUSED);
}

Test(trust_leaf, reads_what_is_its_own)
{
	size_t cn = fixture_attr(arena, &attrs, "subject.CN");
	size_t ca = fixture_attr(arena, &attrs, "ca.subject.CN");
	size_t anchor = fixture_attr(arena, &attrs, "anchor.sha256");
	size_t id = fixture_attr(arena, &attrs, "id");

	cr_assert_eq(check_read(run("subject CN=a\n")), CHECK_PASSED);
	cr_expect_eq(v.set.values[cn].state, ATTR_READ);
	cr_expect_eq(v.set.values[ca].state, ATTR_UNREAD);
	cr_expect_eq(v.set.values[anchor].state, ATTR_UNREAD);
	cr_expect_eq(v.set.values[id].state, ATTR_UNREAD);
	cr_expect_eq(check_clean(&check), CHECK_REFUSED,
		     "what nobody has read is not clean");
	cr_expect_not_null(strstr(check.detail, "ca.subject.CN"));
	v.set.values[ca].state = ATTR_READ;
	cr_expect_eq(check_clean(&check), CHECK_REFUSED);
	v.set.values[anchor].state = ATTR_READ;
	cr_expect_eq(check_clean(&check), CHECK_PASSED,
		     "the id is known later");
	v.set.values[cn].state = ATTR_UNCLEAN;
	cr_expect_eq(check_clean(&check), CHECK_REFUSED);
}

Test(trust_leaf, issuer)
{
	fixture_condition(arena, &attrs, &rules.issuer, "issuer.O", "Trusted");
	run("subject CN=a\nissuer O=Trusted\n");
	cr_assert_eq(check_read(&check), CHECK_PASSED);
	cr_expect_eq(check_issuer(&check), CHECK_PASSED);
	run("subject CN=a\nissuer O=trusted\n");
	cr_assert_eq(check_read(&check), CHECK_PASSED);
	cr_expect_eq(check_issuer(&check), CHECK_REFUSED);
	cr_expect_str_eq(check.detail, "issuer.O does not match");
}

Test(trust_leaf, blocks_of_a_phase)
{
	struct block blocks[2] = {
		{.name = "own", .from = TIME_ALWAYS, .phase = BLOCK_OWN},
		{.name = "chain", .from = NOW + 5, .phase = BLOCK_CHAIN}};

	for (size_t i = 0; i < 2; i++)
		fixture_condition(arena, &attrs, &blocks[i].conditions,
				  "subject.CN", i ? "b" : "a");
	rules.blocks = blocks;
	rules.block_count = 2;
	cr_assert_eq(check_read(run("subject CN=a\n")), CHECK_PASSED);
	cr_expect_eq(check_blocked(&check), CHECK_REFUSED);
	cr_expect_str_eq(v.block, "own");
	cr_expect_eq(check_blocks(&check, BLOCK_CHAIN), CHECK_PASSED);
	cr_assert_eq(check_read(run("subject CN=b\n")), CHECK_PASSED);
	cr_expect_eq(check_blocked(&check), CHECK_PASSED);
	cr_expect_eq(check_blocks(&check, BLOCK_CHAIN), CHECK_PASSED,
		     "not yet");
	check.now = NOW + 5;
	cr_expect_eq(check_chain_blocked(&check), CHECK_REFUSED);
	cr_expect_str_eq(v.block, "chain");
}
