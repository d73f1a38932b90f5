/* test_cache.c - what is kept is found under the same and nothing else, for as
 * long as it holds; and with a cache the same is answered as without. */
#include "cache.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit.h"
#include "dates_fixture.h"
#include "load.h"
#include "policy_fixture.h"

enum { POLICIES = 8, STEPS = 400, READERS = 3 };

static const unsigned char secret[CACHE_SECRET] = {7};
static struct source_rules source;
static struct attr_list attrs;
static struct trust_rules trust;
static struct identity_rules identity;
static const struct verdict_rules rules = {&source, &attrs, &trust,
					   &identity};
static struct guards *guards;
static struct cache *cache;
static struct tally tally;
static struct cache_seat seat;

static bool memory_holds(void)
{
	return false;
}

static struct cache_seat new_seat(void)
{
	return (struct cache_seat){.guard = guard_join(guards),
				   .tally = &tally,
				   .memory_failed = memory_holds};
}

static void start_with(size_t entries)
{
	guards = guards_new();
	cache = cache_new(&rules, guards, entries, secret);
	cr_assert(guards && cache);
	seat = new_seat();
}

static void start(void)
{
	start_with(1000);
}

static void end(void)
{
	guard_leave(seat.guard);
	buf_free(&seat.key);
	cache_free(cache);
	guards_free(guards);
}

static void restart_with(size_t entries)
{
	end();
	start_with(entries);
}

TestSuite(cache, .init = start, .fini = end);

/* What a certificate with this text would be given as. */
static struct given given_of(const char *text)
{
	struct given given = {0};

	given.text[GIVEN_CERT] = text;
	return given;
}

static struct verdict good(const char *id, int64_t not_after)
{
	struct verdict verdict = {
		.verified = {.ok = true, .parsed = true,
			     .reason = REASON_GRANTED,
			     .cert = {.not_after = not_after}},
		.identity = {.known = true, .reason = REASON_GRANTED,
			     .id = id}};

	return verdict;
}

static bool has(const char *text, int64_t now)
{
	struct given given = given_of(text);
	const struct verdict *found = cache_find(cache, &seat, &given, now);

	if (found && found->identity.known)
		cr_assert_str_eq(found->identity.id, text);
	return found != NULL;
}

static void put(const char *text, int64_t now, const struct verdict *verdict)
{
	cr_assert_not(has(text, now));
	cache_keep(cache, &seat, verdict, now);
}

Test(cache, found_while_it_holds)
{
	struct verdict verdict = good("a", 100);

	put("a", 50, &verdict);
	cr_expect(has("a", 50));
	cr_expect(has("a", 100));
	cr_expect_not(has("a", 101), "it has ended");
	cr_expect_not(has("a", 49), "the clock went back");
	cr_expect_not(has("b", 50));
	cr_expect_eq(tally.cache_hits, 2);
	cr_expect_eq(tally.cache_misses, 4);
}

Test(cache, a_new_one_takes_the_place_of_the_old)
{
	struct verdict verdict = good("a", 100);
	size_t entries, bytes;

	put("a", 50, &verdict);
	verdict.verified.cert.not_after = 200;
	put("a", 150, &verdict);
	cr_expect(has("a", 160));
	cache_size(cache, &entries, &bytes);
	cr_expect_eq(entries, 1);
}

static bool memory_is_out(void)
{
	return true;
}

Test(cache, what_does_not_last_is_not_kept)
{
	struct verdict verdict = good("a", 100);

	verdict.verified.passing = true;
	put("a", 50, &verdict);
	cr_expect_not(has("a", 50));
	verdict = good("a", 100);
	verdict.verified.ocsp.state = OCSP_GOOD;
	verdict.verified.ocsp.next_update = 50;
	put("a", 50, &verdict);
	cr_expect_not(has("a", 50), "it is over at once");
	verdict = good("a", 100);
	seat.memory_failed = memory_is_out;
	put("a", 50, &verdict);
	cr_expect_not(has("a", 50));
}

Test(cache, too_large_is_not_kept)
{
	char *text = calloc(1, CACHE_LARGEST + 1);
	struct verdict verdict = good("a", 100);

	memset(text, 'x', CACHE_LARGEST);
	put(text, 50, &verdict);
	cr_expect_not(has(text, 50));
	free(text);
}

/* What was found last is looked at first, and is still looked at. */
Test(cache, again_and_again)
{
	struct verdict verdict = good("a", 100);
	struct cache_seat before;

	put("a", 50, &verdict);
	for (int i = 0; i < 3; i++) {
		cr_expect(has("a", 50));
		cr_expect_not(has("b", 50));
		cr_expect(has("a", 100));
		cr_expect_not(has("a", 101));
	}
	verdict = good("b", 100);
	put("b", 50, &verdict);
	cr_expect(has("a", 50));
	cr_expect(has("b", 50));
	cr_expect_eq(tally.cache_hits, 8);
	before = seat;
	restart_with(8);
	seat.last_cache = before.last_cache;
	seat.last_set = before.last_set;
	seat.last_way = before.last_way;
	cr_expect_not(has("b", 50), "the cache is another one");
}

static void *reader(void *arg)
{
	struct cache_seat own = new_seat();
	struct tally counts = {0};
	char text[16];

	(void)arg;
	own.tally = &counts;
	for (int i = 0; own.guard && i < 3000; i++) {
		struct verdict verdict = good(text, 1000);
		struct given given = given_of(text);
		const struct verdict *found;

		snprintf(text, sizeof(text), "%d", i * 7919 % 300);
		found = cache_find(cache, &own, &given, 1);
		if (found && i % 2)
			found = cache_find(cache, &own, &given, 1);
		if (!found)
			cache_keep(cache, &own, &verdict, 1);
		else if (strcmp(found->identity.id, text) != 0)
			abort();
	}
	buf_free(&own.key);
	guard_leave(own.guard);
	return NULL;
}

/* Sets of a small cache are fought over by all threads. */
Test(cache, many_threads)
{
	pthread_t threads[READERS];

	restart_with(64);
	for (int i = 0; i < READERS; i++)
		cr_assert_eq(pthread_create(&threads[i], NULL, reader, NULL),
			     0);
	for (int i = 0; i < READERS; i++)
		pthread_join(threads[i], NULL);
}

/* ---- the same answers with it and without it ---- */

struct asked {
	const char *cert;
	const char *verify;
	const char *chain;
	const char *path;
	enum role role;
	const char *mode; /* MTLSGATE_MODE */
	const char *accept;
	int64_t now;
};

/* Reply and audit line, one after the other. */
static struct buf answer(const struct policy *policy,
			 const struct asked *asked, struct cache_seat *with)
{
	struct arena *arena = arena_new();
	char *env[] = {arena_printf(arena, "SSL_CLIENT_CERT=%s", asked->cert),
		       arena_printf(arena, "SSL_CLIENT_VERIFY=%s",
				    asked->verify),
		       arena_printf(arena, "SSL_CLIENT_CERT_CHAIN_0=%s",
				    asked->chain),
		       arena_printf(arena, "REQUEST_URI=%s", asked->path),
		       arena_printf(arena, "SCRIPT_NAME=%s", asked->path),
		       arena_printf(arena, "MTLSGATE_MODE=%s", asked->mode),
		       arena_printf(arena, "HTTP_ACCEPT=%s", asked->accept),
		       (char *)"REQUEST_METHOD=GET", NULL};
	struct gate_input input = {.policy = policy, .role = asked->role,
				   .env = env, .decision_id = "some-id",
				   .facts = {.now = asked->now},
				   .seat = with};
	struct outcome outcome;
	struct buf out = {0};

	cr_assert_eq(gate_handle(arena, &input, &outcome, &out), ST_OK);
	audit_render(arena, &outcome, 0, NULL, &out);
	cr_assert_not(out.failed);
	arena_free(arena);
	return out;
}

static unsigned draw(unsigned *seed, unsigned below)
{
	*seed = *seed * 1103515245u + 12345u;
	return (*seed >> 16) % below;
}

static const char *sha256_of(struct arena *arena, const struct pki *cert)
{
	struct credential credential = pki_credential(arena, cert, NULL);
	struct cert parsed;
	const char *why;

	cr_assert_eq(cert_parse(arena, credential.leaf, &parsed, &why), ST_OK);
	return parsed.sha256;
}

/* A moment at, before or after a date of the policy, or any; mostly the time
 * stands still, so that there is something to find. */
static int64_t next_time(unsigned *seed, const struct dates *dates,
			 int64_t now)
{
	size_t count = dates->from_count + dates->other_count;
	size_t at = draw(seed, (unsigned)count);
	int64_t date = at < dates->from_count
			       ? dates->from[at]
			       : dates->others[at - dates->from_count];

	if (draw(seed, 8))
		return now;
	if (draw(seed, 3))
		return date + (int64_t)draw(seed, 3) - 1;
	return FIXTURE_NOW + ((int64_t)draw(seed, 400) - 150) * FIXTURE_DAY;
}

static void walk(struct policy *policy, const struct dates *dates,
		 const char *const *certs, size_t count, unsigned seed)
{
	static const char *const paths[] = {"/one", "/two", "/three", "/%00",
					    "/api/profile", "/api/cert-info"};
	static const char *const modes[] = {"", "authorizer"};
	static const char *const accepts[] = {"", "text/html"};
	static const char *const words[] = {"SUCCESS", "NONE", "FAILED:x"};
	int64_t now = FIXTURE_NOW;

	for (int i = 0; i < STEPS; i++) {
		struct asked asked = {
			.cert = certs[draw(&seed, (unsigned)count)],
			.verify = words[draw(&seed, ARRAY_LEN(words))],
			.chain = certs[draw(&seed, 2)],
			.path = paths[draw(&seed, ARRAY_LEN(paths))],
			.role = draw(&seed, 2) ? ROLE_AUTHORIZER
					       : ROLE_RESPONDER,
			.mode = modes[draw(&seed, ARRAY_LEN(modes))],
			.accept = accepts[draw(&seed, ARRAY_LEN(accepts))]};
		struct buf with, without;

		asked.now = now = next_time(&seed, dates, now);
		with = answer(policy, &asked, &seat);
		without = answer(policy, &asked, NULL);
		cr_assert_str_eq(with.data, without.data,
				 "step %d\n%s\n%s\n%s", i, with.data,
				 without.data, dates->text.data);
		buf_free(&with);
		buf_free(&without);
	}
}

Test(cache, answers_are_the_same, .timeout = 240)
{
	struct arena *arena = arena_new();
	struct pki root = pki_make(arena, "Root", NULL, "root");
	struct pki leaf = pki_make(arena, "leaf", &root, "");
	struct pki other = pki_make(arena, "other", &root, "");
	struct pki glass = pki_make(arena, "glass", NULL, "");
	struct pki middle = pki_make(arena, "Middle", &root,
				     "ca\nnot_after 1770000000\n");
	struct pki below = pki_make(arena, "below", &middle, "");
	const char *const certs[] = {pki_pem(arena, &middle),
				     pki_pem(arena, &leaf),
				     pki_pem(arena, &other),
				     pki_pem(arena, &glass),
				     pki_pem(arena, &below), "nonsense"};
	const char *pem = pki_pem(arena, &root);
	char ca[] = "/tmp/cache-ca-XXXXXX";
	int fd = mkstemp(ca);

	cr_assert_eq(write(fd, pem, strlen(pem)), (ssize_t)strlen(pem));
	dates_settle(fd);
	close(fd);
	for (unsigned seed = 1; seed <= POLICIES; seed++) {
		struct dates_pki pki = {ca, sha256_of(arena, &leaf),
					sha256_of(arena, &glass),
					seed % 2 ? sha256_of(arena, &other)
						 : NULL};
		struct verdict_rules of;
		struct policy *policy;
		struct dates dates;

		dates_draw(&dates, seed, &pki);
		policy = dates_load(arena, &dates);
		cr_assert_not_null(policy, "%s", dates.text.data);
		of = policy_verdict_rules(policy);
		policy->cache = cache_new(&of, guards, 1000, secret);
		walk(policy, &dates, certs, ARRAY_LEN(certs), seed);
		guard_drop(seat.guard, GUARD_VERDICT);
		cache_free(policy->cache);
		policy_free(policy);
		buf_free(&dates.text);
	}
	unlink(ca);
	cr_expect_gt(tally.cache_hits, POLICIES * STEPS / 8);
	cr_expect_gt(tally.cache_misses, POLICIES * STEPS / 20);
	arena_free(arena);
}
