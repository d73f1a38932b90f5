/* test_endpoint_status.c - the bodies that speak of the program itself. */
#include "endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct buf out;

static struct program_facts facts;

static void look(struct program *self, struct arena *ignored,
		 struct program_facts *ret_facts)
{
	(void)self;
	(void)ignored;
	*ret_facts = facts;
}

static struct program program = {look};

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_RESPONDER, .method = "GET"};
	outcome = fixture_outcome(policy, &request, "subject CN=root\n");
	out = (struct buf){0};
	facts = (struct program_facts){.tally = {.granted = 7, .denied = 8}};
	outcome.facts.program = &program;
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

TestSuite(endpoint_status, .init = start, .fini = end);

static const char *body_of(json_t *(*answer)(struct json *json,
					     const struct outcome *outcome))
{
	struct json json = {.arena = arena};

	buf_free(&out);
	json_finish(&json, answer(&json, &outcome), &out);
	cr_assert_not(json.failed || out.failed);
	return out.data;
}

#define BEFORE_ERROR                                                           \
	"{\"status\":\"OK\",\"admin\":\"root\","                               \
	"\"timestamp\":\"2026-01-01T00:00:00Z\",\"version\":\"1.2.3\","        \
	"\"policy\":{\"file\":\"policy.ini\",\"sha256\":\"0123\","             \
	"\"loaded_at\":\"2025-12-31T00:00:00Z\",\"reload_error\":"
#define AFTER_ERROR                                                            \
	"},\"crl\":[],\"requests\":{\"granted\":7,\"denied\":8,"               \
	"\"since\":\"2025-12-30T00:00:00Z\"},\"audit\":{"                      \
	"\"target\":\"stderr\",\"ok\":true,\"error\":null,"                    \
	"\"failed_lines\":0}}"

Test(endpoint_status, all_of_it)
{
	cr_assert_str_eq(body_of(endpoint_status),
			 BEFORE_ERROR "null" AFTER_ERROR);
}

Test(endpoint_status, the_last_reload_failed)
{
	facts.reload_error = "policy.ini:3: <b>\n\xff";
	cr_assert_str_eq(body_of(endpoint_status),
			 BEFORE_ERROR "\"policy.ini:3: \\u003cb\\u003e"
				      "\\\\x0A\\\\xFF\"" AFTER_ERROR);
}

Test(endpoint_status, the_audit_log_is_full)
{
	policy->audit = (struct audit_rules){.target = AUDIT_FILE,
					     .file = "/var/log/audit"};
	facts.audit_error = "No space left on device";
	facts.audit_missed = 3;
	cr_assert_not_null(strstr(body_of(endpoint_status),
				  "\"audit\":{\"target\":\"/var/log/audit\","
				  "\"ok\":false,\"error\":\"No space left on "
				  "device\",\"failed_lines\":3}"));
}

Test(endpoint_status, health)
{
	cr_assert_str_eq(body_of(endpoint_health), "{\"status\":\"OK\"}");
}

Test(endpoint_status, health_says_nothing_of_reloads)
{
	facts.reload_error = "bad";
	cr_assert_str_eq(body_of(endpoint_health), "{\"status\":\"OK\"}");
}

Test(endpoint_status, health_without_a_policy)
{
	outcome.policy = NULL;
	cr_assert_str_eq(body_of(endpoint_health),
			 "{\"status\":\"ERROR\","
			 "\"reason\":\"policy_invalid\"}");
}

Test(endpoint_status, counts_of_any_size)
{
	facts.tally.granted = INT64_MAX;
	facts.tally.denied = 0;
	cr_assert_not_null(strstr(body_of(endpoint_status),
				  "\"granted\":9223372036854775807,"
				  "\"denied\":0,"));
}

Test(endpoint_status, no_memory_to_look)
{
	struct json json = {.arena = arena};

	facts.failed = true;
	json_finish(&json, endpoint_status(&json, &outcome), &out);
	cr_expect(out.failed);
}

Test(endpoint_status, a_failure_is_not_a_body)
{
	struct json json = {.arena = arena, .failed = true};

	json_finish(&json, endpoint_status(&json, &outcome), &out);
	cr_expect(out.failed);
	out = (struct buf){0};
	json_finish(&json, endpoint_health(&json, &outcome), &out);
	cr_expect(out.failed);
}
