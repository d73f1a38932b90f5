/* ctl_explain.c - in: options that describe a request, or say where one is
 * written down; out: what each stage finds in it and the decision. The stages
 * are the ones that answer requests; a request made up here is an
 * AUTHORIZER's. Nothing is logged and no running mtlsgate is asked. */
#include <time.h>

#include "ctl.h"
#include "ctl_ask.h"
#include "ctl_decision.h"
#include "ctl_facts.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "ctl_policy.h"
#include "ctl_replay.h"
#include "ctl_report.h"
#include "ocsp_client.h"

static const char usage[] =
	"usage: mtlsgatectl explain [--policy FILE] [--cert PEM|-|none] "
	"[--chain PEM]...\n"
	"           [--at TIME] [--method METHOD] [--site SITE] [--json] PATH\n"
	"       mtlsgatectl explain --env FILE|- [--decision ID] "
	"[--policy FILE]\n"
	"           [--at TIME] [--json]\n"
	"       mtlsgatectl explain --decision ID --log FILE|- [--policy FILE] "
	"[--json]\n"
	"All take --color=auto|always|never.\n";

/* What of the question does not go together, or NULL. */
static const char *check(const struct ctl_question *question)
{
	bool saved = question->env_file || question->log_file;
	bool described = question->cert || question->chain.count ||
			 question->method || question->site || question->path;

	if (question->env_file && question->log_file)
		return "--env and --log cannot be used together";
	if (saved && described)
		return "with --env or --log the request is not described";
	if (question->log_file && !question->decision_id)
		return "--log needs --decision";
	if (question->log_file && question->at_given)
		return "--log cannot be used together with --at";
	if (question->decision_id && !saved)
		return "--decision needs --env or --log";
	return saved || question->path ? NULL : "PATH is missing";
}

static int read_question(int argc, char **argv, struct arena *arena,
			 struct ctl_question *question)
{
	const struct ctl_option rows[] = {
		{"at", .given = &question->at_given, .time = &question->now},
		{"cert", .set = ctl_env_cert},
		{"chain", .values = &question->chain, .max = MAX_CHAIN},
		{"color", .set = ctl_options_color},
		{"decision", .text = &question->decision_id},
		{"env", .text = &question->env_file},
		{"json", .given = &question->json},
		{"log", .text = &question->log_file},
		{"method", .text = &question->method},
		{"policy", .text = &question->policy},
		{"site", .text = &question->site},
	};
	const struct ctl_options options = {
		.usage = usage,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.argument = &question->path,
		.arena = arena,
		.wish = question,
	};
	int result = ctl_options_read(&options, argc, argv);
	const char *why;

	if (result != CTL_GO_ON)
		return result;
	why = check(question);
	if (why)
		return ctl_options_refuse(&options, why);
	if (!question->method)
		question->method = "GET";
	return CTL_GO_ON;
}

static int print_report(struct arena *arena, const struct ctl_report *report)
{
	const struct decision *decision = &report->outcome->decision;
	enum status status = report->question->json
				     ? ctl_report_json(arena, report)
				     : ctl_report_text(arena, report);

	if (status != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	if (decision->reason == REASON_INTERNAL_ERROR)
		return CTL_UNKNOWN;
	return decision->granted ? CTL_YES : CTL_NO;
}

static enum status build(struct arena *arena,
			 const struct ctl_question *question,
			 const struct policy *policy, struct trace *trace,
			 const struct policy **ret_asked, char **ret_env[])
{
	*ret_asked = ctl_env_policy(arena, policy, trace);
	if (!*ret_asked) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return ST_NOMEM;
	}
	return ctl_env_build(arena, question, policy, trace, ret_env);
}

/* A rule that is there for another site than the one that was asked for. */
static void note_site(const struct policy *policy,
		      const struct outcome *outcome, struct trace *trace)
{
	const struct access_rule *rule = NULL;
	const char *site;

	if (outcome->decision.reason == REASON_NO_RULE &&
	    outcome->request->path)
		rule = ctl_policy_site(trace->arena, policy,
				       outcome->request->path, &site);
	if (rule)
		trace_add(trace, "access", "site", STEP_NOTE,
			  "[access %s] in line %zu has this path on the site "
			  "%s, which is asked about with --site", rule->name,
			  rule->line, site);
}

static int decide(struct arena *arena, const struct ctl_question *question,
		  const struct policy *policy, const struct issues *issues)
{
	struct trace trace = {.arena = arena};
	struct trace stages = {.arena = arena};
	struct outcome outcome = {0};
	struct ctl_report report = {question, issues, &trace, &outcome, 0};
	struct ocsp_client *ocsp;
	const struct policy *asked;
	enum status status = ST_NOMEM;
	char **env;

	if (build(arena, question, policy, &trace, &asked, &env) != ST_OK)
		return CTL_UNKNOWN;
	ocsp = ocsp_client_new(1);
	if (ocsp)
		status = ctl_ask(arena, asked, env, question->now,
				 ocsp_client_service(ocsp), &stages, &outcome);
	ocsp_client_free(ocsp);
	if (status != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	ctl_facts_add(&trace, &outcome);
	ctl_facts_steps(&trace, &stages);
	note_site(policy, &outcome, &trace);
	return print_report(arena, &report);
}

static int explain(struct arena *arena, const struct ctl_question *question)
{
	struct issues issues = {.arena = arena};
	struct policy *policy = NULL;
	const struct load_options load = {
		.now = question->now,
		.one_shot = true,
	};
	int result = CTL_UNKNOWN;

	if (ctl_policy_load(question->policy, &load, &issues, &policy) ==
	    ST_OK)
		result = decide(arena, question, policy, &issues);
	policy_free(policy);
	return result;
}

static int answer(struct arena *arena, const struct ctl_question *question)
{
	if (question->env_file)
		return ctl_replay(question);
	if (question->log_file)
		return ctl_decision(question);
	return explain(arena, question);
}

int ctl_explain(int argc, char **argv)
{
	struct ctl_question question = {
		.policy = ctl_default_policy(),
		.now = time(NULL),
	};
	struct arena *arena = arena_new();
	int result;

	if (!arena) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	result = read_question(argc, argv, arena, &question);
	if (result == CTL_GO_ON)
		result = answer(arena, &question);
	arena_free(arena);
	return result;
}
