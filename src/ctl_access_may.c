/* ctl_access_may.c - in: a certificate and a policy; out: what it may do
 * there. Each answer is that of the stages to a request that was made up; a
 * section is asked with a path that it covers and no earlier one takes. */
#include "ctl_access_may.h"

#include <string.h>

#include "ctl_ask.h"
#include "ctl_io.h"
#include "ctl_sample.h"
#include "ocsp_client.h"

/* A method that no policy names. */
#define OTHER "MTLSGATE-ANY-OTHER"

enum { MAX_METHODS = 64 };

struct may {
	struct json *json;
	const struct ctl_question *question;
	const struct policy *policy; /* as it is asked */
	struct ocsp_client *ocsp;
	char **env; /* ended by NULL, with room for the next three */
	char **uri;
	char **method;
	char **site;
	json_t *list;
	const struct access_rule *rule; /* NULL: a page of mtlsgate */
	const char *shown_site;
	const char *shown_path;
	const char *asked;
	bool failed;
};

static const char *const usual[] = {"GET", "HEAD", "POST", "PUT", "PATCH",
				    "DELETE", "OPTIONS"};

static bool is_known(const char *const *list, size_t count, const char *method)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], method) == 0)
			return true;
	return false;
}

/* The usual methods, those that the section names, and one of neither. */
static size_t list_methods(const struct access_rule *rule,
			   const char *list[MAX_METHODS])
{
	size_t named = rule ? rule->method_count + rule->method_allow_count
			    : 0;
	size_t count = 0;

	for (size_t i = 0; i < ARRAY_LEN(usual); i++)
		list[count++] = usual[i];
	for (size_t i = 0; i < named && count + 1 < MAX_METHODS; i++) {
		const char *method =
			i < rule->method_count
				? rule->methods[i]
				: rule->method_allows[i - rule->method_count]
					  .method;

		if (!is_known(list, count, method))
			list[count++] = method;
	}
	list[count++] = OTHER;
	return count;
}

static void set_var(struct may *may, char **slot, const char *name,
		    const char *value)
{
	*slot = arena_printf(may->json->arena, "%s=%s", name, value);
	may->failed |= !*slot;
}

/* What is decided about the path asked, with this method. The texts of the
 * outcome end with arena. */
static bool ask(struct may *may, struct arena *arena, const char *method,
		struct outcome *ret_outcome)
{
	set_var(may, may->uri, "MTLSGATE_URI", may->asked);
	set_var(may, may->method, "REQUEST_METHOD", method);
	set_var(may, may->site, "MTLSGATE_SITE", may->shown_site);
	if (may->failed ||
	    ctl_ask(arena, may->policy, may->env, may->question->now,
		    ocsp_client_service(may->ocsp), NULL, ret_outcome) != ST_OK)
		may->failed = true;
	return !may->failed;
}

static json_t *add_row(struct may *may, const struct decision *decision)
{
	const char *reason = reason_row(decision->reason)->name;
	struct json *json = may->json;
	json_t *map = json_map(json);

	json_put_text(json, map, "site", may->shown_site);
	json_put_text(json, map, "path", may->shown_path);
	json_put_text(json, map, "asked", may->asked);
	json_put_text(json, map, "rule", decision->rule);
	json_put_int(json, map, "line", (int64_t)decision->line);
	json_put_text(json, map, "decision",
		      decision->granted ? "granted" : "denied");
	json_put_text(json, map, "reason",
		      decision->anonymous ? "anyone" : reason);
	json_put(json, map, "methods", json_list(json));
	json_append(json, may->list, map);
	return map;
}

/* The row of this path with the same answer, or NULL. */
static json_t *find_row(const struct may *may, size_t from,
			const struct decision *decision)
{
	const char *reason = decision->anonymous
				     ? "anyone"
				     : reason_row(decision->reason)->name;

	for (size_t i = from; i < json_array_size(may->list); i++) {
		json_t *map = json_array_get(may->list, i);
		const char *seen = json_string_value(
			json_object_get(map, "reason"));

		if (seen && strcmp(seen, reason) == 0)
			return map;
	}
	return NULL;
}

/* A row for each answer that the methods get. */
static void ask_methods(struct may *may)
{
	const char *methods[MAX_METHODS];
	size_t count = list_methods(may->rule, methods);
	size_t from = json_array_size(may->list);

	for (size_t i = 0; i < count && !may->failed; i++) {
		struct arena *arena = arena_new();
		struct outcome outcome;
		json_t *row;

		if (!arena || !ask(may, arena, methods[i], &outcome)) {
			may->failed = true;
			arena_free(arena);
			return;
		}
		row = find_row(may, from, &outcome.decision);
		if (!row)
			row = add_row(may, &outcome.decision);
		json_append_text(may->json, json_object_get(row, "methods"),
				 strcmp(methods[i], OTHER) ? methods[i] : "*");
		arena_free(arena);
	}
}

/* True if the path asked is one that the section decides about. */
static bool is_decided_by_rule(struct may *may)
{
	struct arena *arena = arena_new();
	struct outcome outcome = {0};
	bool same = false;

	if (!arena)
		may->failed = true;
	else if (ask(may, arena, "GET", &outcome))
		same = outcome.decision.rule &&
		       strcmp(outcome.decision.rule, may->rule->name) == 0;
	arena_free(arena);
	return same;
}

static void add_hidden(struct may *may)
{
	struct json *json = may->json;
	json_t *map = json_map(json);

	json_put_text(json, map, "site", may->shown_site);
	json_put_text(json, map, "path", may->shown_path);
	json_put_text(json, map, "asked", NULL);
	json_put_text(json, map, "rule", may->rule->name);
	json_put_int(json, map, "line", (int64_t)may->rule->line);
	json_put_text(json, map, "decision", "denied");
	json_put_text(json, map, "reason", "hidden");
	json_put(json, map, "methods", json_list(json));
	json_append(json, may->list, map);
}

static void ask_path(struct may *may, size_t index)
{
	const struct access_rule *rule = may->rule;
	const char *text = rule->path_texts[index];

	may->shown_path = text;
	for (size_t n = 0; !may->failed; n++) {
		may->asked = ctl_sample_path(may->json->arena, text,
					     &rule->paths[index], n);
		if (!may->asked) {
			add_hidden(may);
			return;
		}
		if (is_decided_by_rule(may)) {
			ask_methods(may);
			return;
		}
	}
}

static void ask_rule(struct may *may, const struct access_rule *rule)
{
	bool any = rule->site_any || rule->site_count == 0;
	size_t sites = any ? 1 : rule->site_count;

	may->rule = rule;
	for (size_t i = 0; i < sites; i++) {
		may->shown_site = any ? "" : rule->sites[i];
		for (size_t k = 0; k < rule->path_count && !may->failed; k++)
			ask_path(may, k);
	}
}

/* mtlsgate's own pages, which may need admin_role besides. */
static void ask_pages(struct may *may)
{
	const char *name;

	may->rule = NULL;
	may->shown_site = "";
	for (size_t i = 0; (name = endpoint_table_name(i)) && !may->failed;
	     i++) {
		may->asked = arena_printf(may->json->arena, "%s/%s",
					  may->policy->endpoints.prefix, name);
		may->shown_path = may->asked;
		may->failed |= !may->asked;
		if (!may->failed &&
		    !endpoint_find(&may->policy->endpoints, may->asked)->open)
			ask_methods(may);
	}
}

/* Who it is, whatever is asked for. */
static void put_who(struct may *may, json_t *root)
{
	struct arena *arena = arena_new();
	struct json *json = may->json;
	struct outcome outcome = {0};
	const struct identity *who = &outcome.identity;
	enum reason reason;
	json_t *roles;

	may->asked = "/";
	may->shown_site = "";
	if (!arena || !ask(may, arena, "GET", &outcome)) {
		may->failed = true;
		arena_free(arena);
		return;
	}
	reason = outcome.verified.ok ? who->reason : outcome.verified.reason;
	if (who->known && who->role_expired)
		reason = REASON_ROLE_EXPIRED;
	roles = json_list(json);
	for (size_t i = 0; who->known && i < who->role_count; i++)
		json_append_text(json, roles, who->roles[i]);
	json_put_text(json, root, "id", who->known ? who->id : NULL);
	json_put(json, root, "roles", roles);
	json_put_text(json, root, "reason",
		      reason == REASON_GRANTED ? NULL
					       : reason_row(reason)->name);
	arena_free(arena);
}

/* The environment of the question, with its last variables to be replaced. */
static enum status build_env(struct may *may, const struct policy *policy)
{
	struct arena *arena = may->json->arena;
	struct trace trace = {.arena = arena};
	struct ctl_question question = *may->question;
	size_t count = 0;
	enum status status;
	char **env;

	question.path = "/";
	question.method = "GET";
	question.site = "";
	may->policy = ctl_env_policy(arena, policy, &trace);
	if (!may->policy) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return ST_NOMEM;
	}
	status = ctl_env_build(arena, &question, policy, &trace, &env);
	if (status != ST_OK)
		return status;
	for (; env[count]; count++) {
		if (strncmp(env[count], "MTLSGATE_URI=", 13) == 0)
			may->uri = &env[count];
		if (strncmp(env[count], "REQUEST_METHOD=", 15) == 0)
			may->method = &env[count];
		if (strncmp(env[count], "MTLSGATE_SITE=", 14) == 0)
			may->site = &env[count];
	}
	may->env = env;
	return ST_OK;
}

enum status ctl_access_may(struct json *json, json_t *root,
			   const struct ctl_question *question,
			   const struct policy *policy)
{
	struct may may = {.json = json, .question = question};
	enum status status = build_env(&may, policy);

	if (status != ST_OK)
		return status;
	may.list = json_list(json);
	may.ocsp = ocsp_client_new(1);
	may.failed = !may.ocsp || !may.list;
	if (!may.failed)
		put_who(&may, root);
	for (size_t i = 0; i < policy->access.count && !may.failed; i++)
		ask_rule(&may, &policy->access.list[i]);
	ask_pages(&may);
	json_put(json, root, "access", may.list);
	ocsp_client_free(may.ocsp);
	if (may.failed || json->failed) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return ST_NOMEM;
	}
	return ST_OK;
}
