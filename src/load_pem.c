/* load_pem.c - files and directories of certificates or CRLs come in, the DER
 * of each object goes out. Never passes over a block or a byte that is in
 * doubt: what is left out of a list of CRLs would be let in. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "loader.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"

/* One file on its way. */
struct reader {
	struct loader *loader;
	const struct ini_setting *setting;
	const struct der_files *kind;
	const char *path;
	const char *text; /* ends in a NUL that len does not count */
	size_t len;
	size_t at;        /* behind what was read */
	const char *body; /* base64 of the block at hand */
	const char *body_end;
};

static const char *line_end(const struct reader *reader, const char *line)
{
	const char *stop = reader->text + reader->len;
	const char *end = memchr(line, '\n', (size_t)(stop - line));

	return end != NULL ? end : stop;
}

/* Is the line, but for blanks at its end, "-----BEGIN LABEL-----"? */
static bool is_boundary(const char *line, const char *end, const char *start,
			const char *label)
{
	const char *const parts[] = {start, label, DASHES};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t len = strlen(parts[i]);

		if (strncmp(line, parts[i], len) != 0)
			return false;
		line += len;
	}
	while (line < end && strchr(" \t\r", *line) != NULL && *line != '\0')
		line++;
	return line == end;
}

static bool has(const char *line, const char *end, const char *word)
{
	return memmem(line, (size_t)(end - line), word, strlen(word)) != NULL;
}

/* The block that begins in this line. ST_BAD leaves reader->at at the line
 * that is wrong. */
static enum status find_end(struct reader *reader, const char *line,
			    const char **ret_why)
{
	const char *label = reader->kind->label;
	const char *end = line_end(reader, line);
	const char *stop = reader->text + reader->len;
	const char *last;

	if (!is_boundary(line, end, BEGIN, label)) {
		*ret_why = arena_printf(reader->loader->arena,
					"this does not begin a PEM block "
					"labelled %s, and there is no place "
					"here for others",
					label);
		return *ret_why != NULL ? ST_BAD : ST_NOMEM;
	}
	*ret_why = "this PEM block has no end";
	last = memmem(end, (size_t)(stop - end), "\n" END, strlen("\n" END));
	if (last == NULL)
		return ST_BAD;
	reader->body = end + 1;
	reader->body_end = last + 1;
	end = line_end(reader, reader->body_end);
	*ret_why = "this PEM block does not end with the line that it should";
	if (!is_boundary(reader->body_end, end, END, label))
		return ST_BAD;
	reader->at = (size_t)(end - reader->text) + (end < stop);
	return ST_OK;
}

/* Moves on to the next block; text between blocks is for people. ST_ABSENT:
 * there is none. */
static enum status next_block(struct reader *reader, const char **ret_why)
{
	while (reader->at < reader->len) {
		const char *line = reader->text + reader->at;
		const char *end = line_end(reader, line);

		if (strncmp(line, BEGIN, strlen(BEGIN)) == 0)
			return find_end(reader, line, ret_why);
		if (has(line, end, "-BEGIN ") || has(line, end, "-END ")) {
			*ret_why = "this is nearly the first or last line of a "
				   "PEM block: such a line has nothing else in "
				   "it";
			return ST_BAD;
		}
		reader->at = (size_t)(end - reader->text) + 1;
	}
	return ST_ABSENT;
}

static enum status take_block(struct reader *reader, const char **ret_why)
{
	size_t room = (size_t)(reader->body_end - reader->body);
	unsigned char *bytes = malloc(BASE64_ROOM(room));
	size_t len = 0;

	if (bytes == NULL)
		return ST_NOMEM;
	if (unwrap_base64(reader->body, reader->body_end, true, bytes, &len))
		return reader->kind->take(reader->loader, reader->path, bytes,
					  len, ret_why);
	free(bytes);
	*ret_why = "this block is not base64, or not canonical base64";
	return ST_BAD;
}

/* About the line at reader->at. */
static void complain(const struct reader *reader, const char *why)
{
	size_t line = 1;

	for (size_t i = 0; i < reader->at && i < reader->len; i++)
		line += reader->text[i] == '\n';
	issue_error(reader->loader->issues, reader->loader->file,
		    reader->setting->line, "%s:%zu: %s", reader->path, line,
		    why);
}

static enum status take_blocks(struct reader *reader)
{
	const char *why = NULL;
	size_t count = 0;
	enum status status;

	while ((status = next_block(reader, &why)) == ST_OK) {
		status = take_block(reader, &why);
		if (status == ST_BAD)
			reader->at = (size_t)(reader->body - reader->text) - 1;
		if (status != ST_OK)
			break;
		count++;
	}
	if (status == ST_BAD)
		complain(reader, why);
	else if (status == ST_ABSENT && count == 0)
		issue_error(reader->loader->issues, reader->loader->file,
			    reader->setting->line,
			    "%s: there is no %s in it, neither in PEM nor in "
			    "DER",
			    reader->path, reader->kind->label);
	return status == ST_ABSENT ? ST_OK : status;
}

/* DER begins with a SEQUENCE whose length takes more than one byte; text does
 * not have the second byte. */
static bool is_der(const struct reader *reader)
{
	return reader->len > 1 && reader->text[0] == 0x30 &&
	       (unsigned char)reader->text[1] > 0x7f;
}

static enum status take_whole(struct reader *reader)
{
	unsigned char *bytes = malloc(reader->len);
	const char *why = NULL;

	if (bytes == NULL)
		return ST_NOMEM;
	memcpy(bytes, reader->text, reader->len);
	enum status status = reader->kind->take(reader->loader, reader->path,
						bytes, reader->len, &why);
	if (status == ST_BAD)
		issue_error(reader->loader->issues, reader->loader->file,
			    reader->setting->line, "%s: %s", reader->path, why);
	return status;
}

void note_file(struct loader *loader, const struct policy_file *file)
{
	struct policy *policy = loader->policy;
	struct policy_file *files = loader_grow(
		loader, policy->files, policy->file_count, sizeof(*files));

	if (files == NULL)
		return;
	policy->files = files;
	files[policy->file_count++] = *file;
}

static void cannot_read(struct loader *loader,
			const struct ini_setting *setting, const char *path,
			const char *why)
{
	issue_error(loader->issues, loader->file, setting->line, "%s: %s", path,
		    why);
}

/* The text is needed only until its objects are taken: an arena of its own. */
static enum status read_file(struct arena *arena, struct reader *reader)
{
	struct policy_file file;
	const char *why = NULL;
	enum status status =
		load_file(arena, reader->path, reader->kind->max, &reader->text,
			  &reader->len, &file, &why);

	if (status == ST_OK && reader->len == 0) {
		why = "the file is empty";
		status = ST_BAD;
	}
	if (status == ST_BAD)
		cannot_read(reader->loader, reader->setting, reader->path, why);
	if (status != ST_OK)
		return status;
	file.path = reader->path;
	note_file(reader->loader, &file);
	return is_der(reader) ? take_whole(reader) : take_blocks(reader);
}

static void read_one(struct loader *loader, const struct ini_setting *setting,
		     const struct der_files *kind, const char *path)
{
	struct reader reader = {.loader = loader,
				.setting = setting,
				.kind = kind,
				.path = path};

	if (kind->known != NULL && kind->known(loader, path))
		return;
	struct arena *arena = arena_new();
	if (arena == NULL || read_file(arena, &reader) == ST_NOMEM)
		loader->issues->failed = true;
	arena_free(arena);
}

static void read_directory(struct loader *loader,
			   const struct ini_setting *setting,
			   const struct der_files *kind, const char *path)
{
	struct policy_file directory;
	const char **files = NULL;
	const char *why = NULL;
	size_t count = 0;
	enum status status = load_directory(loader->arena, path, &files, &count,
					    &directory, &why);

	if (status == ST_OK && count == 0) {
		why = "there is no file in this directory";
		status = ST_BAD;
	}
	if (status == ST_NOMEM)
		loader->issues->failed = true;
	else if (status != ST_OK)
		cannot_read(loader, setting, path, why);
	if (status != ST_OK)
		return;
	note_file(loader, &directory);
	for (size_t i = 0; i < count && !loader->issues->failed; i++)
		read_one(loader, setting, kind, files[i]);
}

void der_files_read(struct loader *loader, const struct ini_setting *setting,
		    const struct der_files *kind)
{
	const char *path = value_path(loader, setting->value);
	struct stat st;

	if (path == NULL)
		return;
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		read_directory(loader, setting, kind, path);
	else
		read_one(loader, setting, kind, path);
}
