/* inifile.h - the strict reader of INI text: with inifile.c the only code
 * that sees inih. It turns text into sections and settings with their line
 * numbers and knows nothing of what they mean. */
#ifndef MTLSGATE_INIFILE_H
#define MTLSGATE_INIFILE_H

#include "issue.h"

struct ini_setting {
	const char *key;
	const char *value;
	size_t line;
};

struct ini_section {
	const char *kind; /* first word: "role" of [role admin] */
	const char *name; /* second word, "" when there is none */
	size_t line;
	struct ini_setting *list;
	size_t count;
	bool broken; /* a line of it was refused: settings are missing */
};

struct ini_file {
	struct ini_section *list;
	size_t count;
};

/* Parses len bytes of text, which came from the file called file. Every error
 * is added to issues; ST_BAD when there was one, and ret_ini then holds what
 * could be read, for finding further errors only. ST_NOMEM. */
NODISCARD enum status ini_read(struct arena *arena, const char *file,
			       const char *text, size_t len,
			       struct issues *issues, struct ini_file *ret_ini);

#endif
