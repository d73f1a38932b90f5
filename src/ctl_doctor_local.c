/* ctl_doctor_local.c - in: a policy and the URL; out: its decision. Nobody is
 * asked but OCSP responders, where the policy wants that. */
#include "ctl_doctor_local.h"

#include "ctl_ask.h"
#include "ctl_env.h"
#include "ctl_policy.h"
#include "endpoint.h"
#include "ocsp_client.h"

static const char *join_roles(struct arena *arena,
			      const struct identity *who)
{
	const char *text = who->role_count ? "" : "none";

	for (size_t i = 0; text && i < who->role_count; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? ", " : "",
				    who->roles[i]);
	return text ? text : "unknown";
}

/* mtlsgate answers it to anyone, whatever the rules say. */
static bool is_open_page(const struct gate *gate)
{
	const struct endpoint *page = endpoint_find(
		&gate->doctor->policy->endpoints, gate->path);

	return page && page->open;
}

static void decide(struct gate *gate, const struct ctl_question *question,
		   struct ocsp_client *ocsp, struct local *local)
{
	struct arena *arena = gate->doctor->arena;
	struct outcome outcome = {0};
	char **env = NULL;
	const struct policy *policy =
		ctl_env_policy(arena, gate->doctor->policy, NULL);
	struct ocsp_service *service = ocsp_client_service(ocsp);

	if (!policy ||
	    ctl_env_build(arena, question, gate->doctor->policy, NULL, &env) !=
		    ST_OK)
		return;
	if (ctl_ask(arena, policy, env, gate->doctor->now, service, NULL,
		    &outcome) != ST_OK || is_open_page(gate))
		return;
	local->known = true;
	local->decision = outcome.decision;
	local->detail = outcome.decision.detail ? outcome.decision.detail
						: outcome.verified.detail;
	local->roles = join_roles(arena, &outcome.identity);
}

void local_decide(struct gate *gate, bool cert, struct local *ret_local)
{
	const struct doctor *doctor = gate->doctor;
	const char *chain = doctor->options.chain;
	struct ctl_question question = {
		.policy = doctor->options.policy,
		.cert = cert ? doctor->options.cert : NULL,
		.method = "GET",
		.path = gate->path,
		.now = doctor->now};
	const struct access_rule *rule;
	struct ocsp_client *ocsp;
	const char *site;

	*ret_local = (struct local){.site = "", .roles = "none"};
	if (!doctor->policy)
		return;
	rule = ctl_policy_site(doctor->arena, doctor->policy, gate->path,
			       &site);
	ret_local->site = rule ? site : "";
	question.site = *ret_local->site ? ret_local->site : NULL;
	if (cert && chain)
		question.chain = (struct ctl_values){&chain, 1};
	ocsp = ocsp_client_new(1);
	if (ocsp)
		decide(gate, &question, ocsp, ret_local);
	ocsp_client_free(ocsp);
}

bool gate_policy_grants(struct gate *gate)
{
	struct local local;

	local_decide(gate, true, &local);
	return local.known && local.decision.granted;
}

/* A policy that cannot be asked is no proof of anything: taken as open. */
bool gate_policy_opens(struct gate *gate)
{
	struct local local;

	local_decide(gate, false, &local);
	return !local.known || local.decision.granted;
}
