/* ctl_crl_file.h - the files that fetched CRLs are kept in. */
#ifndef MTLSGATE_CTL_CRL_FILE_H
#define MTLSGATE_CTL_CRL_FILE_H

#include "arena.h"
#include "crl_walk.h"

/* The name of the file for the CRL of a URL, always the same one: what can be
 * read of the URL in letters, digits, '.', '_' and '-', 16 digits of its
 * SHA-256, and ".crl". Begins with a letter or digit. NULL: no memory. */
NODISCARD char *ctl_crl_file_name(struct arena *arena, const char *url);

/* Reads the file whole; ret_text ends in a NUL that ret_len does not count.
 * ST_ABSENT: there is none. ST_BAD: *ret_why (in the arena) says why. */
NODISCARD enum status ctl_crl_file_read(struct arena *arena, const char *path,
					const char **ret_text, size_t *ret_len,
					const char **ret_why);

/* Puts bytes into the file name of the directory dir, which is made when it is
 * not there: at once as a whole, or not at all, and on the disk when this
 * returns. Everybody may read it. ST_BAD: *ret_why (in the arena) says why; an
 * old file is then as it was, or replaced and not surely on the disk. */
NODISCARD enum status ctl_crl_file_write(struct arena *arena, const char *dir,
					 const char *name,
					 struct span_der bytes,
					 const char **ret_why);

#endif
