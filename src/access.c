/* access.c - the access rules. A request, a certificate's verdict and an
 * identity come in, a decision goes out. Deny is zero. */
#include "access.h"

#include <string.h>

#define STAGE "access"

struct decide {
	struct arena *arena;
	const struct access_rules *rules;
	const struct request *request;
	const struct verified *verified;
	const struct identity *identity;
	int64_t now;
	const struct access_rule *rule; /* NULL: none for this path */
	const struct allow *allow;      /* NULL: none for this method */
	struct decision *decision;
};

static bool path_matches(const struct access_rule *rule, const char *path)
{
	for (size_t i = 0; i < rule->path_count; i++) {
		const struct glob *glob = &rule->paths[i];

		if (glob->literal ? strcmp(glob->literal, path) == 0
				  : glob_match(glob, path))
			return true;
	}
	return false;
}

static bool in_list(const char *const *list, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(list[i], text) == 0)
			return true;
	return false;
}

static bool site_matches(const struct access_rule *rule, const char *site)
{
	return rule->site_any || rule->site_count == 0 ||
	       in_list(rule->sites, rule->site_count, site);
}

const struct access_rule *access_find(const struct access_rules *rules,
				      const char *path, const char *site)
{
	for (size_t i = 0; i < rules->count; i++)
		if (site_matches(&rules->list[i], site) &&
		    path_matches(&rules->list[i], path))
			return &rules->list[i];
	return NULL;
}

static const struct allow *find_method(const struct access_rule *rule,
				       const char *method)
{
	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (strcmp(rule->method_allows[i].method, method) == 0)
			return &rule->method_allows[i].allow;
	return NULL;
}

/* The allow that counts for a method; GET covers HEAD (RFC 9110 9.3.2). NULL:
 * the section does not let this method in at all. */
static const struct allow *find_allow(const struct access_rule *rule,
				      const char *method)
{
	bool head = strcmp(method, "HEAD") == 0;
	const struct allow *allow;

	if (rule->method_count &&
	    !in_list(rule->methods, rule->method_count, method) &&
	    !(head && in_list(rule->methods, rule->method_count, "GET")))
		return NULL;
	allow = find_method(rule, method);
	if (!allow && head)
		allow = find_method(rule, "GET");
	if (!allow && rule->allow.set)
		allow = &rule->allow;
	return allow;
}

static bool deny(struct decide *d, enum reason reason, const char *detail)
{
	d->decision->reason = reason;
	d->decision->detail = detail;
	return false;
}

/* What is denied on every path, anyone's too. */
static bool request_is_sound(struct decide *d)
{
	const struct request *request = d->request;

	if (request->password)
		return deny(d, REASON_PASSWORD_NOT_SUPPORTED, NULL);
	if (!request->path)
		return deny(d, REASON_BAD_PATH, request->path_error);
	if (request->probe)
		return deny(d, REASON_DENY_PROBE, NULL);
	if (!request->method_clean)
		return deny(d, REASON_METHOD_NOT_ALLOWED,
			    "the method is not an upper-case token");
	if (d->verified->reason == REASON_SOURCE_CONFLICT)
		return deny(d, REASON_SOURCE_CONFLICT, d->verified->detail);
	if (d->verified->reason == REASON_INTERNAL_ERROR ||
	    (d->verified->ok && d->identity->reason == REASON_INTERNAL_ERROR))
		return deny(d, REASON_INTERNAL_ERROR, NULL);
	return true;
}

/* Is there somebody? Only a rule for anyone goes without. */
static bool identity_stands(struct decide *d)
{
	const struct identity *who = d->identity;

	if (!d->verified->ok) {
		if (d->verified->line)
			d->decision->line = d->verified->line;
		return deny(d, d->verified->reason, d->verified->detail);
	}
	if (!who->known) {
		if (who->line)
			d->decision->line = who->line;
		return deny(d, who->reason, who->detail);
	}
	if (who->role_expired)
		return deny(d, REASON_ROLE_EXPIRED, NULL);
	return true;
}

static const char *add_method(struct decide *d, const char *list,
			      const char *method)
{
	if (!list || !find_allow(d->rule, method))
		return list;
	return arena_printf(d->arena, "%s%s%s", list, *list ? ", " : "",
			    method);
}

/* The methods that the section lets in, for the Allow header. */
static const char *list_methods(struct decide *d)
{
	const struct access_rule *rule = d->rule;
	const char *list = "";
	bool head = false;
	size_t count = rule->method_count ? rule->method_count
					  : rule->method_allow_count;

	for (size_t i = 0; i < count; i++) {
		const char *method = rule->method_count
					     ? rule->methods[i]
					     : rule->method_allows[i].method;

		head |= strcmp(method, "GET") == 0;
		if (strcmp(method, "HEAD") != 0)
			list = add_method(d, list, method);
	}
	return head || find_allow(rule, "HEAD") ? add_method(d, list, "HEAD")
						: list;
}

static bool rule_is_open(struct decide *d)
{
	if (!d->rule)
		return deny(d, REASON_NO_RULE, NULL);
	d->decision->line = d->rule->line;
	if (!span_holds(&d->rule->span, d->now))
		return deny(d, REASON_RULE_EXPIRED, NULL);
	if (!d->allow) {
		d->decision->allowed_methods = list_methods(d);
		return deny(d, REASON_METHOD_NOT_ALLOWED, NULL);
	}
	return true;
}

static bool role_is_allowed(struct decide *d)
{
	const char *wanted = "";

	if (d->allow->any_role)
		return true;
	for (size_t i = 0; i < d->allow->role_count; i++)
		if (d->identity->has_role[d->allow->roles[i]])
			return true;
	for (size_t i = 0; i < d->allow->role_count && wanted; i++)
		wanted = arena_printf(d->arena, "%s%s%s", wanted,
				      i ? ", " : "needs ",
				      d->rules->roles[d->allow->roles[i]].name);
	return deny(d, REASON_ROLE_REQUIRED, wanted);
}

static bool rest_holds(struct decide *d)
{
	const struct condition *failed;

	if (pin_required(d->rules->pins, d->rule->pins, d->rule->pin_count,
			 &d->verified->pins) != MATCH_YES)
		return deny(d, REASON_PIN_REQUIRED, NULL);
	if (conditions_match(&d->rule->conditions, &d->verified->set,
			     &failed) == MATCH_YES)
		return true;
	if (failed)
		d->decision->line = failed->line;
	return deny(d, REASON_CONDITION_FAILED,
		    failed ? d->verified->set.attrs->list[failed->attr].name
			   : NULL);
}

static bool decide(struct decide *d)
{
	bool anyone;

	if (!request_is_sound(d))
		return false;
	d->rule = access_find(d->rules, d->request->path, d->request->site);
	if (d->rule) {
		d->decision->rule = d->rule->name;
		d->decision->line = d->rule->line;
		d->allow = find_allow(d->rule, d->request->method);
	}
	anyone = d->allow && d->allow->anyone;
	if (!identity_stands(d)) {
		if (!anyone || !rule_is_open(d))
			return false;
		if (d->verified->spoofed)
			return deny(d, REASON_SPOOFED_HEADER,
				    d->verified->spoofed);
		d->decision->anonymous = true;
		return true;
	}
	if (!rule_is_open(d))
		return false;
	return anyone || (role_is_allowed(d) && rest_holds(d));
}

void access_decide(struct arena *arena, const struct access_rules *rules,
		   const struct request *request,
		   const struct verified *verified,
		   const struct identity *identity, int64_t now,
		   struct trace *trace, struct decision *ret_decision)
{
	struct decision decision = {0};
	struct decide d = {arena, rules, request, verified, identity,
			   now, NULL, NULL, &decision};

	decision.granted = decide(&d);
	if (decision.granted) {
		decision.reason = REASON_GRANTED;
		decision.detail = NULL;
	}
	trace_add(trace, STAGE, decision.rule ? decision.rule : "no section",
		  decision.granted ? STEP_OK : STEP_FAIL, "%s%s%s",
		  reason_row(decision.reason)->name,
		  decision.detail ? ": " : "",
		  decision.detail ? decision.detail : "");
	*ret_decision = decision;
}
