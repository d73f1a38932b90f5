/* test_serve.c - an environment in, a whole reply and an audit line out. */
#include "serve.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front_fixture.h"

static struct server *server;
static struct worker *worker;

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	server = fixture_server("[audit]\nlog = audit\n");
	worker = worker_new(server);
	cr_assert_not_null(worker);
}

static void end(void)
{
	worker_free(worker);
	fixture_server_free(server);
}

/* The answer to a request for path; caller frees. */
static char *ask(const char *path)
{
	char uri[64];
	char *env[] = {(char *)"REQUEST_METHOD=GET", uri, NULL};
	struct buf out = {0};

	snprintf(uri, sizeof(uri), "REQUEST_URI=%s", path);
	server_answer(worker, ROLE_AUTHORIZER, env, NULL, &out);
	cr_assert_not(out.failed);
	return out.data;
}

static void expect(const char *path, const char *status)
{
	char *reply = ask(path);

	cr_assert_eq(strncmp(reply, "Status: ", 8), 0, "%s", reply);
	cr_assert_eq(strncmp(reply + 8, status, 3), 0, "%s", reply);
	free(reply);
}

static size_t lines(const char *file, const char *words)
{
	char *text = fixture_read(file);
	size_t count = 0;

	for (char *p = text; (p = strstr(p, words)); p++)
		count++;
	free(text);
	return count;
}

static struct tally counted(void)
{
	struct tally sum;

	server_tally(server, &sum);
	return sum;
}

Test(serve, grants_and_denials_are_recorded, .init = start, .fini = end)
{
	struct tally sum;

	expect("/public/x", "200");
	expect("/app/x", "401");
	expect("/none", "401");
	cr_assert_eq(lines("audit", "\"decision\":\"granted\""), 1);
	cr_assert_eq(lines("audit", "\"decision\":\"denied\""), 2);
	sum = counted();
	cr_assert_eq(sum.granted, 1);
	cr_assert_eq(sum.denied, 2);
	cr_assert_eq(sum.reason[REASON_CERTIFICATE_MISSING], 2);
	cr_assert_gt(sum.took_ns, 0);
}

Test(serve, decision_ids_differ, .init = start, .fini = end)
{
	char *first = ask("/app/x");
	char *second = ask("/app/x");
	char *id = strstr(first, "X-Mtlsgate-Decision: ");

	cr_assert_not_null(id);
	id[21 + 20] = '\0';
	cr_assert_null(strstr(second, id + 21));
	free(first);
	free(second);
}

static void change_policy(const char *more)
{
	char *text = fixture_policy_text(more);

	fixture_write("policy.ini", text);
	free(text);
	server_refresh(server, false);
}

Test(serve, unrecorded_is_denied, .init = start, .fini = end)
{
	struct tally sum;

	change_policy("[audit]\nlog = /dev/full\non_error = deny\n");
	expect("/public/x", "500");
	sum = counted();
	cr_assert_eq(sum.granted, 0);
	cr_assert_eq(sum.reason[REASON_INTERNAL_ERROR], 1);
	change_policy("[audit]\nlog = /dev/full\non_error = continue\n");
	expect("/public/x", "200");
}

Test(serve, changed_policy_is_taken, .init = start, .fini = end)
{
	expect("/more/x", "401");
	change_policy("[access more]\npath = /more/*\nallow = anyone\n");
	expect("/more/x", "200");
	change_policy("[nonsense]\n");
	expect("/more/x", "200");
}

Test(serve, audit_log_is_opened_again, .init = start, .fini = end)
{
	expect("/app/x", "401");
	cr_assert_eq(rename("audit", "audit.1"), 0);
	server_refresh(server, true);
	expect("/app/x", "401");
	cr_assert_eq(lines("audit", "decision_id"), 1);
	cr_assert_eq(lines("audit.1", "decision_id"), 1);
}

Test(serve, without_a_policy_all_is_denied)
{
	struct store *store;
	struct audit *audit;

	fixture_directory();
	fixture_catch_stderr("log");
	store = store_new("missing.ini");
	audit = audit_new();
	server = calloc(1, sizeof(*server));
	cr_assert(store && audit && server);
	server_init(server, store, audit);
	worker = worker_new(server);
	cr_assert_not_null(worker);
	server_refresh(server, true);
	expect("/public/x", "500");
	cr_assert_eq(lines("log", "policy_invalid"), 1);
	end();
}

Test(serve, reply_is_appended, .init = start, .fini = end)
{
	char *env[] = {(char *)"REQUEST_METHOD=GET",
		       (char *)"REQUEST_URI=/public/x", NULL};
	struct buf out = {0};
	size_t first;

	buf_adds(&out, "head");
	server_answer(worker, ROLE_AUTHORIZER, env, NULL, &out);
	cr_assert_eq(strncmp(out.data, "headStatus: 200", 15), 0);
	first = out.len;
	server_answer(worker, ROLE_AUTHORIZER, env, NULL, &out);
	cr_assert_eq(strncmp(out.data + first, "Status: 200", 11), 0);
	cr_assert_eq(lines("audit", "\"status\":200"), 2);
	buf_free(&out);
}

Test(serve, role_of_no_meaning_is_denied, .init = start, .fini = end)
{
	char *env[] = {(char *)"REQUEST_METHOD=GET",
		       (char *)"REQUEST_URI=/public/x", NULL};
	struct buf out = {0};

	server_answer(worker, ROLE_NONE, env, NULL, &out);
	cr_assert_neq(strncmp(out.data, "Status: 2", 9), 0, "%s", out.data);
	buf_free(&out);
}
