/* ctl_policy.c - in: the name of a policy file; out: the policy, or why there
 * is none, on stderr. */
#include "ctl_policy.h"

#include "ctl_io.h"

enum status ctl_policy_load(const char *file,
			    const struct load_options *options,
			    struct issues *issues, struct policy **ret_policy)
{
	struct policy *policy = NULL;
	enum status status = policy_load(file, options, issues, &policy);

	if (status == ST_OK && !issues->failed) {
		*ret_policy = policy;
		return ST_OK;
	}
	for (size_t i = 0; i < issues->count; i++) {
		if (!issues->list[i].warning)
			ctl_print_issue(stderr, &issues->list[i]);
	}
	ctl_line(stderr, "mtlsgatectl: %s: this policy cannot be used", file);
	policy_free(policy);
	return ST_BAD;
}

const struct access_rule *ctl_policy_site(struct arena *arena,
					  const struct policy *policy,
					  const char *path,
					  const char **ret_site)
{
	const struct access_rules *rules = &policy->access;

	for (size_t i = 0; i < rules->count; i++) {
		const struct access_rule *rule = &rules->list[i];
		const struct access_rule *found;

		for (size_t j = 0; j < rule->site_count; j++) {
			*ret_site = rule->sites[j];
			if (access_find(arena, rules, path, *ret_site,
					&found) == ST_OK && found == rule)
				return rule;
		}
	}
	return NULL;
}
