/* ctl_seen_report.c - the subcommand report. In: audit logs; out: the
 * certificates in them and what was refused. It asks no policy and no running
 * mtlsgate. */
#include <getopt.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_io.h"
#include "ctl_seen_print.h"
#include "ctl_term.h"
#include "timefmt.h"

enum { MAX_LOGS = 100 };

struct wish {
	const char *logs[MAX_LOGS];
	size_t log_count;
	int64_t now;
	int64_t since;
	const char *since_text;
	int64_t within; /* negative: not asked */
	bool json;
};

static const struct option options[] = {
	{"at", required_argument, NULL, 'a'},
	{"color", required_argument, NULL, 'C'},
	{"help", no_argument, NULL, 'h'},
	{"json", no_argument, NULL, 'j'},
	{"log", required_argument, NULL, 'l'},
	{"since", required_argument, NULL, 's'},
	{"within", required_argument, NULL, 'w'},
	{NULL, 0, NULL, 0},
};

static int usage(FILE *to, int status)
{
	ctl_line(to, "usage: mtlsgatectl report --log FILE|- [--log FILE]... "
		     "[--since TIME|DURATION]");
	ctl_line(to, "           [--within DURATION] [--at TIME] [--json] "
		     "[--color=auto|always|never]");
	return status;
}

static bool bad_value(const char *option, const char *value, const char *what)
{
	ctl_line(stderr, "mtlsgatectl: --%s %s: not %s", option, value, what);
	return false;
}

static bool take_option(struct wish *wish, int option, const char *value)
{
	bool date_only;

	switch (option) {
	case 'a':
		return time_parse(value, &wish->now, &date_only) ||
		       bad_value("at", value, "a time");
	case 'C':
		return ctl_term_color(value);
	case 'j':
		wish->json = true;
		return true;
	case 'l':
		if (wish->log_count < MAX_LOGS)
			wish->logs[wish->log_count++] = value;
		else
			return bad_value("log", value, "one of 100");
		return true;
	case 's':
		wish->since_text = value;
		return true;
	case 'w':
		return duration_parse(value, &wish->within) ||
		       bad_value("within", value, "a duration as 30d");
	default:
		return false;
	}
}

/* A duration counts back from now, whichever option came first. */
static bool set_since(struct wish *wish)
{
	int64_t seconds;
	bool date_only;

	wish->since = TIME_ALWAYS;
	if (!wish->since_text)
		return true;
	if (duration_parse(wish->since_text, &seconds)) {
		wish->since = wish->now - seconds;
		return true;
	}
	return time_parse(wish->since_text, &wish->since, &date_only) ||
	       bad_value("since", wish->since_text,
			 "a time, or a duration as 30d");
}

static int read_wish(int argc, char **argv, struct wish *wish)
{
	int option;

	opterr = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h')
			return usage(stdout, CTL_YES);
		if (option == '?')
			ctl_bad_option(argc, argv);
		if (!take_option(wish, option, optarg))
			return usage(stderr, CTL_UNKNOWN);
	}
	if (optind != argc || wish->log_count == 0 || !set_since(wish))
		return usage(stderr, CTL_UNKNOWN);
	return -1;
}

/* Reads one log to its end. ST_BAD: it could not be read to its end. */
static enum status read_log(const char *name, int64_t since,
			    struct ctl_logline_counts *counts,
			    struct ctl_seen *seen)
{
	struct ctl_lines lines;
	enum status status = ctl_lines_open(name, &lines);

	if (status != ST_OK)
		return status;
	while ((status = ctl_lines_next(&lines)) != ST_ABSENT) {
		json_t *root = NULL;

		if (!lines.file)
			break;
		if (status == ST_BAD)
			counts->foreign++;
		else
			root = ctl_logline_parse(&lines, counts);
		status = root ? ctl_seen_add(seen, root, since) : ST_OK;
		json_decref(root);
		if (status == ST_NOMEM)
			break;
		counts->foreign += status == ST_BAD;
	}
	ctl_lines_close(&lines);
	return status == ST_ABSENT ? ST_OK : status;
}

static int print(struct arena *arena, const struct wish *wish,
		 struct ctl_seen *seen,
		 const struct ctl_logline_counts *counts)
{
	struct ctl_seen_view view = {
		.seen = seen,
		.lines = counts,
		.now = wish->now,
		.since = wish->since,
		.within = wish->within,
	};
	enum status status;

	ctl_seen_sort(seen);
	for (size_t i = 0; wish->within >= 0 && i < seen->count; i++)
		view.expiring += ctl_seen_expires(&seen->certs[i], wish->now,
						  wish->within);
	status = wish->json ? ctl_seen_json(arena, &view)
			    : ctl_seen_text(arena, &view);
	if (status != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	if (view.expiring)
		return CTL_NO;
	return seen->unlisted_verified ? CTL_UNKNOWN : CTL_YES;
}

static int report(struct arena *arena, const struct wish *wish)
{
	struct ctl_logline_counts counts = {0};
	struct ctl_seen seen = {0};
	enum status status = ST_OK;
	int result = CTL_UNKNOWN;

	for (size_t i = 0; status == ST_OK && i < wish->log_count; i++)
		status = read_log(wish->logs[i], wish->since, &counts, &seen);
	if (status == ST_OK)
		result = print(arena, wish, &seen, &counts);
	else if (status == ST_NOMEM)
		ctl_line(stderr, "mtlsgatectl: out of memory");
	ctl_seen_free(&seen);
	return result;
}

int ctl_report(int argc, char **argv)
{
	struct wish wish = {.now = time(NULL), .within = -1};
	int result = read_wish(argc, argv, &wish);
	struct arena *arena;

	if (result >= 0)
		return result;
	arena = arena_new();
	result = CTL_UNKNOWN;
	if (arena)
		result = report(arena, &wish);
	else
		ctl_line(stderr, "mtlsgatectl: out of memory");
	arena_free(arena);
	return result;
}
