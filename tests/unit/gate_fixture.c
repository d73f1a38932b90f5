/* gate_fixture.c - a web server with mtlsgate behind it. */
#include "gate_fixture.h"

#include <criterion/criterion.h>
#include <string.h>

static struct world world;
static const char *page_path;

struct reply_text {
	int status;
	const char *headers;
	const char *body;
};

static const struct reply_text page = {200, "", "the page"};

static bool has_header(const struct doctor_ask *ask, const char *name)
{
	for (size_t i = 0; ask->headers && ask->headers[i]; i++)
		if (strncmp(ask->headers[i], name, strlen(name)) == 0)
			return true;
	return false;
}

static bool ends_with(const char *text, const char *end)
{
	size_t len = strlen(text);

	return len >= strlen(end) &&
	       strcmp(text + len - strlen(end), end) == 0;
}

/* What mtlsgate says, NULL: granted. */
static const char *decide(const struct doctor_ask *ask, const char *target)
{
	bool bare = ask->anonymous && !(world.believes &&
					has_header(ask, "X-ARR-ClientCert"));

	if (ends_with(target, "/.mtlsgate-deny") &&
	    !(world.uri_header && has_header(ask, "X-Original-URL")))
		return "deny_probe";
	if (strncmp(target, "/./", 3) == 0)
		return "bad_path";
	if (bare)
		return world.anyone ? NULL : "certificate_missing";
	if (ask->identity)
		return world.strangers ? "role_required" : "not_verified";
	return world.reason;
}

static struct reply_text deny(struct arena *arena, const char *reason)
{
	const char *want = strcmp(reason, "certificate_missing") == 0 ||
					   strcmp(reason, "not_verified") == 0
				   ? "401" : "403";
	struct reply_text reply = {.status = atoi(want)};

	if (world.softened && reply.status == 403)
		return (struct reply_text){200, "", "<h1>no</h1>"};
	if (world.login)
		return (struct reply_text){302, "Location: /login\r\n", ""};
	if (world.hidden) {
		reply.headers = reply.status == 401
					? "WWW-Authenticate: ClientCert\r\n"
					: "";
		reply.body = "<h1>no</h1>";
		return reply;
	}
	reply.headers = arena_printf(arena, "X-Mtlsgate-Reason: %s\r\n%s",
				     reason,
				     world.html || world.overruled
					     ? ""
					     : "Content-Type: "
					       "application/json\r\n");
	reply.body = world.html ? "<h1>no</h1>"
				: arena_printf(arena,
					       "{\"reason\":\"%s\","
					       "\"decision_id\":\"1\"}",
					       reason);
	if (world.or_password && reply.status == 401)
		reply.headers = arena_printf(
			arena, "%sWWW-Authenticate: Basic realm=\"x\"\r\n",
			reply.headers);
	if (world.overruled) {
		reply.status = 404;
		reply.body = page.body;
	}
	return reply;
}

static bool is_open(const struct doctor_ask *ask, const char *target)
{
	bool itself = ends_with(target, page_path) &&
		      (strcmp(target, page_path) == 0 ||
		       strncmp(target, "/./", 3) == 0);

	return world.not_asked || (world.open_to_cert && !ask->anonymous) ||
	       (world.open_to_bare && ask->anonymous) ||
	       (world.url_open && itself) ||
	       (world.php_open && ends_with(target, ".php")) ||
	       (world.html_only && !strstr(target, ".html")) ||
	       (world.post_open && ask->method &&
		strcmp(ask->method, "POST") == 0) ||
	       (world.other_host_open && ask->authority) ||
	       (world.slash_open && strlen(target) + 1 == strlen(page_path) &&
		strncmp(target, page_path, strlen(target)) == 0) ||
	       (world.passwords && has_header(ask, "Authorization"));
}

static struct reply_text answer(struct arena *arena,
				const struct doctor_ask *ask,
				const char *target)
{
	const char *reason;

	if (world.down)
		return (struct reply_text){502, "", "bad gateway"};
	if (world.dots_lost && strstr(target, "/.m"))
		return (struct reply_text){404, "", "<h1>nothing</h1>"};
	if (world.dots_denied && strstr(target, "/.m"))
		return (struct reply_text){403, "", "<h1>no</h1>"};
	if (world.server_denies && !ask->anonymous)
		return (struct reply_text){403, "", "<h1>no</h1>"};
	if (ends_with(target, "/cert-info") && world.sees)
		return (struct reply_text){
			200, "",
			arena_printf(arena,
				     "{\"fingerprint_sha256\":\"%s\","
				     "\"spki_sha256\":\"\"}", world.sees)};
	if (is_open(ask, target))
		return page;
	reason = decide(ask, target);
	return reason ? deny(arena, reason) : page;
}

static bool fetch(struct doctor *doctor, const struct doctor_ask *ask,
		  struct doctor_got *got)
{
	const char *target = ask->target ? ask->target : doctor->url.target;
	struct reply_text text = answer(doctor->arena, ask, target);

	got->tls.sent = !ask->anonymous;
	if (world.late && ends_with(target, ".mtlsgate-deny")) {
		world.late--;
		got->tls.done = true;
		got->tls.end = TLS_TIMEOUT;
		return false;
	}
	got->http = (struct http_answer){
		.end = HTTP_WHOLE, .status = text.status, .body = text.body,
		.body_len = strlen(text.body),
		.head = arena_printf(doctor->arena, "HTTP/1.1 %d X\r\n%s\r\n",
				     text.status, text.headers)};
	return true;
}

void gate_world(struct gate *gate, struct doctor *doctor,
		const struct world *new_world, const char *path, bool cert)
{
	const struct doctor_ask plainly = {0};
	const struct doctor_ask bare = {.anonymous = true};
	size_t len = strlen(path);

	world = *new_world;
	page_path = path;
	*doctor = (struct doctor){.arena = arena_new(), .step = "test"};
	doctor->findings.arena = doctor->arena;
	doctor->url = (struct doctor_url){.text = path, .target = path,
					  .authority = "gate.test",
					  .host = "gate.test"};
	*gate = (struct gate){.doctor = doctor, .fetch = fetch, .path = path,
			      .prefix = "/api", .cert = cert, .seen = true,
			      .sha256 = cert ? "ours" : NULL};
	gate->base = arena_strndup(doctor->arena, path,
				   path[len - 1] == '/' ? len - 1 : len);
	gate_ask(gate, &bare, &gate->bare);
	gate_ask(gate, &plainly, &gate->ours);
	gate_probe(gate, &plainly, gate->base, &gate->place);
}

void gate_world_end(struct gate *gate)
{
	cr_assert_not(gate->doctor->findings.failed);
	arena_free(gate->doctor->arena);
}

enum cause gate_cause(const struct gate *gate)
{
	const struct finding *first =
		findings_first(&gate->doctor->findings);

	return first ? first->cause : CAUSE_NONE;
}
