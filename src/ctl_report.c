/* ctl_report.c - in: the outcome of a request and the steps to it; out: the
 * same as text or JSON. It decides nothing and changes nothing. */
#include "ctl_report.h"

#include "ctl_io.h"
#include "json.h"

/* Who the request is taken to come from; nobody, where anyone is let in. */
static const char *who(const struct outcome *outcome)
{
	if (!outcome->identity.known || outcome->decision.anonymous)
		return NULL;
	return outcome->identity.id;
}

static size_t role_count(const struct outcome *outcome)
{
	return who(outcome) ? outcome->identity.role_count : 0;
}

static const char *issue_line(struct arena *arena, const struct issue *issue)
{
	if (issue->line == 0)
		return arena_printf(arena, "%s: %s", issue->file, issue->text);
	return arena_printf(arena, "%s:%zu: %s", issue->file, issue->line,
			    issue->text);
}

static enum status print_head(struct arena *arena,
			      const struct ctl_report *report)
{
	const struct ctl_question *question = report->question;
	char now[TIME_TEXT];

	ctl_line(stdout, "%s %s", question->method, question->path);
	ctl_line(stdout, "policy %s, at %s", question->policy,
		 time_format(question->now, now));
	for (size_t i = 0; i < report->issues->count; i++) {
		const char *text =
			issue_line(arena, &report->issues->list[i]);
		if (!text)
			return ST_NOMEM;
		ctl_line(stdout, "warning: %s", text);
	}
	return ST_OK;
}

static void print_steps(const struct trace *trace)
{
	for (size_t i = 0; i < trace->count; i++) {
		const struct step *step = &trace->steps[i];
		const char *value = step->value ? step->value : "";

		ctl_line(stdout, "  %-4s  %-10s  %s%s%s",
			 step_result_name(step->result), step->stage,
			 step->name, *step->name && *value ? ": " : "", value);
	}
}

static enum status print_who(struct arena *arena, const struct outcome *outcome)
{
	const char *id = who(outcome);
	const char *roles = "";

	for (size_t i = 0; i < role_count(outcome); i++) {
		roles = arena_printf(arena, "%s%s%s", roles, i ? ", " : "",
				     outcome->identity.roles[i]);
		if (!roles)
			return ST_NOMEM;
	}
	ctl_line(stdout, "id: %s", id ? id : "(nobody)");
	ctl_line(stdout, "roles: %s", *roles ? roles : "(none)");
	return ST_OK;
}

enum status ctl_report_text(struct arena *arena,
			    const struct ctl_report *report)
{
	const struct decision *decision = &report->outcome->decision;
	const struct reason_row *row = reason_row(decision->reason);

	if (print_head(arena, report) != ST_OK)
		return ST_NOMEM;
	print_steps(report->trace);
	ctl_line(stdout, "%s: %s (%d): %s",
		 decision->granted ? "granted" : "denied", row->name,
		 row->status, row->message);
	if (decision->detail)
		ctl_line(stdout, "detail: %s", decision->detail);
	if (decision->rule)
		ctl_line(stdout, "rule: [access %s]", decision->rule);
	if (decision->line)
		ctl_line(stdout, "line: %s:%zu", report->question->policy,
			 decision->line);
	if (print_who(arena, report->outcome) != ST_OK)
		return ST_NOMEM;
	ctl_line(stdout, "advice: %s", row->advice);
	return ST_OK;
}

static json_t *steps_json(struct json *json, const struct trace *trace)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < trace->count; i++) {
		const struct step *step = &trace->steps[i];
		json_t *map = json_map(json);

		json_put_text(json, map, "stage", step->stage);
		json_put_text(json, map, "name", step->name);
		json_put_text(json, map, "result",
			      step_result_name(step->result));
		json_put_text(json, map, "value", step->value);
		json_append(json, list, map);
	}
	return list;
}

static json_t *warnings_json(struct json *json, const struct issues *issues)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < issues->count; i++) {
		const char *text = issue_line(json->arena, &issues->list[i]);

		if (text)
			json_append_text(json, list, text);
		else
			json->failed = true;
	}
	return list;
}

static void put_identity(struct json *json, json_t *root,
			 const struct outcome *outcome)
{
	size_t count = role_count(outcome);
	const char **roles = outcome->identity.roles;
	json_t *list = json_list(json);

	for (size_t i = 0; i < count; i++)
		json_append_text(json, list, roles[i]);
	json_put_text(json, root, "id", who(outcome));
	json_put_text(json, root, "role", count ? roles[0] : NULL);
	json_put(json, root, "roles", list);
}

static void put_decision(struct json *json, json_t *root,
			 const struct decision *decision)
{
	const struct reason_row *row = reason_row(decision->reason);

	json_put_text(json, root, "decision",
		      decision->granted ? "granted" : "denied");
	json_put_text(json, root, "reason", row->name);
	json_put_text(json, root, "message", row->message);
	json_put_text(json, root, "detail", decision->detail);
	json_put_text(json, root, "advice", row->advice);
	json_put_int(json, root, "status", row->status);
	json_put_text(json, root, "rule", decision->rule);
	if (decision->line)
		json_put_int(json, root, "line", (int64_t)decision->line);
	else
		json_put_text(json, root, "line", NULL);
}

enum status ctl_report_json(struct arena *arena,
			    const struct ctl_report *report)
{
	struct json json = {.arena = arena};
	struct buf out = {0};
	json_t *root = json_map(&json);

	put_decision(&json, root, &report->outcome->decision);
	put_identity(&json, root, report->outcome);
	json_put(&json, root, "steps", steps_json(&json, report->trace));
	json_put(&json, root, "warnings",
		 warnings_json(&json, report->issues));
	json_finish(&json, root, &out);
	if (!out.failed)
		ctl_line(stdout, "%s", out.data);
	enum status status = out.failed ? ST_NOMEM : ST_OK;
	buf_free(&out);
	return status;
}
