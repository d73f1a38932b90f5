/* endpoint_status.c - the bodies that speak of the program itself. Facts come
 * in as an argument; nothing is looked up here. */
#include "endpoint.h"

static void put_policy(struct json *json, json_t *body,
		       const struct outcome *outcome, const char *reload_error)
{
	const struct policy *policy = outcome->policy;
	json_t *object = json_map(json);

	json_put_text(json, object, "file", policy->file);
	json_put_text(json, object, "sha256", policy->sha256);
	json_put_time(json, object, "loaded_at", policy->loaded_at);
	json_put_text(json, object, "reload_error", reload_error);
	json_put(json, body, "policy", object);
}

static json_t *make_crl(struct json *json, const struct crl *crl,
			const char *file, int64_t now)
{
	const struct crl_facts *facts = crl_facts(crl);
	json_t *item = json_map(json);

	json_put_text(json, item, "issuer", facts->issuer);
	json_put_text(json, item, "number", facts->number);
	json_put_time(json, item, "this_update", facts->this_update);
	if (facts->next_update == TIME_NEVER)
		json_put_text(json, item, "next_update", NULL);
	else
		json_put_time(json, item, "next_update", facts->next_update);
	json_put_int(json, item, "age_seconds", now - facts->this_update);
	json_put_int(json, item, "entries", (int64_t)facts->entries);
	json_put_bool(json, item, "delta", facts->delta);
	json_put_text(json, item, "file", file);
	return item;
}

static void put_crls(struct json *json, json_t *body,
		     const struct outcome *outcome)
{
	const struct chain_rules *chain = &outcome->policy->trust.chain;
	json_t *list = json_list(json);

	for (size_t i = 0; i < chain->crl_count && !json->failed; i++)
		json_append(json, list,
			    make_crl(json, chain->crls[i], chain->crl_files[i],
				     outcome->facts.now));
	json_put(json, body, "crl", list);
}

static void put_audit(struct json *json, json_t *body,
		      const struct audit_rules *rules,
		      const struct program_facts *now)
{
	static const char *const targets[] = {[AUDIT_STDERR] = "stderr",
					      [AUDIT_SYSLOG] = "syslog"};
	json_t *object = json_map(json);

	json_put_text(json, object, "target",
		      rules->target == AUDIT_FILE ? rules->file
						  : targets[rules->target]);
	json_put_bool(json, object, "ok", !now->audit_error);
	json_put_text(json, object, "error", now->audit_error);
	json_put_int(json, object, "failed_lines", (int64_t)now->audit_missed);
	json_put(json, body, "audit", object);
}

json_t *endpoint_status(struct json *json, const struct outcome *outcome)
{
	const struct facts *facts = &outcome->facts;
	struct program_facts now = {0};
	json_t *body = json_map(json);
	json_t *requests = json_map(json);

	if (facts->program)
		facts->program->look(facts->program, json->arena, &now);
	json->failed |= now.failed;
	json_put_text(json, body, "status", "OK");
	json_put_text(json, body, "admin", outcome->identity.id);
	json_put_time(json, body, "timestamp", facts->now);
	json_put_text(json, body, "version", facts->version);
	put_policy(json, body, outcome, now.reload_error);
	put_crls(json, body, outcome);
	json_put_int(json, requests, "granted",
		     (int64_t)tally_read(&now.tally.granted));
	json_put_int(json, requests, "denied",
		     (int64_t)tally_read(&now.tally.denied));
	json_put_time(json, requests, "since", facts->started_at);
	json_put(json, body, "requests", requests);
	put_audit(json, body, &outcome->policy->audit, &now);
	return body;
}

json_t *endpoint_health(struct json *json, const struct outcome *outcome)
{
	json_t *body = json_map(json);

	json_put_text(json, body, "status", outcome->policy ? "OK" : "ERROR");
	if (!outcome->policy)
		json_put_text(json, body, "reason",
			      reason_row(REASON_POLICY_INVALID)->name);
	return body;
}
