/* ctl_check.c - in: the name of a policy file; out: its errors and warnings,
 * all of them, as lines that editors can jump from. It never changes what a
 * running mtlsgate does. */
#include <time.h>

#include "ctl.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "ctl_term.h"
#include "load.h"
#include "timefmt.h"

static const char usage[] =
	"usage: mtlsgatectl check [--color=auto|always|never] [POLICY]\n";

enum { HOUR = 60 * 60, DAY = 24 * HOUR };

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void print_crl(const struct crl_facts *facts, const char *file,
		      int64_t now)
{
	char since[TIME_TEXT], until[TIME_TEXT] = "never";
	int64_t age = now > facts->this_update ? now - facts->this_update : 0;

	if (facts->next_update != TIME_NEVER)
		time_format(facts->next_update, until);
	ctl_line(stdout,
		 "crl: issuer %s, number %s%s, thisUpdate %s, nextUpdate %s, "
		 "age %lldd %lldh, %zu entr%s, file %s",
		 facts->issuer, facts->number ? facts->number : "none",
		 facts->delta ? " (delta)" : "",
		 time_format(facts->this_update, since), until,
		 (long long)(age / DAY), (long long)(age % DAY / HOUR),
		 facts->entries, facts->entries == 1 ? "y" : "ies", file);
}

static void print_crls(const struct policy *policy)
{
	const struct chain_rules *rules = &policy->trust.chain;

	for (size_t i = 0; i < rules->crl_count; i++)
		print_crl(crl_facts(rules->crls[i]), rules->crl_files[i],
			  policy->loaded_at);
}

static int check_file(struct arena *arena, const char *file)
{
	struct issues issues = {.arena = arena};
	struct policy *policy = NULL;
	/* not one_shot: what the daemon would warn about */
	const struct load_options options = {.now = time(NULL)};
	enum status status = policy_load(file, &options, &issues, &policy);

	if (status == ST_NOMEM || issues.failed) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	issues_sort(&issues, 0);
	for (size_t i = 0; i < issues.count; i++)
		ctl_print_issue(stdout, &issues.list[i]);
	size_t warnings = issues.count - issues.errors;
	bool good = status == ST_OK && issues.errors == 0;
	if (good)
		print_crls(policy);
	policy_free(policy);
	ctl_put(stdout, CTL_PLAIN, "%s: ", file);
	ctl_put(stdout, good ? CTL_GREEN : CTL_RED, "%s",
		good ? "good" : "not usable");
	ctl_put(stdout, CTL_PLAIN, ": %zu error%s, %zu warning%s",
		issues.errors, plural(issues.errors), warnings,
		plural(warnings));
	ctl_put_end(stdout);
	return good ? CTL_YES : CTL_NO;
}

static int read_file_name(int argc, char **argv, const char **ret_file)
{
	const struct ctl_option rows[] = {
		{"color", .set = ctl_options_color},
	};
	const struct ctl_options options = {
		.usage = usage,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.argument = ret_file,
	};

	return ctl_options_read(&options, argc, argv);
}

int ctl_check(int argc, char **argv)
{
	const char *file = NULL;
	int result = read_file_name(argc, argv, &file);
	struct arena *arena;

	if (result != CTL_GO_ON)
		return result;
	arena = arena_new();
	result = CTL_UNKNOWN;
	if (arena)
		result = check_file(arena, file ? file : ctl_default_policy());
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return result;
}
