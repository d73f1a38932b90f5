/* ctl_replay.c - in: a file of saved requests; out: the answer that each of
 * them gets now, and whether it is the one that it got. The answers are those
 * of gate_handle, as the running program gives them; none is logged. */
#include "ctl_replay.h"

#include <stdlib.h>
#include <string.h>

#include "ctl.h"
#include "ctl_facts.h"
#include "ctl_io.h"
#include "ctl_policy.h"
#include "ctl_report.h"
#include "ctl_saved.h"
#include "ctl_term.h"
#include "ocsp_client.h"
#include "timefmt.h"

enum { STATUS_AT = sizeof("Status: ") - 1 };

/* One request in hand, with its memory. */
struct item {
	struct arena *arena; /* NULL: there is none */
	struct ctl_saved saved;
};

struct replay {
	const struct ctl_question *question;
	const struct policy *policy;
	const struct issues *issues;
	struct ocsp_client *ocsp;
	struct ctl_lines lines;
	size_t count;
	size_t differing;
	size_t unread;
	int last; /* exit status that the last request alone would have */
};

static int out_of_memory(void)
{
	ctl_line(stderr, "mtlsgatectl: out of memory");
	return CTL_UNKNOWN;
}

static bool is_wanted(const struct replay *replay,
		      const struct ctl_saved *saved)
{
	const char *id = replay->question->decision_id;

	return !id || (saved->decision_id && strcmp(id, saved->decision_id) ==
						    0);
}

/* The next request that is asked for; what is none is said and counted. */
static enum status next_item(struct replay *replay, struct item *ret_item)
{
	enum status status = ST_OK;

	*ret_item = (struct item){0};
	while (status != ST_ABSENT) {
		struct item item = {.arena = arena_new()};
		const char *why = NULL;

		if (!item.arena)
			return ST_NOMEM;
		status = ctl_saved_next(item.arena, &replay->lines,
					&item.saved, &why);
		if (status == ST_OK && is_wanted(replay, &item.saved)) {
			*ret_item = item;
			return ST_OK;
		}
		if (status == ST_BAD)
			replay->unread++;
		if (status == ST_BAD && replay->lines.file) {
			ctl_line(stderr, "%s:%zu: %s",
				 replay->question->env_file,
				 replay->lines.number, why);
		}
		arena_free(item.arena);
		if (status == ST_NOMEM)
			return ST_NOMEM;
	}
	return ST_ABSENT;
}

static enum ctl_same compare(const struct ctl_saved *saved,
			     const struct outcome *outcome)
{
	const char *reason = reason_row(outcome->decision.reason)->name;
	const char *decision = outcome->decision.granted ? "granted"
							 : "denied";

	if (!saved->reason && !saved->decision)
		return SAME_UNKNOWN;
	if (saved->reason && strcmp(saved->reason, reason) != 0)
		return SAME_NO;
	if (saved->decision && strcmp(saved->decision, decision) != 0)
		return SAME_NO;
	return SAME_YES;
}

/* Decides, as the fronts have it done. */
static enum status answer(struct replay *replay, struct item *item,
			  struct trace *trace, struct ctl_answer *answer,
			  struct outcome *ret_outcome)
{
	struct ctl_saved *saved = &item->saved;
	struct buf out = {0};
	bool failed;
	const char *filled = ctl_saved_fill(item->arena, replay->policy, saved,
					    &failed);
	struct gate_input input = {
		.policy = replay->policy,
		.role = saved->role,
		.env = saved->env,
		.decision_id = saved->decision_id ? saved->decision_id : "",
		.need_secret = saved->need_secret,
		.facts = {.now = answer->time, .version = PACKAGE_VERSION},
		.ocsp = ocsp_client_service(replay->ocsp),
		.trace = trace,
	};
	enum status status;

	if (failed)
		return ST_NOMEM;
	if (filled)
		trace_add(trace, "saved", filled, STEP_NOTE,
			  "left out of the file, where it was the policy's: "
			  "taken to be the policy's");
	status = gate_handle(item->arena, &input, ret_outcome, &out);
	if (status == ST_OK)
		answer->status = (int)strtol(out.data + STATUS_AT, NULL, 10);
	answer->same = compare(saved, ret_outcome);
	buf_free(&out);
	return status;
}

static void print_saved(const struct ctl_saved *saved,
			const struct policy *policy,
			const struct ctl_answer *answer)
{
	if (answer->same == SAME_UNKNOWN)
		return;
	ctl_put(stdout, answer->same == SAME_YES ? CTL_GREEN : CTL_YELLOW,
		"saved answer: %s (%s): %s",
		saved->decision ? saved->decision : "?",
		saved->reason ? saved->reason : "?",
		answer->same == SAME_YES ? "the same" : "another one");
	ctl_put_end(stdout);
	if (saved->policy_sha256 &&
	    strcmp(saved->policy_sha256, policy->sha256) != 0)
		ctl_line(stdout, "policy: another one than when it was saved");
}

/* All of it, for one request. */
static enum status print_whole(struct replay *replay, struct item *item,
			       struct trace *trace,
			       const struct ctl_answer *answer,
			       const struct outcome *outcome)
{
	struct ctl_question question = *replay->question;
	struct trace all = {.arena = item->arena};
	struct ctl_report report = {&question, replay->issues, &all, outcome,
				    answer->status};
	const struct request *request = outcome->request;

	question.method = *request->method ? request->method : "(no method)";
	question.path = request->path ? request->path : "(no path)";
	question.now = answer->time;
	ctl_facts_add(&all, outcome);
	ctl_facts_steps(&all, trace);
	if (item->saved.decision_id)
		ctl_line(stdout, "request %s of %s", item->saved.decision_id,
			 question.env_file);
	if (ctl_report_text(item->arena, &report) != ST_OK)
		return ST_NOMEM;
	print_saved(&item->saved, replay->policy, answer);
	return ST_OK;
}

static void print_row(const struct ctl_saved *saved,
		      const struct ctl_answer *answer,
		      const struct outcome *outcome)
{
	const struct decision *decision = &outcome->decision;
	static const char *const words[] = {
		[SAME_UNKNOWN] = "", [SAME_YES] = "  the same",
		[SAME_NO] = "  not as saved",
	};
	char when[TIME_TEXT];

	ctl_put(stdout, CTL_PLAIN, "%-20s  %s  ",
		saved->decision_id ? saved->decision_id : "-",
		time_format(answer->time, when));
	ctl_put(stdout, decision->granted ? CTL_GREEN : CTL_RED, "%-7s",
		decision->granted ? "granted" : "denied");
	ctl_put(stdout, CTL_PLAIN, "  %s%s", reason_row(decision->reason)->name,
		words[answer->same]);
	if (answer->same == SAME_NO)
		ctl_put(stdout, CTL_YELLOW, ": %s",
			saved->reason ? saved->reason : saved->decision);
	ctl_put_end(stdout);
}

/* whole: it is the only one. */
static enum status do_item(struct replay *replay, struct item *item,
			   bool whole)
{
	struct trace trace = {.arena = item->arena};
	bool json = replay->question->json;
	struct outcome outcome = {0};
	struct ctl_answer ans = {.time = replay->question->now};
	enum status status;

	if (item->saved.has_time && !replay->question->at_given)
		ans.time = item->saved.time;
	status = answer(replay, item, whole && !json ? &trace : NULL, &ans,
			&outcome);
	if (status != ST_OK)
		return status;
	replay->count++;
	replay->differing += ans.same == SAME_NO;
	replay->last = outcome.decision.granted ? CTL_YES : CTL_NO;
	if (outcome.decision.reason == REASON_INTERNAL_ERROR)
		replay->last = CTL_UNKNOWN;
	if (json)
		return ctl_report_answer(item->arena, &item->saved, &ans,
					 &outcome);
	if (whole)
		return print_whole(replay, item, &trace, &ans, &outcome);
	print_row(&item->saved, &ans, &outcome);
	return ST_OK;
}

/* One ahead, to know whether the first is the only one. */
static enum status do_items(struct replay *replay)
{
	struct item item, next = {0};
	enum status status = next_item(replay, &item);
	bool only = true;

	while (status == ST_OK) {
		status = next_item(replay, &next);
		only = only && status == ST_ABSENT;
		if (status == ST_NOMEM)
			break;
		if (do_item(replay, &item, only) != ST_OK)
			status = ST_NOMEM;
		arena_free(item.arena);
		item = next;
	}
	arena_free(item.arena);
	return status == ST_NOMEM ? ST_NOMEM : ST_OK;
}

static int conclude(const struct replay *replay)
{
	const struct ctl_question *question = replay->question;

	if (replay->count == 0 && question->decision_id)
		ctl_line(stderr, "mtlsgatectl: %s: there is no request %s",
			 question->env_file, question->decision_id);
	else if (replay->count == 0 && replay->unread == 0)
		ctl_line(stderr, "mtlsgatectl: %s: there is no request in it",
			 question->env_file);
	if (replay->count == 0 || replay->unread > 0)
		return CTL_UNKNOWN;
	if (replay->count == 1)
		return replay->last;
	return replay->differing ? CTL_NO : CTL_YES;
}

static int replay_file(struct replay *replay)
{
	enum status status;

	if (ctl_lines_open(replay->question->env_file, &replay->lines) !=
	    ST_OK)
		return CTL_UNKNOWN;
	replay->ocsp = ocsp_client_new(1);
	status = replay->ocsp ? do_items(replay) : ST_NOMEM;
	ocsp_client_free(replay->ocsp);
	ctl_lines_close(&replay->lines);
	return status == ST_OK ? conclude(replay) : out_of_memory();
}

int ctl_replay(const struct ctl_question *question)
{
	struct arena *arena = arena_new();
	struct issues issues = {.arena = arena};
	const struct load_options load = {.now = question->now};
	struct policy *policy = NULL;
	struct replay replay = {.question = question, .issues = &issues};
	int result = CTL_UNKNOWN;

	if (!arena)
		return out_of_memory();
	if (ctl_policy_load(question->policy, &load, &issues, &policy) ==
	    ST_OK) {
		replay.policy = policy;
		result = replay_file(&replay);
	}
	policy_free(policy);
	arena_free(arena);
	return result;
}
