/* ctl_check.c - in: the name of a policy file; out: its errors and warnings,
 * all of them, as lines that editors can jump from. It never changes what a
 * running mtlsgate does. */
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_io.h"
#include "load.h"

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static int check_file(struct arena *arena, const char *file)
{
	struct issues issues = {.arena = arena};
	struct policy *policy = NULL;
	enum status status = policy_load(file, time(NULL), &issues, &policy);

	policy_free(policy);
	if (status == ST_NOMEM || issues.failed) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	issues_sort(&issues, 0);
	for (size_t i = 0; i < issues.count; i++)
		ctl_print_issue(stdout, &issues.list[i]);
	size_t warnings = issues.count - issues.errors;
	bool good = status == ST_OK && issues.errors == 0;
	ctl_line(stdout, "%s: %s: %zu error%s, %zu warning%s", file,
		 good ? "good" : "not usable", issues.errors,
		 plural(issues.errors), warnings, plural(warnings));
	return good ? CTL_YES : CTL_NO;
}

int ctl_check(int argc, char **argv)
{
	const char *usage = "usage: mtlsgatectl check [POLICY]";
	struct arena *arena;
	int result = CTL_UNKNOWN;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		ctl_line(stdout, "%s", usage);
		return CTL_YES;
	}
	if (argc > 2 || (argc == 2 && argv[1][0] == '-')) {
		ctl_line(stderr, "%s", usage);
		return CTL_UNKNOWN;
	}
	arena = arena_new();
	if (arena)
		result = check_file(arena,
				    argc == 2 ? argv[1] : ctl_default_policy());
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return result;
}
