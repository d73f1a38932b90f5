/* options.h - what the command line says. */
#ifndef MTLSGATE_OPTIONS_H
#define MTLSGATE_OPTIONS_H

#include "listen.h"

enum options_want { WANT_SERVE = 0, WANT_HELP, WANT_VERSION };

struct options {
	enum options_want want;
	const char *policy; /* NULL: not given */
	long threads;       /* numbers: 0: not given */
	long backlog;
	long max_connections;
	long request_timeout; /* seconds */
	struct listen_options listen;
};

/* Reads argv, which ret_options borrows from. ST_BAD: *ret_why (static text)
 * says what is wrong, and *ret_what which argument it is about. */
NODISCARD enum status options_read(int argc, char *const *argv,
				   struct options *ret_options,
				   const char **ret_why,
				   const char **ret_what);

/* The text of --help; static. */
const char *options_help(void);

#endif
