/* ctl_options.h - the options of a subcommand of mtlsgatectl: a table says
 * which there are and where their values go, and one reader fills them in.
 *
 * How to add an option: a row in the table of its ctl_*.c, a word in the usage
 * above it, and an entry in mtlsgatectl(8). For a value that is more than a
 * text or a time the row has a function of its own, set. */
#ifndef MTLSGATE_CTL_OPTIONS_H
#define MTLSGATE_CTL_OPTIONS_H

#include "arena.h"

/* Nothing to exit with: the subcommand has its options and may begin. */
enum { CTL_GO_ON = -1 };

/* What an option was given that may be repeated; begin with all zero. */
struct ctl_values {
	const char **list;
	size_t count;
};

/* An option. One with neither text, values, time nor set takes no value. What
 * is pointed to is left alone where the option is not given. */
struct ctl_option {
	const char *name;          /* without -- */
	bool *given;               /* becomes true; NULL: nobody asks */
	const char **text;         /* the value as it is, the last one counts */
	struct ctl_values *values; /* the option may be repeated */
	size_t max;                /* how often, 0: any number of times */
	int64_t *time;             /* RFC 3339, or a date */
	/* Sets what value says in wish; NULL, or the reason why not, static
	 * text that goes on after "--NAME VALUE: ". */
	const char *(*set)(void *wish, const char *value);
};

struct ctl_options {
	const char *usage;             /* whole lines */
	const struct ctl_option *rows; /* without --help, which all have */
	size_t count;
	/* The one argument that is no option, NULL until it comes; NULL: the
	 * subcommand takes none. */
	const char **argument;
	struct arena *arena; /* for values, which live as long */
	void *wish;          /* for set */
};

/* Reads the arguments of a subcommand, argv[0] is its name: --NAME VALUE,
 * --NAME=VALUE, a NAME that is cut where it can be no other, options behind the
 * argument, -- before one that looks like an option. Values are borrowed from
 * argv. CTL_GO_ON; else the status to exit with: for --help the usage is on
 * stdout, for a mistake on stderr, below a line about it. */
NODISCARD int ctl_options_read(const struct ctl_options *options, int argc,
			       char **argv);

/* Says on stderr why what was read cannot be, and the usage. The status to exit
 * with. */
NODISCARD int ctl_options_refuse(const struct ctl_options *options,
				 const char *why);

/* The set of --color=WHEN; wish is not looked at. */
const char *ctl_options_color(void *wish, const char *value);

#endif
