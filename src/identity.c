/* identity.c - from a verified certificate to an id and roles. Reads attribute
 * values only; knows nothing of X.509 and of requests. */
#include "identity.h"

#include <string.h>

#define STAGE "identity"
#define PIN_PREFIX "pin:"

struct map {
	struct arena *arena;
	const struct identity_rules *rules;
	const struct trust_rules *trust;
	struct verified *verified;
	int64_t now;
	struct trace *trace;
	struct identity *who;
};

static void refuse(struct map *map, enum reason reason, const char *detail)
{
	map->who->reason = reason;
	map->who->detail = detail;
}

/* The number of the first section that matches, in or out of the dates of a
 * pin, or of which an attribute cannot be read. */
static size_t first_section(struct map *map)
{
	const struct attr_set *set = &map->verified->set;
	const struct candidates *index = &map->rules->section_index;
	struct candidate_walk walk = {.candidates = index, .set = set};
	size_t best = candidates_unclean(index, set, map->now);
	size_t number;

	while (candidates_next(&walk, &number))
		if (number < best &&
		    conditions_match(&map->rules->list[number].conditions, set,
				     NULL) != MATCH_NO)
			best = number;
	return best;
}

/* The section that decides, chosen without regard to dates: one that is out of
 * them refuses, since another id might be granted more. */
static const struct identity_rule *find_section(struct map *map)
{
	size_t number = first_section(map);
	const struct identity_rule *rule;
	enum match match;

	if (number == SIZE_MAX) {
		refuse(map, REASON_IDENTITY_MISSING,
		       "no [identity] section matches");
		return NULL;
	}
	rule = &map->rules->list[number];
	match = conditions_match(&rule->conditions, &map->verified->set, NULL);
	map->who->section = rule->name;
	map->who->line = rule->line;
	if (match == MATCH_YES && span_holds(&rule->span, map->now))
		return rule;
	if (match == MATCH_UNCLEAN)
		refuse(map, REASON_UNCLEAN_ATTRIBUTE, NULL);
	else
		refuse(map, REASON_IDENTITY_MISSING,
		       arena_printf(map->arena,
				    "[identity %s] is out of its dates",
				    rule->name));
	return NULL;
}

static bool all_equal(const struct attr_values *values)
{
	for (size_t i = 1; i < values->count; i++)
		if (strcmp(values->list[i].text, values->list[0].text) != 0)
			return false;
	return true;
}

/* Servers trim header values and variables: an id with spaces at its ends
 * would arrive as somebody else's. */
static bool travels(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[0] != ' ' && text[len - 1] != ' ';
}

/* The value of the first choice that is there at all. */
static const struct id_rule *find_value(struct map *map,
					const struct identity_rule *section,
					const char **ret_value)
{
	for (size_t i = 0; i < section->id_count; i++) {
		const struct id_rule *rule = &section->ids[i];
		const struct attr_values *values =
			&map->verified->set.values[rule->attr];

		if (values->count == 0)
			continue;
		if (!all_equal(values)) {
			refuse(map, REASON_IDENTITY_AMBIGUOUS,
			       map->verified->set.attrs->list[rule->attr].name);
			return NULL;
		}
		*ret_value = values->list[0].text;
		return rule;
	}
	refuse(map, REASON_IDENTITY_MISSING,
	       "the certificate has none of the attributes that id names");
	return NULL;
}

static bool map_id(struct map *map, const struct identity_rule *section)
{
	const char *value;
	const char *taken;
	const struct id_rule *rule = find_value(map, section, &value);

	if (!rule)
		return false;
	if (template_take(map->arena, rule, value, &taken) != ST_OK)
		return false;
	if (!taken || !*taken) {
		refuse(map, REASON_IDENTITY_MISSING,
		       "the value does not fit the template of id");
		return false;
	}
	map->who->id = arena_printf(map->arena, "%s%s", section->prefix,
				    taken);
	if (!map->who->id)
		return false;
	if (strncmp(map->who->id, PIN_PREFIX, strlen(PIN_PREFIX)) == 0) {
		refuse(map, REASON_UNCLEAN_ATTRIBUTE,
		       "ids that begin with " PIN_PREFIX " belong to pins");
		return false;
	}
	if (!travels(map->who->id)) {
		refuse(map, REASON_UNCLEAN_ATTRIBUTE,
		       "the id begins or ends with a space");
		return false;
	}
	return true;
}

static const char *first_value(const struct attr_set *set,
			       const size_t *attrs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct attr_values *values = &set->values[attrs[i]];

		if (values->count && travels(values->list[0].text))
			return values->list[0].text;
	}
	return NULL;
}

static bool set_value(struct map *map, size_t attr, const char *text)
{
	struct attr_values *values;

	if (attr == SIZE_MAX)
		return true;
	values = &map->verified->set.values[attr];
	values->state = ATTR_READ;
	if (!*text)
		return true;
	return attr_add(map->arena, COMPARE_EXACT, values, text) == ST_OK;
}

/* Blocks that speak of the id could not be looked at before. */
static bool pass_late_blocks(struct map *map)
{
	const struct block *block;
	bool unclean;

	if (block_find(map->trust, &map->verified->set, BLOCK_LATE, map->now,
		       &block, &unclean) != ST_OK)
		return false;
	if (!block && !unclean)
		return true;
	if (!block) {
		refuse(map, REASON_UNCLEAN_ATTRIBUTE, NULL);
		return false;
	}
	map->who->line = block->line;
	refuse(map, REASON_BLOCKED,
	       arena_printf(map->arena, "[block %s]", block->name));
	return false;
}

/* Does a role section name the pin that admitted the certificate, as a pin
 * line? The roles of such a certificate are these and no others. */
static bool names_pin(struct map *map, const struct role_rule *role)
{
	size_t pin = (size_t)(map->verified->pin - map->trust->pins.list);

	return pin_is_wanted(role->pins, role->pin_count, pin);
}

static enum match role_match(struct map *map, const struct role_rule *role)
{
	enum match match = conditions_match(&role->conditions,
					    &map->verified->set, NULL);
	enum match pin = pin_required(role->pins, role->pin_count,
				      &map->verified->pins);

	if (match == MATCH_UNCLEAN)
		return MATCH_NO;
	if (map->verified->pin && !names_pin(map, role))
		return MATCH_NO;
	match = pin < match ? pin : match;
	if (match == MATCH_YES && !span_holds(&role->span, map->now))
		match = MATCH_STALE;
	return match;
}

static bool add_role(struct map *map, size_t index)
{
	struct identity *who = map->who;
	const char **roles = arena_grow(map->arena, who->roles,
					who->role_count, sizeof(*roles));

	if (!roles)
		return false;
	who->roles = roles;
	roles[who->role_count++] = map->rules->roles[index].name;
	who->has_role[index] = true;
	return true;
}

static bool note_role(struct map *map, size_t index, bool in_force)
{
	trace_add(map->trace, STAGE, "role", in_force ? STEP_OK : STEP_WARN,
		  "%s%s", map->rules->roles[index].name,
		  in_force ? "" : " (out of its dates)");
	return !in_force || add_role(map, index);
}

/* Gives the roles of an index that match, in the order of the policy.
 * *ret_matched: one matched, in or out of its dates. */
static bool add_roles(struct map *map, const struct candidates *index,
		      bool *ret_matched)
{
	struct candidate_walk walk = {.candidates = index,
				      .set = &map->verified->set,
				      .pins = &map->verified->pins};
	size_t count = map->rules->role_count;
	unsigned char *found = arena_alloc(map->arena, count + 1);
	bool done = found != NULL;
	size_t number;

	while (found && candidates_next(&walk, &number))
		if (found[number] == MATCH_NO)
			found[number] = (unsigned char)role_match(
				map, &map->rules->roles[number]);
	for (size_t i = 0; i < count && done; i++) {
		if (found[i] == MATCH_NO)
			continue;
		*ret_matched = true;
		done = note_role(map, i, found[i] == MATCH_YES);
	}
	return done;
}

static bool map_roles(struct map *map)
{
	const struct identity_rules *rules = map->rules;
	bool matched = false;

	map->who->has_role = arena_alloc(map->arena, rules->role_count + 1);
	if (!map->who->has_role)
		return false;
	if (!add_roles(map, &rules->role_index, &matched))
		return false;
	if (!matched && !add_roles(map, &rules->default_index, &matched))
		return false;
	map->who->role_expired = matched && map->who->role_count == 0;
	return true;
}

/* A certificate that a pin admits without a chain has no identity but that
 * one: what it says of itself is nobody's word. */
static bool map_pinned(struct map *map)
{
	const struct pin *pin = map->verified->pin;

	map->who->section = "pin";
	map->who->line = pin->line;
	map->who->id = arena_printf(map->arena, PIN_PREFIX "%s", pin->name);
	return map->who->id && set_value(map, map->rules->identity_attr, "") &&
	       set_value(map, map->rules->id_attr, map->who->id) &&
	       pass_late_blocks(map) && map_roles(map);
}

static bool map_all(struct map *map)
{
	const struct identity_rule *section;
	const struct attr_set *set = &map->verified->set;

	if (map->verified->pin)
		return map_pinned(map);
	section = find_section(map);
	if (!section || !map_id(map, section))
		return false;
	map->who->email = first_value(set, section->email,
				      section->email_count);
	map->who->department = first_value(set, section->department,
					   section->department_count);
	return set_value(map, map->rules->identity_attr, section->name) &&
	       set_value(map, map->rules->id_attr, map->who->id) &&
	       pass_late_blocks(map) && map_roles(map);
}

void identity_map(struct arena *arena, const struct identity_rules *rules,
		  const struct trust_rules *trust, struct verified *verified,
		  int64_t now, struct trace *trace,
		  struct identity *ret_identity)
{
	struct identity who = {0};
	struct map map = {arena, rules, trust, verified, now, trace, &who};

	*ret_identity = (struct identity){0};
	if (!verified->ok || !rules->section_index.ready)
		return;
	who.known = map_all(&map);
	if (who.known)
		who.reason = REASON_GRANTED;
	trace_add(trace, STAGE,
		  who.section && *who.section ? who.section : "identity",
		  who.known ? STEP_OK : STEP_FAIL, "%s",
		  who.known ? who.id : reason_row(who.reason)->name);
	*ret_identity = who;
}
