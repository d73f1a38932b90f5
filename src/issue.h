/* issue.h - what is wrong or doubtful in a file that a person wrote. */
#ifndef MTLSGATE_ISSUE_H
#define MTLSGATE_ISSUE_H

#include "arena.h"

/* One finding. */
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

/* Adds an error or a warning; the text is formatted as printf does, and file
 * and text are copied. A finding that finds no memory sets failed. */
void issue_error(struct issues *issues, const char *file, size_t line,
		 const char *format, ...) PRINTF_LIKE(4, 5);
void issue_warning(struct issues *issues, const char *file, size_t line,
		   const char *format, ...) PRINTF_LIKE(4, 5);

/* Puts the issues from index from on in the order of their lines; those of one
 * line keep theirs. */
void issues_sort(struct issues *issues, size_t from);

#endif
