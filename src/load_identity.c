/* load_identity.c - [identity]: settings come in, the rules that map a
 * certificate to an id go out. Never maps anything itself. */
#include <string.h>

#include "loader.h"

/* The attribute a line takes a value from, SIZE_MAX: an issue was added. What
 * is known only once mapped cannot be mapped from; a pin's name stays what it
 * is when the pin is out of its dates, so it names nobody. */
static size_t source_attr(struct loader *loader,
			  const struct ini_setting *setting, const char *name)
{
	size_t index = attr_need(loader, name, setting->line, false);

	if (index == SIZE_MAX)
		return SIZE_MAX;
	const struct attr *attr = &loader->policy->attrs.list[index];
	if (attr->origin != ORIGIN_IDENTITY && attr->origin != ORIGIN_PIN)
		return index;
	issue_error(loader->issues, loader->file, setting->line,
		    "%s cannot be taken from '%s': name an attribute of the "
		    "certificate",
		    setting->key, name);
	return SIZE_MAX;
}

static void add_template(struct loader *loader,
			 const struct ini_setting *setting, const char *text,
			 struct id_rule *rule)
{
	const char *why = NULL;

	while (*text == ' ')
		text++;
	enum status status = template_compile(loader->arena, text, rule, &why);
	if (status == ST_NOMEM)
		loader->issues->failed = true;
	else if (status != ST_OK)
		issue_error(loader->issues, loader->file, setting->line,
			    "id = %s: %s", setting->value, why);
}

void set_id(struct loader *loader, void *object,
	    const struct ini_setting *setting)
{
	struct identity_rule *identity = object;
	const char *tilde = strchr(setting->value, '~');
	size_t len = tilde ? (size_t)(tilde - setting->value)
			   : strlen(setting->value);

	while (len > 0 && setting->value[len - 1] == ' ')
		len--;
	const char *name = arena_strndup(loader->arena, setting->value, len);
	struct id_rule *ids = loader_grow(loader, identity->ids,
					  identity->id_count, sizeof(*ids));
	if (ids == NULL)
		return;
	identity->ids = ids;
	struct id_rule *rule = &ids[identity->id_count++];
	if (name == NULL) {
		loader->issues->failed = true;
		return;
	}
	rule->attr = source_attr(loader, setting, name);
	rule->line = setting->line;
	if (tilde != NULL)
		add_template(loader, setting, tilde + 1, rule);
}

static void add_choice(struct loader *loader, const struct ini_setting *setting,
		       size_t **list, size_t *count)
{
	size_t attr = source_attr(loader, setting, setting->value);

	if (attr == SIZE_MAX)
		return;
	size_t *grown = loader_grow(loader, *list, *count, sizeof(*grown));
	if (grown == NULL)
		return;
	grown[(*count)++] = attr;
	*list = grown;
}

void set_email(struct loader *loader, void *object,
	       const struct ini_setting *setting)
{
	struct identity_rule *identity = object;

	add_choice(loader, setting, &identity->email, &identity->email_count);
}

void set_department(struct loader *loader, void *object,
		    const struct ini_setting *setting)
{
	struct identity_rule *identity = object;

	add_choice(loader, setting, &identity->department,
		   &identity->department_count);
}

void set_prefix(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	struct identity_rule *identity = object;

	if (strncmp(setting->value, "pin:", strlen("pin:")) == 0)
		issue_error(loader->issues, loader->file, setting->line,
			    "prefix = %s: ids that begin with pin: belong to "
			    "pins with chain = no",
			    setting->value);
	identity->prefix = setting->value;
}

void set_identity_from(struct loader *loader, void *object,
		       const struct ini_setting *setting)
{
	struct identity_rule *identity = object;

	value_from(loader, setting, &identity->span.from);
}

void set_identity_until(struct loader *loader, void *object,
			const struct ini_setting *setting)
{
	struct identity_rule *identity = object;

	value_until(loader, setting, &identity->span.until);
}

void finish_identity(struct loader *loader, void *object)
{
	const struct identity_rule *identity = object;
	const struct ini_section *section = loader->section;

	value_span_check(loader, &identity->span);
	if (identity->name[0] == '\0' && identity->conditions.count > 0)
		issue_error(loader->issues, loader->file,
			    identity->conditions.all[0].line,
			    "the plain [identity] has no conditions: a section"
			    " with conditions has a name, as in "
			    "[identity staff]");
	if (section->broken)
		return;
	if (identity->name[0] != '\0' && loader->condition_lines == 0)
		issue_error(loader->issues, loader->file, section->line,
			    "[identity %s] has no condition: only the plain "
			    "[identity] takes every certificate",
			    identity->name);
	if (section_find(section, "id") == NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "this section does not say what the id is: "
			    "id = ATTRIBUTE");
}
