/* policy_fixture.c - parts of a policy for tests, made without a file. */
#include "policy_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static void fail(const char *what, const char *why)
{
	fprintf(stderr, "policy fixture: %s: %s\n", what, why);
	exit(2);
}

/* A new item at the end of an array. */
static void *grow(struct arena *arena, void *array, size_t count, size_t size)
{
	void *larger = arena_grow(arena, array, count, size);

	if (!larger)
		fail("array", "no memory");
	return larger;
}

static struct der make_der(struct arena *arena, const char *spec)
{
	struct der der;
	unsigned char *bytes = fixture_der(spec, &der.len);
	char *copy = arena_strndup(arena, (const char *)bytes, der.len);

	if (!copy)
		fail(spec, "no memory");
	free(bytes);
	der.bytes = (unsigned char *)copy;
	return der;
}

struct cert fixture_cert(struct arena *arena, const char *spec)
{
	struct cert cert;
	const char *why;

	if (cert_parse(arena, make_der(arena, spec), &cert, &why) != ST_OK)
		fail(spec, why);
	return cert;
}

struct credential fixture_credential(struct arena *arena, const char *spec)
{
	return (struct credential){.source = SOURCE_SERVER,
				   .text = "as handed over",
				   .verify = "SUCCESS",
				   .vouched = true,
				   .leaf = make_der(arena, spec)};
}

struct verified fixture_verified(struct arena *arena,
				 struct trust_rules *rules,
				 const struct attr_list *attrs,
				 const struct credential *credential,
				 int64_t now)
{
	struct verified verified;

	memset(&verified, 0xff, sizeof(verified)); /* it must fill in all */
	if (trust_prepare(arena, rules, attrs->count) != ST_OK)
		fail("rules", "not prepared");
	trust_check(arena, rules, attrs, credential, NULL, now, NULL,
		    &verified);
	return verified;
}

size_t fixture_attr(struct arena *arena, struct attr_list *attrs,
		    const char *name)
{
	const char *why;

	for (size_t i = 0; i < attrs->count; i++)
		if (strcmp(attrs->list[i].name, name) == 0)
			return i;
	attrs->list = grow(arena, attrs->list, attrs->count,
			   sizeof(*attrs->list));
	if (attr_parse(arena, name, &attrs->list[attrs->count], &why) != ST_OK)
		fail(name, why);
	return attrs->count++;
}

static struct condition *find_condition(struct arena *arena,
					struct conditions *conditions,
					size_t attr)
{
	struct condition *one;

	for (size_t i = 0; i < conditions->count; i++)
		if (conditions->all[i].attr == attr)
			return &conditions->all[i];
	conditions->all = grow(arena, conditions->all, conditions->count,
			       sizeof(*conditions->all));
	one = &conditions->all[conditions->count++];
	one->attr = attr;
	one->line = 100 + conditions->count;
	return one;
}

void fixture_condition(struct arena *arena, struct attr_list *attrs,
		       struct conditions *conditions, const char *name,
		       const char *pattern)
{
	size_t attr = fixture_attr(arena, attrs, name);
	struct condition *one = find_condition(arena, conditions, attr);
	const char *why;

	one->any = grow(arena, one->any, one->count, sizeof(*one->any));
	if (pattern_compile(arena, &attrs->list[attr], pattern,
			    &one->any[one->count], &why) != ST_OK)
		fail(pattern, why);
	one->count++;
}

void fixture_pin(struct arena *arena, struct pin_list *pins, const char *name,
		 const char *sha256, struct span span)
{
	const char **digests = grow(arena, NULL, 0, sizeof(*digests));

	pins->list = grow(arena, pins->list, pins->count, sizeof(*pins->list));
	digests[0] = sha256;
	pins->list[pins->count++] = (struct pin){.name = name,
						 .sha256 = digests,
						 .sha256_count = 1,
						 .span = span};
}

struct role_rule *fixture_role(struct policy *policy, const char *name)
{
	struct identity_rules *rules = &policy->identity;
	struct role_rule *role;

	rules->roles = grow(policy->arena, rules->roles, rules->role_count,
			    sizeof(*rules->roles));
	role = &rules->roles[rules->role_count];
	*role = (struct role_rule){.name = name,
				   .span = SPAN_ALWAYS,
				   .line = 20 + rules->role_count};
	rules->role_count++;
	policy->access.roles = rules->roles;
	policy->access.role_count = rules->role_count;
	return role;
}

static void add_path(struct policy *policy, struct access_rule *rule,
		     const char *path)
{
	rule->paths = grow(policy->arena, rule->paths, rule->path_count,
			   sizeof(*rule->paths));
	if (glob_compile(policy->arena, path, '/', true,
			 &rule->paths[rule->path_count]) != ST_OK)
		fail(path, "not a pattern");
	rule->path_count++;
}

struct access_rule *fixture_access(struct policy *policy, const char *name,
				   const char *path)
{
	struct access_rules *rules = &policy->access;
	struct access_rule *rule;

	rules->list = grow(policy->arena, rules->list, rules->count,
			   sizeof(*rules->list));
	rule = &rules->list[rules->count];
	*rule = (struct access_rule){.name = name,
				     .span = SPAN_ALWAYS,
				     .line = 30 + rules->count};
	rules->count++;
	add_path(policy, rule, path);
	return rule;
}

static void add_role(struct policy *policy, struct allow *allow,
		     const char *name)
{
	size_t i = 0;

	while (i < policy->identity.role_count &&
	       strcmp(policy->identity.roles[i].name, name) != 0)
		i++;
	if (i == policy->identity.role_count)
		fail(name, "no such role");
	allow->roles = grow(policy->arena, allow->roles, allow->role_count,
			    sizeof(*allow->roles));
	allow->roles[allow->role_count++] = i;
}

struct allow fixture_allow(struct policy *policy, const char *text)
{
	struct allow allow = {.set = true};
	char *save = NULL;
	char *copy;

	allow.anyone = strcmp(text, "anyone") == 0;
	allow.any_role = strcmp(text, "*") == 0;
	if (allow.anyone || allow.any_role)
		return allow;
	copy = arena_strdup(policy->arena, text);
	if (!copy)
		fail(text, "no memory");
	for (char *name = strtok_r(copy, ",", &save); name;
	     name = strtok_r(NULL, ",", &save))
		add_role(policy, &allow, name);
	return allow;
}

void fixture_method(struct policy *policy, struct access_rule *rule,
		    const char *method, const char *allow)
{
	struct method_allow *list = grow(
		policy->arena, rule->method_allows, rule->method_allow_count,
		sizeof(*list));

	list[rule->method_allow_count++] = (struct method_allow){
		method, fixture_allow(policy, allow)};
	rule->method_allows = list;
}

static size_t *one_index(struct arena *arena, size_t index)
{
	size_t *list = grow(arena, NULL, 0, sizeof(*list));

	*list = index;
	return list;
}

static void add_identity(struct policy *policy)
{
	struct arena *arena = policy->arena;
	struct identity_rules *rules = &policy->identity;
	struct identity_rule *rule = grow(arena, NULL, 0, sizeof(*rule));

	*rule = (struct identity_rule){
		.name = "", .prefix = "", .span = SPAN_ALWAYS, .line = 10};
	rule->ids = grow(arena, NULL, 0, sizeof(*rule->ids));
	rule->ids->attr = fixture_attr(arena, &policy->attrs, "subject.CN");
	rule->id_count = 1;
	rule->email = one_index(
		arena, fixture_attr(arena, &policy->attrs, "san.email"));
	rule->email_count = 1;
	rule->department = one_index(
		arena, fixture_attr(arena, &policy->attrs, "subject.OU"));
	rule->department_count = 1;
	rules->list = rule;
	rules->count = 1;
	rules->identity_attr = SIZE_MAX;
	rules->id_attr = SIZE_MAX;
}

static void add_roles(struct policy *policy)
{
	fixture_condition(policy->arena, &policy->attrs,
			  &fixture_role(policy, "admin")->conditions,
			  "subject.OU", "Administrators");
	fixture_condition(policy->arena, &policy->attrs,
			  &fixture_role(policy, "service")->conditions,
			  "subject.OU", "Services");
	fixture_role(policy, "user")->is_default = true;
}

static void add_sections(struct policy *policy)
{
	struct access_rule *rule = fixture_access(policy, "public",
						  "/public/*");

	rule->allow = fixture_allow(policy, "anyone");
	rule = fixture_access(policy, "admin-area", "/admin/*");
	add_path(policy, rule, "/api/admin/*");
	rule->allow = fixture_allow(policy, "admin");
	rule = fixture_access(policy, "deploy", "/api/deploy");
	fixture_method(policy, rule, "POST", "service");
	rule = fixture_access(policy, "api", "/api/*");
	rule->allow = fixture_allow(policy, "*");
}

struct policy *fixture_policy(struct arena *arena)
{
	struct policy *policy = grow(arena, NULL, 0, sizeof(*policy));

	*policy = (struct policy){.arena = arena,
				  .file = "policy.ini",
				  .sha256 = "0123",
				  .loaded_at = FIXTURE_NOW - FIXTURE_DAY};
	policy->source.list[0] = SOURCE_SERVER;
	policy->source.count = 1;
	policy->trust.purpose = "1.3.6.1.5.5.7.3.2";
	policy->trust.pin_attr = SIZE_MAX;
	policy->endpoints.prefix = "/api";
	policy->endpoints.admin_role = "admin";
	add_identity(policy);
	add_roles(policy);
	add_sections(policy);
	fixture_prepare(policy);
	return policy;
}

void fixture_prepare(struct policy *policy)
{
	struct arena *arena = policy->arena;
	size_t attrs = policy->attrs.count;

	if (trust_prepare(arena, &policy->trust, attrs) != ST_OK ||
	    identity_prepare(arena, &policy->identity, &policy->trust.pins,
			     attrs) != ST_OK ||
	    access_prepare(arena, &policy->access) != ST_OK)
		fail("policy", "not prepared");
}

struct outcome fixture_outcome(struct policy *policy,
			       const struct request *request, const char *spec)
{
	struct outcome outcome = {
		.policy = policy,
		.request = request,
		.decision_id = "d-1",
		.facts = {.now = FIXTURE_NOW,
			  .version = "1.2.3",
			  .started_at = FIXTURE_NOW - 2 * FIXTURE_DAY},
		.decision = {.granted = true,
			     .anonymous = !spec,
			     .reason = REASON_GRANTED}};
	struct credential credential;

	outcome.verified.reason = REASON_CERTIFICATE_MISSING;
	if (!spec)
		return outcome;
	fixture_prepare(policy);
	credential = fixture_credential(policy->arena, spec);
	outcome.verified = fixture_verified(policy->arena, &policy->trust,
					    &policy->attrs, &credential,
					    FIXTURE_NOW);
	identity_map(policy->arena, &policy->identity, &policy->trust,
		     &outcome.verified, FIXTURE_NOW, NULL, &outcome.identity);
	return outcome;
}
