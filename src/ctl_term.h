/* ctl_term.h - colour and aligned tables where a person looks, plain text that
 * stays the same where a program reads. Whatever the texts hold, no control
 * character of theirs comes out. */
#ifndef MTLSGATE_CTL_TERM_H
#define MTLSGATE_CTL_TERM_H

#include <stdio.h>

#include "arena.h"

enum ctl_style {
	CTL_PLAIN = 0,
	CTL_BOLD,
	CTL_DIM,
	CTL_GREEN, /* ok, granted */
	CTL_YELLOW, /* warn */
	CTL_RED, /* FAIL, error, denied */
};

/* Takes the WHEN of --color=WHEN: auto (the default: on a terminal, unless
 * NO_COLOR is set or TERM is dumb), always or never. False: another word. */
NODISCARD bool ctl_term_color(const char *when);

/* Does style come out on this stream? */
bool ctl_term_colored(FILE *to);

/* Do tables come out aligned on this stream, for a person to read? */
bool ctl_term_aligned(FILE *to);

/* A copy that a terminal can show safely: control characters, bytes that are
 * not UTF-8, and characters that turn the direction of text stand as \xHH.
 * NULL when memory is out. */
NODISCARD char *ctl_term_show(struct arena *arena, const char *text,
			      size_t len);

/* The same of JSON text on one line, where they stand as \uHHHH: a reader
 * takes them for what they were. */
NODISCARD char *ctl_term_show_json(struct arena *arena, const char *json);

/* Columns that text takes: its characters, each taken to be one wide. */
size_t ctl_term_width(const char *text);

/* Writes a piece of a line in a style, shown safely, without a newline. */
void ctl_put(FILE *to, enum ctl_style style, const char *format, ...)
	PRINTF_LIKE(3, 4);

/* Ends a line begun with ctl_put. */
void ctl_put_end(FILE *to);

struct ctl_cell {
	enum ctl_style style;
	const char *text;
};

/* Rows of cells, filled in from left to right; begin with
 * {.arena = ARENA, .columns = N}. */
struct ctl_table {
	struct arena *arena;
	size_t columns;
	struct ctl_cell *cells;
	size_t count;
	bool failed; /* a cell found no memory */
};

/* Adds the next cell, shown safely. The first row is the heading. */
void ctl_cell(struct ctl_table *table, enum ctl_style style,
	      const char *format, ...) PRINTF_LIKE(3, 4);

/* Prints it: aligned on a terminal, with the heading in bold; elsewhere with
 * one tab between cells. A last row that is not full is not printed. */
void ctl_table_print(FILE *to, const struct ctl_table *table);

#endif
