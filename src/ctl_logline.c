/* ctl_logline.c - in: a line of a log; out: the decision that it tells of, or
 * that it tells of none. Logs are shared with others, cut by full disks and
 * rotated: nothing that is in one is an error. */
#include "ctl_logline.h"

#include <string.h>

/* How audit_line.c begins every line. */
#define BEGIN "{\"time\":\""

static bool has_text(const json_t *root, const char *key)
{
	const char *text = ctl_logline_text(root, key);

	return text && *text;
}

static bool is_decision(const json_t *root)
{
	return has_text(root, "time") && has_text(root, "decision") &&
	       has_text(root, "decision_id");
}

json_t *ctl_logline_parse(const struct ctl_lines *lines,
			  struct ctl_logline_counts *counts)
{
	const char *at = memmem(lines->line, lines->len, BEGIN,
				sizeof(BEGIN) - 1);
	json_error_t error;
	json_t *root;

	if (!at && lines->line[0] == '{')
		at = lines->line;
	if (!at) {
		counts->foreign++;
		return NULL;
	}
	root = json_loadb(at, lines->len - (size_t)(at - lines->line),
			  JSON_DISABLE_EOF_CHECK, &error);
	if (root && is_decision(root)) {
		counts->decisions++;
		return root;
	}
	if (root)
		counts->foreign++;
	else
		counts->cut++;
	json_decref(root);
	return NULL;
}

const char *ctl_logline_text(const json_t *root, const char *key)
{
	return json_string_value(json_object_get(root, key));
}

int64_t ctl_logline_number(const json_t *root, const char *key,
			   int64_t fallback)
{
	const json_t *value = json_object_get(root, key);

	return json_is_integer(value) ? json_integer_value(value) : fallback;
}
