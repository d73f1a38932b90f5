/* iniline.c - one line of INI text comes in, its kind and its parts go out, or
 * why it is refused. Never repairs a line: it is taken as it is or not. */
#include "iniline.h"

#include <string.h>

#include "utf8.h"

static const char KEY_BYTES[] = "abcdefghijklmnopqrstuvwxyz"
				"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct part trim(struct part part)
{
	while (part.len > 0 && is_blank(part.text[0])) {
		part.text++;
		part.len--;
	}
	while (part.len > 0 && is_blank(part.text[part.len - 1]))
		part.len--;
	return part;
}

static bool has(struct part part, char c)
{
	return part.len > 0 && memchr(part.text, c, part.len) != NULL;
}

/* utf8_clean takes a tab for the control character that it is; between the
 * words of a line it is a blank. */
static bool is_clean(const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end) {
		const char *tab = memchr(text, '\t', (size_t)(end - text));
		const char *stop = tab != NULL ? tab : end;

		if (!utf8_clean(text, (size_t)(stop - text)))
			return false;
		text = tab != NULL ? tab + 1 : end;
	}
	return true;
}

const char *ini_text_fault(const char *line, size_t len)
{
	struct part whole = {line, len};

	if (has(whole, '\0'))
		return "there is a NUL byte in this line";
	if (has(whole, '\r'))
		return "there is a bare carriage return in this line";
	if (!is_clean(line, len))
		return "this line is not clean UTF-8 text: there is a control "
		       "character or a malformed byte in it";
	return NULL;
}

/* inih takes only " ;" for a comment, people take " #" for one as well: in
 * either reading the value would be another. A # after the ~ of a template is
 * a digit. */
static bool has_comment(struct part value)
{
	char before = '\0';

	for (size_t i = 0; i < value.len; i++) {
		char c = value.text[i];
		bool mark = c == ';' || (c == '#' && before != '~');

		if (mark && (i == 0 || is_blank(value.text[i - 1])))
			return true;
		if (!is_blank(c))
			before = c;
	}
	return false;
}

static const char *key_fault(struct part key)
{
	if (key.len == 0)
		return "there is no key before the '='";
	for (size_t i = 0; i < key.len; i++)
		if (strchr(KEY_BYTES, key.text[i]) == NULL)
			return "a key consists of letters, digits, '.', '_' "
			       "and '-' only";
	return NULL;
}

static const char *value_fault(struct part value)
{
	if (has_comment(value))
		return "a comment begins at the start of its own line, never "
		       "behind a value (a literal one is written \\; or \\#)";
	if (value.len == 0)
		return "there is no value after the '='";
	if (has(value, '\t'))
		return "there is a tab inside the value";
	return NULL;
}

static void read_setting(struct ini_line *line)
{
	struct part whole = line->whole;
	const char *equal = memchr(whole.text, '=', whole.len);
	const char *colon = memchr(whole.text, ':', whole.len);

	if (colon != NULL && (equal == NULL || colon < equal)) {
		line->fault = "there is a ':' before the first '=': a setting "
			      "is written KEY = VALUE";
		return;
	}
	if (equal == NULL) {
		line->fault = "there is no '=': a setting is written "
			      "KEY = VALUE";
		return;
	}
	size_t split = (size_t)(equal - whole.text);
	line->first = trim((struct part){whole.text, split});
	line->second = trim((struct part){equal + 1, whole.len - split - 1});
	line->fault = key_fault(line->first);
	if (line->fault == NULL)
		line->fault = value_fault(line->second);
	if (line->fault == NULL)
		line->kind = LINE_SETTING;
}

static const char *header_fault(struct part inside, struct part kind,
				struct part name)
{
	if (inside.len > INI_SECTION_BYTES)
		return "the section's name is too long: 49 bytes between "
		       "[ and ] is the limit";
	if (kind.len == 0 || has(inside, '[') || has(inside, '\t'))
		return "this is no section: it is written [KIND] or "
		       "[KIND NAME]";
	if (kind.len < inside.len && (name.len == 0 || has(name, ' ')))
		return "in a section's header one space stands between kind "
		       "and name, and nowhere else";
	return NULL;
}

static void read_header(struct ini_line *line)
{
	struct part whole = line->whole;
	const char *close = memchr(whole.text, ']', whole.len);

	if (close == NULL) {
		line->fault = "there is no ']' at the end of this section's "
			      "header";
		return;
	}
	struct part inside = {whole.text + 1, (size_t)(close - whole.text) - 1};
	struct part after = {close + 1, whole.len - inside.len - 2};
	const char *space = memchr(inside.text, ' ', inside.len);
	size_t split = space ? (size_t)(space - inside.text) : inside.len;
	line->first = (struct part){inside.text, split};
	line->second = (struct part){close, 0};
	if (space != NULL)
		line->second = (struct part){space + 1, inside.len - split - 1};
	line->fault = header_fault(inside, line->first, line->second);
	if (line->fault != NULL)
		return;
	line->kind = LINE_HEADER;
	if (trim(after).len > 0)
		line->fault = "there is text after the ']': a section's "
			      "header stands alone on its line";
}

struct ini_line ini_line_read(const char *text, size_t len)
{
	if (len > 0 && text[len - 1] == '\r')
		len--;
	struct ini_line line = {.whole = {text, len}};

	line.fault = ini_text_fault(text, len);
	if (line.fault != NULL)
		return line;
	if (len > INI_LINE_BYTES)
		line.fault = "this line is too long: 198 bytes is the limit "
			     "(long lists go to a file: KEY = @FILE)";
	else if (trim(line.whole).len == 0)
		line.kind = LINE_NOTHING;
	else if (is_blank(text[0]))
		line.fault = "this line is indented: sections, settings and "
			     "comments begin at the start of a line";
	else if (text[0] == ';' || text[0] == '#')
		line.kind = LINE_NOTHING;
	else if (text[0] == '[')
		read_header(&line);
	else
		read_setting(&line);
	return line;
}
