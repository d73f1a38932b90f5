/* ctl_doctor_probe.h - where else a server may ask for a certificate. */
#ifndef MTLSGATE_CTL_DOCTOR_PROBE_H
#define MTLSGATE_CTL_DOCTOR_PROBE_H

#include "ctl_doctor.h"

/* Tries other names in the handshake: those of the server's certificate, of
 * --also and --connect, and none. True: one is asked for; *ret_where says with
 * which, as "with the name X". */
bool probe_names(struct doctor *doctor, const char **ret_where);

/* Tries other paths: those above the URL's, those of --also, and what is often
 * guarded. True: one is asked for after GET *ret_where. */
bool probe_paths(struct doctor *doctor, const char **ret_where);

/* A name that the server's certificate has, or NULL. */
const char *probe_own_name(const struct doctor *doctor);

#endif
