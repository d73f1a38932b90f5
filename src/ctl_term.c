/* ctl_term.c - in: texts from anywhere and how they are to look; out: lines,
 * coloured and aligned on a terminal, plain elsewhere. It lets no control
 * character through but those that it makes itself. */
#include "ctl_term.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

enum when { WHEN_AUTO = 0, WHEN_ALWAYS, WHEN_NEVER };

static enum when color_when;

static const char *const codes[] = {
	[CTL_PLAIN] = "", [CTL_BOLD] = "\033[1m", [CTL_DIM] = "\033[2m",
	[CTL_GREEN] = "\033[32m", [CTL_YELLOW] = "\033[33m",
	[CTL_RED] = "\033[31m",
};

bool ctl_term_color(const char *when)
{
	static const char *const words[] = {"auto", "always", "never"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (strcmp(when, words[i]) == 0) {
			color_when = (enum when)i;
			return true;
		}
	}
	return false;
}

bool ctl_term_colored(FILE *to)
{
	const char *no_color = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	if (color_when != WHEN_AUTO)
		return color_when == WHEN_ALWAYS;
	if (no_color && *no_color)
		return false;
	return term && strcmp(term, "dumb") != 0 && isatty(fileno(to));
}

bool ctl_term_aligned(FILE *to)
{
	return color_when == WHEN_ALWAYS || isatty(fileno(to));
}

/* U+200E and F, U+2028 to 202E, U+2066 to 2069: they begin a line or make
 * what follows be read backwards. */
static bool turns_text(const unsigned char *s)
{
	if (s[0] != 0xe2 || (s[1] != 0x80 && s[1] != 0x81))
		return false;
	if (s[1] == 0x81)
		return s[2] >= 0xa6 && s[2] <= 0xa9;
	return s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xa8 && s[2] <= 0xae);
}

/* Each of them takes three bytes, and twelve as \xHH. */
static char *show_turns(struct arena *arena, const char *clean)
{
	char *out = arena_alloc(arena, 4 * strlen(clean) + 1);
	char *to = out;

	for (const char *at = clean; out && *at; at++) {
		const unsigned char *s = (const unsigned char *)at;

		if (!turns_text(s)) {
			*to++ = *at;
			continue;
		}
		to += snprintf(to, 13, "\\x%02X\\x%02X\\x%02X", s[0], s[1],
			       s[2]);
		at += 2;
	}
	return out;
}

char *ctl_term_show(struct arena *arena, const char *text, size_t len)
{
	char *clean = utf8_show(arena, text, len);

	if (!clean || !strstr(clean, "\xe2"))
		return clean;
	return show_turns(arena, clean);
}

/* Of a character of up to three bytes: no other one is shown as its number. */
static unsigned code_of(const char *at, size_t size)
{
	const unsigned char *s = (const unsigned char *)at;

	if (size == 1)
		return s[0];
	if (size == 2)
		return (s[0] & 0x1fu) << 6 | (s[1] & 0x3fu);
	return (s[0] & 0xfu) << 12 | (s[1] & 0x3fu) << 6 | (s[2] & 0x3fu);
}

char *ctl_term_show_json(struct arena *arena, const char *json)
{
	size_t left = strlen(json);
	char *out = arena_alloc(arena, 6 * left + 1);
	char *to = out;

	while (out && left) {
		size_t size = utf8_char(json, left);

		size = size ? size : 1;
		if (utf8_control(json, size) ||
		    turns_text((const unsigned char *)json)) {
			to += snprintf(to, 7, "\\u%04x", code_of(json, size));
		} else {
			memcpy(to, json, size);
			to += size;
		}
		json += size;
		left -= size;
	}
	return out;
}

size_t ctl_term_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

PRINTF_LIKE(2, 0)
static char *format_shown(struct arena *arena, const char *format,
			  va_list args)
{
	char *raw = NULL;
	int len = vasprintf(&raw, format, args);
	char *shown = NULL;

	if (len < 0)
		return NULL;
	shown = ctl_term_show(arena, raw, (size_t)len);
	free(raw);
	return shown;
}

static void put_styled(FILE *to, enum ctl_style style, const char *shown)
{
	bool styled = style != CTL_PLAIN && *shown && ctl_term_colored(to);

	fprintf(to, "%s%s%s", styled ? codes[style] : "", shown,
		styled ? "\033[0m" : "");
}

void ctl_put(FILE *to, enum ctl_style style, const char *format, ...)
{
	struct arena *arena = arena_new();
	const char *shown = NULL;
	va_list args;

	va_start(args, format);
	if (arena)
		shown = format_shown(arena, format, args);
	va_end(args);
	put_styled(to, style, shown ? shown : "(out of memory)");
	arena_free(arena);
}

void ctl_put_end(FILE *to)
{
	fputc('\n', to);
}

void ctl_cell(struct ctl_table *table, enum ctl_style style,
	      const char *format, ...)
{
	struct ctl_cell *cells = arena_grow(table->arena, table->cells,
					    table->count, sizeof(*cells));
	const char *shown = NULL;
	va_list args;

	va_start(args, format);
	if (cells)
		shown = format_shown(table->arena, format, args);
	va_end(args);
	if (!shown) {
		table->failed = true;
		return;
	}
	cells[table->count] = (struct ctl_cell){style, shown};
	table->cells = cells;
	table->count++;
}

static size_t column_width(const struct ctl_table *table, size_t column)
{
	size_t whole = table->count / table->columns * table->columns;
	size_t width = 0;

	for (size_t i = column; i < whole; i += table->columns) {
		size_t wide = ctl_term_width(table->cells[i].text);

		width = wide > width ? wide : width;
	}
	return width;
}

static void print_cell(FILE *to, const struct ctl_table *table, size_t index,
		       size_t width)
{
	const struct ctl_cell *cell = &table->cells[index];
	size_t wide = ctl_term_width(cell->text);
	bool last = (index + 1) % table->columns == 0;

	put_styled(to, index < table->columns ? CTL_BOLD : cell->style,
		   cell->text);
	if (last)
		ctl_put_end(to);
	else if (width == 0)
		fputc('\t', to);
	else
		fprintf(to, "%*s", (int)(width - wide) + 2, "");
}

void ctl_table_print(FILE *to, const struct ctl_table *table)
{
	bool aligned = ctl_term_aligned(to);
	size_t rows = table->columns ? table->count / table->columns : 0;
	size_t *widths = arena_alloc(table->arena,
				     (table->columns + 1) * sizeof(*widths));

	if (!widths || table->failed) {
		ctl_put(to, CTL_PLAIN, "(out of memory)");
		ctl_put_end(to);
		return;
	}
	for (size_t i = 0; aligned && i < table->columns; i++)
		widths[i] = column_width(table, i);
	for (size_t i = 0; i < rows * table->columns; i++)
		print_cell(to, table, i, widths[i % table->columns]);
}
