/* test_ctl_doctor_handoff.c - does our certificate arrive? */
#include <criterion/criterion.h>

#include "gate_fixture.h"

static void cause_is(struct world world, enum front front, enum cause wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	gate.front = front;
	gate_check_handoff(&gate);
	cr_assert_eq(gate_cause(&gate), wanted, "%s, not %s",
		     cause_row(gate_cause(&gate))->name,
		     cause_row(wanted)->name);
	gate_world_end(&gate);
}

Test(ctl_doctor_handoff, healthy)
{
	cause_is((struct world){0}, FRONT_APACHE, CAUSE_NONE);
	cause_is((struct world){.sees = "ours"}, FRONT_NGINX,
		 CAUSE_HANDOFF_OWN_CERT); /* nobody is shown it as well */
	cause_is((struct world){.reason = "role_required"}, FRONT_NGINX,
		 CAUSE_NONE);
}

Test(ctl_doctor_handoff, missing)
{
	struct world world = {.reason = "certificate_missing"};

	cause_is(world, FRONT_APACHE, CAUSE_HANDOFF_APACHE_RESPONDER);
	cause_is(world, FRONT_LIGHTTPD, CAUSE_HANDOFF_LIGHTTPD);
	cause_is(world, FRONT_UNKNOWN, CAUSE_HANDOFF_MISSING);
	world.html = true;
	cause_is(world, FRONT_APACHE, CAUSE_HANDOFF_APACHE_AUTHORIZER);
	world = (struct world){.hidden = true, .reason = "not_verified"};
	cause_is(world, FRONT_NGINX, CAUSE_HANDOFF_HIDDEN);
}

Test(ctl_doctor_handoff, another)
{
	cause_is((struct world){.sees = "a proxy's"}, FRONT_NGINX,
		 CAUSE_HANDOFF_OTHER_CERT);
	cause_is((struct world){.strangers = true}, FRONT_NGINX,
		 CAUSE_HANDOFF_STRANGER);
	cause_is((struct world){.reason = "source_conflict"}, FRONT_NGINX,
		 CAUSE_HANDOFF_CONFLICT);
	cause_is((struct world){.reason = "not_verified"}, FRONT_LIGHTTPD,
		 CAUSE_HANDOFF_NOT_VERIFIED);
}
