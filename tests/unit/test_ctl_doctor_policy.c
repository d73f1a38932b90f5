/* test_ctl_doctor_policy.c - reasons and what they are called. */
#include <criterion/criterion.h>

#include "ctl_doctor_trust.h"
#include "gate_fixture.h"

static enum cause cause_of(struct world world)
{
	struct doctor doctor;
	struct gate gate;
	enum cause cause;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	gate_check_policy(&gate);
	cause = gate_cause(&gate);
	gate_world_end(&gate);
	return cause;
}

Test(ctl_doctor_policy, granted)
{
	cr_assert_eq(cause_of((struct world){0}), CAUSE_NONE);
}

Test(ctl_doctor_policy, reasons)
{
	static const struct {
		const char *reason;
		enum cause cause;
	} rows[] = {
		{"role_required", CAUSE_POLICY_ROLE},
		{"no_rule", CAUSE_POLICY_NO_RULE},
		{"pin_required", CAUSE_POLICY_PIN},
		{"blocked", CAUSE_POLICY_BLOCKED},
		{"expired", CAUSE_CLIENT_CERT_EXPIRED},
		{"revoked", CAUSE_CLIENT_CERT_REVOKED},
		/* the hand-off's business; if it has said nothing, the last
		 * resort is that something refuses */
		{"certificate_missing", CAUSE_POLICY_HIDDEN},
		{"source_conflict", CAUSE_POLICY_HIDDEN},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_assert_eq(cause_of((struct world){
				     .reason = rows[i].reason}),
			     rows[i].cause, "%s", rows[i].reason);
}

static enum cause cause_of_chain(struct client_facts facts, int sent)
{
	const struct world world = {.reason = "untrusted_issuer"};
	struct doctor doctor;
	struct gate gate;
	enum cause cause;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	doctor.facts = &facts;
	doctor.files.chain = sk_X509_new_null();
	for (int i = 0; i < sent; i++)
		cr_assert(sk_X509_push(doctor.files.chain, NULL));
	gate_check_policy(&gate);
	cause = gate_cause(&gate);
	sk_X509_free(doctor.files.chain);
	gate_world_end(&gate);
	return cause;
}

Test(ctl_doctor_policy, an_intermediate_that_is_lost)
{
	const struct client_facts below = {.between = 1};

	cr_assert_eq(cause_of_chain(below, 1), CAUSE_HANDOFF_CHAIN);
	cr_assert_eq(cause_of_chain(below, 0), CAUSE_POLICY_CHAIN);
	cr_assert_eq(cause_of_chain((struct client_facts){0}, 1),
		     CAUSE_POLICY_CHAIN);
}

Test(ctl_doctor_policy, hidden)
{
	cr_assert_eq(cause_of((struct world){.hidden = true,
					     .reason = "no_rule"}),
		     CAUSE_POLICY_HIDDEN);
}
