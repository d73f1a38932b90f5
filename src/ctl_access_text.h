/* ctl_access_text.h - who may do what, for people. */
#ifndef MTLSGATE_CTL_ACCESS_TEXT_H
#define MTLSGATE_CTL_ACCESS_TEXT_H

#include "json.h"

/* Prints root, as the subcommand access fills it in, on stdout as tables, and
 * drops the reference to it. ST_NOMEM. */
NODISCARD enum status ctl_access_text(struct json *json, json_t *root);

#endif
