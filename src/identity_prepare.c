/* identity_prepare.c - identity and role sections as they were read come in,
 * indexes of those that a certificate may match go out. */
#include "identity.h"

struct prepare {
	struct arena *arena;
	struct arena *scratch;
	struct identity_rules *rules;
	const struct pin_list *pins;
	size_t attr_count;
	struct candidate *list; /* room for all sections, or all roles */
};

static enum status prepare_sections(struct prepare *p)
{
	for (size_t i = 0; i < p->rules->count; i++)
		p->list[i] = (struct candidate){
			.number = i,
			.conditions = &p->rules->list[i].conditions,
			.from = TIME_ALWAYS};
	return candidates_build(p->arena, p->list, p->rules->count,
				p->attr_count, &p->rules->section_index);
}

static const char **pin_names(struct prepare *p, const struct role_rule *role)
{
	const char **names = arena_alloc(p->scratch, (role->pin_count + 1) *
							     sizeof(*names));

	for (size_t i = 0; names && i < role->pin_count; i++)
		names[i] = p->pins->list[role->pins[i]].name;
	return names;
}

static enum status prepare_roles(struct prepare *p, bool defaults,
				 struct candidates *ret)
{
	size_t count = 0;

	for (size_t i = 0; i < p->rules->role_count; i++) {
		struct role_rule *role = &p->rules->roles[i];
		const char **names;

		if (role->is_default != defaults)
			continue;
		role->pin_count = pin_sort(role->pins, role->pin_count);
		names = pin_names(p, role);
		if (!names)
			return ST_NOMEM;
		p->list[count++] = (struct candidate){
			.number = i,
			.conditions = &role->conditions,
			.pins = names,
			.pin_count = role->pin_count,
			.from = TIME_ALWAYS};
	}
	return candidates_build(p->arena, p->list, count, p->attr_count, ret);
}

enum status identity_prepare(struct arena *arena, struct identity_rules *rules,
			     const struct pin_list *pins, size_t attr_count)
{
	struct prepare p = {arena, arena_new(), rules, pins, attr_count, NULL};
	enum status status = ST_NOMEM;

	if (p.scratch)
		p.list = arena_alloc(p.scratch,
				     (rules->count + rules->role_count + 1) *
					     sizeof(*p.list));
	if (p.list)
		status = prepare_sections(&p);
	if (status == ST_OK)
		status = prepare_roles(&p, false, &rules->role_index);
	if (status == ST_OK)
		status = prepare_roles(&p, true, &rules->default_index);
	arena_free(p.scratch);
	return status;
}
