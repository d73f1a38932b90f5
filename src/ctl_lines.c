/* ctl_lines.c - in: the name of a file that others write; out: its lines, one
 * at a time. However large it is, or its lines are, no more than one line is
 * ever held. */
#include "ctl_lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ctl_io.h"

static const char *shown_name(const struct ctl_lines *lines)
{
	return lines->piped ? "standard input" : lines->name;
}

static void end(struct ctl_lines *lines)
{
	if (lines->file && !lines->piped)
		fclose(lines->file);
	lines->file = NULL;
}

enum status ctl_lines_open(const char *name, struct ctl_lines *ret_lines)
{
	struct ctl_lines lines = {.name = name};

	lines.piped = strcmp(name, "-") == 0;
	lines.line = malloc(MAX_LINE + 1);
	if (!lines.line) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return ST_NOMEM;
	}
	lines.file = lines.piped ? stdin : fopen(name, "re");
	if (!lines.file) {
		ctl_line(stderr, "mtlsgatectl: %s: %s", name, strerror(errno));
		free(lines.line);
		return ST_BAD;
	}
	*ret_lines = lines;
	return ST_OK;
}

static enum status fail(struct ctl_lines *lines)
{
	ctl_line(stderr, "mtlsgatectl: %s: %s", shown_name(lines),
		 strerror(errno));
	end(lines);
	return ST_BAD;
}

enum status ctl_lines_next(struct ctl_lines *lines)
{
	bool too_long = false;
	int byte = EOF;

	if (!lines->file)
		return ST_ABSENT;
	lines->len = 0;
	while ((byte = getc_unlocked(lines->file)) != EOF && byte != '\n') {
		if (lines->len < MAX_LINE)
			lines->line[lines->len++] = (char)byte;
		else
			too_long = true;
	}
	lines->line[lines->len] = '\0';
	lines->ended = byte == '\n';
	if (ferror(lines->file))
		return fail(lines);
	if (byte == EOF && lines->len == 0)
		return ST_ABSENT;
	lines->number++;
	return too_long ? ST_BAD : ST_OK;
}

void ctl_lines_close(struct ctl_lines *lines)
{
	end(lines);
	free(lines->line);
	*lines = (struct ctl_lines){0};
}
