/* test_ctl_logline.c - which lines of a log are decisions. */
#include "ctl_logline.h"

#include <criterion/criterion.h>
#include <string.h>

#define LINE "{\"time\":\"2026-01-01T00:00:00Z\",\"decision\":\"denied\"," \
	     "\"decision_id\":\"d-1\",\"line\":7}"

static struct ctl_logline_counts counts;

/* The id that the line has, or "". */
static const char *id_of(const char *text)
{
	static char id[64];
	struct ctl_lines lines = {.line = (char *)text, .len = strlen(text)};
	json_t *root;

	counts = (struct ctl_logline_counts){0};
	root = ctl_logline_parse(&lines, &counts);
	id[0] = '\0';
	if (root)
		strncat(id, ctl_logline_text(root, "decision_id"), 60);
	json_decref(root);
	return id;
}

Test(ctl_logline, decisions)
{
	cr_expect_str_eq(id_of(LINE), "d-1");
	cr_expect_str_eq(id_of("Nov 24 10:00:00 host mtlsgate[7]: " LINE),
			 "d-1");
	cr_expect_str_eq(id_of("[error] stderr: " LINE ", referer: x"), "d-1");
	cr_expect_eq(counts.decisions, 1);
	cr_expect_eq(counts.foreign + counts.cut, 0);
}

Test(ctl_logline, others)
{
	static const char *const foreign[] = {
		"", "hello", "{}", "{\"a\":1}", "{\"time\":\"x\"}",
		"mtlsgate: notice: policy is in force",
		"{\"time\":\"\",\"decision\":\"\",\"decision_id\":\"\"}",
		"{\"time\":\"x\",\"decision\":1,\"decision_id\":\"a\"}",
	};

	for (size_t i = 0; i < ARRAY_LEN(foreign); i++) {
		cr_expect_str_eq(id_of(foreign[i]), "");
		cr_expect_eq(counts.foreign, 1, "%s", foreign[i]);
	}
	cr_expect_str_eq(id_of("{\"time\":\"2026-01-01T00:00:00Z\",\"dec"), "");
	cr_expect_eq(counts.cut, 1);
}

Test(ctl_logline, members)
{
	json_error_t error;
	json_t *root = json_loads(LINE, 0, &error);

	cr_expect_eq(ctl_logline_number(root, "line", -1), 7);
	cr_expect_eq(ctl_logline_number(root, "time", -1), -1);
	cr_expect_null(ctl_logline_text(root, "line"));
	cr_expect_null(ctl_logline_text(root, "nothing"));
	json_decref(root);
}
