/* load_check.c - a policy whose sections are read comes in, what no single
 * section can know goes out as issues. Never changes what a line says. */
#include <string.h>

#include "loader.h"

static void check_presence(struct loader *loader)
{
	const struct policy *policy = loader->policy;

	if (policy->identity.count == 0)
		issue_error(loader->issues, loader->file, 0,
			    "there is no [identity] section: no certificate "
			    "would have an id");
	if (policy->access.count == 0)
		issue_warning(loader->issues, loader->file, 0,
			      "there is no [access] section: nobody gets in");
}

/* A name as text knows nothing else of the certificate, and nothing proves
 * that it is whole: whatever needs more would never hold, or hold wrongly. */
static void check_name_only(struct loader *loader)
{
	const struct policy *policy = loader->policy;
	const char *why = "source = server-dn knows the subject's name only";
	const struct ini_section *section =
		find_section(loader, KIND_CERTIFICATE);

	for (size_t i = 0; section != NULL && i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];

		if (setting_needs_certificate(setting->key) ||
		    (loader->chain && strcmp(setting->key, "verify") == 0))
			issue_error(loader->issues, loader->file, setting->line,
				    "%s needs the certificate: %s",
				    setting->key, why);
	}
	for (size_t i = 0; i < loader->use_count; i++) {
		const struct attr *attr =
			&policy->attrs.list[loader->uses[i].attr];

		if (attr->origin != ORIGIN_SUBJECT &&
		    attr->origin != ORIGIN_IDENTITY)
			issue_error(loader->issues, loader->file,
				    loader->uses[i].line,
				    "%s needs the certificate: %s", attr->name,
				    why);
	}
	for (size_t i = 0; i < policy->trust.pins.count; i++)
		issue_error(loader->issues, loader->file,
			    policy->trust.pins.list[i].line,
			    "a pin needs the certificate: %s", why);
}

static void check_sources(struct loader *loader)
{
	struct source_rules *rules = &loader->policy->source;
	const struct ini_section *section =
		find_section(loader, KIND_CERTIFICATE);
	const struct ini_setting *setting =
		section != NULL ? section_find(section, "source") : NULL;
	bool name_only = false;

	if (setting == NULL)
		rules->list[rules->count++] = SOURCE_SERVER;
	for (size_t i = 0; i < rules->count; i++)
		name_only |= source_row(rules->list[i])->name_only;
	if (name_only && rules->count > 1)
		issue_error(loader->issues, loader->file, setting->line,
			    "server-dn stands alone, never beside another "
			    "source");
	else if (name_only)
		check_name_only(loader);
	else if (section != NULL && section_find(section, "dn_slash") != NULL)
		issue_error(loader->issues, loader->file,
			    section_find(section, "dn_slash")->line,
			    "dn_slash is about names that come as text: it "
			    "needs source = server-dn");
}

static bool has_site(const struct access_rule *rule)
{
	return rule->site_any || rule->site_count > 0;
}

static void check_sites(struct loader *loader)
{
	const struct access_rules *rules = &loader->policy->access;
	const struct access_rule *first = NULL;

	for (size_t i = 0; i < rules->count && first == NULL; i++)
		if (has_site(&rules->list[i]))
			first = &rules->list[i];
	for (size_t i = 0; i < rules->count && first != NULL; i++)
		if (!has_site(&rules->list[i]))
			issue_error(loader->issues, loader->file,
				    rules->list[i].line,
				    "[access %s] names no site, [access %s] "
				    "does: once one does, all must (site = * "
				    "is every site)",
				    rules->list[i].name, first->name);
}

/* The default admin role need not be there: then nobody has it. */
static void find_admin_role(struct loader *loader)
{
	struct endpoint_rules *endpoints = &loader->policy->endpoints;
	const char *name = endpoints->admin_role;

	for (size_t i = 0; i < loader->policy->identity.role_count; i++)
		if (strcmp(loader->policy->identity.roles[i].name, name) == 0)
			endpoints->admin_index = i;
}

void check_policy(struct loader *loader)
{
	check_presence(loader);
	check_sources(loader);
	check_sites(loader);
	check_chain_settings(loader);
	find_admin_role(loader);
	check_hidden(loader);
}
