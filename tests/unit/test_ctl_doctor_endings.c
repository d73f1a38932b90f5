/* test_ctl_doctor_endings.c - does the gate depend on how a name ends? */
#include <criterion/criterion.h>

#include "gate_fixture.h"

static void cause_is(struct world world, const char *path, enum cause wanted)
{
	struct doctor doctor;
	struct gate gate;

	gate_world(&gate, &doctor, &world, path, true);
	gate.place.verdict = VERDICT_ASKED;
	gate_check_endings(&gate);
	cr_assert_eq(gate_cause(&gate), wanted, "%s, not %s",
		     cause_row(gate_cause(&gate))->name,
		     cause_row(wanted)->name);
	gate_world_end(&gate);
}

Test(ctl_doctor_endings, healthy)
{
	cause_is((struct world){0}, "/x/f", CAUSE_NONE);
	cause_is((struct world){0}, "/x/", CAUSE_NONE);
	cause_is((struct world){0}, "/", CAUSE_NONE);
	cause_is((struct world){.hidden = true}, "/x/f.html", CAUSE_NONE);
	cause_is((struct world){.anyone = true}, "/x/f", CAUSE_NONE);
}

Test(ctl_doctor_endings, an_expression_takes_one_out)
{
	cause_is((struct world){.php_open = true}, "/x/f", CAUSE_OPEN_BESIDE);
	cause_is((struct world){.php_open = true}, "/x/", CAUSE_OPEN_BESIDE);
	cause_is((struct world){.php_open = true, .hidden = true}, "/x/f",
		 CAUSE_OPEN_BESIDE);
}

Test(ctl_doctor_endings, only_one_is_guarded)
{
	cause_is((struct world){.html_only = true}, "/x/f.html",
		 CAUSE_OPEN_BESIDE);
}
