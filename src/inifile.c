/* inifile.c - INI text comes in, sections with settings and line numbers go
 * out. inih splits key and value, one line at a time, and what it delivers is
 * compared with what was written, so that no build option of inih can turn one
 * policy into another. Never repairs a line: it is taken whole or refused. */
#include "inifile.h"

#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "iniline.h"

struct reader {
	struct arena *arena;
	const char *file;
	struct issues *issues;
	struct ini_file *ini;
	size_t line;
	bool bad;
	bool headless; /* the header above could not be read at all */
};

/* What inih made of a line. */
struct delivery {
	struct arena *arena;
	const char *section;
	const char *key;
	const char *value;
	int calls;
};

static struct ini_section *current(struct reader *reader)
{
	struct ini_file *ini = reader->ini;

	if (reader->headless || ini->count == 0)
		return NULL;
	return &ini->list[ini->count - 1];
}

static void refuse(struct reader *reader, const char *why)
{
	struct ini_section *section = current(reader);

	issue_error(reader->issues, reader->file, reader->line, "%s", why);
	reader->bad = true;
	if (section != NULL)
		section->broken = true;
}

static int take_delivery(void *user, const char *section, const char *key,
			 const char *value)
{
	struct delivery *delivery = user;

	delivery->calls++;
	if (section == NULL || key == NULL || value == NULL)
		return 0;
	delivery->section = arena_strdup(delivery->arena, section);
	delivery->key = arena_strdup(delivery->arena, key);
	delivery->value = arena_strdup(delivery->arena, value);
	return 1;
}

static bool equals(const char *text, struct part part)
{
	return strlen(text) == part.len &&
	       memcmp(text, part.text, part.len) == 0;
}

/* Has inih read one line below its header, and holds it to what is written. */
static bool deliver(struct reader *reader, const struct ini_line *line,
		    struct delivery *ret_delivery)
{
	char text[INI_SECTION_BYTES + INI_LINE_BYTES + 8];
	const struct ini_section *section = current(reader);
	const char *gap = section->name[0] != '\0' ? " " : "";
	size_t used = (size_t)snprintf(text, sizeof(text), "[%s%s%s]\n",
				       section->kind, gap, section->name);
	struct part head = {text + 1, used - 3};

	memcpy(text + used, line->whole.text, line->whole.len);
	memcpy(text + used + line->whole.len, "\n", 2);
	*ret_delivery = (struct delivery){.arena = reader->arena};
	int result = ini_parse_string(text, take_delivery, ret_delivery);
	if (result != 0 || ret_delivery->calls != 1)
		return false;
	if (ret_delivery->section == NULL || ret_delivery->key == NULL ||
	    ret_delivery->value == NULL) {
		reader->issues->failed = true;
		return false;
	}
	return equals(ret_delivery->section, head) &&
	       equals(ret_delivery->key, line->first) &&
	       equals(ret_delivery->value, line->second);
}

static void add_setting(struct reader *reader, const struct delivery *delivery)
{
	struct ini_section *section = current(reader);
	struct ini_setting *list = arena_grow(reader->arena, section->list,
					      section->count, sizeof(*list));

	if (list == NULL) {
		reader->issues->failed = true;
		return;
	}
	section->list = list;
	list[section->count++] = (struct ini_setting){
		.key = delivery->key,
		.value = delivery->value,
		.line = reader->line,
	};
}

static void take_setting(struct reader *reader, const struct ini_line *line)
{
	struct delivery delivery;

	if (reader->headless)
		return;
	if (current(reader) == NULL)
		refuse(reader, "this setting comes before the first section");
	else if (deliver(reader, line, &delivery))
		add_setting(reader, &delivery);
	else
		refuse(reader, "the INI library reads this line otherwise "
			       "than it is written");
}

static void take_header(struct reader *reader, const struct ini_line *line)
{
	struct ini_file *ini = reader->ini;
	struct ini_section *list =
		arena_grow(reader->arena, ini->list, ini->count, sizeof(*list));
	const char *kind =
		arena_strndup(reader->arena, line->first.text, line->first.len);
	const char *name = arena_strndup(reader->arena, line->second.text,
					 line->second.len);

	if (list != NULL)
		ini->list = list;
	reader->headless = list == NULL || kind == NULL || name == NULL;
	if (reader->headless) {
		reader->issues->failed = true;
		return;
	}
	list[ini->count++] = (struct ini_section){
		.kind = kind,
		.name = name,
		.line = reader->line,
	};
}

static void take_line(struct reader *reader, const char *text, size_t len)
{
	struct ini_line line = ini_line_read(text, len);

	if (line.kind == LINE_BAD && text[0] == '[')
		reader->headless = true;
	if (line.kind == LINE_HEADER)
		take_header(reader, &line);
	if (line.fault != NULL)
		refuse(reader, line.fault);
	else if (line.kind == LINE_SETTING)
		take_setting(reader, &line);
}

static void read_lines(struct reader *reader, const char *text, size_t len)
{
	const char *end = text + len;

	if (len == 0) {
		refuse(reader, "the file is empty");
		return;
	}
	reader->line = 1;
	if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
		refuse(reader, "the file begins with a byte order mark: save "
			       "it as plain UTF-8");
		text += 3;
	}
	while (text < end) {
		const char *stop = memchr(text, '\n', (size_t)(end - text));

		take_line(reader, text, (size_t)((stop ? stop : end) - text));
		if (stop == NULL) {
			refuse(reader, "the file does not end in a newline: it"
				       " may have been cut");
			return;
		}
		text = stop + 1;
		reader->line++;
	}
}

static int by_title(const void *left, const void *right)
{
	const struct ini_section *const *a = left;
	const struct ini_section *const *b = right;
	int order = strcmp((*a)->kind, (*b)->kind);

	if (order == 0)
		order = strcmp((*a)->name, (*b)->name);
	if (order == 0)
		order = (*a)->line < (*b)->line ? -1 : 1;
	return order;
}

static void find_repeated(struct reader *reader)
{
	const struct ini_file *ini = reader->ini;
	const struct ini_section **list =
		arena_alloc(reader->arena, (ini->count + 1) * sizeof(*list));

	if (list == NULL) {
		reader->issues->failed = true;
		return;
	}
	for (size_t i = 0; i < ini->count; i++)
		list[i] = &ini->list[i];
	qsort(list, ini->count, sizeof(*list), by_title);
	for (size_t i = 1; i < ini->count; i++) {
		if (strcmp(list[i - 1]->kind, list[i]->kind) != 0 ||
		    strcmp(list[i - 1]->name, list[i]->name) != 0)
			continue;
		reader->bad = true;
		issue_error(reader->issues, reader->file, list[i]->line,
			    "this section is there already, at line %zu",
			    list[i - 1]->line);
	}
}

static void find_empty(struct reader *reader)
{
	for (size_t i = 0; i < reader->ini->count; i++) {
		struct ini_section *section = &reader->ini->list[i];

		if (section->count > 0 || section->broken)
			continue;
		reader->bad = true;
		section->broken = true;
		issue_error(reader->issues, reader->file, section->line,
			    "this section is empty");
	}
}

enum status ini_read(struct arena *arena, const char *file, const char *text,
		     size_t len, struct issues *issues,
		     struct ini_file *ret_ini)
{
	struct reader reader = {
		.arena = arena,
		.file = file,
		.issues = issues,
		.ini = ret_ini,
	};

	*ret_ini = (struct ini_file){0};
	read_lines(&reader, text, len);
	find_repeated(&reader);
	find_empty(&reader);
	if (issues->failed)
		return ST_NOMEM;
	return reader.bad ? ST_BAD : ST_OK;
}
