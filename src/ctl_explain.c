/* ctl_explain.c - in: options that describe a request; out: what each stage
 * finds in it and the decision. The stages are the ones that answer requests,
 * asked as AUTHORIZER; nothing is logged and no running mtlsgate is asked. */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_facts.h"
#include "ctl_io.h"
#include "ctl_report.h"
#include "load.h"
#include "ocsp_client.h"

static const struct option options[] = {
	{"at", required_argument, NULL, 'a'},
	{"cert", required_argument, NULL, 'c'},
	{"chain", required_argument, NULL, 'n'},
	{"help", no_argument, NULL, 'h'},
	{"json", no_argument, NULL, 'j'},
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
	return status;
}

static bool set_time(const char *text, int64_t *now)
{
	bool date_only;

	if (time_parse(text, now, &date_only))
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

/* One option; false when it is not good, which was then said. */
static bool take_option(struct ctl_question *question, int option,
			const char *value)
{
	switch (option) {
	case 'a':
		return set_time(value, &question->now);
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
		return true;
	case 's':
		question->site = value;
		return true;
	default:
		return false;
	}
}

/* Says what getopt_long would, but with control characters shown. */
static void bad_option(int argc, char **argv)
{
	int at = optind > 1 && optind <= argc ? optind - 1 : 0;

	ctl_line(stderr, "mtlsgatectl: explain: option '%s' is unknown or has "
			 "no value", argv[at]);
}

static int read_question(int argc, char **argv, struct ctl_question *question)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, CTL_YES);
		if (option == '?')
			bad_option(argc, argv);
		if (!take_option(question, option, optarg))
			return usage(stderr, CTL_UNKNOWN);
	}
	if (optind + 1 != argc)
		return usage(stderr, CTL_UNKNOWN);
	question->path = argv[optind];
	return -1;
}

/* The endpoints ask for more than the rules do: what an authorizer grants
 * there may still be refused when mtlsgate itself answers. */
static void judge_endpoint(const struct policy *policy, struct trace *trace,
			   struct outcome *outcome)
{
	const struct endpoint_rules *rules = &policy->endpoints;
	const struct request *request = outcome->request;
	const struct endpoint *endpoint = NULL;
	struct decision *decision = &outcome->decision;
	bool admitted;

	if (request->path)
		endpoint = endpoint_find(rules, request->path);
	if (endpoint && endpoint->open)
		trace_add(trace, "endpoint", "open", STEP_NOTE,
			  "mtlsgate itself answers this to anyone");
	if (!endpoint || !endpoint->admin)
		return;
	admitted = !decision->anonymous &&
		   endpoint_admits(rules, &outcome->identity);
	trace_add(trace, "endpoint", "admin_role",
		  admitted ? STEP_OK : STEP_FAIL,
		  "this endpoint needs the role %s as well, whatever the "
		  "rules say", rules->admin_role);
	if (admitted || !decision->granted)
		return;
	decision->granted = false;
	decision->anonymous = false;
	decision->reason = REASON_ROLE_REQUIRED;
	decision->detail = "this endpoint needs admin_role";
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

/* The stages' own steps behind what they looked at. */
static void add_steps(struct trace *trace, const struct trace *stages)
{
	for (size_t i = 0; i < stages->count; i++) {
		const struct step *step = &stages->steps[i];

		trace_add(trace, step->stage, step->name, step->result, "%s",
			  step->value);
	}
}

/* The stages' decision; responders are asked as a request would have them. */
static enum status run_stages(struct arena *arena, struct gate_input *input,
			      struct outcome *ret_outcome)
{
	struct ocsp_client *ocsp = ocsp_client_new(1);
	enum status status = ST_NOMEM;

	if (ocsp) {
		input->ocsp = ocsp_client_service(ocsp);
		status = gate_decide(arena, input, ret_outcome);
	}
	ocsp_client_free(ocsp);
	return status;
}

static int decide(struct arena *arena, const struct ctl_question *question,
		  const struct policy *policy, const struct issues *issues)
{
	struct trace trace = {.arena = arena};
	struct trace stages = {.arena = arena};
	struct outcome outcome = {0};
	struct ctl_report report = {question, issues, &trace, &outcome};
	struct gate_input input = {
		.policy = policy,
		.role = ROLE_AUTHORIZER,
		.decision_id = "explain",
		.facts = {.now = question->now, .version = PACKAGE_VERSION},
		.trace = &stages,
	};
	char **env = NULL;

	input.policy = ctl_env_policy(arena, policy, &trace);
	if (input.policy && ctl_env_build(arena, question, policy, &trace,
					  &env) != ST_OK)
		return CTL_UNKNOWN;
	input.env = env;
	if (!input.policy || run_stages(arena, &input, &outcome) != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	ctl_facts_add(&trace, &outcome);
	add_steps(&trace, &stages);
	judge_endpoint(policy, &trace, &outcome);
	return print_report(arena, &report);
}

static int bad_policy(const char *file, const struct issues *issues)
{
	for (size_t i = 0; i < issues->count; i++) {
		if (!issues->list[i].warning)
			ctl_print_issue(stderr, &issues->list[i]);
	}
	ctl_line(stderr, "mtlsgatectl: %s: this policy cannot be used", file);
	return CTL_UNKNOWN;
}

static int explain(struct arena *arena, const struct ctl_question *question)
{
	struct issues issues = {.arena = arena};
	struct policy *policy = NULL;
	const struct load_options load = {
		.now = question->now,
		.one_shot = true,
	};
	enum status status =
		policy_load(question->policy, &load, &issues, &policy);
	int result = CTL_UNKNOWN;

	if (status != ST_OK || issues.failed)
		result = bad_policy(question->policy, &issues);
	else
		result = decide(arena, question, policy, &issues);
	policy_free(policy);
	return result;
}

int ctl_explain(int argc, char **argv)
{
	struct ctl_question question = {
		.policy = ctl_default_policy(),
		.method = "GET",
		.now = time(NULL),
	};
	int result = read_question(argc, argv, &question);

	if (result >= 0)
		return result;
	struct arena *arena = arena_new();
	if (arena)
		result = explain(arena, &question);
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return arena ? result : CTL_UNKNOWN;
}
