/* test_ctl_doctor_place.c - what the probe says of a place. */
#include <criterion/criterion.h>

#include "gate_fixture.h"

static void verdict_is(struct world world, bool cert, enum gate_verdict wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, "/x/f", cert);
	cr_assert_eq(gate.place.verdict, wanted, "%d, not %d: %s",
		     gate.place.verdict, wanted,
		     gate_say(&gate, &gate.place.ours));
	cr_assert_str_eq(gate.place.probe, "/x/f/.mtlsgate-deny");
	gate_world_end(&gate);
}

Test(ctl_doctor_place, asked)
{
	verdict_is((struct world){0}, true, VERDICT_ASKED);
	verdict_is((struct world){0}, false, VERDICT_ASKED);
	verdict_is((struct world){.html = true}, true, VERDICT_ASKED);
	verdict_is((struct world){.anyone = true}, true, VERDICT_ASKED);
	verdict_is((struct world){.reason = "role_required"}, true,
		   VERDICT_ASKED);
}

Test(ctl_doctor_place, asked_though_the_words_are_gone)
{
	verdict_is((struct world){.hidden = true}, true, VERDICT_ASKED);
	verdict_is((struct world){.hidden = true}, false, VERDICT_ASKED);
	verdict_is((struct world){.hidden = true, .reason = "no_rule"}, true,
		   VERDICT_ASKED);
	verdict_is((struct world){.login = true}, true, VERDICT_ASKED);
}

Test(ctl_doctor_place, open)
{
	verdict_is((struct world){.not_asked = true}, true, VERDICT_OPEN);
	verdict_is((struct world){.not_asked = true}, false, VERDICT_OPEN);
	verdict_is((struct world){.open_to_cert = true}, true,
		   VERDICT_OPEN_CERT);
	verdict_is((struct world){.open_to_bare = true}, true,
		   VERDICT_OPEN_BARE);
	verdict_is((struct world){.overruled = true}, true,
		   VERDICT_OVERRULED);
}

Test(ctl_doctor_place, neither)
{
	verdict_is((struct world){.down = true}, true, VERDICT_ERROR);
	verdict_is((struct world){.server_denies = true}, true,
		   VERDICT_CLOSED);
	verdict_is((struct world){.dots_denied = true, .not_asked = true},
		   true, VERDICT_CLOSED);
}

Test(ctl_doctor_place, an_answer_that_comes_late)
{
	verdict_is((struct world){.late = 2}, true, VERDICT_ASKED);
	verdict_is((struct world){.late = 2, .not_asked = true}, true,
		   VERDICT_OPEN);
	verdict_is((struct world){.late = 100}, true, VERDICT_ERROR);
}
