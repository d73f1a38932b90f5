/* test_endpoint_html.c - the pages of refusals. */
#include "endpoint_html.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

#define BROWSER "text/html,application/xhtml+xml,*/*;q=0.8"
#define EVIL "<script>alert(1)</script>"
#define EVIL_SAFE "&lt;script&gt;alert(1)&lt;/script&gt;"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct reply reply;
static struct buf out;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_RESPONDER, .method = "GET",
				   .method_clean = true, .path = "/x"};
	request.var[VAR_HTTP_ACCEPT] = BROWSER;
	outcome = fixture_outcome(policy, &request, "subject CN=alice\n");
	reply = (struct reply){0};
	out = (struct buf){0};
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

TestSuite(endpoint_html, .init = start, .fini = end);

static const char *page(enum reason reason)
{
	buf_free(&out);
	outcome.decision = (struct decision){.reason = reason};
	endpoint_html_denial(arena, &outcome, &out);
	cr_assert_not(out.failed);
	return out.data;
}

static void expect_has(const char *text)
{
	cr_expect_not_null(strstr(out.data, text), "%s in %s", text, out.data);
}

static void expect_not(const char *text)
{
	cr_expect_null(strstr(out.data, text), "%s in %s", text, out.data);
}

Test(endpoint_html, wanted)
{
	cr_expect(endpoint_html_wanted(&request));
	request.var[VAR_HTTP_ACCEPT] = "*/*";
	cr_expect_not(endpoint_html_wanted(&request));
	request.var[VAR_HTTP_ACCEPT] = NULL;
	cr_expect_not(endpoint_html_wanted(&request));
	cr_expect_not(endpoint_html_wanted(NULL));
}

Test(endpoint_html, headers)
{
	endpoint_html_headers(&reply);
	cr_expect_str_eq(
		reply.headers.data,
		arena_printf(arena,
			     "Content-Security-Policy: default-src 'none'; "
			     "style-src 'sha256-%s'; base-uri 'none'; "
			     "form-action 'none'; frame-ancestors 'none'\r\n"
			     "Referrer-Policy: no-referrer\r\n",
			     endpoint_html_style_hash));
	cr_expect_str_eq(reply.content_type, "text/html; charset=utf-8");
	reply_free(&reply);
}

Test(endpoint_html, who_what_why_and_what_to_do)
{
	page(REASON_ROLE_REQUIRED);
	expect_has("<title>Access denied</title>");
	expect_has("<h1>Access denied</h1>");
	expect_has("<p class=\"why\">A role that you do not have is needed.");
	expect_has("<bdi>GET /x</bdi>");
	expect_has("<h2>What you can do</h2>\n<p>If you need this page, ");
	expect_has("<dt>Name</dt>\n<dd><bdi>alice</bdi></dd>");
	expect_has("<dt>Certificate</dt>\n<dd><bdi>CN=alice</bdi></dd>");
	expect_has("<dt>Valid</dt>\n<dd>from 2025-12-31T00:00:00Z to "
		   "2026-04-10T00:00:00Z");
	expect_has("<dt>Reason</dt>\n<dd><bdi>role_required</bdi></dd>");
	expect_has("<dt>Decision id</dt>\n<dd><bdi>d-1</bdi></dd>");
	expect_not("Contact");
	expect_not("href");
}

Test(endpoint_html, every_reason_has_a_page_of_its_own_words)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		const struct reason_row *row = reason_row((enum reason)i);

		page((enum reason)i);
		expect_has(row->name);
		expect_has(row->message);
		expect_has(row->person);
		expect_not(row->advice);
		expect_not("<script");
		cr_expect_eq(strncmp(out.data, "<!DOCTYPE html>\n", 16), 0);
	}
}

Test(endpoint_html, titles)
{
	static const struct {
		enum reason reason;
		const char *title;
	} rows[] = {
		{REASON_BAD_PATH, "This address cannot be used"},
		{REASON_CERTIFICATE_MISSING, "A client certificate is needed"},
		{REASON_EXPIRED, "Your certificate was not accepted"},
		{REASON_NO_RULE, "Access denied"},
		{REASON_NOT_FOUND, "Not found"},
		{REASON_METHOD_NOT_ALLOWED, "Not possible at this address"},
		{REASON_INTERNAL_ERROR, "This site has a problem"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		page(rows[i].reason);
		expect_has(arena_printf(arena, "<h1>%s</h1>", rows[i].title));
	}
}

Test(endpoint_html, messages_of_the_policy)
{
	policy->messages.contact = "help <desk> & \"co\"";
	policy->messages.help_url = "https://corp.test/?a&b=\"'>" EVIL;
	page(REASON_NO_RULE);
	expect_has("<p>Contact: <bdi>help &lt;desk&gt; &amp; "
		   "&quot;co&quot;</bdi></p>");
	expect_has("<a rel=\"noreferrer\" href=\"https://corp.test/?a&amp;b="
		   "&quot;&#39;&gt;" EVIL_SAFE "\">https://corp.test/");
	outcome.policy = NULL;
	outcome.request = NULL;
	page(REASON_POLICY_INVALID);
	expect_not("Contact");
	expect_not("You asked for");
}

Test(endpoint_html, hostile_names)
{
	outcome = fixture_outcome(
		policy, &request,
		"subject O=\"><img src=x onerror=alert(1)>\n"
		"subject CN=" EVIL "\\xe2\\x80\\xaeegdirb\n");
	request.path = "/" EVIL "'\"&";
	page(REASON_NO_RULE);
	expect_not("<script");
	expect_not("<img");
	expect_not("\xe2\x80\xae");
	expect_has("<dt>Name</dt>\n<dd><bdi>" EVIL_SAFE
		   "\\u202Eegdirb</bdi></dd>");
	expect_has("<bdi>GET /" EVIL_SAFE "&#39;&quot;&amp;</bdi>");
	outcome.identity.id = "a\xff\xfe<b";
	page(REASON_NO_RULE);
	expect_has("<bdi>a\\xFF\\xFE&lt;b</bdi>");
}

/* The bytes of len characters that are longest when escaped. */
static const char *long_text(size_t len)
{
	char *text = arena_alloc(arena, len + 1);

	cr_assert_not_null(text);
	memset(text, '"', len);
	return text;
}

Test(endpoint_html, long_values_do_not_make_long_pages)
{
	struct ava ava = {.oid = "2.5.4.3", .value = long_text(70000)};

	request.path = long_text(16000);
	outcome.identity.id = long_text(70000);
	outcome.verified.cert.subject = (struct name){&ava, 1};
	outcome.verified.cert.issuer = (struct name){&ava, 1};
	outcome.verified.cert.serial = long_text(70000);
	policy->messages.contact = long_text(300);
	policy->messages.help_url = "https://help.example.com/certificates";
	for (int i = 0; i < REASON_COUNT; i++) {
		page((enum reason)i);
		cr_expect_leq(out.len, 8192, "reason %d: %zu", i, out.len);
	}
}

Test(endpoint_html, nobody)
{
	outcome = fixture_outcome(policy, &request, NULL);
	page(REASON_CERTIFICATE_MISSING);
	expect_has("<dt>Certificate</dt>\n<dd><bdi>none was received");
	expect_not("<dt>Name</dt>");
	outcome.verified.reason = REASON_CERTIFICATE_MALFORMED;
	page(REASON_CERTIFICATE_MALFORMED);
	expect_has("<bdi>it cannot be read</bdi>");
	outcome.verified = (struct verified){0};
	page(REASON_SECRET_REQUIRED);
	expect_has("<bdi>it was not looked at</bdi>");
}

Test(endpoint_html, a_refused_certificate_is_shown_but_names_nobody)
{
	outcome.identity.known = false;
	page(REASON_EXPIRED);
	expect_has("<bdi>CN=alice</bdi>");
	expect_not("<dt>Name</dt>");
}

Test(endpoint_html, a_path_or_method_that_was_refused_is_not_repeated)
{
	request.path = NULL;
	page(REASON_BAD_PATH);
	expect_not("You asked for");
	request.path = "/x";
	request.method_clean = false;
	page(REASON_METHOD_NOT_ALLOWED);
	expect_not("You asked for");
}

Test(endpoint_html, details_stay_inside)
{
	outcome.verified.detail = "secret";
	outcome.decision = (struct decision){.reason = REASON_BLOCKED,
					     .detail = "[block secret]",
					     .rule = "secret-rule"};
	endpoint_html_denial(arena, &outcome, &out);
	expect_not("secret");
}

/* The bytes of the reply of an endpoint, or of a refusal. */
static void send(bool head)
{
	buf_free(&out);
	reply_write(&reply, head, &out);
	cr_assert_not(out.failed);
	reply_free(&reply);
	reply = (struct reply){0};
}

static void ask(const char *name, bool head)
{
	const struct endpoint *row = endpoint_find(
		NULL, arena_printf(arena, "/api/%s", name));

	request.method = head ? "HEAD" : "GET";
	cr_assert_eq(endpoint_answer(arena, row, &outcome, &reply), ST_OK);
	send(head);
}

static void deny(enum reason reason)
{
	outcome.decision = (struct decision){.reason = reason};
	cr_assert_eq(endpoint_deny(arena, &outcome, &reply), ST_OK);
	send(false);
}

/* The lines of a reply that carry the decision. */
static const char *decided(void)
{
	const char *status = strstr(out.data, "Status: ");
	const char *reason = strstr(out.data, "\r\nX-Mtlsgate-Reason: ");
	const char *end = strstr(out.data, "\r\nContent-Type: ");

	cr_assert(status && end);
	return arena_printf(arena, "%.*s%.*s", (int)strcspn(status, "\r"),
			    status, reason ? (int)(end - reason) : 0,
			    reason ? reason : "");
}

static bool is_page(void)
{
	return strstr(out.data, "\r\nContent-Type: text/html; "
				"charset=utf-8\r\n") &&
	       strstr(out.data, "\r\nContent-Security-Policy: ") &&
	       strstr(out.data, "\r\nVary: Accept\r\n") &&
	       strstr(out.data, "\r\nCache-Control: no-store\r\n") &&
	       strstr(out.data, "\r\nX-Content-Type-Options: nosniff\r\n") &&
	       strstr(out.data, "\r\n\r\n<!DOCTYPE html>");
}

Test(endpoint_html, a_page_decides_the_same)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		const char *plain;

		if (i == REASON_GRANTED)
			continue;
		for (int mirror = 0; mirror < 2; mirror++) {
			request.mirror = mirror;
			request.var[VAR_HTTP_ACCEPT] = "*/*";
			deny((enum reason)i);
			cr_expect_not(is_page());
			plain = decided();
			request.var[VAR_HTTP_ACCEPT] = BROWSER;
			deny((enum reason)i);
			cr_expect(is_page(), "%s", out.data);
			cr_expect_str_eq(decided(), plain);
		}
	}
}

Test(endpoint_html, which_endpoints_have_pages)
{
	static const struct {
		const char *name;
		bool page;
	} rows[] = {{"profile", true},
		    {"admin/status", true},
		    {"cert-info", false},
		    {"health", false},
		    {"nothing", true}};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		request.var[VAR_HTTP_ACCEPT] = BROWSER;
		ask(rows[i].name, false);
		cr_expect_eq(is_page(), rows[i].page, "%s", out.data);
		request.var[VAR_HTTP_ACCEPT] = "*/*";
		ask(rows[i].name, false);
		cr_expect_not(is_page());
		expect_has("\r\nVary: Accept\r\n");
	}
}

Test(endpoint_html, a_page_for_head_has_no_body)
{
	ask("profile", true);
	expect_has("\r\nContent-Type: text/html");
	cr_expect_null(strstr(out.data, "DOCTYPE"));
}
