/* ctl_report.c - in: the outcome of a request and the steps to it; out: the
 * same as text or JSON. It decides nothing and changes nothing. */
#include "ctl_report.h"

#include "ctl_io.h"
#include "ctl_term.h"
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
	static const enum ctl_style styles[] = {
		[STEP_NOTE] = CTL_DIM, [STEP_OK] = CTL_GREEN,
		[STEP_WARN] = CTL_YELLOW, [STEP_FAIL] = CTL_RED,
	};

	for (size_t i = 0; i < trace->count; i++) {
		const struct step *step = &trace->steps[i];
		const char *value = step->value ? step->value : "";

		ctl_put(stdout, styles[step->result], "  %-4s",
			step_result_name(step->result));
		ctl_put(stdout, CTL_PLAIN, "  %-10s  %s%s%s", step->stage,
			step->name, *step->name && *value ? ": " : "", value);
		ctl_put_end(stdout);
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

void ctl_report_help(const struct policy *policy)
{
	if (policy && policy->messages.contact)
		ctl_line(stdout, "contact: %s", policy->messages.contact);
	if (policy && policy->messages.help_url)
		ctl_line(stdout, "help: %s", policy->messages.help_url);
}

void ctl_report_put_help(struct json *json, json_t *root,
			 const struct policy *policy)
{
	if (policy && policy->messages.contact)
		json_put_text(json, root, "contact", policy->messages.contact);
	if (policy && policy->messages.help_url)
		json_put_text(json, root, "help_url",
			      policy->messages.help_url);
}

enum status ctl_report_text(struct arena *arena,
			    const struct ctl_report *report)
{
	const struct decision *decision = &report->outcome->decision;
	const struct reason_row *row = reason_row(decision->reason);
	int http = report->status ? report->status : row->status;

	if (print_head(arena, report) != ST_OK)
		return ST_NOMEM;
	print_steps(report->trace);
	ctl_put(stdout, decision->granted ? CTL_GREEN : CTL_RED, "%s",
		decision->granted ? "granted" : "denied");
	ctl_put(stdout, CTL_PLAIN, ": %s (%d): %s", row->name, http,
		row->message);
	ctl_put_end(stdout);
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
	if (!decision->granted)
		ctl_report_help(report->outcome->policy);
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
			 const struct outcome *outcome, int status)
{
	const struct decision *decision = &outcome->decision;
	const struct reason_row *row = reason_row(decision->reason);

	json_put_text(json, root, "decision",
		      decision->granted ? "granted" : "denied");
	json_put_text(json, root, "reason", row->name);
	json_put_text(json, root, "message", row->message);
	json_put_text(json, root, "detail", decision->detail);
	json_put_text(json, root, "advice", row->advice);
	json_put_int(json, root, "status", status ? status : row->status);
	json_put_text(json, root, "rule", decision->rule);
	if (decision->line)
		json_put_int(json, root, "line", (int64_t)decision->line);
	else
		json_put_text(json, root, "line", NULL);
	if (!decision->granted)
		ctl_report_put_help(json, root, outcome->policy);
}

enum status ctl_report_json(struct arena *arena,
			    const struct ctl_report *report)
{
	struct json json = {.arena = arena};
	json_t *root = json_map(&json);

	put_decision(&json, root, report->outcome, report->status);
	put_identity(&json, root, report->outcome);
	json_put(&json, root, "steps", steps_json(&json, report->trace));
	json_put(&json, root, "warnings",
		 warnings_json(&json, report->issues));
	return ctl_print_json(&json, root);
}

static void put_recorded(struct json *json, json_t *root,
			 const struct ctl_saved *saved, enum ctl_same same)
{
	json_t *map = json_map(json);

	json_put_text(json, map, "decision", saved->decision);
	json_put_text(json, map, "reason", saved->reason);
	if (saved->status)
		json_put_int(json, map, "status", saved->status);
	else
		json_put_text(json, map, "status", NULL);
	json_put(json, root, "recorded", map);
	if (same == SAME_UNKNOWN)
		json_put_text(json, root, "same", NULL);
	else
		json_put_bool(json, root, "same", same == SAME_YES);
}

enum status ctl_report_answer(struct arena *arena,
			      const struct ctl_saved *saved,
			      const struct ctl_answer *answer,
			      const struct outcome *outcome)
{
	struct json json = {.arena = arena};
	json_t *root = json_map(&json);

	json_put_text(&json, root, "decision_id", saved->decision_id);
	json_put_time(&json, root, "time", answer->time);
	put_decision(&json, root, outcome, answer->status);
	put_identity(&json, root, outcome);
	put_recorded(&json, root, saved, answer->same);
	return ctl_print_json(&json, root);
}
