/* ctl_doctor_endings.c - does the gate depend on how a name ends? A regular
 * expression for .php or .css takes a request out of a guarded prefix, and a
 * gate on *.html leaves all else open. In: names that nothing has; out: lines
 * of the report. */
#include "ctl_doctor_gate.h"

#include <string.h>

#define NAME "mtlsgate-else"

/* Pages and data are a hole; what pages are made up with is often meant to be
 * open. */
static const char *const pages[] = {".php", ".html", ".json", ".xml",
				    ".pdf", ".txt",  ".zip",  ".cgi",
				    ".jsp", NULL};
static const char *const parts[] = {".css", ".js", ".png", ".svg", ".woff2",
				    NULL};

/* Who shows no certificate is stopped by mtlsgate, or so it seems. */
static bool is_stopped(struct gate *gate, const char *target,
		       struct answer *ret_answer)
{
	gate_get(gate, target, false, ret_answer);
	return ret_answer->kind == ANSWER_OURS ||
	       ret_answer->kind == ANSWER_SIGNED;
}

static bool is_answered(const struct answer *answer)
{
	return answer->kind == ANSWER_LOST || answer->kind == ANSWER_SERVED ||
	       answer->kind == ANSWER_OVERRULED;
}

/* Answered, and not because the policy lets anyone in: mtlsgate denies every
 * path with a dot segment. */
static bool is_open(struct gate *gate, const char *target)
{
	const char *dot = arena_printf(gate->doctor->arena, "/.%s", target);
	struct answer answer;

	if (!dot) {
		gate->doctor->findings.failed = true;
		return false;
	}
	gate_get(gate, target, false, &answer);
	if (!is_answered(&answer))
		return false;
	gate_get(gate, dot, false, &answer);
	return is_answered(&answer);
}

/* The endings of the list that are open below dir, in words; "" for none. */
static const char *find_open(struct gate *gate, const char *dir,
			     const char *const *list)
{
	struct arena *arena = gate->doctor->arena;
	const char *words = "";

	for (size_t i = 0; words && list[i]; i++) {
		const char *name = arena_printf(arena, NAME "%s", list[i]);

		if (name && is_open(gate, gate_join(gate, dir, name)))
			words = arena_printf(arena, "%s%s*%s", words,
					     *words ? ", " : "", list[i]);
	}
	return words ? words : "";
}

static void check_list(struct gate *gate, const char *dir,
		       const struct answer *plain)
{
	const char *open = find_open(gate, dir, pages);

	if (*open)
		gate_fail(gate, CAUSE_OPEN_BESIDE,
			  "below %s/ names without an ending get %s, but these "
			  "are answered: %s", dir, gate_say(gate, plain), open);
	open = find_open(gate, dir, parts);
	if (*open)
		gate_warn(gate, CAUSE_OPEN_BESIDE,
			  "below %s/ these are answered without asking "
			  "mtlsgate: %s", dir, open);
}

/* The URL's own ending is guarded, and a name without one is not. */
static void check_own(struct gate *gate, const char *dir, const char *ending)
{
	const char *name = arena_printf(gate->doctor->arena, NAME "%s",
					ending);
	const char *target = name ? gate_join(gate, dir, name) : "/";
	struct answer answer;

	if (is_stopped(gate, target, &answer))
		gate_fail(gate, CAUSE_OPEN_BESIDE,
			  "GET %s: %s, but other endings below %s/ are "
			  "answered", target, gate_say(gate, &answer), dir);
}

void gate_check_endings(struct gate *gate)
{
	const char *slash = strrchr(gate->base, '/');
	bool is_dir = strcmp(gate->path, gate->base) != 0 || !slash;
	const char *dir = is_dir ? gate->base
				 : arena_strndup(gate->doctor->arena,
						 gate->base,
						 (size_t)(slash - gate->base));
	const char *ending = is_dir ? NULL : strchr(slash, '.');
	struct answer plain;

	if (gate->place.verdict != VERDICT_ASKED || !dir)
		return;
	if (is_stopped(gate, gate_join(gate, dir, NAME), &plain))
		check_list(gate, dir, &plain);
	else if (ending && is_open(gate, gate_join(gate, dir, NAME)))
		check_own(gate, dir, ending);
	else if (!is_dir &&
		 is_stopped(gate, gate_join(gate, gate->base, NAME), &plain))
		check_list(gate, gate->base, &plain);
}
