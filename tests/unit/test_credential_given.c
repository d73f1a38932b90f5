/* test_credential_given.c - what sources can read of a request, and that no two
 * different readings share a key. */
#include "credential_given.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct given given;
static char texts[GIVEN_COUNT][8];

static void start(void)
{
	given = (struct given){.peer = "192.0.2.1"};
	for (size_t i = 0; i < GIVEN_COUNT; i++) {
		snprintf(texts[i], sizeof(texts[i]), "t%zu", i);
		given.text[i] = texts[i];
	}
}

TestSuite(given, .init = start);

static struct buf key_of(const struct given *of)
{
	struct buf out = {0};

	given_key(of, &out);
	cr_assert_not(out.failed);
	return out;
}

static bool same(const struct given *a, const struct given *b)
{
	struct buf x = key_of(a);
	struct buf y = key_of(b);
	bool equal = x.len == y.len && memcmp(x.data, y.data, x.len) == 0;

	cr_expect_eq(given_has_key(a, y.data, y.len), equal);
	cr_expect_eq(given_has_key(b, x.data, x.len), equal);
	buf_free(&x);
	buf_free(&y);
	return equal;
}

/* Whatever is changed in it, byte for byte where it holds no pointers, shows
 * in the key, but for the peer. */
Test(given, each_input_is_in_the_key)
{
	struct given other = given;

	cr_expect(same(&given, &other));
	other.duplicate = true;
	cr_expect_not(same(&given, &other), "duplicate");
	other = given;
	other.trusted = true;
	cr_expect_not(same(&given, &other), "trusted");
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		other = given;
		other.twice = 1u << i;
		cr_expect_not(same(&given, &other), "twice %zu", i);
	}
	for (size_t i = 0; i < GIVEN_COUNT; i++) {
		other = given;
		other.text[i] = "other";
		cr_expect_not(same(&given, &other), "text %zu", i);
		other.text[i] = "";
		cr_expect_not(same(&given, &other), "empty %zu", i);
		other.text[i] = NULL;
		cr_expect_not(same(&given, &other), "absent %zu", i);
	}
	cr_expect_eq(sizeof(given),
		     8 + (GIVEN_COUNT + 1) * sizeof(char *),
		     "a new member belongs into the key and into this test");
}

/* Absent and empty, and where one text ends and the next begins. */
Test(given, no_two_share_a_key)
{
	struct given a = {0};
	struct given b = {0};

	a.text[GIVEN_CERT] = "";
	cr_expect_not(same(&a, &b));
	for (size_t i = 0; i + 1 < GIVEN_COUNT; i++) {
		a = b = (struct given){0};
		a.text[i] = "ab";
		a.text[i + 1] = "c";
		b.text[i] = "a";
		b.text[i + 1] = "bc";
		cr_expect_not(same(&a, &b), "%zu", i);
		a.text[i + 1] = NULL;
		b.text[i] = NULL;
		b.text[i + 1] = "ab";
		cr_expect_not(same(&a, &b), "place %zu", i);
	}
}

Test(given, a_key_is_whole)
{
	struct buf key = key_of(&given);

	cr_expect(given_has_key(&given, key.data, key.len));
	for (size_t len = 0; len < key.len; len++)
		cr_expect_not(given_has_key(&given, key.data, len));
	buf_add(&key, "", 1);
	cr_expect_not(given_has_key(&given, key.data, key.len));
	buf_free(&key);
}

static struct source_rules rules;

static void read(char *const *env, const char *peer)
{
	struct request request = {.env = env, .peer = peer};

	given_read(&rules, &request, &given);
}

Test(given, headers_are_found)
{
	char *env[] = {(char *)"HTTP_X_CERT=one", (char *)"HTTP_X_CERTS=no",
		       (char *)"HTTP_X_VERIFY=ok", (char *)"HTTP_X_VERIFY=ok",
		       (char *)"X_CERT=no", NULL};

	rules = (struct source_rules){
		.header = {[SLOT_CERT] = "HTTP_X_CERT",
			   [SLOT_LEAF] = "HTTP_X_CERT",
			   [SLOT_VERIFY] = "HTTP_X_VERIFY"}};
	read(env, "");
	cr_expect_str_eq(given.text[GIVEN_HEADER + SLOT_CERT], "one");
	cr_expect_str_eq(given.text[GIVEN_HEADER + SLOT_LEAF], "one");
	cr_expect_str_eq(given.text[GIVEN_HEADER + SLOT_VERIFY], "ok");
	cr_expect_null(given.text[GIVEN_HEADER + SLOT_CHAIN]);
	cr_expect_eq(given.twice, 1u << SLOT_VERIFY);
	cr_expect_not(given.trusted);
}

Test(given, trust_is_peer_and_secret)
{
	struct peer_net local = {.local = true};
	char *right[] = {(char *)"HTTP_S=word", NULL};
	char *wrong[] = {(char *)"HTTP_S=ward", NULL};
	char *none[] = {NULL};

	rules = (struct source_rules){.trusted = &local, .trusted_count = 1,
				      .secret = "word",
				      .header = {[SLOT_SECRET] = "HTTP_S"}};
	read(right, "unix:");
	cr_expect(given.trusted);
	cr_expect_null(given.text[GIVEN_HEADER + SLOT_SECRET]);
	read(right, "192.0.2.1");
	cr_expect_not(given.trusted);
	read(wrong, "unix:");
	cr_expect_not(given.trusted);
	read(none, "unix:");
	cr_expect_not(given.trusted);
	rules.secret = NULL;
	read(none, "unix:");
	cr_expect(given.trusted);
}

Test(given, variables_are_the_servers)
{
	struct request request = {.duplicate = true, .peer = "p"};

	rules = (struct source_rules){0};
	request.var[VAR_SSL_CLIENT_CERT] = "cert";
	request.var[VAR_SSL_CLIENT_S_DN] = "dn";
	request.var[VAR_SSL_CLIENT_VERIFY] = "SUCCESS";
	request.chain[3] = "three";
	given_read(&rules, &request, &given);
	cr_expect(given.duplicate);
	cr_expect_str_eq(given.text[GIVEN_CERT], "cert");
	cr_expect_str_eq(given.text[GIVEN_SUBJECT], "dn");
	cr_expect_str_eq(given.text[GIVEN_VERIFY], "SUCCESS");
	cr_expect_str_eq(given.text[GIVEN_CHAIN + 3], "three");
	cr_expect_null(given.text[GIVEN_CHAIN]);
}
