/* load_access.c - [access]: settings come in, the rule that decides about
 * paths goes out. Never lets a section be wider than each of its lines. */
#include <string.h>

#include "loader.h"

/* Methods that servers know (RFC 9110, RFC 5789, RFC 4918), for messages. */
static const char *const METHODS[] = {
	"ACL",    "CONNECT",  "COPY",      "DELETE", "GET",     "HEAD",
	"LOCK",   "M-SEARCH", "MKCOL",     "MOVE",   "OPTIONS", "PATCH",
	"POST",   "PROPFIND", "PROPPATCH", "PURGE",  "PUT",     "QUERY",
	"REPORT", "SEARCH",   "TRACE",     "UNLOCK", NULL};

static void add_path(struct loader *loader, struct access_rule *rule,
		     const struct glob *glob, const char *text)
{
	size_t count = rule->path_count;
	struct glob *paths =
		loader_grow(loader, rule->paths, count, sizeof(*paths));

	if (paths == NULL)
		return;
	rule->paths = paths;
	paths[count] = *glob;
	add_text(loader, &rule->path_texts, &rule->path_count, text);
}

void set_path(struct loader *loader, void *object,
	      const struct ini_setting *setting)
{
	const char *fault = path_fault(setting->value);
	struct glob glob;

	if (fault != NULL) {
		issue_error(loader->issues, loader->file, setting->line,
			    "path = %s matches no request: %s", setting->value,
			    fault);
		return;
	}
	if (strchr(setting->value, '%') != NULL)
		issue_warning(loader->issues, loader->file, setting->line,
			      "path = %s: escapes are decoded before paths are "
			      "compared, so this is a literal %%",
			      setting->value);
	enum status status =
		glob_compile(loader->arena, setting->value, '/', true, &glob);
	if (status == ST_NOMEM)
		loader->issues->failed = true;
	else if (status != ST_OK)
		issue_error(loader->issues, loader->file, setting->line,
			    "path = %s: the wildcards in it are not well "
			    "formed",
			    setting->value);
	else
		add_path(loader, object, &glob, setting->value);
}

static void add_site(struct loader *loader, struct access_rule *rule,
		     const struct ini_setting *setting, const char *site)
{
	const char *fault = name_fault(site);
	bool any = strcmp(site, "*") == 0;

	if (!any && fault != NULL) {
		issue_error(loader->issues, loader->file, setting->line,
			    "site = %s: %s", site, fault);
		return;
	}
	if (rule->site_any || (any && rule->site_count > 0)) {
		issue_error(loader->issues, loader->file, setting->line,
			    "site = * stands alone: it is every site");
		return;
	}
	if (any)
		rule->site_any = true;
	else
		add_text(loader, &rule->sites, &rule->site_count, site);
}

void set_site(struct loader *loader, void *object,
	      const struct ini_setting *setting)
{
	struct words words;

	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++)
		add_site(loader, object, setting, words.list[i]);
}

/* An upper-case token (RFC 9110 section 9.1). One that is nearly a method
 * everybody knows would leave that method to the section's allow. */
static bool check_method(struct loader *loader,
			 const struct ini_setting *setting, const char *method)
{
	static const char bytes[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	if (method[strspn(method, bytes)] != '\0' || method[0] < 'A' ||
	    method[0] > 'Z') {
		issue_error(loader->issues, loader->file, setting->line,
			    "'%s' is no method: methods are upper-case words "
			    "like GET or POST",
			    method);
		return false;
	}
	const char *best = suggest_from(method, METHODS);
	if (best != NULL && strcmp(best, method) != 0)
		issue_warning(loader->issues, loader->file, setting->line,
			      "%s is no usual method: did you mean %s?", method,
			      best);
	return true;
}

void set_method(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	struct access_rule *rule = object;
	struct words words;

	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++)
		if (check_method(loader, setting, words.list[i]))
			add_text(loader, &rule->methods, &rule->method_count,
				 words.list[i]);
}

static void add_allowed(struct loader *loader, struct allow *allow,
			const struct ini_setting *setting, const char *word)
{
	bool anyone = strcmp(word, "anyone") == 0;
	bool any = strcmp(word, "*") == 0;

	if (allow->anyone || allow->any_role ||
	    ((any || anyone) && allow->role_count > 0)) {
		issue_error(loader->issues, loader->file, setting->line,
			    "%s: * and anyone stand alone, without roles "
			    "beside them",
			    setting->key);
		return;
	}
	allow->anyone = anyone;
	allow->any_role = any;
	if (any || anyone)
		return;
	size_t role =
		names_require(loader, &loader->roles, "role", setting, word);
	if (role != SIZE_MAX)
		add_index(loader, &allow->roles, &allow->role_count, role);
}

static void read_allow(struct loader *loader, struct allow *allow,
		       const struct ini_setting *setting)
{
	struct words words;

	allow->set = true;
	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++)
		add_allowed(loader, allow, setting, words.list[i]);
}

void set_allow(struct loader *loader, void *object,
	       const struct ini_setting *setting)
{
	struct access_rule *rule = object;

	read_allow(loader, &rule->allow, setting);
}

static struct allow *allow_for(struct loader *loader, struct access_rule *rule,
			       const char *method)
{
	struct method_allow *list = rule->method_allows;

	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (strcmp(list[i].method, method) == 0)
			return &list[i].allow;
	list = loader_grow(loader, list, rule->method_allow_count,
			   sizeof(*list));
	if (list == NULL)
		return NULL;
	rule->method_allows = list;
	list[rule->method_allow_count].method = method;
	return &list[rule->method_allow_count++].allow;
}

void set_allow_method(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	const char *method = setting->key + strlen("allow.");

	if (!check_method(loader, setting, method))
		return;
	struct allow *allow = allow_for(loader, object, method);
	if (allow != NULL)
		read_allow(loader, allow, setting);
}

void set_access_pin(struct loader *loader, void *object,
		    const struct ini_setting *setting)
{
	struct access_rule *rule = object;

	add_pins(loader, setting, &rule->pins, &rule->pin_count);
}

void set_access_from(struct loader *loader, void *object,
		     const struct ini_setting *setting)
{
	struct access_rule *rule = object;

	value_from(loader, setting, &rule->span.from);
}

void set_access_until(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	struct access_rule *rule = object;

	value_until(loader, setting, &rule->span.until);
}

static bool lists_method(const struct access_rule *rule, const char *method)
{
	bool head = strcmp(method, "HEAD") == 0;

	for (size_t i = 0; i < rule->method_count; i++)
		if (strcmp(rule->methods[i], method) == 0 ||
		    (head && strcmp(rule->methods[i], "GET") == 0))
			return true;
	return false;
}

/* method = GET beside allow.POST: one of the two lines is not meant. */
static void check_methods(struct loader *loader, const struct access_rule *rule)
{
	const struct ini_section *section = loader->section;

	if (rule->method_count == 0)
		return;
	for (size_t i = 0; i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];
		const char *method = setting->key + strlen("allow.");

		if (strncmp(setting->key, "allow.", strlen("allow.")) != 0 ||
		    lists_method(rule, method))
			continue;
		issue_error(loader->issues, loader->file, setting->line,
			    "%s: the method lines of this section do not name "
			    "%s",
			    setting->key, method);
	}
}

static bool admits_anyone(const struct access_rule *rule)
{
	for (size_t i = 0; i < rule->method_allow_count; i++)
		if (rule->method_allows[i].allow.anyone)
			return true;
	return rule->allow.anyone;
}

static void check_anyone(struct loader *loader)
{
	const struct ini_section *section = loader->section;

	for (size_t i = 0; i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];

		if (strncmp(setting->key, "allow", strlen("allow")) == 0 &&
		    strcmp(setting->value, "anyone") == 0)
			issue_error(loader->issues, loader->file, setting->line,
				    "anyone needs no certificate: there is no "
				    "pin and no condition beside it");
	}
}

void finish_access(struct loader *loader, void *object)
{
	const struct access_rule *rule = object;
	const struct ini_section *section = loader->section;

	value_span_check(loader, &rule->span);
	check_methods(loader, rule);
	if (admits_anyone(rule) && (loader->condition_lines > 0 ||
				    section_find(section, "pin") != NULL))
		check_anyone(loader);
	if (section->broken)
		return;
	if (section_find(section, "path") == NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "[access %s] has no path", rule->name);
	if (section_find(section, "allow") == NULL &&
	    section_find(section, "allow.") == NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "[access %s] does not say whom it allows: allow = "
			    "ROLE, * or anyone",
			    rule->name);
}
