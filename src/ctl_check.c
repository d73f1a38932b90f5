/* ctl_check.c - in: the name of a policy file; out: its errors and warnings,
 * all of them, as lines that editors can jump from. It never changes what a
 * running mtlsgate does. */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_io.h"
#include "ctl_term.h"
#include "load.h"
#include "timefmt.h"

static const struct option long_options[] = {
	{"color", required_argument, NULL, 'C'},
	{"help", no_argument, NULL, 'h'},
	{NULL, 0, NULL, 0},
};

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

static int usage(FILE *to, int status)
{
	ctl_line(to, "usage: mtlsgatectl check [--color=auto|always|never] "
		     "[POLICY]");
	return status;
}

/* The exit status when there is nothing else to do, or -1. */
static int read_options(int argc, char **argv)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", long_options, NULL)) !=
	       -1) {
		if (option == 'h')
			return usage(stdout, CTL_YES);
		if (option == '?')
			ctl_bad_option(argc, argv);
		if (option != 'C' || !ctl_term_color(optarg))
			return usage(stderr, CTL_UNKNOWN);
	}
	return argc - optind > 1 ? usage(stderr, CTL_UNKNOWN) : -1;
}

int ctl_check(int argc, char **argv)
{
	int result = read_options(argc, argv);
	struct arena *arena;

	if (result >= 0)
		return result;
	arena = arena_new();
	result = CTL_UNKNOWN;
	if (arena)
		result = check_file(arena, optind < argc
						   ? argv[optind]
						   : ctl_default_policy());
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return result;
}
