/* trust_chain.c - the checks that look beyond the certificate: its chain, what
 * the chain says, whether it was revoked, and the pins that do without. */
#include <openssl/x509.h>

#include "trust_int.h"

#define STAGE "trust"

/* A certificate that the policy knows by its digest needs nobody's word; what
 * the chain would have said of it is then proven absent. */
enum check_result check_pinned(struct check *check)
{
	struct verified *v = check->v;

	v->pin = pin_admits(&check->rules->pins, &v->cert, check->now);
	if (!v->pin)
		return CHECK_PASSED;
	check->detail = arena_printf(check->arena, "[pin %s]", v->pin->name);
	if (!span_holds(&v->pin->span, check->now)) {
		check->reason = REASON_IDENTITY_MISSING;
		v->line = v->pin->line;
		return check_refuse(check, arena_printf(
			check->arena, "[pin %s] is out of its dates",
			v->pin->name));
	}
	for (size_t i = 0; i < check->attrs->count; i++)
		if (check->attrs->list[i].origin == ORIGIN_CHAIN)
			v->set.values[i].state = ATTR_READ;
	return CHECK_PASSED;
}

/* anchor.X is read from the last certificate, ca.X from the leaf's issuer; a
 * leaf that is its own anchor has no issuer. */
static enum status read_chain(struct check *check)
{
	struct verified *v = check->v;
	const struct chain *chain = &v->chain;
	enum status status = ST_OK;

	for (size_t i = 0; i < check->attrs->count && status == ST_OK; i++) {
		const struct attr *attr = &check->attrs->list[i];
		size_t at = attr->origin == ORIGIN_CHAIN &&
					    attr_is_anchor(attr)
				    ? chain->count - 1 : 1;

		if (attr_is_policy(attr))
			v->set.values[i] = chain->policies;
		if (attr->origin != ORIGIN_CHAIN)
			continue;
		if (at < chain->count)
			status = attr_read(check->arena, &chain->certs[at],
					   attr, &v->set.values[i]);
		else
			v->set.values[i].state = ATTR_READ;
	}
	return status;
}

enum check_result check_chain(struct check *check)
{
	struct verified *v = check->v;

	if (check->rules->verify == VERIFY_SERVER) {
		check->detail = "not asked: verify = server";
		return CHECK_PASSED;
	}
	if (!check->rules->chain.enabled)
		return CHECK_ERROR; /* nobody would judge */
	chain_check(check->arena, &check->rules->chain, &v->cert,
		    check->credential, check->now, check->trace, &v->chain);
	v->warning = v->chain.warning;
	check->detail = v->chain.detail;
	if (!v->chain.good) {
		check->reason = v->chain.reason;
		return v->chain.reason == REASON_INTERNAL_ERROR ? CHECK_ERROR
								: CHECK_REFUSED;
	}
	if (read_chain(check) != ST_OK)
		return CHECK_ERROR;
	check->detail = arena_printf(check->arena, "%zu certificates",
				     v->chain.count);
	return CHECK_PASSED;
}

enum check_result check_chain_blocked(struct check *check)
{
	return check_blocks(check, BLOCK_CHAIN);
}

/* ocsp = prefer lets a certificate pass that nobody could answer for, and says
 * so; never one that somebody said no to. */
static enum check_result judge_ocsp(struct check *check)
{
	const struct ocsp_answer *answer = &check->v->ocsp;

	check->detail = answer->detail;
	check->v->passing = answer->state != OCSP_GOOD &&
			    answer->state != OCSP_REVOKED;
	if (answer->state == OCSP_GOOD)
		return CHECK_PASSED;
	if (answer->state == OCSP_REVOKED || answer->state == OCSP_UNKNOWN) {
		check->reason = answer->state == OCSP_REVOKED
					? REASON_REVOKED
					: REASON_OCSP_UNKNOWN;
		return CHECK_REFUSED;
	}
	if (!answer->detail)
		return CHECK_ERROR; /* no memory, which is nobody's answer */
	if (check->rules->ocsp.mode != OCSP_PREFER)
		return CHECK_REFUSED;
	check->v->warning = arena_printf(
		check->arena, "no OCSP answer was had and the certificate was "
		"let pass: %s", answer->detail ? answer->detail : "");
	trace_add(check->trace, STAGE, "ocsp", STEP_WARN, "%s",
		  check->v->warning ? check->v->warning : "");
	return CHECK_PASSED;
}

enum check_result check_ocsp(struct check *check)
{
	struct verified *v = check->v;
	struct ocsp_question question = {
		.leaf = v->cert.x509, .rules = &check->rules->ocsp,
		.store = check->rules->chain.store, .now = check->now};

	if (check->rules->ocsp.mode == OCSP_OFF)
		return CHECK_PASSED;
	v->ocsp.detail = "there is nobody to ask";
	if (v->chain.count > 1 && check->ocsp) {
		question.issuer = v->chain.certs[1].x509;
		check->ocsp->ask(check->ocsp, check->arena, &question,
				 &v->ocsp);
	}
	return judge_ocsp(check);
}
