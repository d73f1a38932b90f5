/* listen_unix.h - a listening UNIX socket with the file that names it. */
#ifndef MTLSGATE_LISTEN_UNIX_H
#define MTLSGATE_LISTEN_UNIX_H

#include "listen.h"

/* Creates options->path, replacing a file that no process serves any more.
 * Fills in ret_listener but for options. ST_BAD: logged. */
NODISCARD enum status unix_open(const struct listen_options *options,
				struct listener *ret_listener);

/* Removes the file, if it is still the one that unix_open made. */
void unix_remove(const struct listener *listener);

#endif
