/* ctl_access.c - the subcommand access. In: a policy, and a certificate or
 * none; out: who may do what, as a table or JSON. */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_access_may.h"
#include "ctl_access_rules.h"
#include "ctl_access_text.h"
#include "ctl_io.h"
#include "ctl_policy.h"
#include "ctl_term.h"
#include "timefmt.h"

static const struct option options[] = {
	{"at", required_argument, NULL, 'a'},
	{"cert", required_argument, NULL, 'c'},
	{"chain", required_argument, NULL, 'n'},
	{"color", required_argument, NULL, 'C'},
	{"help", no_argument, NULL, 'h'},
	{"json", no_argument, NULL, 'j'},
	{"policy", required_argument, NULL, 'p'},
	{NULL, 0, NULL, 0},
};

/* What was asked, and whether about a certificate. */
struct wish {
	struct ctl_question question;
	bool cert;
};

static int usage(FILE *to, int status)
{
	ctl_line(to, "usage: mtlsgatectl access [--policy FILE] "
		     "[--cert PEM|-|none] [--chain PEM]...");
	ctl_line(to, "           [--at TIME] [--json] "
		     "[--color=auto|always|never]");
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

static bool take_option(struct wish *wish, int option, const char *value)
{
	struct ctl_question *question = &wish->question;

	switch (option) {
	case 'a':
		return set_time(value, &question->now);
	case 'c':
		wish->cert = true;
		question->cert = strcmp(value, "none") == 0 ? NULL : value;
		return true;
	case 'n':
		if (question->chain_count == MAX_CHAIN)
			return false;
		question->chain[question->chain_count++] = value;
		return true;
	case 'C':
		return ctl_term_color(value);
	case 'j':
		question->json = true;
		return true;
	case 'p':
		question->policy = value;
		return true;
	default:
		return false;
	}
}

static int read_wish(int argc, char **argv, struct wish *wish)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, CTL_YES);
		if (option == '?')
			ctl_bad_option(argc, argv);
		if (!take_option(wish, option, optarg))
			return usage(stderr, CTL_UNKNOWN);
	}
	if (optind != argc || (wish->question.chain_count && !wish->cert))
		return usage(stderr, CTL_UNKNOWN);
	return -1;
}

static void put_head(struct json *json, json_t *root,
		     const struct ctl_question *question,
		     const struct policy *policy, const struct issues *issues)
{
	json_t *warnings = json_list(json);

	json_put_text(json, root, "policy", question->policy);
	json_put_text(json, root, "sha256", policy->sha256);
	json_put_time(json, root, "at", question->now);
	for (size_t i = 0; i < issues->count; i++) {
		const struct issue *issue = &issues->list[i];
		const char *text = arena_printf(json->arena, "%s:%zu: %s",
						issue->file, issue->line,
						issue->text);

		if (text)
			json_append_text(json, warnings, text);
		else
			json->failed = true;
	}
	json_put(json, root, "warnings", warnings);
}

static void put_rules(struct json *json, json_t *root,
		      const struct policy *policy, int64_t now)
{
	const struct endpoint_rules *endpoints = &policy->endpoints;
	bool held = endpoints->admin_index != SIZE_MAX;
	json_t *admin = json_map(json);

	json_put(json, root, "rules", ctl_access_rules(json, policy, now));
	json_put(json, root, "roles", ctl_access_roles(json, policy, now));
	json_put_text(json, admin, "path",
		      arena_printf(json->arena, "%s/admin/*",
				   endpoints->prefix));
	json_put_text(json, admin, "role",
		      held ? endpoints->admin_role : NULL);
	json_put(json, root, "admin_pages", admin);
}

static int answer(struct arena *arena, const struct wish *wish,
		  const struct policy *policy, const struct issues *issues)
{
	const struct ctl_question *question = &wish->question;
	struct json json = {.arena = arena};
	json_t *root = json_map(&json);
	enum status status = ST_OK;

	put_head(&json, root, question, policy, issues);
	if (wish->cert)
		status = ctl_access_may(&json, root, question, policy);
	else
		put_rules(&json, root, policy, question->now);
	if (status != ST_OK) {
		json_decref(root);
		return CTL_UNKNOWN;
	}
	if (question->json)
		status = ctl_print_json(&json, root);
	else
		status = ctl_access_text(&json, root);
	if (status == ST_OK)
		return CTL_YES;
	ctl_line(stderr, "mtlsgatectl: out of memory");
	return CTL_UNKNOWN;
}

int ctl_access(int argc, char **argv)
{
	struct wish wish = {.question = {.policy = ctl_default_policy(),
					 .now = time(NULL)}};
	struct arena *arena = arena_new();
	struct issues issues = {.arena = arena};
	struct load_options load = {0};
	struct policy *policy = NULL;
	int result = read_wish(argc, argv, &wish);

	load.now = wish.question.now;
	if (result < 0) {
		result = CTL_UNKNOWN;
		if (!arena)
			ctl_line(stderr, "mtlsgatectl: out of memory");
		else if (ctl_policy_load(wish.question.policy, &load, &issues,
					 &policy) == ST_OK)
			result = answer(arena, &wish, policy, &issues);
	}
	policy_free(policy);
	arena_free(arena);
	return result;
}
