/* ctl_seen_report.c - the subcommand report. In: audit logs; out: the
 * certificates in them and what was refused. It asks no policy and no running
 * mtlsgate. */
#include <time.h>

#include "ctl.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "ctl_seen_print.h"
#include "timefmt.h"

enum { MAX_LOGS = 100 };

struct wish {
	struct ctl_values logs;
	int64_t now;
	int64_t since;
	int64_t age;    /* of --since DURATION; negative: it was none */
	int64_t within; /* negative: not asked */
	bool json;
};

static const char usage[] =
	"usage: mtlsgatectl report --log FILE|- [--log FILE]... "
	"[--since TIME|DURATION]\n"
	"           [--within DURATION] [--at TIME] [--json] "
	"[--color=auto|always|never]\n";

static const char *set_since(void *to, const char *value)
{
	struct wish *wish = to;
	bool date_only;

	wish->age = -1;
	if (duration_parse(value, &wish->age) ||
	    time_parse(value, &wish->since, &date_only))
		return NULL;
	return "not a time as 2026-11-21T10:00:00Z, or a duration as 30d";
}

static const char *set_within(void *to, const char *value)
{
	struct wish *wish = to;

	return duration_parse(value, &wish->within) ? NULL
						    : "not a duration as 30d";
}

static int read_wish(int argc, char **argv, struct arena *arena,
		     struct wish *wish)
{
	const struct ctl_option rows[] = {
		{"at", .time = &wish->now},
		{"color", .set = ctl_options_color},
		{"json", .given = &wish->json},
		{"log", .values = &wish->logs, .max = MAX_LOGS},
		{"since", .set = set_since},
		{"within", .set = set_within},
	};
	const struct ctl_options options = {
		.usage = usage,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.arena = arena,
		.wish = wish,
	};
	int result = ctl_options_read(&options, argc, argv);

	if (result == CTL_GO_ON && wish->logs.count == 0)
		return ctl_options_refuse(&options, "--log is missing");
	/* back from now, whichever option came first */
	if (wish->age >= 0)
		wish->since = wish->now - wish->age;
	return result;
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

	for (size_t i = 0; status == ST_OK && i < wish->logs.count; i++)
		status = read_log(wish->logs.list[i], wish->since, &counts,
				  &seen);
	if (status == ST_OK)
		result = print(arena, wish, &seen, &counts);
	else if (status == ST_NOMEM)
		ctl_line(stderr, "mtlsgatectl: out of memory");
	ctl_seen_free(&seen);
	return result;
}

int ctl_report(int argc, char **argv)
{
	struct wish wish = {
		.now = time(NULL),
		.since = TIME_ALWAYS,
		.age = -1,
		.within = -1,
	};
	struct arena *arena = arena_new();
	int result;

	if (!arena) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	result = read_wish(argc, argv, arena, &wish);
	if (result == CTL_GO_ON)
		result = report(arena, &wish);
	arena_free(arena);
	return result;
}
