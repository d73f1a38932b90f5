/* test_ctl_doctor_report.c - which of the findings is the cause. */
#include "ctl_doctor_report.h"

#include <criterion/criterion.h>

static void add(struct findings *findings, enum step_result result,
		enum cause cause, bool late)
{
	const struct finding finding = {.step = "test", .result = result,
					.cause = cause, .late = late,
					.seen = "seen"};

	findings_add(findings, &finding);
}

Test(ctl_doctor_report, nothing_found)
{
	struct findings findings = {.arena = arena_new()};

	add(&findings, STEP_OK, CAUSE_NONE, false);
	add(&findings, STEP_WARN, CAUSE_CLOCK_SKEW, false);
	cr_assert_null(findings_first(&findings));
	cr_assert_not(findings_bad(&findings));
	arena_free(findings.arena);
}

Test(ctl_doctor_report, the_first_fail_is_the_cause)
{
	struct findings findings = {.arena = arena_new()};

	add(&findings, STEP_WARN, CAUSE_CLOCK_SKEW, false);
	add(&findings, STEP_FAIL, CAUSE_SERVER_CA_UNKNOWN, true);
	cr_assert_eq(findings_first(&findings)->cause, CAUSE_SERVER_CA_UNKNOWN);
	add(&findings, STEP_FAIL, CAUSE_CLIENT_CERT_EXPIRED, false);
	add(&findings, STEP_FAIL, CAUSE_CERT_REFUSED, false);
	cr_assert_eq(findings_first(&findings)->cause,
		     CAUSE_CLIENT_CERT_EXPIRED);
	cr_assert(findings_bad(&findings));
	arena_free(findings.arena);
}

Test(ctl_doctor_report, advice_is_that_of_the_cause)
{
	struct findings findings = {.arena = arena_new()};
	const struct finding own = {.step = "test", .result = STEP_FAIL,
				    .cause = CAUSE_CLOCK_SKEW, .seen = "x",
				    .todo = "wind it"};

	add(&findings, STEP_FAIL, CAUSE_CLOCK_SKEW, false);
	findings_add(&findings, &own);
	cr_assert_str_eq(findings.list[0].todo,
			 cause_row(CAUSE_CLOCK_SKEW)->todo);
	cr_assert_str_eq(findings.list[1].todo, "wind it");
	arena_free(findings.arena);
}
