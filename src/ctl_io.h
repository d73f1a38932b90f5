/* ctl_io.h - how mtlsgatectl reads files and writes lines. */
#ifndef MTLSGATE_CTL_IO_H
#define MTLSGATE_CTL_IO_H

#include <stdio.h>

#include "issue.h"
#include "json.h"

/* Writes one line, to which a newline is added; control characters and bytes
 * that are not UTF-8 are shown as \xHH, whatever the arguments hold. */
void ctl_line(FILE *to, const char *format, ...) PRINTF_LIKE(2, 3);

/* Prints root on stdout as one line, and drops the reference to it. ST_NOMEM:
 * json had failed, or memory is out; nothing was printed. */
NODISCARD enum status ctl_print_json(struct json *json, json_t *root);

/* Writes FILE:LINE: error|warning: TEXT, without LINE for a file as a whole. */
void ctl_print_issue(FILE *to, const struct issue *issue);

/* The certificates of a file, each as a text that unwrap_one takes if it is
 * one at all: a PEM block, or base64 of a file that is not text. Owned by the
 * arena. */
struct ctl_certs {
	const char **list;
	size_t count; /* at least one */
};

/* Reads the certificates in file ("-" is stdin). A file without a PEM block
 * counts as one certificate as it is. ST_NOMEM, or ST_BAD for a file that
 * cannot be read or is empty; either was said on stderr. */
NODISCARD enum status ctl_read_certs(struct arena *arena, const char *file,
				     struct ctl_certs *ret_certs);

/* The policy file when none was named: $MTLSGATE_POLICY, else the one of the
 * installation. */
const char *ctl_default_policy(void);

#endif
