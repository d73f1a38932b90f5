/* test_ctl_doctor_spoof.c - what a client may not write. */
#include <criterion/criterion.h>

#include "gate_fixture.h"

static void cause_is(struct world world, enum cause wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	gate_check_headers(&gate);
	cr_assert_eq(gate_cause(&gate), wanted, "%s, not %s",
		     cause_row(gate_cause(&gate))->name,
		     cause_row(wanted)->name);
	gate_world_end(&gate);
}

Test(ctl_doctor_spoof, nothing_is_believed)
{
	cause_is((struct world){0}, CAUSE_NONE);
	cause_is((struct world){.hidden = true}, CAUSE_NONE);
}

Test(ctl_doctor_spoof, believed)
{
	cause_is((struct world){.believes = true}, CAUSE_SPOOF_HEADER);
	cause_is((struct world){.believes = true, .hidden = true},
		 CAUSE_SPOOF_HEADER);
	cause_is((struct world){.uri_header = true}, CAUSE_SPOOF_URI);
	cause_is((struct world){.passwords = true}, CAUSE_SPOOF_PASSWORD);
}
