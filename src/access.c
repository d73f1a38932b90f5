/* access.c - the access rules. A request, a certificate's verdict and an
 * identity come in, a decision goes out. Deny is zero. */
#include "access.h"

#include <stdlib.h>
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

enum status access_find(struct arena *arena, const struct access_rules *rules,
			const char *path, const char *site,
			const struct access_rule **ret_rule)
{
	const struct table_entry *entry =
		table_find(&rules->sites, table_hash(0, site), site);
	size_t rule = SIZE_MAX;
	enum status status = ST_BAD;

	if (rules->index)
		status = access_index_find(arena, rules->index,
					   entry ? entry->number : 0, path,
					   &rule);
	*ret_rule = NULL;
	if (status == ST_OK && rule < rules->count)
		*ret_rule = &rules->list[rule];
	return status;
}

static int compare_method(const void *method, const void *choice)
{
	return strcmp(method, ((const struct method_choice *)choice)->method);
}

const struct allow *access_allow(const struct access_rule *rule,
				 const char *method)
{
	const struct method_choice *choice = NULL;

	if (rule->choice_count > 0)
		choice = bsearch(method, rule->choices, rule->choice_count,
				 sizeof(*rule->choices), compare_method);
	return choice ? choice->allow : rule->others;
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

static bool rule_is_open(struct decide *d)
{
	if (!d->rule)
		return deny(d, REASON_NO_RULE, NULL);
	d->decision->line = d->rule->line;
	if (!span_holds(&d->rule->span, d->now))
		return deny(d, REASON_RULE_EXPIRED, NULL);
	if (!d->allow) {
		d->decision->allowed_methods = d->rule->allowed_methods;
		return deny(d, REASON_METHOD_NOT_ALLOWED, NULL);
	}
	return true;
}

/* True if a byte is set in both. */
static bool overlap(const bool *a, const bool *b, size_t count)
{
	size_t i = 0;

	for (; i + sizeof(uint64_t) <= count; i += sizeof(uint64_t)) {
		uint64_t left;
		uint64_t right;

		memcpy(&left, a + i, sizeof(left));
		memcpy(&right, b + i, sizeof(right));
		if (left & right)
			return true;
	}
	for (; i < count; i++)
		if (a[i] && b[i])
			return true;
	return false;
}

static bool shares_role(const struct decide *d)
{
	const bool *has_role = d->identity->has_role;

	if (d->allow->mask)
		return overlap(d->allow->mask, has_role, d->rules->role_count);
	for (size_t i = 0; i < d->allow->role_count; i++)
		if (has_role[d->allow->roles[i]])
			return true;
	return false;
}

static bool role_is_allowed(struct decide *d)
{
	if (d->allow->any_role || shares_role(d))
		return true;
	return deny(d, REASON_ROLE_REQUIRED, d->allow->needs);
}

static bool rest_holds(struct decide *d)
{
	const struct condition *failed;

	if (pin_required(d->rule->pins, d->rule->pin_count,
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
	if (access_find(d->arena, d->rules, d->request->path,
			d->request->site, &d->rule) != ST_OK)
		return deny(d, REASON_INTERNAL_ERROR, NULL);
	if (d->rule) {
		d->decision->rule = d->rule->name;
		d->decision->line = d->rule->line;
		d->allow = access_allow(d->rule, d->request->method);
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
