/* access_prepare.c - the access rules as they were read come in, what requests
 * are answered from goes out: an index of their paths by site, and of each the
 * methods with what counts for them. */
#include <stdlib.h>
#include <string.h>

#include "access_int.h"
#include "buf.h"

/* Roles that are looked at one by one. */
enum { FEW = 32 };

struct prepare {
	struct arena *arena;   /* of the policy */
	struct arena *scratch; /* ends with the work */
	struct access_rules *rules;
	size_t *seen; /* by role: the allow, counted, that had it last */
	size_t allows;
};

static int compare_roles(const void *left, const void *right)
{
	const size_t *a = left;
	const size_t *b = right;

	return *a < *b ? -1 : *a > *b;
}

/* Many roles are compared eight at a time. */
static enum status make_mask(struct prepare *p, struct allow *allow)
{
	bool *mask = NULL;

	if (allow->role_count > FEW) {
		mask = arena_alloc(p->arena, p->rules->role_count);
		if (!mask)
			return ST_NOMEM;
	}
	for (size_t i = 0; mask && i < allow->role_count; i++)
		mask[allow->roles[i]] = true;
	allow->mask = mask;
	return ST_OK;
}

/* Notes what a denial says, then brings the roles into order, each once. */
static enum status prepare_allow(struct prepare *p, struct allow *allow)
{
	struct buf text = {0};
	size_t kept = 0;

	p->allows++;
	for (size_t i = 0; i < allow->role_count; i++) {
		size_t role = allow->roles[i];

		if (role >= p->rules->role_count ||
		    p->seen[role] == p->allows)
			continue;
		p->seen[role] = p->allows;
		allow->roles[kept++] = role;
		buf_adds(&text, kept > 1 ? ", " : "needs ");
		buf_adds(&text, p->rules->roles[role].name);
	}
	allow->role_count = kept;
	if (kept > 1)
		qsort(allow->roles, kept, sizeof(*allow->roles),
		      compare_roles);
	allow->needs = kept == 0 ? ""
		       : text.failed ? NULL
				     : arena_strndup(p->arena, text.data,
						     text.len);
	buf_free(&text);
	return allow->needs ? make_mask(p, allow) : ST_NOMEM;
}

/* A method that the section names. */
struct named {
	const char *method;
	bool listed; /* by a line "method" */
	const struct allow *allow;
};

static int compare_named(const void *left, const void *right)
{
	const struct named *a = left;
	const struct named *b = right;

	return strcmp(a->method, b->method);
}

/* Every method once, in order; *ret_count of them. */
static struct named *name_methods(struct prepare *p,
				  const struct access_rule *rule,
				  size_t *ret_count)
{
	size_t count = rule->method_count + rule->method_allow_count;
	struct named *list = arena_alloc(p->scratch,
					 (count + 1) * sizeof(*list));
	size_t kept = 0;

	if (!list)
		return NULL;
	for (size_t i = 0; i < rule->method_count; i++)
		list[i] = (struct named){rule->methods[i], true, NULL};
	for (size_t i = 0; i < rule->method_allow_count; i++)
		list[rule->method_count + i] = (struct named){
			rule->method_allows[i].method, false,
			&rule->method_allows[i].allow};
	list[count++] = (struct named){"HEAD", false, NULL};
	qsort(list, count, sizeof(*list), compare_named);
	for (size_t i = 0; i < count; i++) {
		if (kept == 0 ||
		    strcmp(list[kept - 1].method, list[i].method) != 0)
			list[kept++] = list[i];
		list[kept - 1].listed |= list[i].listed;
		if (list[i].allow)
			list[kept - 1].allow = list[i].allow;
	}
	*ret_count = kept;
	return list;
}

/* The allow that counts for a method; get is what the section says of GET,
 * which covers HEAD (RFC 9110 9.3.2). */
static const struct allow *choose(const struct access_rule *rule,
				  const struct named *named,
				  const struct named *get)
{
	bool head = strcmp(named->method, "HEAD") == 0;
	const struct allow *allow = named->allow;

	if (rule->method_count && !named->listed &&
	    !(head && get && get->listed))
		return NULL;
	if (!allow && head && get)
		allow = get->allow;
	return allow ? allow : rule->allow.set ? &rule->allow : NULL;
}

static enum status prepare_methods(struct prepare *p, struct access_rule *rule)
{
	static const struct named key = {.method = "GET"};
	struct method_choice *choices;
	const struct named *get;
	struct named *named;
	size_t count = 0;

	rule->others = rule->allow.set && !rule->method_count ? &rule->allow
							      : NULL;
	rule->choice_count = 0;
	if (rule->method_count + rule->method_allow_count == 0)
		return ST_OK;
	named = name_methods(p, rule, &count);
	choices = arena_alloc(p->arena, (count + 1) * sizeof(*choices));
	if (!named || !choices)
		return ST_NOMEM;
	get = bsearch(&key, named, count, sizeof(*named), compare_named);
	for (size_t i = 0; i < count; i++)
		choices[i] = (struct method_choice){
			named[i].method, choose(rule, &named[i], get)};
	rule->choices = choices;
	rule->choice_count = count;
	return ST_OK;
}

static void add_method(const struct access_rule *rule, struct buf *text,
		       const char *method)
{
	if (!access_allow(rule, method))
		return;
	buf_adds(text, text->len ? ", " : "");
	buf_adds(text, method);
}

/* The methods that the section lets in, for the Allow header. */
static enum status list_methods(struct prepare *p, struct access_rule *rule)
{
	struct buf text = {0};

	rule->allowed_methods = "";
	if (rule->choice_count == 0)
		return ST_OK;
	for (size_t i = 0; i < rule->method_count; i++)
		if (strcmp(rule->methods[i], "HEAD") != 0)
			add_method(rule, &text, rule->methods[i]);
	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (!rule->method_count &&
		    strcmp(rule->method_allows[i].method, "HEAD") != 0)
			add_method(rule, &text, rule->method_allows[i].method);
	add_method(rule, &text, "HEAD");
	if (text.len > 0)
		rule->allowed_methods =
			arena_strndup(p->arena, text.data, text.len);
	if (text.failed)
		rule->allowed_methods = NULL;
	buf_free(&text);
	return rule->allowed_methods ? ST_OK : ST_NOMEM;
}

static enum status prepare_rule(struct prepare *p, struct access_rule *rule)
{
	enum status status = prepare_allow(p, &rule->allow);

	rule->pin_count = pin_sort(rule->pins, rule->pin_count);
	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (status == ST_OK)
			status = prepare_allow(p,
					       &rule->method_allows[i].allow);
	if (status == ST_OK)
		status = prepare_methods(p, rule);
	return status == ST_OK ? list_methods(p, rule) : status;
}

enum status access_prepare(struct arena *arena, struct access_rules *rules)
{
	struct prepare p = {.arena = arena, .scratch = arena_new(),
			    .rules = rules};
	enum status status = ST_NOMEM;

	rules->index = NULL;
	if (p.scratch)
		p.seen = arena_alloc(p.scratch, (rules->role_count + 1) *
							sizeof(*p.seen));
	if (p.seen)
		status = access_index_rules(arena, p.scratch, rules);
	for (size_t i = 0; i < rules->count && status == ST_OK; i++)
		status = prepare_rule(&p, &rules->list[i]);
	if (status != ST_OK)
		rules->index = NULL;
	arena_free(p.scratch);
	return status;
}
