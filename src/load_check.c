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

static void check_identities_in(struct loader *loader,
				const struct names *names,
				const struct conditions *conditions)
{
	size_t attr = loader->policy->identity.identity_attr;

	for (size_t i = 0; i < conditions->count; i++) {
		const struct condition *condition = &conditions->all[i];

		for (size_t k = 0;
		     condition->attr == attr && k < condition->count; k++) {
			const char *name = condition->any[k].glob.literal;

			if (name == NULL ||
			    names_first(names, name, strlen(name)) != NULL)
				continue;
			issue_warning(loader->issues, loader->file,
				      condition->line,
				      "identity = %s: there is no [identity "
				      "%s], so that this never matches",
				      name, name);
		}
	}
}

/* A block with a misspelt name would let in whom it is there for. */
static void check_identity_names(struct loader *loader)
{
	const struct policy *policy = loader->policy;
	const struct identity_rules *identity = &policy->identity;
	struct names names;

	if (identity->identity_attr == SIZE_MAX ||
	    !names_init(loader, &names, identity->count))
		return;
	for (size_t i = 0; i < identity->count; i++)
		if (identity->list[i].name != NULL)
			names_add(loader, &names, identity->list[i].name, i);
	for (size_t i = 0; i < policy->trust.block_count; i++)
		check_identities_in(loader, &names,
				    &policy->trust.blocks[i].conditions);
	for (size_t i = 0; i < identity->role_count; i++)
		check_identities_in(loader, &names,
				    &identity->roles[i].conditions);
	for (size_t i = 0; i < policy->access.count; i++)
		check_identities_in(loader, &names,
				    &policy->access.list[i].conditions);
}

void check_policy(struct loader *loader)
{
	check_presence(loader);
	check_sources(loader);
	check_sites(loader);
	check_chain_settings(loader);
	find_admin_role(loader);
	check_identity_names(loader);
	check_evadable(loader);
	check_hidden(loader);
}
