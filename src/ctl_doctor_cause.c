/* ctl_doctor_cause.c - in: a cause; out: its row, from whichever table has it.
 */
#include "ctl_doctor_cause.h"

#include "base.h"

static const struct cause_row none = {"", "", ""};

static const struct cause_row *const tables[] = {
	cause_rows_tls,
	cause_rows_client,
	cause_rows_gate,
	cause_rows_handoff,
	cause_rows_policy,
};

const struct cause_row *cause_row(enum cause cause)
{
	for (size_t i = 0; i < ARRAY_LEN(tables); i++)
		if (tables[i][cause].name)
			return &tables[i][cause];
	return &none;
}
