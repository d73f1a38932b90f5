/* ctl_access.c - the subcommand access. In: a policy, and a certificate or
 * none; out: who may do what, as a table or JSON. */
#include <time.h>

#include "ctl.h"
#include "ctl_access_may.h"
#include "ctl_access_rules.h"
#include "ctl_access_text.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "ctl_policy.h"

static const char usage[] =
	"usage: mtlsgatectl access [--policy FILE] [--cert PEM|-|none] "
	"[--chain PEM]...\n"
	"           [--at TIME] [--json] [--color=auto|always|never]\n";

static int read_question(int argc, char **argv, struct arena *arena,
			 struct ctl_question *question)
{
	const struct ctl_option rows[] = {
		{"at", .time = &question->now},
		{"cert", .given = &question->cert_given, .set = ctl_env_cert},
		{"chain", .values = &question->chain, .max = MAX_CHAIN},
		{"color", .set = ctl_options_color},
		{"json", .given = &question->json},
		{"policy", .text = &question->policy},
	};
	const struct ctl_options options = {
		.usage = usage,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.arena = arena,
		.wish = question,
	};
	int result = ctl_options_read(&options, argc, argv);

	if (result == CTL_GO_ON && question->chain.count &&
	    !question->cert_given)
		return ctl_options_refuse(&options, "--chain needs --cert");
	return result;
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

static int answer(struct arena *arena, const struct ctl_question *question,
		  const struct policy *policy, const struct issues *issues)
{
	struct json json = {.arena = arena};
	json_t *root = json_map(&json);
	enum status status = ST_OK;

	put_head(&json, root, question, policy, issues);
	if (question->cert_given)
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
	struct ctl_question question = {.policy = ctl_default_policy(),
					.now = time(NULL)};
	struct arena *arena = arena_new();
	struct issues issues = {.arena = arena};
	struct load_options load = {0};
	struct policy *policy = NULL;
	int result;

	if (!arena) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	result = read_question(argc, argv, arena, &question);
	if (result == CTL_GO_ON) {
		load.now = question.now;
		result = CTL_UNKNOWN;
		if (ctl_policy_load(question.policy, &load, &issues, &policy) ==
		    ST_OK)
			result = answer(arena, &question, policy, &issues);
	}
	policy_free(policy);
	arena_free(arena);
	return result;
}
