/* test_ctl_doctor_cause.c - every cause has a row, and no two the same name. */
#include "ctl_doctor_cause.h"

#include <criterion/criterion.h>

Test(ctl_doctor_cause, rows_are_whole)
{
	for (int i = CAUSE_NONE + 1; i < CAUSE_COUNT; i++) {
		const struct cause_row *row = cause_row((enum cause)i);

		cr_assert_str_not_empty(row->name, "cause %d", i);
		cr_assert_str_not_empty(row->text, "%s", row->name);
		cr_assert_str_not_empty(row->todo, "%s", row->name);
		for (int j = CAUSE_NONE + 1; j < i; j++)
			cr_assert_str_neq(row->name,
					  cause_row((enum cause)j)->name);
	}
	cr_assert_str_empty(cause_row(CAUSE_NONE)->name);
}
