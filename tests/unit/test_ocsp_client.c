/* test_ocsp_client.c - who is asked how often, and who has to wait. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <time.h>

#include "ocsp_client.h"
#include "ocsp_fixture.h"

enum { MANY = 8 };

/* One question, asked in a thread of its own. */
struct asker {
	struct ocsp_client *client;
	struct ocsp_question question;
	struct ocsp_rules rules;
	struct ocsp_answer answer; /* its detail is copied */
	char detail[256];
	double took; /* seconds */
	pthread_t thread;
};

static struct ocsp_client *client;

static void stop(void)
{
	ocsp_client_free(client);
}

TestSuite(ocsp_client, .fini = stop, .timeout = 60);

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void pause_ms(long ms)
{
	struct timespec time = {.tv_nsec = ms * 1000000};

	nanosleep(&time, NULL);
}

static void *run(void *arg)
{
	struct asker *asker = arg;
	struct ocsp_service *service = ocsp_client_service(asker->client);
	struct arena *arena = arena_new();
	double began = seconds();

	service->ask(service, arena, &asker->question, &asker->answer);
	asker->took = seconds() - began;
	snprintf(asker->detail, sizeof(asker->detail), "%s",
		 asker->answer.detail ? asker->answer.detail : "");
	arena_free(arena);
	return NULL;
}

static void prepare(struct asker *asker, X509 *leaf, const char *url)
{
	*asker = (struct asker){.client = client,
		.rules = {.responder = url, .timeout = 1},
		.question = {.leaf = leaf, .issuer = ocsp_pki()->ca,
			     .now = OCSP_NOW}};
	asker->question.rules = &asker->rules;
}

static enum ocsp_state ask_at(struct ocsp_server *server, X509 *leaf,
			      int64_t now)
{
	struct asker asker;

	prepare(&asker, leaf, server->url);
	asker.question.now = now;
	run(&asker);
	return asker.answer.state;
}

static enum ocsp_state ask(struct ocsp_server *server)
{
	return ask_at(server, ocsp_pki()->leaf, OCSP_NOW);
}

static void launch(struct asker *asker)
{
	cr_assert_eq(pthread_create(&asker->thread, NULL, run, asker), 0);
}

static void join(struct asker *askers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		pthread_join(askers[i].thread, NULL);
}

/* All of them ask about the same certificate. */
static void ask_many(struct asker *askers, struct ocsp_server *server)
{
	for (size_t i = 0; i < MANY; i++) {
		prepare(&askers[i], ocsp_pki()->leaf, server->url);
		launch(&askers[i]);
	}
	join(askers, MANY);
}

/* Gave up, but not at once: on a busy machine an answer may take longer. */
static bool was_patient(const struct asker *asker)
{
	return asker->answer.state == OCSP_UNAVAILABLE && asker->took > 0.2;
}

/* A certificate of its own serial number. */
static X509 *leaf_number(size_t number)
{
	const struct ocsp_pki *pki = ocsp_pki();

	return ocsp_cert("carol", 0x2000 + (long)number, pki->other_key,
			 pki->ca, pki->key, NULL);
}

/* --- what is remembered --------------------------------------------------- */

static void check_kept(int status, enum ocsp_state state)
{
	struct ocsp_recipe recipe = {.status = status, .age = 60, .next = 600};
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, &recipe);
	X509 *leaf = ocsp_pki()->leaf;

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), state);
	server->manner = MANNER_HANGUP;
	cr_assert_eq(ask(server), state);
	cr_assert_eq(ask_at(server, leaf, OCSP_NOW + 600), state);
	cr_assert_eq(server->asked, 1);
	/* never beyond its nextUpdate, and not before it was made */
	cr_assert_eq(ask_at(server, leaf, OCSP_NOW + 601), OCSP_UNAVAILABLE);
	cr_assert_eq(server->asked, 2);
}

Test(ocsp_client, good_is_kept_until_next_update)
{
	check_kept(V_OCSP_CERTSTATUS_GOOD, OCSP_GOOD);
}

Test(ocsp_client, revoked_is_kept_until_next_update)
{
	check_kept(V_OCSP_CERTSTATUS_REVOKED, OCSP_REVOKED);
}

Test(ocsp_client, unknown_is_kept_until_next_update)
{
	check_kept(V_OCSP_CERTSTATUS_UNKNOWN, OCSP_UNKNOWN);
}

Test(ocsp_client, an_answer_without_next_update_is_kept_for_an_hour)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);
	X509 *leaf = ocsp_pki()->leaf;

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(ask_at(server, leaf, OCSP_NOW + 3600), OCSP_GOOD);
	cr_assert_eq(server->asked, 1);
	cr_assert_eq(ask_at(server, leaf, OCSP_NOW + 3601), OCSP_GOOD);
	cr_assert_eq(server->asked, 2);
}

Test(ocsp_client, an_answer_is_not_kept_for_times_before_it)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(ask_at(server, ocsp_pki()->leaf, OCSP_NOW - 301),
		     OCSP_UNAVAILABLE);
	cr_assert_eq(server->asked, 2);
}

/* Within the skew an answer that has just ended counts, but only this once. */
Test(ocsp_client, an_answer_past_its_next_update_is_not_kept)
{
	struct ocsp_recipe recipe = {.age = 60, .next = -10};
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, &recipe);

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(server->asked, 2);
}

Test(ocsp_client, an_answer_is_for_one_certificate)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(ask_at(server, ocsp_pki()->second, OCSP_NOW),
		     OCSP_UNAVAILABLE);
	cr_assert_eq(server->asked, 2);
}

/* Same name and serial number, another CA's key. */
Test(ocsp_client, an_answer_is_for_one_issuer)
{
	const struct ocsp_pki *pki = ocsp_pki();
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);
	struct asker asker;

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), OCSP_GOOD);
	prepare(&asker, pki->leaf, server->url);
	asker.question.issuer = pki->same_name;
	run(&asker);
	cr_assert_eq(asker.answer.state, OCSP_UNAVAILABLE);
	cr_assert_eq(server->asked, 2);
}

Test(ocsp_client, a_failure_is_kept_for_a_while)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_HANGUP, NULL);
	struct asker asker;

	client = ocsp_client_new(2);
	cr_assert_eq(ask(server), OCSP_UNAVAILABLE);
	server->manner = MANNER_ANSWER;
	prepare(&asker, ocsp_pki()->leaf, server->url);
	run(&asker);
	cr_assert_eq(asker.answer.state, OCSP_UNAVAILABLE);
	cr_assert(strstr(asker.detail, server->url), "%s", asker.detail);
	cr_assert_eq(server->asked, 1);
	cr_assert_eq(ocsp_client_service(client)->failed, 1);
}

Test(ocsp_client, more_certificates_than_room)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);

	client = ocsp_client_new(2);
	for (size_t i = 0; i < 5000; i++) {
		struct asker asker;
		X509 *leaf = X509_dup(ocsp_pki()->leaf);

		ASN1_INTEGER_set(X509_get_serialNumber(leaf),
				 0x10000 + (long)i);
		prepare(&asker, leaf, "http://127.0.0.1:1/");
		run(&asker);
		cr_assert_eq(asker.answer.state, OCSP_UNAVAILABLE);
		X509_free(leaf);
	}
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(ask(server), OCSP_GOOD);
	cr_assert_eq(server->asked, 1);
}

/* --- whom nobody can ask -------------------------------------------------- */

Test(ocsp_client, a_certificate_that_names_no_responder)
{
	struct asker asker;

	client = ocsp_client_new(2);
	prepare(&asker, ocsp_pki()->second, NULL);
	run(&asker);
	cr_assert_eq(asker.answer.state, OCSP_UNAVAILABLE);
	cr_assert(strstr(asker.detail, "names no responder"), "%s",
		  asker.detail);
	cr_assert_null(asker.answer.responder);
}

Test(ocsp_client, a_responder_with_https)
{
	struct asker asker;

	client = ocsp_client_new(2);
	prepare(&asker, ocsp_pki()->leaf, "https://127.0.0.1/");
	run(&asker);
	cr_assert_eq(asker.answer.state, OCSP_UNAVAILABLE);
	cr_assert(strstr(asker.detail, "http://"), "%s", asker.detail);
}

/* --- many at a time ------------------------------------------------------- */

Test(ocsp_client, one_query_for_all_who_ask_the_same)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_SLOW, NULL);
	struct asker askers[MANY];

	client = ocsp_client_new(2);
	ask_many(askers, server);
	for (size_t i = 0; i < MANY; i++)
		cr_assert(askers[i].answer.state == OCSP_GOOD ||
			  was_patient(&askers[i]), "%zu: %s", i,
			  askers[i].detail);
	cr_assert_eq(server->asked, 1);
}

/* Those who waited take an answer that is not kept for others. */
Test(ocsp_client, an_answer_that_has_ended_is_for_all_who_waited)
{
	struct ocsp_recipe recipe = {.age = 60, .next = -10};
	struct ocsp_server *server = ocsp_server_new(MANNER_SLOW, &recipe);
	struct asker askers[MANY];

	client = ocsp_client_new(MANY);
	ask_many(askers, server);
	for (size_t i = 0; i < MANY; i++)
		cr_assert_eq(askers[i].answer.state, OCSP_GOOD, "%zu: %s", i,
			     askers[i].detail);
	cr_assert_lt(server->asked, MANY / 2);
}

/* More certificates than queries may be in flight: each has its turn. */
Test(ocsp_client, a_responder_that_answers_is_waited_for)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_SLOW, NULL);
	struct asker askers[MANY];
	X509 *leaves[MANY];

	client = ocsp_client_new(2);
	for (size_t i = 0; i < MANY; i++) {
		leaves[i] = leaf_number(i);
		prepare(&askers[i], leaves[i], server->url);
		launch(&askers[i]);
	}
	join(askers, MANY);
	for (size_t i = 0; i < MANY; i++) {
		/* it speaks of another certificate, but speaks */
		cr_assert(strstr(askers[i].detail, "does not speak of") ||
			  was_patient(&askers[i]), "%zu: %s", i,
			  askers[i].detail);
		X509_free(leaves[i]);
	}
	cr_assert(server->asked > 2);
	cr_assert(server->most <= 2, "%d at once", server->most);
}

Test(ocsp_client, a_silent_responder_does_not_hold_all)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_SILENT, NULL);
	struct asker askers[3];
	X509 *leaves[3];

	client = ocsp_client_new(2);
	for (size_t i = 0; i < 3; i++) {
		leaves[i] = leaf_number(i);
		prepare(&askers[i], leaves[i], server->url);
	}
	launch(&askers[0]);
	launch(&askers[1]);
	pause_ms(400);
	run(&askers[2]);
	cr_assert(askers[2].took < 0.1, "%f", askers[2].took);
	cr_assert(strstr(askers[2].detail, "too many"), "%s",
		  askers[2].detail);
	join(askers, 2);
	for (size_t i = 0; i < 3; i++) {
		cr_assert_eq(askers[i].answer.state, OCSP_UNAVAILABLE);
		cr_assert(askers[i].took < 2.5, "%f", askers[i].took);
		X509_free(leaves[i]);
	}
	cr_assert_eq(server->asked, 2);
}

Test(ocsp_client, few_wait_long_for_a_silent_responder)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_SILENT, NULL);
	struct asker askers[MANY];
	size_t quick = 0;

	client = ocsp_client_new(2);
	ask_many(askers, server);
	for (size_t i = 0; i < MANY; i++) {
		cr_assert_eq(askers[i].answer.state, OCSP_UNAVAILABLE);
		cr_assert(askers[i].took < 2.5, "%f", askers[i].took);
		quick += askers[i].took < 0.6;
	}
	cr_assert_eq(quick, MANY - 2);
	cr_assert_eq(server->asked, 1);
}

Test(ocsp_client, what_is_known_is_said_while_others_wait)
{
	struct ocsp_server *good = ocsp_server_new(MANNER_ANSWER, NULL);
	struct ocsp_server *silent = ocsp_server_new(MANNER_SILENT, NULL);
	X509 *leaf = leaf_number(1);
	struct asker waiting, quick;

	client = ocsp_client_new(1);
	cr_assert_eq(ask(good), OCSP_GOOD);
	prepare(&waiting, leaf, silent->url);
	launch(&waiting);
	pause_ms(50);
	prepare(&quick, ocsp_pki()->leaf, good->url);
	run(&quick);
	cr_assert_eq(quick.answer.state, OCSP_GOOD);
	cr_assert(quick.took < 0.1, "%f", quick.took);
	join(&waiting, 1);
	X509_free(leaf);
}
