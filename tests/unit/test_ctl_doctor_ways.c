/* test_ctl_doctor_ways.c - other ways to the same page. */
#include <criterion/criterion.h>

#include "gate_fixture.h"

static void cause_is(struct world world, const char *path, enum cause wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, path, true);
	gate_check_ways(&gate);
	cr_assert_eq(gate_cause(&gate), wanted, "%s, not %s",
		     cause_row(gate_cause(&gate))->name,
		     cause_row(wanted)->name);
	gate_world_end(&gate);
}

Test(ctl_doctor_ways, none_is_more_open)
{
	cause_is((struct world){0}, "/x/", CAUSE_NONE);
	cause_is((struct world){.hidden = true}, "/x/", CAUSE_NONE);
}

Test(ctl_doctor_ways, some_are)
{
	cause_is((struct world){.post_open = true}, "/x/f",
		 CAUSE_OPEN_METHOD);
	cause_is((struct world){.other_host_open = true}, "/x/f",
		 CAUSE_OPEN_HOST);
	cause_is((struct world){.slash_open = true}, "/x/", CAUSE_OPEN_SLASH);
}

Test(ctl_doctor_ways, also)
{
	static const struct world world = {.url_open = true};
	struct doctor doctor;
	struct gate gate;
	struct doctor_url also;

	gate_world(&gate, &doctor, &world, "/x/f", true);
	also = doctor.url;
	/* the URL of the world is open; what is asked about is another one */
	doctor.url.target = "/y/f";
	gate_get(&gate, "/y/f", false, &gate.bare);
	doctor.also = &also;
	doctor.options.also.count = 1;
	gate.place.verdict = VERDICT_CLOSED;
	gate_check_ways(&gate);
	cr_assert_eq(gate_cause(&gate), CAUSE_OPEN_ALSO);
	gate_world_end(&gate);
}
