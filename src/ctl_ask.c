/* ctl_ask.c - in: an environment that was made up, and a policy; out: what
 * mtlsgate would decide. It has no rules of its own. */
#include "ctl_ask.h"

/* The endpoints ask for more than the rules do: what an authorizer grants
 * there may still be refused when mtlsgate itself answers. */
static void judge_endpoint(const struct policy *policy, struct trace *trace,
			   struct outcome *outcome)
{
	const struct endpoint_rules *rules = &policy->endpoints;
	const struct request *request = outcome->request;
	const struct endpoint *endpoint = NULL;
	struct decision *decision = &outcome->decision;
	bool admitted;

	if (request->path)
		endpoint = endpoint_find(rules, request->path);
	if (endpoint && endpoint->open)
		trace_add(trace, "endpoint", "open", STEP_NOTE,
			  "mtlsgate itself answers this to anyone");
	if (!endpoint || !endpoint->admin)
		return;
	admitted = !decision->anonymous &&
		   endpoint_admits(rules, &outcome->identity);
	trace_add(trace, "endpoint", "admin_role",
		  admitted ? STEP_OK : STEP_FAIL,
		  "this endpoint needs the role %s as well, whatever the "
		  "rules say", rules->admin_role);
	if (admitted || !decision->granted)
		return;
	decision->granted = false;
	decision->anonymous = false;
	decision->reason = REASON_ROLE_REQUIRED;
	decision->detail = "this endpoint needs admin_role";
}

enum status ctl_ask(struct arena *arena, const struct policy *policy,
		    char *const *env, int64_t now, struct ocsp_service *ocsp,
		    struct trace *trace, struct outcome *ret_outcome)
{
	struct gate_input input = {
		.policy = policy,
		.role = ROLE_AUTHORIZER,
		.env = env,
		.decision_id = "explain",
		.facts = {.now = now, .version = PACKAGE_VERSION},
		.ocsp = ocsp,
		.trace = trace,
	};
	enum status status = gate_decide(arena, &input, ret_outcome);

	if (status == ST_OK)
		judge_endpoint(policy, trace, ret_outcome);
	return status;
}
