/* load_list.c - "attribute = @FILE": a file with one literal value a line
 * comes in, a table of keys goes out. Never takes a list of which a line is in
 * doubt. */
#include <string.h>

#include "iniline.h"
#include "load.h"
#include "loader.h"

enum {
	MAX_LIST_BYTES = 64 * 1024 * 1024,
	MAX_COMPLAINTS = 20, /* about one file */
	DIGEST_DIGITS = 64,
	SERIAL_DIGITS = 40,
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *line_fault(const char *line, size_t len)
{
	const char *fault = ini_text_fault(line, len);

	if (fault != NULL)
		return fault;
	if (len == 0)
		return "this line is empty";
	if (is_blank(line[0]) || is_blank(line[len - 1]))
		return "this line begins or ends with a blank";
	if (memchr(line, '\t', len) != NULL)
		return "there is a tab inside the value";
	return NULL;
}

/* The line at *offset and its length without its end; NULL after the last. */
static const char *cut_line(const struct list_text *text, size_t *offset,
			    size_t *ret_len)
{
	const char *line = text->text + *offset;

	if (*offset >= text->len)
		return NULL;
	const char *end = memchr(line, '\n', text->len - *offset);
	size_t len = end ? (size_t)(end - line) : text->len - *offset;
	*offset += len + 1;
	if (len > 0 && line[len - 1] == '\r')
		len--;
	*ret_len = len;
	return line;
}

static bool check_lines(struct loader *loader,
			const struct ini_setting *setting,
			const struct list_text *text)
{
	size_t offset = 0, number = 0, bad = 0, len = 0;
	const char *line;

	while ((line = cut_line(text, &offset, &len)) != NULL) {
		const char *fault = line_fault(line, len);

		number++;
		if (fault == NULL)
			continue;
		issue_error(loader->issues, loader->file, setting->line,
			    "%s:%zu: %s", text->path, number, fault);
		if (++bad >= MAX_COMPLAINTS)
			break;
	}
	return bad == 0;
}

static bool check_whole(struct loader *loader,
			const struct ini_setting *setting,
			const struct list_text *text)
{
	const char *fault = NULL;

	if (text->len == 0)
		fault = "the file is empty";
	else if (text->text[text->len - 1] != '\n')
		fault = "the file does not end in a newline: it may have been "
			"cut";
	else if (strncmp(text->text, "\xEF\xBB\xBF", 3) == 0)
		fault = "the file begins with a byte order mark";
	if (fault == NULL)
		return check_lines(loader, setting, text);
	issue_error(loader->issues, loader->file, setting->line, "%s: %s",
		    text->path, fault);
	return false;
}

static struct list_text *open_list(struct loader *loader,
				   const struct ini_setting *setting,
				   const char *path)
{
	struct list_text *list = loader_alloc(loader, sizeof(*list));
	struct policy_file file;
	const char *why = NULL;

	if (list == NULL)
		return NULL;
	list->path = path;
	enum status status = load_file(loader->arena, path, MAX_LIST_BYTES,
				       &list->text, &list->len, &file, &why);
	if (status == ST_NOMEM) {
		loader->issues->failed = true;
		return NULL;
	}
	if (status != ST_OK) {
		issue_error(loader->issues, loader->file, setting->line,
			    "%s: %s", path, why);
		return NULL;
	}
	note_file(loader, &file);
	return check_whole(loader, setting, list) ? list : NULL;
}

const struct list_text *list_read(struct loader *loader,
				  const struct ini_setting *setting)
{
	const char *name = setting->value + 1;

	if (name[0] == '\0') {
		issue_error(loader->issues, loader->file, setting->line,
			    "%s = @ lacks the name of a file (a literal @ is "
			    "written \\@)",
			    setting->key);
		return NULL;
	}
	const char *path = value_path(loader, name);
	if (path == NULL)
		return NULL;
	for (struct list_text *old = loader->texts; old; old = old->next)
		if (strcmp(old->path, path) == 0)
			return old;
	struct list_text *list = open_list(loader, setting, path);
	if (list == NULL)
		return NULL;
	list->next = loader->texts;
	loader->texts = list;
	return list;
}

const char *list_next(struct loader *loader, const struct list_text *text,
		      size_t *offset)
{
	size_t len = 0;
	const char *line = cut_line(text, offset, &len);

	if (line == NULL)
		return NULL;
	const char *copy = arena_strndup(loader->arena, line, len);
	if (copy == NULL)
		loader->issues->failed = true;
	return copy;
}

static const char *key_fault(struct loader *loader, enum attr_compare compare,
			     const char *line, const char **ret_key)
{
	switch (attr_key(loader->arena, compare, line, ret_key)) {
	case ST_OK:
		break;
	case ST_NOMEM:
		loader->issues->failed = true;
		return NULL;
	case ST_BAD:
	case ST_ABSENT:
		return "it is not of the kind that this attribute has";
	}
	size_t len = strlen(*ret_key);
	if (compare == COMPARE_HEX && len != DIGEST_DIGITS)
		return "a SHA-256 digest has 64 hexadecimal digits";
	if (compare == COMPARE_SERIAL && len > SERIAL_DIGITS)
		return "a serial number has at most 40 hexadecimal digits";
	return NULL;
}

/* Room for a key from each line. */
static bool make_room(struct loader *loader, const struct list_text *text,
		      struct value_file *file)
{
	size_t offset = 0, lines = 0, len = 0;

	while (cut_line(text, &offset, &len) != NULL)
		lines++;
	if (table_init(loader->arena, lines, &file->keys) == ST_OK)
		return true;
	loader->issues->failed = true;
	return false;
}

static struct value_file *make_keys(struct loader *loader,
				    const struct ini_setting *setting,
				    const struct list_text *text,
				    enum attr_compare compare)
{
	struct value_file *file = loader_alloc(loader, sizeof(*file));
	size_t offset = 0, bad = 0, number = 0;
	const char *line;

	if (file == NULL || !make_room(loader, text, file))
		return NULL;
	file->file = text->path;
	while ((line = list_next(loader, text, &offset)) != NULL) {
		const char *key = line;
		const char *fault = key_fault(loader, compare, line, &key);

		number++;
		if (fault == NULL) {
			if (!table_add(&file->keys, table_hash(0, key), key,
				       number))
				loader->issues->failed = true;
			continue;
		}
		issue_error(loader->issues, loader->file, setting->line,
			    "%s:%zu: '%s': %s", text->path, number, line,
			    fault);
		if (++bad >= MAX_COMPLAINTS)
			break;
	}
	return bad == 0 ? file : NULL;
}

const struct value_file *list_values(struct loader *loader,
				     const struct ini_setting *setting,
				     const struct attr *attr)
{
	const struct list_text *text = list_read(loader, setting);
	enum attr_compare compare = attr->compare;

	if (text == NULL)
		return NULL;
	for (struct list_keys *old = loader->keys; old; old = old->next)
		if (old->text == text && old->compare == compare)
			return old->file;
	struct list_keys *keys = loader_alloc(loader, sizeof(*keys));
	if (keys == NULL)
		return NULL;
	keys->file = make_keys(loader, setting, text, compare);
	if (keys->file == NULL)
		return NULL;
	keys->text = text;
	keys->compare = compare;
	keys->next = loader->keys;
	loader->keys = keys;
	return keys->file;
}
