/* load_conditions.c - "attribute = pattern" lines come in, conditions go out,
 * and the list of the attributes that the policy uses. Never reads a
 * certificate. */
#include <stdlib.h>
#include <string.h>

#include "loader.h"

/* Types of names that people mean, for messages. */
static const char *const TYPES[] = {
	"C",   "CN",          "DC",           "GN",
	"L",   "O",           "OU",           "SN",
	"ST",  "dnQualifier", "emailAddress", "title",
	"UID", "street",      "serialNumber", NULL};

static const char *const STARTS[] = {"subject.", "issuer.", "ext.", NULL};

static bool begins(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

static bool same_attr(const struct attr *a, const struct attr *b)
{
	if (a->row != b->row)
		return false;
	if (a->param == NULL || b->param == NULL)
		return a->param == b->param;
	return strcmp(a->param, b->param) == 0;
}

/* For "subjct.CN" and "subject.Emial": the two halves are looked at one by
 * one. */
static const char *meant_halves(struct loader *loader, const char *name)
{
	const char *dot = strchr(name, '.');
	size_t head = dot != NULL ? (size_t)(dot - name) + 1 : 0;
	const char *start = arena_strndup(loader->arena, name, head);

	if (start == NULL || head == 0)
		return NULL;
	start = suggest_from(start, STARTS);
	if (start == NULL)
		return NULL;
	const char *type = suggest_from(name + head, TYPES);
	if (type == NULL && begins(name, start))
		return NULL;
	return arena_printf(loader->arena, "%s%s", start,
			    type != NULL ? type : name + head);
}

static const char *meant(struct loader *loader, const char *name, bool key)
{
	struct suggest suggest = SUGGEST_FOR(name);

	for (size_t i = 0; attr_table_name(i) != NULL; i++) {
		const char *row = attr_table_name(i);

		if (row[strlen(row) - 1] != '.')
			suggest_try(&suggest, row);
	}
	if (key)
		settings_suggest(loader->kind, &suggest);
	const char *halves = meant_halves(loader, name);
	return halves != NULL ? halves : suggest.best;
}

static void complain(struct loader *loader, const char *name, size_t line,
		     bool key, const char *why)
{
	const char *best = meant(loader, name, key);
	const char *kind = key ? settings_elsewhere(name) : NULL;
	const char *what = key ? "setting or attribute" : "attribute";

	if (kind != NULL)
		issue_error(loader->issues, loader->file, line,
			    "there is no %s '%s' here: it belongs to [%s]",
			    what, name, kind);
	else if (best != NULL)
		issue_error(loader->issues, loader->file, line,
			    "there is no %s '%s' here: did you mean '%s'?",
			    what, name, best);
	else
		issue_error(loader->issues, loader->file, line,
			    "there is no %s '%s' here: %s", what, name, why);
}

static bool parse(struct loader *loader, const char *name, size_t line,
		  bool key, struct attr *ret_attr)
{
	const char *why = NULL;

	switch (attr_parse(loader->arena, name, ret_attr, &why)) {
	case ST_OK:
		return true;
	case ST_NOMEM:
		loader->issues->failed = true;
		return false;
	case ST_BAD:
	case ST_ABSENT:
		break;
	}
	complain(loader, name, line, key, why);
	return false;
}

static void note_pseudo(struct policy *policy, const struct attr *attr,
			size_t index)
{
	if (attr->origin == ORIGIN_PIN)
		policy->trust.pin_attr = index;
	else if (strcmp(attr->name, "identity") == 0)
		policy->identity.identity_attr = index;
	else if (strcmp(attr->name, "id") == 0)
		policy->identity.id_attr = index;
}

/* Each attribute once, so that a request reads it once. */
static size_t intern(struct loader *loader, const struct attr *attr)
{
	struct attr_list *attrs = &loader->policy->attrs;

	for (size_t i = 0; i < attrs->count; i++)
		if (same_attr(&attrs->list[i], attr))
			return i;
	struct attr *list =
		loader_grow(loader, attrs->list, attrs->count, sizeof(*list));
	if (list == NULL)
		return SIZE_MAX;
	attrs->list = list;
	list[attrs->count] = *attr;
	note_pseudo(loader->policy, attr, attrs->count);
	return attrs->count++;
}

size_t attr_need(struct loader *loader, const char *name, size_t line, bool key)
{
	struct attr attr;

	if (!parse(loader, name, line, key, &attr))
		return SIZE_MAX;
	if (attr.origin == ORIGIN_CHAIN && !loader->chain) {
		issue_error(loader->issues, loader->file, line,
			    "'%s' needs verify = chain or both: what the web "
			    "server built a chain with is not known here",
			    name);
		return SIZE_MAX;
	}
	size_t index = intern(loader, &attr);
	struct attr_use *uses = loader_grow(loader, loader->uses,
					    loader->use_count, sizeof(*uses));
	if (uses == NULL)
		return SIZE_MAX;
	loader->uses = uses;
	uses[loader->use_count++] = (struct attr_use){index, line};
	if (attr_is_policy(&attr) && !loader->chain)
		issue_warning(loader->issues, loader->file, line,
			      "with verify = server, policy is what the "
			      "certificate claims: nobody has checked it");
	return index;
}

static int compare_line(const void *line, const void *setting)
{
	size_t a = *(const size_t *)line;
	size_t b = ((const struct ini_setting *)setting)->line;

	return a < b ? -1 : a > b;
}

/* Two spellings in one section would be a second alternative to one reader and
 * a second condition to another. */
static bool same_spelling(struct loader *loader, const struct condition *known,
			  const struct ini_setting *setting)
{
	const struct ini_section *section = loader->section;
	const struct ini_setting *first =
		bsearch(&known->line, section->list, section->count,
			sizeof(*section->list), compare_line);

	if (first == NULL || strcmp(first->key, setting->key) == 0)
		return true;
	issue_error(loader->issues, loader->file, setting->line,
		    "'%s' is the same attribute as '%s' in line %zu: spell it "
		    "alike",
		    setting->key, first->key, first->line);
	return false;
}

/* The condition on this attribute, new or there already; NULL: no memory, or
 * an issue was added. */
static struct condition *condition_for(struct loader *loader,
				       struct conditions *conditions,
				       const struct ini_setting *setting,
				       size_t attr)
{
	for (size_t i = 0; i < conditions->count; i++) {
		struct condition *known = &conditions->all[i];

		if (known->attr != attr)
			continue;
		return same_spelling(loader, known, setting) ? known : NULL;
	}
	struct condition *all = loader_grow(loader, conditions->all,
					    conditions->count, sizeof(*all));
	if (all == NULL)
		return NULL;
	conditions->all = all;
	all[conditions->count] = (struct condition){
		.attr = attr,
		.line = setting->line,
	};
	return &all[conditions->count++];
}

static struct pattern *new_pattern(struct loader *loader,
				   struct condition *condition)
{
	struct pattern *any = loader_grow(loader, condition->any,
					  condition->count, sizeof(*any));

	if (any == NULL)
		return NULL;
	condition->any = any;
	return &any[condition->count++];
}

/* RFC 4514 text begins with what is most specific; OpenSSL and people often
 * print names the other way round, and such a block would never match. */
static bool looks_turned(const struct name *name, const char *text)
{
	return name_looks_turned(name) && *text != '/' &&
	       !strstr(text, " = ") &&
	       strcmp(name->avas[0].oid, "2.5.4.3") == 0;
}

/* origin: in front of the complaint, for a line of a list file. */
static void add_pattern(struct loader *loader, struct condition *condition,
			const struct ini_setting *setting, const char *text,
			const char *origin)
{
	const struct attr *attr = &loader->policy->attrs.list[condition->attr];
	const char *why = "it is not of the kind that this attribute has";
	struct pattern *pattern = new_pattern(loader, condition);

	if (pattern == NULL)
		return;
	enum status status =
		pattern_compile(loader->arena, attr, text, pattern, &why);
	if (status == ST_NOMEM)
		loader->issues->failed = true;
	else if (status != ST_OK)
		issue_error(loader->issues, loader->file, setting->line,
			    "%s%s = %s: %s", origin, setting->key, text, why);
	else if (pattern->name && looks_turned(pattern->name, text))
		issue_warning(loader->issues, loader->file, setting->line,
			      "%s%s = %s: this name looks turned round: "
			      "without blanks around = the most specific part "
			      "comes first, as in CN=a,O=b,C=c",
			      origin, setting->key, text);
}

/* Whole names compare as parsed names, which no sorted list of texts can do:
 * every line is an alternative of its own. */
static void add_name_file(struct loader *loader, struct condition *condition,
			  const struct ini_setting *setting)
{
	const struct list_text *list = list_read(loader, setting);
	size_t offset = 0;
	const char *line;

	if (list == NULL)
		return;
	const char *origin = arena_printf(loader->arena, "%s: ", list->path);
	while (origin != NULL &&
	       (line = list_next(loader, list, &offset)) != NULL)
		add_pattern(loader, condition, setting, line, origin);
	if (origin == NULL)
		loader->issues->failed = true;
}

static void add_file(struct loader *loader, struct condition *condition,
		     const struct ini_setting *setting)
{
	const struct attr *attr = &loader->policy->attrs.list[condition->attr];
	const struct value_file *file = list_values(loader, setting, attr);
	struct pattern *pattern = new_pattern(loader, condition);

	if (file != NULL && pattern != NULL)
		*pattern = (struct pattern){
			.text = setting->value,
			.file = file,
		};
}

/* pin = NAME, NAME: the names of pins that there are. */
static void add_pin_patterns(struct loader *loader, struct condition *condition,
			     const struct ini_setting *setting)
{
	struct words words;

	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++)
		if (names_require(loader, &loader->pins, "pin", setting,
				  words.list[i]) != SIZE_MAX)
			add_pattern(loader, condition, setting, words.list[i],
				    "");
}

void condition_add(struct loader *loader, struct conditions *conditions,
		   const struct ini_setting *setting, bool identity)
{
	size_t index = attr_need(loader, setting->key, setting->line, true);

	if (index == SIZE_MAX)
		return;
	const struct attr *attr = &loader->policy->attrs.list[index];
	if (attr->origin == ORIGIN_IDENTITY && !identity) {
		issue_error(loader->issues, loader->file, setting->line,
			    "'%s' is not known yet where this section is "
			    "looked at",
			    setting->key);
		return;
	}
	struct condition *condition =
		condition_for(loader, conditions, setting, index);
	if (condition == NULL)
		return;
	if (attr->compare == COMPARE_PIN)
		add_pin_patterns(loader, condition, setting);
	else if (setting->value[0] != '@')
		add_pattern(loader, condition, setting, setting->value, "");
	else if (attr->compare == COMPARE_NAME)
		add_name_file(loader, condition, setting);
	else
		add_file(loader, condition, setting);
}

enum block_phase conditions_phase(const struct loader *loader,
				  const struct conditions *conditions)
{
	enum block_phase phase = BLOCK_OWN;

	for (size_t i = 0; i < conditions->count; i++) {
		size_t index = conditions->all[i].attr;
		const struct attr *attr = &loader->policy->attrs.list[index];

		if (attr->origin == ORIGIN_IDENTITY)
			return BLOCK_LATE;
		if (attr->origin == ORIGIN_CHAIN ||
		    (attr_is_policy(attr) && loader->chain))
			phase = BLOCK_CHAIN;
	}
	return phase;
}
