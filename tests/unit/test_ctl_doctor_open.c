/* test_ctl_doctor_open.c - reached and asked, or what else. */
#include <criterion/criterion.h>

#include "gate_fixture.h"

static void cause_is(struct world world, enum cause wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	gate_check_reached(&gate);
	gate_check_asked(&gate);
	cr_assert_eq(gate_cause(&gate), wanted, "%s, not %s",
		     cause_row(gate_cause(&gate))->name,
		     cause_row(wanted)->name);
	gate_world_end(&gate);
}

Test(ctl_doctor_open, healthy)
{
	cause_is((struct world){0}, CAUSE_NONE);
	cause_is((struct world){.html = true}, CAUSE_NONE);
	cause_is((struct world){.hidden = true}, CAUSE_NONE);
	cause_is((struct world){.anyone = true}, CAUSE_NONE);
	cause_is((struct world){.hidden = true, .dots_denied = true},
		 CAUSE_NONE);
	cause_is((struct world){.dots_lost = true}, CAUSE_NONE);
	cause_is((struct world){.dots_lost = true, .hidden = true},
		 CAUSE_NONE);
}

/* Seven: the fixture's own probe has used up the tries, and ends silent. */
Test(ctl_doctor_open, a_probe_that_is_answered_late)
{
	cause_is((struct world){.late = 7, .not_asked = true},
		 CAUSE_OPEN_NEVER_ASKED);
	cause_is((struct world){.late = 100}, CAUSE_GATE_UNREACHABLE);
}

Test(ctl_doctor_open, open)
{
	cause_is((struct world){.not_asked = true}, CAUSE_OPEN_NEVER_ASKED);
	cause_is((struct world){.open_to_cert = true}, CAUSE_OPEN_WITH_CERT);
	cause_is((struct world){.open_to_bare = true},
		 CAUSE_OPEN_WITHOUT_CERT);
	cause_is((struct world){.overruled = true}, CAUSE_OPEN_OVERRULED);
	cause_is((struct world){.url_open = true}, CAUSE_OPEN_URL);
	cause_is((struct world){.not_asked = true, .dots_lost = true},
		 CAUSE_OPEN_NEVER_ASKED);
	cause_is((struct world){.softened = true}, CAUSE_OPEN_OVERRULED);
	cause_is((struct world){.or_password = true}, CAUSE_OPEN_OVERRULED);
	cause_is((struct world){.html_only = true}, CAUSE_OPEN_NEVER_ASKED);
	cause_is((struct world){.not_asked = true, .dots_denied = true},
		 CAUSE_OPEN_NEVER_ASKED);
}

Test(ctl_doctor_open, closed)
{
	cause_is((struct world){.down = true}, CAUSE_GATE_UNREACHABLE);
	cause_is((struct world){.server_denies = true},
		 CAUSE_CLOSED_BY_SERVER);
}

Test(ctl_doctor_open, without_a_sign_of_mtlsgate_it_is_the_last_cause)
{
	const struct world world = {.not_asked = true};
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	gate.seen = false;
	gate_check_reached(&gate);
	gate_check_asked(&gate);
	cr_assert_eq(gate_cause(&gate), CAUSE_OPEN_NEVER_ASKED);
	doctor_fail(&doctor, CAUSE_CLOCK_SKEW, "another one");
	cr_assert_eq(gate_cause(&gate), CAUSE_CLOCK_SKEW);
	gate_world_end(&gate);
}
