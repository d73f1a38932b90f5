/* audit_line.c - an outcome comes in, its JSON line goes out, as bytes. It
 * writes nothing anywhere; what a client sent stands in it escaped. */

#include "audit.h"
#include "json.h"

static const char *role_name(enum role role)
{
	switch (role) {
	case ROLE_RESPONDER:
		return "responder";
	case ROLE_AUTHORIZER:
		return "authorizer";
	case ROLE_NONE:
		break;
	}
	return NULL;
}

static void put_line_number(struct json *json, json_t *root, size_t line)
{
	if (line)
		json_put_int(json, root, "line", (int64_t)line);
	else
		json_put_text(json, root, "line", NULL);
}

static void put_decision(struct json *json, json_t *root,
			 const struct outcome *outcome, int status)
{
	const struct decision *decision = &outcome->decision;

	json_put_time(json, root, "time", outcome->facts.now);
	json_put_text(json, root, "decision",
		      decision->granted ? "granted" : "denied");
	json_put_text(json, root, "decision_id", outcome->decision_id);
	json_put_int(json, root, "status", status);
	json_put_text(json, root, "reason",
		      reason_row(decision->reason)->name);
	json_put_text(json, root, "detail", decision->detail);
	json_put_text(json, root, "verified_by",
		      outcome->verified.verified_by);
	json_put_text(json, root, "warning", outcome->verified.warning);
	json_put_text(json, root, "spoofed_header",
		      outcome->verified.spoofed);
	json_put_text(json, root, "rule", decision->rule);
	put_line_number(json, root, decision->line);
}

/* A path that was refused is shown as it came: it is the evidence. */
static const char *shown_path(const struct request *request)
{
	if (request->path)
		return request->path;
	if (request->var[VAR_MTLSGATE_URI])
		return request->var[VAR_MTLSGATE_URI];
	if (request->var[VAR_REQUEST_URI])
		return request->var[VAR_REQUEST_URI];
	return request->var[VAR_PATH_INFO];
}

static void put_request(struct json *json, json_t *root,
			const struct request *request)
{
	static const struct request none;

	if (!request)
		request = &none;
	json_put_text(json, root, "method", request->method);
	json_put_text(json, root, "path", shown_path(request));
	json_put_text(json, root, "site", request->site);
	json_put_text(json, root, "peer", request->peer);
	json_put_text(json, root, "role_of_request",
		      role_name(request->role));
}

static void put_roles(struct json *json, json_t *root,
		      const struct identity *identity)
{
	json_t *list = json_list(json);
	size_t i;

	json_put_text(json, root, "role",
		      identity->role_count ? identity->roles[0] : NULL);
	for (i = 0; i < identity->role_count; i++)
		json_append_text(json, list, identity->roles[i]);
	json_put(json, root, "roles", list);
}

static void put_certificate(struct json *json, json_t *root,
			    const struct outcome *outcome)
{
	const struct verified *verified = &outcome->verified;
	const struct cert *cert = &verified->cert;
	bool dated = verified->parsed && cert->sha256;

	json_put_text(json, root, "source",
		      source_row(outcome->source)->name);
	json_put_text(json, root, "id", outcome->identity.id);
	put_roles(json, root, &outcome->identity);
	json_put_text(json, root, "serial",
		      verified->parsed ? cert->serial : NULL);
	json_put_text(json, root, "sha256",
		      verified->parsed ? cert->sha256 : NULL);
	if (dated)
		json_put_int(json, root, "days_left", verified->days_left);
	else
		json_put_text(json, root, "days_left", NULL);
}

static void put_steps(struct json *json, json_t *root,
		      const struct trace *trace)
{
	json_t *list = json_list(json);
	size_t i;

	for (i = 0; i < trace->count; i++) {
		const struct step *step = &trace->steps[i];
		json_t *item = json_map(json);

		json_put_text(json, item, "stage", step->stage);
		json_put_text(json, item, "name", step->name);
		json_put_text(json, item, "result",
			      step_result_name(step->result));
		json_put_text(json, item, "value", step->value);
		json_append(json, list, item);
	}
	json_put(json, root, "steps", list);
}

void audit_render(struct arena *arena, const struct outcome *outcome,
		  int status, const struct trace *trace, struct buf *out)
{
	struct json json = {.arena = arena};
	json_t *root = json_map(&json);

	put_decision(&json, root, outcome, status);
	put_request(&json, root, outcome->request);
	put_certificate(&json, root, outcome);
	json_put_text(&json, root, "policy_sha256",
		      outcome->policy ? outcome->policy->sha256 : NULL);
	if (trace)
		put_steps(&json, root, trace);
	json_finish(&json, root, out);
	buf_add(out, "\n", 1);
}
