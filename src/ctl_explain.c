/* ctl_explain.c - in: options that describe a request, or say where one is
 * written down; out: what each stage finds in it and the decision. The stages
 * are the ones that answer requests; a request made up here is an
 * AUTHORIZER's. Nothing is logged and no running mtlsgate is asked. */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_ask.h"
#include "ctl_decision.h"
#include "ctl_facts.h"
#include "ctl_io.h"
#include "ctl_policy.h"
#include "ctl_replay.h"
#include "ctl_report.h"
#include "ctl_term.h"
#include "ocsp_client.h"

static const struct option options[] = {
	{"at", required_argument, NULL, 'a'},
	{"cert", required_argument, NULL, 'c'},
	{"chain", required_argument, NULL, 'n'},
	{"color", required_argument, NULL, 'C'},
	{"decision", required_argument, NULL, 'd'},
	{"env", required_argument, NULL, 'e'},
	{"help", no_argument, NULL, 'h'},
	{"json", no_argument, NULL, 'j'},
	{"log", required_argument, NULL, 'l'},
	{"method", required_argument, NULL, 'm'},
	{"policy", required_argument, NULL, 'p'},
	{"site", required_argument, NULL, 's'},
	{NULL, 0, NULL, 0},
};

static int usage(FILE *to, int status)
{
	ctl_line(to, "usage: mtlsgatectl explain [--policy FILE] "
		     "[--cert PEM|-|none] [--chain PEM]...");
	ctl_line(to, "           [--at TIME] [--method METHOD] [--site SITE] "
		     "[--json] PATH");
	ctl_line(to, "       mtlsgatectl explain --env FILE|- [--decision ID] "
		     "[--policy FILE]");
	ctl_line(to, "           [--at TIME] [--json]");
	ctl_line(to, "       mtlsgatectl explain --decision ID --log FILE|- "
		     "[--policy FILE] [--json]");
	ctl_line(to, "All take --color=auto|always|never.");
	return status;
}

static bool set_time(struct ctl_question *question, const char *text)
{
	bool date_only;

	question->at_given = true;
	if (time_parse(text, &question->now, &date_only))
		return true;
	ctl_line(stderr, "mtlsgatectl: --at %s: not a time as "
			 "2026-11-21T10:00:00Z", text);
	return false;
}

static bool add_chain(struct ctl_question *question, const char *file)
{
	if (question->chain_count < MAX_CHAIN) {
		question->chain[question->chain_count++] = file;
		return true;
	}
	ctl_line(stderr, "mtlsgatectl: more than %d times --chain", MAX_CHAIN);
	return false;
}

/* The options that say where a request is written down. */
static bool take_source(struct ctl_question *question, int option,
			const char *value)
{
	switch (option) {
	case 'C':
		return ctl_term_color(value);
	case 'd':
		question->decision_id = value;
		return true;
	case 'e':
		question->env_file = value;
		return true;
	case 'l':
		question->log_file = value;
		return true;
	default:
		return false;
	}
}

/* One option; false when it is not good, which was then said. */
static bool take_option(struct ctl_question *question, int option,
			const char *value)
{
	switch (option) {
	case 'a':
		return set_time(question, value);
	case 'c':
		question->cert = strcmp(value, "none") == 0 ? NULL : value;
		return true;
	case 'n':
		return add_chain(question, value);
	case 'j':
		question->json = true;
		return true;
	case 'm':
		question->method = value;
		return true;
	case 'p':
		question->policy = value;
		question->policy_given = true;
		return true;
	case 's':
		question->site = value;
		return true;
	default:
		return take_source(question, option, value);
	}
}

/* A request that is written down is not described as well. */
static bool is_sound(const struct ctl_question *question)
{
	bool saved = question->env_file || question->log_file;
	bool described = question->cert || question->chain_count ||
			 question->method || question->site || question->path;

	if (saved && described)
		return false;
	if (question->env_file && question->log_file)
		return false;
	if (question->log_file)
		return question->decision_id && !question->at_given;
	return question->env_file || (question->path && !question->decision_id);
}

static int read_question(int argc, char **argv, struct ctl_question *question)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, CTL_YES);
		if (option == '?')
			ctl_bad_option(argc, argv);
		if (!take_option(question, option, optarg))
			return usage(stderr, CTL_UNKNOWN);
	}
	question->path = optind < argc ? argv[optind++] : NULL;
	if (optind != argc || !is_sound(question))
		return usage(stderr, CTL_UNKNOWN);
	if (!question->method)
		question->method = "GET";
	return -1;
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

int ctl_explain(int argc, char **argv)
{
	struct ctl_question question = {
		.policy = ctl_default_policy(),
		.now = time(NULL),
	};
	int result = read_question(argc, argv, &question);

	if (result >= 0)
		return result;
	if (question.env_file)
		return ctl_replay(&question);
	if (question.log_file)
		return ctl_decision(&question);
	struct arena *arena = arena_new();
	if (arena)
		result = explain(arena, &question);
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return arena ? result : CTL_UNKNOWN;
}
