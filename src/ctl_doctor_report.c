/* ctl_doctor_report.c - in: findings, in the order in which they were made;
 * out: lines or JSON, with the first cause last. */
#include "ctl_doctor_report.h"

#include "ctl_io.h"
#include "json.h"

void findings_add(struct findings *findings, const struct finding *finding)
{
	struct finding *list = arena_grow(findings->arena, findings->list,
					  findings->count, sizeof(*list));
	const char *seen = arena_strdup(findings->arena, finding->seen);
	const char *todo = cause_row(finding->cause)->todo;

	if (finding->todo)
		todo = arena_strdup(findings->arena, finding->todo);
	if (list)
		findings->list = list;
	if (!list || !seen || !todo) {
		findings->failed = true;
		return;
	}
	list[findings->count] = *finding;
	list[findings->count].seen = seen;
	list[findings->count].todo = todo;
	findings->count++;
}

const struct finding *findings_first(const struct findings *findings)
{
	const struct finding *late = NULL;

	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];

		if (finding->result != STEP_FAIL)
			continue;
		if (!finding->late)
			return finding;
		if (!late)
			late = finding;
	}
	return late;
}

bool findings_bad(const struct findings *findings)
{
	return findings->failed || findings_first(findings);
}

void findings_print(const char *url, const struct findings *findings)
{
	const struct finding *first = findings_first(findings);

	ctl_line(stdout, "%s", url);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];

		ctl_line(stdout, "  %-4s  %-16s  %s",
			 step_result_name(finding->result), finding->step,
			 finding->seen);
		if (*finding->todo)
			ctl_line(stdout, "  %24s%s", "-> ", finding->todo);
	}
	if (findings->failed)
		ctl_line(stdout, "out of memory: the report is not whole");
	else if (!first)
		ctl_line(stdout, "no fault found");
	else
		ctl_line(stdout, "cause: %s (%s)",
			 cause_row(first->cause)->text,
			 cause_row(first->cause)->name);
}

static void put_step(struct json *json, json_t *steps,
		     const struct finding *finding)
{
	json_t *step = json_map(json);

	json_put_text(json, step, "name", finding->step);
	json_put_text(json, step, "result",
		      step_result_name(finding->result));
	json_put_text(json, step, "seen", finding->seen);
	json_put_text(json, step, "todo",
		      *finding->todo ? finding->todo : NULL);
	json_append(json, steps, step);
}

enum status findings_json(const char *url, const struct findings *findings)
{
	struct json json = {.arena = findings->arena,
			    .failed = findings->failed};
	const struct finding *first = findings_first(findings);
	json_t *root = json_map(&json);
	json_t *steps = json_list(&json);
	json_t *cause = first ? json_map(&json) : json_null();

	for (size_t i = 0; i < findings->count; i++)
		put_step(&json, steps, &findings->list[i]);
	if (first) {
		json_put_text(&json, cause, "name",
			      cause_row(first->cause)->name);
		json_put_text(&json, cause, "text",
			      cause_row(first->cause)->text);
	}
	json_put_text(&json, root, "url", url);
	json_put(&json, root, "steps", steps);
	json_put(&json, root, "cause", cause);
	return ctl_print_json(&json, root);
}
