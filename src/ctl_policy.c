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
