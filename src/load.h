/* load.h - from a policy file to a struct policy. */
#ifndef MTLSGATE_LOAD_H
#define MTLSGATE_LOAD_H

#include "inifile.h"
#include "policy.h"

/* Reads a regular file whole, again (for two seconds) until its size and time
 * are stable, so that half a file is never taken. max bytes at most. ST_BAD:
 * *ret_why says why (text in the arena). ret_text ends in a NUL that ret_len
 * does not count. ret_file may be NULL. */
NODISCARD enum status load_file(struct arena *arena, const char *path,
				size_t max, const char **ret_text,
				size_t *ret_len, struct policy_file *ret_file,
				const char **ret_why);

/* Lists a directory: the paths of its regular files (of links to such too)
 * whose names do not begin with a dot, in the order of their names, and what
 * to know it by. Again, like load_file, until nothing changes meanwhile. What
 * it returns is in the arena. ST_BAD: *ret_why says why. */
NODISCARD enum status load_directory(struct arena *arena, const char *path,
				     const char ***ret_files, size_t *ret_count,
				     struct policy_file *ret_directory,
				     const char **ret_why);

struct load_options {
	int64_t now; /* for warnings about dates */
	/* CRLs whose files are still the same are taken over from it; NULL:
	 * none. It is not changed. */
	const struct policy *previous;
	/* The policy is for a request or two: CRLs get no index, and their
	 * signatures are looked at when they are asked about. */
	bool one_shot;
	/* NULL, or called before OpenSSL is used, with what it will be used
	 * for: are signatures verified? */
	void (*before_crypto)(bool signatures);
};

/* Loads a policy. Paths in it are relative to its directory. Every error and
 * warning goes to issues, whose arena the caller gives and which outlives the
 * call. ST_OK: *ret_policy is usable (there may be warnings); caller ends it
 * with policy_free. ST_BAD: the issues say why. ST_NOMEM sets
 * issues->failed. */
NODISCARD enum status policy_load(const char *file,
				  const struct load_options *options,
				  struct issues *issues,
				  struct policy **ret_policy);

/* NULL is allowed. */
void policy_free(struct policy *policy);

/* True if it is not on disk any more as it was when it was read. */
bool file_changed(const struct policy_file *file);

/* True if any file that the policy came from has changed on disk. */
bool policy_changed(const struct policy *policy);

/* The i-th row of the settings table, for tests and documents: section kind
 * and key; false at the end. */
bool setting_table_row(size_t i, const char **ret_section,
		       const char **ret_key);

/* What the i-th row's setting is for, in one line; NULL at the end. */
const char *setting_table_help(size_t i);

#endif
