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

/* The program that unpacks what begins like this, or NULL: it is plain. */
static const char *unpacker_of(const struct ctl_lines *lines)
{
	static const struct {
		const char *begin, *program;
	} rows[] = {
		{"\x1f\x8b", "zcat"},
		{"BZh", "bzcat"},
		{"\xfd" "7zXZ", "xzcat"},
		{"\x28\xb5\x2f\xfd", "zstdcat"},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strncmp(lines->line, rows[i].begin,
			    strlen(rows[i].begin)) == 0)
			return rows[i].program;
	return NULL;
}

static enum status refuse_packed(struct ctl_lines *lines, const char *program)
{
	ctl_line(stderr, "mtlsgatectl: %s: it is compressed: unpack it with "
			 "%s, and give - for standard input",
		 shown_name(lines), program);
	end(lines);
	return ST_BAD;
}

enum status ctl_lines_next(struct ctl_lines *lines)
{
	const char *unpacker = NULL;
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
	if (lines->number++ == 0)
		unpacker = unpacker_of(lines);
	if (unpacker)
		return refuse_packed(lines, unpacker);
	return too_long ? ST_BAD : ST_OK;
}

void ctl_lines_close(struct ctl_lines *lines)
{
	end(lines);
	free(lines->line);
	*lines = (struct ctl_lines){0};
}
