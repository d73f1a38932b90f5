/* test_store.c - which policy is in force, and for how long one lives. */
#include "store.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "chain_text.h"
#include "front_fixture.h"

enum { ERROR_SIZE = 512 };

static struct store *store;

static void write_policy(const char *more)
{
	char *text = fixture_policy_text(more);

	fixture_write("policy.ini", text);
	free(text);
}

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	store = store_new("policy.ini");
	cr_assert_not_null(store);
}

static void end(void)
{
	store_free(store);
}

static const char *last_error(void)
{
	static char text[ERROR_SIZE];

	store_error(store, text, sizeof(text));
	return text;
}

static void expect_loads(uint64_t good, uint64_t bad)
{
	uint64_t was_good, was_bad;

	store_counts(store, &was_good, &was_bad);
	cr_expect_eq(was_good, good);
	cr_expect_eq(was_bad, bad);
}

static size_t times_logged(const char *words)
{
	char *log = fixture_read("log");
	const char *p = log;
	size_t count = 0;

	while ((p = strstr(p, words))) {
		count++;
		p++;
	}
	free(log);
	return count;
}

Test(store, nothing_is_in_force_at_first, .init = start, .fini = end)
{
	cr_assert_null(store_current(store));
	cr_assert_str_neq(last_error(), "");
}

Test(store, good_policy_is_taken, .init = start, .fini = end)
{
	const struct policy *policy;

	write_policy("");
	cr_assert_eq(store_reload(store, 0), ST_OK);
	policy = store_current(store);
	cr_assert_not_null(policy);
	cr_assert_str_eq(last_error(), "");
	cr_assert_not(store_changed(store));
}

Test(store, bad_policy_leaves_the_old_one, .init = start, .fini = end)
{
	const struct policy *before, *after;

	write_policy("");
	cr_assert_eq(store_reload(store, 0), ST_OK);
	before = store_current(store);
	write_policy("[nonsense]\nx = y\n");
	cr_assert(store_changed(store));
	cr_assert_neq(store_reload(store, 0), ST_OK);
	after = store_current(store);
	cr_assert_eq(after, before);
	cr_assert(strstr(last_error(), "policy.ini"), "%s", last_error());
	expect_loads(1, 1);
}

Test(store, missing_policy_is_tried_again, .init = start, .fini = end)
{
	cr_assert_neq(store_reload(store, 0), ST_OK);
	cr_assert(store_changed(store));
	cr_assert_neq(store_reload(store, 0), ST_OK);
	cr_assert(store_changed(store));
	cr_assert_neq(store_reload(store, 0), ST_OK);
	cr_assert_eq(times_logged("is not usable"), 1, "said once");
	cr_assert_neq(store_reload(store, 0), ST_OK);
	cr_assert_eq(times_logged("is not usable"), 2, "said when asked");
	expect_loads(0, 2);
	write_policy("");
	cr_assert(store_changed(store));
	cr_assert_eq(store_reload(store, 0), ST_OK);
	cr_assert_str_eq(last_error(), "");
	expect_loads(1, 2);
}

Test(store, other_error_is_logged, .init = start, .fini = end)
{
	write_policy("[nonsense]\nx = y\n");
	cr_assert_neq(store_reload(store, 0), ST_OK);
	write_policy("[role x]\ny = z\n");
	cr_assert(store_changed(store));
	cr_assert_neq(store_reload(store, 0), ST_OK);
	cr_assert_eq(times_logged("is not usable"), 2);
}

/* A policy in use must stay whole: under a sanitizer or valgrind this fails
 * when it is freed early. */
Test(store, policy_in_hand_outlives_reloads, .init = start, .fini = end)
{
	const struct policy *held[3];
	struct guard *guards[3];
	char digest[65];

	write_policy("");
	cr_assert_eq(store_reload(store, 0), ST_OK);
	for (int i = 0; i < 3; i++)
		guards[i] = guard_join(store_guards(store));
	held[0] = store_take(store, guards[0]);
	memcpy(digest, held[0]->sha256, sizeof(digest));
	for (int i = 1; i < 3; i++) {
		write_policy(i % 2 ? "[role a]\nsubject.CN = a\n" : "");
		cr_assert_eq(store_reload(store, 0), ST_OK);
		held[i] = store_take(store, guards[i]);
		cr_assert_neq(held[i], held[i - 1]);
	}
	cr_assert_str_eq(held[0]->sha256, digest);
	cr_assert_str_eq(held[2]->sha256, digest);
	cr_assert_str_neq(held[1]->sha256, digest);
	guard_drop(guards[1], GUARD_POLICY);
	store_tidy(store);
	cr_assert_str_eq(held[0]->sha256, digest);
	for (int i = 0; i < 3; i++)
		guard_leave(guards[i]);
	store_tidy(store);
}

/* Reading a list with a million entries again for every change of a line is
 * what nobody would wait for. */
Test(store, crls_that_did_not_change_are_kept, .init = start, .fini = end)
{
	const struct policy *before, *after;
	struct store *chain_store;
	struct guard *guard;
	struct loaded files;
	struct pki root;
	char path[128];

	chain_dir(&files, "root", &root);
	put_crl(&files, "a.crl", &root, "revoke 1", true);
	put_text(&files, "policy.ini",
		 PLAIN_IDENTITY CHAIN "crl = a.crl\n" OPEN);
	snprintf(path, sizeof(path), "%s/policy.ini", files.dir);
	chain_store = store_new(path);
	cr_assert_eq(store_reload(chain_store, FIXTURE_NOW), ST_OK);
	guard = guard_join(store_guards(chain_store));
	before = store_take(chain_store, guard);
	put_text(&files, "policy.ini",
		 PLAIN_IDENTITY CHAIN "crl = a.crl\n;\n" OPEN);
	cr_assert(store_changed(chain_store));
	cr_assert_eq(store_reload(chain_store, FIXTURE_NOW), ST_OK);
	after = store_current(chain_store);
	cr_assert_neq(after, before);
	cr_assert_eq(after->trust.chain.crls[0], before->trust.chain.crls[0]);
	put_crl(&files, "a.crl", &root, "revoke 1\nrevoke 2", true);
	cr_assert(store_changed(chain_store));
	guard_leave(guard);
	store_free(chain_store);
	policy_end(&files);
}
