/* ctl_options.c - in: the arguments of a subcommand and the table of its
 * options; out: their values, where the table wants them, or what is wrong with
 * an argument, and the usage. The only option that it knows is --help. */
#include "ctl_options.h"

#include <string.h>

#include "ctl.h"
#include "ctl_io.h"
#include "ctl_term.h"
#include "timefmt.h"

static const struct ctl_option help = {.name = "help"};

static bool takes_value(const struct ctl_option *row)
{
	return row->text || row->values || row->time || row->set;
}

static int show_usage(const struct ctl_options *options, FILE *to, int status)
{
	fputs(options->usage, to);
	return status;
}

int ctl_options_refuse(const struct ctl_options *options, const char *why)
{
	ctl_line(stderr, "mtlsgatectl: %s", why);
	return show_usage(options, stderr, CTL_UNKNOWN);
}

/* Says what is wrong with an argument. */
static int wrong(const struct ctl_options *options, const char *arg,
		 const char *why)
{
	ctl_line(stderr, "mtlsgatectl: %s: %s", arg, why);
	return show_usage(options, stderr, CTL_UNKNOWN);
}

const char *ctl_options_color(void *wish, const char *value)
{
	(void)wish;
	return ctl_term_color(value) ? NULL : "not auto, always or never";
}

/* The row of an argument, --NAME or --NAME=VALUE; *ret_value is the VALUE or
 * NULL. A NAME may be cut; NULL: *ret_why says what is wrong with it. */
static const struct ctl_option *find_row(const struct ctl_options *options,
					 const char *arg,
					 const char **ret_value,
					 const char **ret_why)
{
	const char *name = arg + 2;
	const struct ctl_option *found = NULL;
	size_t len, matches = 0;

	*ret_why = "unknown option";
	if (arg[1] != '-')
		return NULL;
	len = strcspn(name, "=");
	*ret_value = name[len] ? name + len + 1 : NULL;
	for (size_t i = 0; i <= options->count; i++) {
		const struct ctl_option *row =
			i < options->count ? &options->rows[i] : &help;

		if (strncmp(row->name, name, len) != 0)
			continue;
		if (!row->name[len])
			return row;
		found = row;
		matches++;
	}
	if (matches > 1)
		*ret_why = "may be more than one option";
	return matches == 1 ? found : NULL;
}

static const char *add_value(const struct ctl_options *options,
			     const struct ctl_option *row, const char *value)
{
	struct ctl_values *values = row->values;
	const char **list = NULL;
	const char *why = NULL;

	if (row->max && values->count == row->max)
		why = arena_printf(options->arena, "more than %zu of these",
				   row->max);
	else
		list = arena_grow(options->arena, values->list, values->count,
				  sizeof(*list));
	if (!list)
		return why ? why : "out of memory";
	list[values->count] = value;
	values->list = list;
	values->count++;
	return NULL;
}

/* Puts value, NULL for an option without one, where the row says. NULL, or the
 * reason why not. */
static const char *take(const struct ctl_options *options,
			const struct ctl_option *row, const char *value)
{
	bool date_only;

	if (row->given)
		*row->given = true;
	if (row->text)
		*row->text = value;
	if (row->values)
		return add_value(options, row, value);
	if (row->time && !time_parse(value, row->time, &date_only))
		return "not a time as 2026-11-21T10:00:00Z";
	return row->set ? row->set(options->wish, value) : NULL;
}

/* Reads the option at argv[*at], and moves *at to its value where that is an
 * argument of its own. CTL_GO_ON, or the status to exit with. */
static int read_option(const struct ctl_options *options, int argc, char **argv,
		       int *at)
{
	const char *arg = argv[*at];
	const char *value = NULL, *why = NULL;
	const struct ctl_option *row = find_row(options, arg, &value, &why);

	if (!row)
		return wrong(options, arg, why);
	if (row == &help && !value)
		return show_usage(options, stdout, CTL_YES);
	if (!takes_value(row) && value)
		return wrong(options, arg, "takes no value");
	if (takes_value(row) && !value) {
		if (*at + 1 == argc)
			return wrong(options, arg, "a value is missing");
		value = argv[++*at];
	}
	why = take(options, row, value);
	if (!why)
		return CTL_GO_ON;
	ctl_line(stderr, "mtlsgatectl: --%s %s: %s", row->name, value, why);
	return show_usage(options, stderr, CTL_UNKNOWN);
}

int ctl_options_read(const struct ctl_options *options, int argc, char **argv)
{
	const char *stray = NULL;
	bool ended = false;
	int result = CTL_GO_ON;

	for (int i = 1; i < argc && result == CTL_GO_ON; i++) {
		if (!ended && argv[i][0] == '-' && argv[i][1]) {
			ended = strcmp(argv[i], "--") == 0;
			if (!ended)
				result = read_option(options, argc, argv, &i);
		} else if (options->argument && !*options->argument) {
			*options->argument = argv[i];
		} else if (!stray) {
			stray = argv[i];
		}
	}
	/* only now: a --help behind it has its answer */
	if (result == CTL_GO_ON && stray)
		result = wrong(options, stray, "one argument too many");
	return result;
}
