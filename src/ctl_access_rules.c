/* ctl_access_rules.c - in: a policy; out: its access and role sections as
 * data. It says what stands there and decides nothing. */
#include "ctl_access_rules.h"

#include <string.h>

static json_t *texts(struct json *json, const char *const *list, size_t count)
{
	json_t *out = json_list(json);

	for (size_t i = 0; i < count; i++)
		json_append_text(json, out, list[i]);
	return out;
}

static json_t *one_text(struct json *json, const char *text)
{
	return texts(json, &text, 1);
}

static void put_span(struct json *json, json_t *map, const struct span *span,
		     int64_t now)
{
	if (span->from == TIME_ALWAYS)
		json_put_text(json, map, "from", NULL);
	else
		json_put_time(json, map, "from", span->from);
	if (span->until == TIME_NEVER)
		json_put_text(json, map, "until", NULL);
	else
		json_put_time(json, map, "until", span->until);
	json_put_bool(json, map, "in_force", span_holds(span, now));
}

static json_t *pins_json(struct json *json, const struct policy *policy,
			 const size_t *pins, size_t count, int64_t now)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < count; i++) {
		const struct pin *pin = &policy->trust.pins.list[pins[i]];
		json_t *map = json_map(json);

		json_put_text(json, map, "pin", pin->name);
		put_span(json, map, &pin->span, now);
		json_append(json, list, map);
	}
	return list;
}

static json_t *conditions_json(struct json *json, const struct policy *policy,
			       const struct conditions *conditions)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < conditions->count; i++) {
		const struct condition *condition = &conditions->all[i];
		json_t *map = json_map(json);
		json_t *any = json_list(json);

		for (size_t k = 0; k < condition->count; k++)
			json_append_text(json, any, condition->any[k].text);
		json_put_text(json, map, "attribute",
			      policy->attrs.list[condition->attr].name);
		json_put(json, map, "any", any);
		json_append(json, list, map);
	}
	return list;
}

static json_t *who_json(struct json *json, const struct policy *policy,
			const struct allow *allow)
{
	json_t *list;

	if (allow->anyone)
		return one_text(json, "anyone");
	if (allow->any_role)
		return one_text(json, "*");
	list = json_list(json);
	for (size_t i = 0; i < allow->role_count; i++)
		json_append_text(
			json, list,
			policy->identity.roles[allow->roles[i]].name);
	return list;
}

static void add_allow(struct json *json, json_t *list, json_t *methods,
		      json_t *who)
{
	json_t *map = json_map(json);

	json_put(json, map, "methods", methods);
	json_put(json, map, "who", who);
	json_append(json, list, map);
}

static bool has_own(const struct access_rule *rule, const char *method)
{
	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (strcmp(rule->method_allows[i].method, method) == 0)
			return true;
	return false;
}

/* The methods that method = names and that have no line of their own. */
static json_t *rest_methods(struct json *json, const struct access_rule *rule)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < rule->method_count; i++)
		if (!has_own(rule, rule->methods[i]))
			json_append_text(json, list, rule->methods[i]);
	return list;
}

static json_t *allow_json(struct json *json, const struct policy *policy,
			  const struct access_rule *rule)
{
	static const struct allow nobody;
	json_t *list = json_list(json);
	json_t *rest;

	for (size_t i = 0; i < rule->method_allow_count; i++) {
		const struct method_allow *own = &rule->method_allows[i];

		add_allow(json, list, one_text(json, own->method),
			  who_json(json, policy, &own->allow));
	}
	if (rule->method_count && rule->allow.set) {
		rest = rest_methods(json, rule);
		if (json_array_size(rest))
			add_allow(json, list, rest,
				  who_json(json, policy, &rule->allow));
		else
			json_decref(rest);
	}
	add_allow(json, list, one_text(json, "*"),
		  who_json(json, policy,
			   rule->method_count ? &nobody : &rule->allow));
	return list;
}

static json_t *sites_json(struct json *json, const struct access_rule *rule)
{
	if (rule->site_any || rule->site_count == 0)
		return one_text(json, "*");
	return texts(json, rule->sites, rule->site_count);
}

json_t *ctl_access_rules(struct json *json, const struct policy *policy,
			 int64_t now)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < policy->access.count; i++) {
		const struct access_rule *rule = &policy->access.list[i];
		json_t *map = json_map(json);

		json_put_text(json, map, "rule", rule->name);
		json_put_int(json, map, "line", (int64_t)rule->line);
		json_put(json, map, "sites", sites_json(json, rule));
		json_put(json, map, "paths",
			 texts(json, rule->path_texts, rule->path_count));
		json_put(json, map, "allow", allow_json(json, policy, rule));
		json_put(json, map, "pins",
			 pins_json(json, policy, rule->pins, rule->pin_count,
				   now));
		json_put(json, map, "conditions",
			 conditions_json(json, policy, &rule->conditions));
		put_span(json, map, &rule->span, now);
		json_append(json, list, map);
	}
	return list;
}

json_t *ctl_access_roles(struct json *json, const struct policy *policy,
			 int64_t now)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < policy->identity.role_count; i++) {
		const struct role_rule *role = &policy->identity.roles[i];
		json_t *map = json_map(json);

		json_put_text(json, map, "role", role->name);
		json_put_int(json, map, "line", (int64_t)role->line);
		json_put_bool(json, map, "default", role->is_default);
		json_put(json, map, "pins",
			 pins_json(json, policy, role->pins, role->pin_count,
				   now));
		json_put(json, map, "conditions",
			 conditions_json(json, policy, &role->conditions));
		put_span(json, map, &role->span, now);
		json_append(json, list, map);
	}
	return list;
}
