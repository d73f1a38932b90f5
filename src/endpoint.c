/* endpoint.c - the table of endpoints and the form of every answer. An outcome
 * comes in, a reply goes out. */
#include "endpoint.h"

#include <string.h>

#include "endpoint_html.h"

#define DEFAULT_PREFIX "/api"

static const struct endpoint endpoints[] = {
	{.name = "profile", .title = "Your profile",
	 .answer = endpoint_profile},
	{.name = "cert-info", .whole = true, .answer = endpoint_cert_info},
	{.name = "admin/status", .admin = true, .title = "Status of mtlsgate",
	 .answer = endpoint_status},
	{.name = "admin/metrics", .admin = true, .text = endpoint_metrics,
	 .type = "text/plain; version=0.0.4; charset=utf-8"},
	{.name = "health", .open = true, .answer = endpoint_health},
};

const char *endpoint_table_name(size_t i)
{
	return i < ARRAY_LEN(endpoints) ? endpoints[i].name : NULL;
}

const struct endpoint *endpoint_find(const struct endpoint_rules *rules,
				     const char *path)
{
	const char *prefix = rules ? rules->prefix : DEFAULT_PREFIX;
	size_t len = strlen(prefix);

	if (strncmp(path, prefix, len) != 0 || path[len] != '/')
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++)
		if (strcmp(path + len + 1, endpoints[i].name) == 0)
			return &endpoints[i];
	return NULL;
}

bool endpoint_admits(const struct endpoint_rules *rules,
		     const struct identity *who)
{
	return who->known && !who->role_expired &&
	       rules->admin_index != SIZE_MAX &&
	       who->has_role[rules->admin_index];
}

static void add_common_headers(struct reply *reply, bool html)
{
	reply_header(reply, "Cache-Control", "no-store");
	reply_header(reply, "X-Content-Type-Options", "nosniff");
	reply_header(reply, "Vary", "Accept");
	reply->content_type = "application/json";
	if (html)
		endpoint_html_headers(reply);
}

static enum status finish(const struct json *json, const struct reply *reply)
{
	if (json->failed || reply->body.failed || reply->headers.failed)
		return ST_NOMEM;
	return ST_OK;
}

static enum status refuse(struct arena *arena, struct outcome *outcome,
			  enum reason reason, const char *allowed,
			  struct reply *reply)
{
	outcome->decision.granted = false;
	outcome->decision.reason = reason;
	outcome->decision.allowed_methods = allowed;
	return endpoint_deny(arena, outcome, reply);
}

enum status endpoint_answer(struct arena *arena,
			    const struct endpoint *endpoint,
			    struct outcome *outcome, struct reply *reply)
{
	const char *method = outcome->request->method;
	struct json json = {.arena = arena};
	bool html = endpoint && endpoint->title &&
		    endpoint_html_wanted(outcome->request);
	json_t *body;

	if (!endpoint)
		return refuse(arena, outcome, REASON_NOT_FOUND, NULL, reply);
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return refuse(arena, outcome, REASON_METHOD_NOT_ALLOWED,
			      "GET, HEAD", reply);
	reply->status = endpoint->open && !outcome->policy ? 503 : 200;
	add_common_headers(reply, html);
	if (endpoint->text) {
		endpoint->text(arena, outcome, &reply->body);
		reply->content_type = endpoint->type;
		return finish(&json, reply);
	}
	body = endpoint->answer(&json, outcome);
	if (html) {
		endpoint_html_answer(endpoint->title, body, outcome,
				     &reply->body);
		json_decref(body);
	} else {
		json_finish(&json, body, &reply->body);
	}
	return finish(&json, reply);
}

/* A server that only asks takes 401 and 403 and calls all else an error. */
static int deny_status(const struct outcome *outcome)
{
	int status = reason_row(outcome->decision.reason)->status;
	bool mirror = outcome->request && outcome->request->mirror;

	return mirror && status < 500 && status != 401 ? 403 : status;
}

static void put_messages(struct json *json, json_t *body,
			 const struct policy *policy)
{
	if (policy && policy->messages.contact)
		json_put_text(json, body, "contact", policy->messages.contact);
	if (policy && policy->messages.help_url)
		json_put_text(json, body, "help_url",
			      policy->messages.help_url);
}

static void deny_in_json(struct json *json, const struct outcome *outcome,
			 struct reply *reply)
{
	const struct reason_row *row = reason_row(outcome->decision.reason);
	json_t *body = json_map(json);

	json_put_text(json, body, "error", reply_phrase(reply->status));
	json_put_text(json, body, "message", row->message);
	if (reply->status == 401)
		json_put_text(json, body, "hint",
			      "Valid client certificate required");
	json_put_text(json, body, "reason", row->name);
	json_put_text(json, body, "decision_id", outcome->decision_id);
	put_messages(json, body, outcome->policy);
	json_finish(json, body, &reply->body);
}

enum status endpoint_deny(struct arena *arena, const struct outcome *outcome,
			  struct reply *reply)
{
	const struct reason_row *row = reason_row(outcome->decision.reason);
	const char *allowed = outcome->decision.allowed_methods;
	bool html = endpoint_html_wanted(outcome->request);
	struct json json = {.arena = arena};

	reply->status = deny_status(outcome);
	add_common_headers(reply, html);
	reply_header(reply, "X-Mtlsgate-Reason", row->name);
	reply_header(reply, "X-Mtlsgate-Decision", outcome->decision_id);
	if (reply->status == 401)
		reply_header(reply, "WWW-Authenticate", "ClientCert");
	if (reply->status == 405 && allowed)
		reply_header(reply, "Allow", allowed);
	if (html)
		endpoint_html_denial(arena, outcome, &reply->body);
	else
		deny_in_json(&json, outcome, reply);
	return finish(&json, reply);
}
