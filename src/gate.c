/* gate.c - calls the stages in order. Environment, policy and time come in,
 * the bytes of the answer go out; nothing outside is looked at. */
#include "gate.h"

#include <string.h>

#include "hex.h"

#define STAGE "request"

/* Where anyone on the machine can connect, only a question may be asked,
 * unless the server proves itself; there a wrong secret refuses that too. */
static bool secret_holds(const struct gate_input *input,
			 const struct request *request)
{
	const char *wanted = input->policy->server.secret;
	const char *sent = request->var[VAR_MTLSGATE_SECRET];

	if (!input->need_secret)
		return true;
	if (wanted && sent)
		return secret_equal(wanted, sent);
	return input->role == ROLE_AUTHORIZER && !sent;
}

static void trace_request(struct trace *trace, const struct request *request)
{
	trace_add(trace, STAGE, "method",
		  request->method_clean ? STEP_OK : STEP_FAIL, "%s",
		  request->method);
	trace_add(trace, STAGE, "path", request->path ? STEP_OK : STEP_FAIL,
		  "%s", request->path ? request->path : request->path_error);
	if (*request->site)
		trace_add(trace, STAGE, "site", STEP_NOTE, "%s",
			  request->site);
}

/* The cache to ask for this request, NULL: none. */
static struct cache *cache_for(const struct gate_input *input,
			       const struct endpoint *endpoint)
{
	bool whole = endpoint && endpoint->whole;

	return input->seat && !input->trace && !whole ? input->policy->cache
						      : NULL;
}

/* The form in which a grant is wanted. */
static enum verdict_texts grant_text(const struct request *request)
{
	return request->mirror ? TEXT_GRANT_MIRROR : TEXT_GRANT;
}

static void take(struct outcome *outcome, const struct verdict *verdict)
{
	outcome->source = verdict->source;
	outcome->verified = verdict->verified;
	outcome->identity = verdict->identity;
	outcome->text = verdict->text;
}

/* The same for whatever is asked, and so kept for the next request. */
static void reach(struct arena *arena, const struct gate_input *input,
		  const struct given *given, struct cache *cache,
		  struct outcome *outcome)
{
	const struct verdict_rules rules = policy_verdict_rules(input->policy);
	struct verdict verdict;

	verdict_reach(arena, &rules, given, input->ocsp, input->facts.now,
		      input->trace, &verdict);
	take(outcome, &verdict);
	outcome->text = NULL;
	if (!cache)
		return;
	verdict_text_make(arena, &verdict);
	if (outcome->identity.known &&
	    outcome->request->role == ROLE_AUTHORIZER)
		endpoint_grant_text(arena, outcome,
				    &verdict.text[grant_text(
					    outcome->request)]);
	if (!arena_failed(arena))
		cache_keep(cache, input->seat, &verdict, input->facts.now);
}

static void decide(struct arena *arena, const struct gate_input *input,
		   const struct request *request, struct cache *cache,
		   struct outcome *outcome)
{
	const struct policy *policy = input->policy;
	const struct verdict *known = NULL;
	int64_t now = input->facts.now;
	struct given given;

	given_read(&policy->source, request, &given);
	if (cache)
		known = cache_find(cache, input->seat, &given, now);
	if (known) {
		take(outcome, known);
		trust_note_days(&policy->trust, now, &outcome->verified);
	} else {
		reach(arena, input, &given, cache, outcome);
	}
	access_decide(arena, &policy->access, request, &outcome->verified,
		      &outcome->identity, now, input->trace,
		      &outcome->decision);
}

/* The endpoint of a request that has one, NULL for an authorizer. */
static const struct endpoint *find_endpoint(const struct gate_input *input,
					    const struct request *request)
{
	if (request->role != ROLE_RESPONDER || !request->path)
		return NULL;
	return endpoint_find(input->policy ? &input->policy->endpoints : NULL,
			     request->path);
}

static void require_admin(const struct gate_input *input,
			  const struct endpoint *endpoint,
			  struct outcome *outcome)
{
	if (!endpoint || !endpoint->admin || !outcome->decision.granted)
		return;
	if (!outcome->decision.anonymous &&
	    endpoint_admits(&input->policy->endpoints, &outcome->identity))
		return;
	outcome->decision.granted = false;
	outcome->decision.reason = REASON_ROLE_REQUIRED;
	outcome->decision.detail = "this endpoint needs admin_role";
}

static void refuse(struct outcome *outcome, enum reason reason)
{
	outcome->decision = (struct decision){.reason = reason};
}

enum status gate_decide(struct arena *arena, const struct gate_input *input,
			struct outcome *ret_outcome)
{
	struct request *request = arena_alloc(arena, sizeof(*request));
	const struct endpoint *endpoint;

	*ret_outcome = (struct outcome){.policy = input->policy,
					.decision_id = input->decision_id,
					.facts = input->facts,
					.request = request};
	if (!request || request_read(arena, input->role, input->env,
				     input->names, request) != ST_OK)
		return ST_NOMEM;
	trace_request(input->trace, request);
	endpoint = find_endpoint(input, request);
	if (input->policy && !secret_holds(input, request)) {
		refuse(ret_outcome, REASON_SECRET_REQUIRED);
	} else if (endpoint && endpoint->open) {
		ret_outcome->decision = (struct decision){
			.granted = true, .open = true,
			.reason = REASON_GRANTED};
	} else if (!input->policy) {
		refuse(ret_outcome, REASON_POLICY_INVALID);
	} else {
		decide(arena, input, request, cache_for(input, endpoint),
		       ret_outcome);
		require_admin(input, endpoint, ret_outcome);
	}
	return ST_OK;
}

static enum status answer(struct arena *arena, const struct gate_input *input,
			  struct outcome *outcome, struct reply *reply)
{
	if (!outcome->decision.granted)
		return endpoint_deny(arena, outcome, reply);
	if (outcome->request->role == ROLE_AUTHORIZER)
		return endpoint_grant(arena, outcome, reply);
	return endpoint_answer(arena, find_endpoint(input, outcome->request),
			       outcome, reply);
}

/* Appends the grant that the verdict came with. False: it has none for this
 * request. */
static bool put_ready(const struct outcome *outcome, struct buf *out)
{
	const struct decision *decision = &outcome->decision;
	const struct request *request = outcome->request;
	const struct verdict_text *text = outcome->text;

	if (!decision->granted || decision->anonymous || !text ||
	    request->role != ROLE_AUTHORIZER)
		return false;
	return verdict_text_put(&text[grant_text(request)],
				outcome->decision_id, out);
}

enum status gate_handle(struct arena *arena, const struct gate_input *input,
			struct outcome *ret_outcome, struct buf *ret_out)
{
	struct reply reply = {0};
	enum status status = gate_decide(arena, input, ret_outcome);

	if (status == ST_OK && put_ready(ret_outcome, ret_out))
		return ret_out->failed ? ST_NOMEM : ST_OK;
	if (status == ST_OK)
		status = answer(arena, input, ret_outcome, &reply);
	if (status == ST_OK) {
		reply_write(&reply, strcmp(ret_outcome->request->method,
					   "HEAD") == 0, ret_out);
		status = ret_out->failed ? ST_NOMEM : ST_OK;
	}
	reply_free(&reply);
	return status;
}
