/* inifile.h - the strict reader of INI text: with inifile.c the only code
 * that sees inih. It turns text into sections and settings with their line
 * numbers and knows nothing of what they mean. */
#ifndef MTLSGATE_INIFILE_H
#define MTLSGATE_INIFILE_H

#include "arena.h"

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
};

struct ini_file {
	struct ini_section *list;
	size_t count;
};

/* What is wrong or doubtful in a policy. */
struct issue {
	const char *file;
	size_t line; /* 0: the file as a whole */
	bool warning;
	const char *text; /* what was found and what to do */
};

struct issues {
	struct arena *arena;
	struct issue *list;
	size_t count;
	size_t errors;
	bool failed; /* memory ran out: treat as an error */
};

void issue_error(struct issues *issues, const char *file, size_t line,
		 const char *format, ...) PRINTF_LIKE(4, 5);
void issue_warning(struct issues *issues, const char *file, size_t line,
		   const char *format, ...) PRINTF_LIKE(4, 5);

/* Parses len bytes of text, which came from the file called file. Every error
 * is added to issues; ST_BAD when there was one. */
NODISCARD enum status ini_read(struct arena *arena, const char *file,
			       const char *text, size_t len,
			       struct issues *issues, struct ini_file *ret_ini);

#endif
