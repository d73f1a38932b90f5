/* test_endpoint_html_answer.c - the pages of endpoints. */
#include "endpoint_html.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct buf out;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_RESPONDER, .method = "GET"};
	outcome = fixture_outcome(policy, &request, "subject CN=alice\n");
	out = (struct buf){0};
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

TestSuite(endpoint_html_answer, .init = start, .fini = end);

/* What is between the heading and the decision id, for this JSON. */
static const char *page(const char *json)
{
	json_t *body = json_loads(json, 0, NULL);
	char *from;
	char *to;

	cr_assert_not_null(body, "%s", json);
	buf_free(&out);
	endpoint_html_answer("T", body, &outcome, &out);
	json_decref(body);
	cr_assert_not(out.failed);
	from = strstr(out.data, "<h1>T</h1>\n");
	to = strstr(out.data, "<h2>For whoever helps you</h2>\n");
	cr_assert(from && to);
	*to = '\0';
	return from + strlen("<h1>T</h1>\n");
}

Test(endpoint_html_answer, values)
{
	cr_expect_str_eq(page("{\"some_name\":\"a<b\"}"),
			 "<dl>\n<dt>Some name</dt>\n"
			 "<dd><bdi>a&lt;b</bdi></dd>\n</dl>\n");
	cr_expect_str_eq(page("{\"n\":-7,\"r\":1.5,\"t\":true,\"f\":false}"),
			 "<dl>\n<dt>N</dt>\n<dd>-7</dd>\n"
			 "<dt>R</dt>\n<dd>1.5</dd>\n"
			 "<dt>T</dt>\n<dd>yes</dd>\n"
			 "<dt>F</dt>\n<dd>no</dd>\n</dl>\n");
	cr_expect_str_eq(page("{\"a\":null,\"b\":\"\",\"c\":[]}"),
			 "<dl>\n<dt>A</dt>\n<dd><i>none</i></dd>\n"
			 "<dt>B</dt>\n<dd><i>none</i></dd>\n"
			 "<dt>C</dt>\n<dd><i>none</i></dd>\n</dl>\n");
	cr_expect_str_eq(page("{\"roles\":[\"x\",\"y>\"]}"),
			 "<dl>\n<dt>All roles</dt>\n<dd><bdi>x</bdi>, "
			 "<bdi>y&gt;</bdi></dd>\n</dl>\n");
	cr_expect_str_eq(page("{}"), "");
}

Test(endpoint_html_answer, sections_come_after_values)
{
	cr_expect_str_eq(page("{\"user\":{\"id\":\"a\"},\"x\":1,\"e\":{}}"),
			 "<dl>\n<dt>X</dt>\n<dd>1</dd>\n</dl>\n"
			 "<h2>Who you are</h2>\n"
			 "<dl>\n<dt>Name</dt>\n<dd><bdi>a</bdi></dd>\n</dl>\n"
			 "<h2>E</h2>\n");
}

Test(endpoint_html_answer, lists_of_objects)
{
	cr_expect_str_eq(page("{\"crl\":[{\"n\":1},{\"n\":2,\"o\":{}}]}"),
			 "<h2>Revocation lists, 1</h2>\n"
			 "<dl>\n<dt>N</dt>\n<dd>1</dd>\n</dl>\n"
			 "<h2>Revocation lists, 2</h2>\n"
			 "<dl>\n<dt>N</dt>\n<dd>2</dd>\n</dl>\n"
			 "<h3>O</h3>\n");
}

Test(endpoint_html_answer, deep)
{
	cr_expect_str_eq(page("{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{\"a\":{}"
			      "}}}}}}"),
			 "<h2>A</h2>\n<h3>A</h3>\n<h4>A</h4>\n<h5>A</h5>\n"
			 "<h6>A</h6>\n<h6>A</h6>\n");
}

Test(endpoint_html_answer, decision_id)
{
	outcome.decision_id = "d<1";
	page("{}");
	cr_expect_not_null(strstr(out.data + strlen(out.data) + 1,
				  "<dd><bdi>d&lt;1</bdi></dd>"));
}

Test(endpoint_html_answer, no_body_is_no_page)
{
	endpoint_html_answer("T", NULL, &outcome, &out);
	cr_expect(out.failed);
}

static void expect_all_of(json_t *value)
{
	const char *key;
	json_t *member;

	if (json_is_string(value))
		cr_expect_not_null(strstr(out.data, json_string_value(value)),
				   "%s", json_string_value(value));
	json_object_foreach(value, key, member)
		expect_all_of(member);
	for (size_t i = 0; i < json_array_size(value); i++)
		expect_all_of(json_array_get(value, i));
}

Test(endpoint_html_answer, nothing_of_the_json_is_missing)
{
	json_t *(*const answers[])(struct json *, const struct outcome *) = {
		endpoint_profile, endpoint_status};
	struct json json = {.arena = arena};

	for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
		json_t *body = answers[i](&json, &outcome);

		buf_free(&out);
		endpoint_html_answer("T", body, &outcome, &out);
		cr_assert_not(out.failed || json.failed);
		expect_all_of(body);
		json_decref(body);
	}
}
