/* load_sections.c - the table of the kinds of sections: INI sections come in,
 * the items of the policy go out, each filled in by the rows of its settings.
 * Never skips a section in silence. */
#include <string.h>

#include "loader.h"

enum naming { NAME_NONE, NAME_OPTIONAL, NAME_REQUIRED };

struct kind_row {
	const char *name;
	enum naming naming;
	/* the item to fill in; NULL where the policy has only one */
	void *(*begin)(struct loader *loader);
	/* where lines that are no settings go; NULL: nowhere */
	struct conditions *(*conditions)(void *object);
	bool identity; /* its conditions may speak of identity and id */
	void (*finish)(struct loader *loader, void *object);
};

static void *begin_identity(struct loader *loader)
{
	struct identity_rules *rules = &loader->policy->identity;
	const struct ini_section *section = loader->section;
	size_t plain = rules->count - 1;
	size_t index = section->name[0] == '\0' ? plain
						: loader->used[KIND_IDENTITY]++;
	struct identity_rule *identity = &rules->list[index];

	identity->name = section->name;
	identity->prefix = "";
	identity->span = SPAN_ALWAYS;
	identity->line = section->line;
	return identity;
}

static void *begin_role(struct loader *loader)
{
	size_t index = loader->used[KIND_ROLE]++;
	struct role_rule *role = &loader->policy->identity.roles[index];

	role->name = loader->section->name;
	role->span = SPAN_ALWAYS;
	role->line = loader->section->line;
	return role;
}

static void *begin_block(struct loader *loader)
{
	size_t index = loader->used[KIND_BLOCK]++;
	struct block *block = &loader->policy->trust.blocks[index];

	block->name = loader->section->name;
	block->from = TIME_ALWAYS;
	block->line = loader->section->line;
	return block;
}

static void *begin_pin(struct loader *loader)
{
	size_t index = loader->used[KIND_PIN]++;
	struct pin *pin = &loader->policy->trust.pins.list[index];

	pin->name = loader->section->name;
	pin->span = SPAN_ALWAYS;
	pin->line = loader->section->line;
	return pin;
}

static void *begin_access(struct loader *loader)
{
	size_t index = loader->used[KIND_ACCESS]++;
	struct access_rule *rule = &loader->policy->access.list[index];

	rule->name = loader->section->name;
	rule->span = SPAN_ALWAYS;
	rule->line = loader->section->line;
	return rule;
}

static struct conditions *identity_conditions(void *object)
{
	return &((struct identity_rule *)object)->conditions;
}

static struct conditions *role_conditions(void *object)
{
	return &((struct role_rule *)object)->conditions;
}

static struct conditions *block_conditions(void *object)
{
	return &((struct block *)object)->conditions;
}

static struct conditions *access_conditions(void *object)
{
	return &((struct access_rule *)object)->conditions;
}

static const struct kind_row kinds[KIND_COUNT] = {
	[KIND_CERTIFICATE] = {"certificate", NAME_NONE, NULL, NULL, false,
			      NULL},
	[KIND_IDENTITY] = {"identity", NAME_OPTIONAL, begin_identity,
			   identity_conditions, false, finish_identity},
	[KIND_ROLE] = {"role", NAME_REQUIRED, begin_role, role_conditions, true,
		       finish_role},
	[KIND_BLOCK] = {"block", NAME_REQUIRED, begin_block, block_conditions,
			true, finish_block},
	[KIND_PIN] = {"pin", NAME_REQUIRED, begin_pin, NULL, false, finish_pin},
	[KIND_ACCESS] = {"access", NAME_REQUIRED, begin_access,
			 access_conditions, true, finish_access},
	[KIND_ENDPOINTS] = {"endpoints", NAME_NONE, NULL, NULL, false, NULL},
	[KIND_AUDIT] = {"audit", NAME_NONE, NULL, NULL, false, finish_audit},
	[KIND_SERVER] = {"server", NAME_NONE, NULL, NULL, false, NULL},
	[KIND_MESSAGES] = {"messages", NAME_NONE, NULL, NULL, false, NULL},
};

const char *kind_name(enum kind kind)
{
	return kinds[kind].name;
}

const struct ini_section *find_section(const struct loader *loader,
				       enum kind kind)
{
	for (size_t i = 0; i < loader->ini.count; i++)
		if (strcmp(loader->ini.list[i].kind, kind_name(kind)) == 0)
			return &loader->ini.list[i];
	return NULL;
}

static enum kind kind_of(const struct ini_section *section)
{
	size_t kind = 0;

	while (kind < KIND_COUNT && strcmp(kinds[kind].name, section->kind))
		kind++;
	return (enum kind)kind;
}

static void note_name(struct loader *loader, enum kind kind, const char *name,
		      size_t index)
{
	if (kind == KIND_ROLE)
		names_add(loader, &loader->roles, name, index);
	else if (kind == KIND_PIN)
		names_add(loader, &loader->pins, name, index);
}

void sections_prepare(struct loader *loader)
{
	struct policy *policy = loader->policy;
	const struct ini_file *ini = &loader->ini;
	size_t counts[KIND_COUNT + 1] = {0};

	if (!names_init(loader, &loader->roles, ini->count) ||
	    !names_init(loader, &loader->pins, ini->count))
		return;
	for (size_t i = 0; i < ini->count; i++) {
		enum kind kind = kind_of(&ini->list[i]);

		note_name(loader, kind, ini->list[i].name, counts[kind]++);
	}
	policy->identity.count = counts[KIND_IDENTITY];
	policy->identity.role_count = counts[KIND_ROLE];
	policy->trust.block_count = counts[KIND_BLOCK];
	policy->trust.pins.count = counts[KIND_PIN];
	policy->access.count = counts[KIND_ACCESS];
	policy->identity.list =
		loader_alloc(loader, (counts[KIND_IDENTITY] + 1) *
					     sizeof(*policy->identity.list));
	policy->identity.roles =
		loader_alloc(loader, (counts[KIND_ROLE] + 1) *
					     sizeof(*policy->identity.roles));
	policy->trust.blocks =
		loader_alloc(loader, (counts[KIND_BLOCK] + 1) *
					     sizeof(*policy->trust.blocks));
	policy->trust.pins.list =
		loader_alloc(loader, (counts[KIND_PIN] + 1) *
					     sizeof(*policy->trust.pins.list));
	policy->access.list =
		loader_alloc(loader, (counts[KIND_ACCESS] + 1) *
					     sizeof(*policy->access.list));
}

static void check_name(struct loader *loader, const struct kind_row *kind)
{
	const struct ini_section *section = loader->section;
	bool named = section->name[0] != '\0';
	const char *fault = named ? name_fault(section->name) : NULL;

	if (named && kind->naming == NAME_NONE)
		issue_error(loader->issues, loader->file, section->line,
			    "[%s] has no name: there is one section of this "
			    "kind",
			    kind->name);
	else if (!named && kind->naming == NAME_REQUIRED)
		issue_error(loader->issues, loader->file, section->line,
			    "[%s] lacks a name: it is written [%s NAME]",
			    kind->name, kind->name);
	else if (fault != NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "[%s %s]: %s", kind->name, section->name, fault);
}

static void refuse_kind(struct loader *loader,
			const struct ini_section *section)
{
	struct suggest suggest = SUGGEST_FOR(section->kind);

	for (size_t i = 0; i < KIND_COUNT; i++)
		suggest_try(&suggest, kinds[i].name);
	if (suggest.best != NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "there is no section [%s]: did you mean [%s]?",
			    section->kind, suggest.best);
	else
		issue_error(loader->issues, loader->file, section->line,
			    "there is no section [%s]", section->kind);
}

static void refuse_key(struct loader *loader, enum kind kind,
		       const struct ini_setting *setting)
{
	struct suggest suggest = SUGGEST_FOR(setting->key);
	const char *other = settings_elsewhere(setting->key);

	settings_suggest(kind, &suggest);
	if (suggest.best == NULL && other != NULL)
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no setting '%s' in [%s]: it belongs to "
			    "[%s]",
			    setting->key, kinds[kind].name, other);
	else if (suggest.best != NULL)
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no setting '%s' in [%s]: did you mean "
			    "'%s'?",
			    setting->key, kinds[kind].name, suggest.best);
	else
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no setting '%s' in [%s]", setting->key,
			    kinds[kind].name);
}

static void read_line(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	const struct kind_row *kind = &kinds[loader->kind];

	if (setting_read(loader, loader->kind, object, setting))
		return;
	if (kind->conditions == NULL) {
		refuse_key(loader, loader->kind, setting);
		return;
	}
	loader->condition_lines++;
	condition_add(loader, kind->conditions(object), setting,
		      kind->identity);
}

static void read_section(struct loader *loader,
			 const struct ini_section *section)
{
	enum kind kind = kind_of(section);
	void *object = NULL;

	if (kind == KIND_COUNT) {
		refuse_kind(loader, section);
		return;
	}
	loader->kind = kind;
	loader->section = section;
	loader->condition_lines = 0;
	check_name(loader, &kinds[kind]);
	if (kinds[kind].begin != NULL)
		object = kinds[kind].begin(loader);
	for (size_t i = 0; i < section->count; i++)
		read_line(loader, object, &section->list[i]);
	if (kinds[kind].finish != NULL)
		kinds[kind].finish(loader, object);
	if (kinds[kind].conditions != NULL &&
	    conditions_prepare(loader->arena,
			       kinds[kind].conditions(object)) != ST_OK)
		loader->issues->failed = true;
}

void sections_read(struct loader *loader)
{
	for (size_t i = 0; i < loader->ini.count; i++)
		read_section(loader, &loader->ini.list[i]);
}
