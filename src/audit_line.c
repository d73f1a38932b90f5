/* audit_line.c - an outcome comes in, its JSON line goes out, as bytes. It
 * writes nothing anywhere; what a client sent stands in it escaped. What is the
 * same for each request of one certificate comes ready made where its verdict
 * was kept. */
#include "audit.h"
#include "line.h"

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

/* A part that the verdict came with. False: there is none. */
static bool put_ready(struct line *line, const struct outcome *outcome,
		      enum verdict_texts which)
{
	const struct verdict_text *text = outcome->text;

	if (!text || !text[which].bytes)
		return false;
	line_put_ready(line, text[which].bytes, text[which].len);
	return true;
}

static void put_number(struct line *line, const char *key, size_t number)
{
	if (number)
		line_put_int(line, key, (int64_t)number);
	else
		line_put_plain(line, key, NULL);
}

static void put_decision(struct line *line, const struct outcome *outcome,
			 int status)
{
	const struct decision *decision = &outcome->decision;

	line_put_time(line, "time", outcome->facts.now);
	line_put_plain(line, "decision",
		      decision->granted ? "granted" : "denied");
	line_put_plain(line, "decision_id", outcome->decision_id);
	line_put_int(line, "status", status);
	line_put_plain(line, "reason", reason_row(decision->reason)->name);
	line_put_text(line, "detail", decision->detail);
	if (!put_ready(line, outcome, TEXT_JUDGED))
		verdict_line_judged(line, &outcome->verified);
	line_put_text(line, "rule", decision->rule);
	put_number(line, "line", decision->line);
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

static void put_request(struct line *line, const struct request *request)
{
	static const struct request none;

	if (!request)
		request = &none;
	line_put_text(line, "method", request->method);
	line_put_text(line, "path", shown_path(request));
	line_put_text(line, "site", request->site);
	line_put_text(line, "peer", request->peer);
	line_put_plain(line, "role_of_request", role_name(request->role));
}

static void put_certificate(struct line *line, const struct outcome *outcome)
{
	const struct verified *verified = &outcome->verified;

	if (!put_ready(line, outcome, TEXT_WHO))
		verdict_line_who(line, outcome->source, verified,
				 &outcome->identity);
	if (verified->parsed && verified->cert.sha256)
		line_put_int(line, "days_left", verified->days_left);
	else
		line_put_plain(line, "days_left", NULL);
}

static void put_steps(struct line *line, const struct trace *trace)
{
	line_put_key(line, "steps");
	buf_add(line->out, "[", 1);
	for (size_t i = 0; i < trace->count; i++) {
		const struct step *step = &trace->steps[i];

		if (i)
			buf_add(line->out, ",", 1);
		line_open(line);
		line_put_text(line, "stage", step->stage);
		line_put_text(line, "name", step->name);
		line_put_text(line, "result", step_result_name(step->result));
		line_put_text(line, "value", step->value);
		line_close(line);
	}
	buf_add(line->out, "]", 1);
}

void audit_render(struct arena *arena, const struct outcome *outcome,
		  int status, const struct trace *trace, struct buf *out)
{
	struct line line = {arena, out};

	line_open(&line);
	put_decision(&line, outcome, status);
	put_request(&line, outcome->request);
	put_certificate(&line, outcome);
	line_put_plain(&line, "policy_sha256",
		      outcome->policy ? outcome->policy->sha256 : NULL);
	if (trace)
		put_steps(&line, trace);
	line_close(&line);
	buf_add(out, "\n", 1);
}
