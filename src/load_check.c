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
	check_evadable(loader);
	check_hidden(loader);
}
