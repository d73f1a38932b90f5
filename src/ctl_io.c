/* ctl_io.c - in: file names of the administrator and texts to print; out: the
 * certificates in a file, and lines on a stream that a terminal can show
 * safely. It never parses a certificate: the stages do, as for a server. */
#include "ctl_io.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "ctl_term.h"

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"

enum { MAX_FILE = 1024 * 1024 };

void ctl_line(FILE *to, const char *format, ...)
{
	struct arena *arena = arena_new();
	char *raw = NULL;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&raw, format, args);
	va_end(args);
	if (len < 0)
		raw = NULL;
	const char *shown =
		arena && raw ? ctl_term_show(arena, raw, (size_t)len) : NULL;
	fprintf(to, "%s\n", shown ? shown : "(out of memory)");
	free(raw);
	arena_free(arena);
}

enum status ctl_print_json(struct json *json, json_t *root)
{
	struct buf out = {0};
	const char *shown = NULL;

	json_finish(json, root, &out);
	if (!out.failed)
		shown = ctl_term_show_json(json->arena, out.data);
	if (shown)
		puts(shown);
	buf_free(&out);
	return shown ? ST_OK : ST_NOMEM;
}

void ctl_print_issue(FILE *to, const struct issue *issue)
{
	ctl_put(to, CTL_PLAIN, "%s:", issue->file);
	if (issue->line)
		ctl_put(to, CTL_PLAIN, "%zu:", issue->line);
	ctl_put(to, CTL_PLAIN, " ");
	ctl_put(to, issue->warning ? CTL_YELLOW : CTL_RED, "%s",
		issue->warning ? "warning" : "error");
	ctl_put(to, CTL_PLAIN, ": %s", issue->text);
	ctl_put_end(to);
}

const char *ctl_default_policy(void)
{
	const char *file = getenv("MTLSGATE_POLICY");

	return file && *file ? file : POLICY_DEFAULT_FILE;
}

/* NULL when all of file is in text; else why not. */
static const char *read_stream(FILE *file, char *text, size_t *ret_len)
{
	*ret_len = fread(text, 1, MAX_FILE + 1, file);
	if (ferror(file))
		return strerror(errno);
	if (*ret_len > MAX_FILE)
		return "it is larger than any certificate";
	return *ret_len == 0 ? "it is empty" : NULL;
}

/* A pipe will do as well as a file: shells hand over <(COMMAND) as one. */
static enum status read_all(struct arena *arena, const char *name,
			    const char **ret_text, size_t *ret_len)
{
	char *text = arena_alloc(arena, MAX_FILE + 2);
	bool piped = strcmp(name, "-") == 0;
	const char *why = "out of memory";
	FILE *file = NULL;

	if (text) {
		file = piped ? stdin : fopen(name, "re");
		why = file ? read_stream(file, text, ret_len)
			   : strerror(errno);
	}
	if (file && !piped)
		fclose(file);
	if (why) {
		ctl_line(stderr, "mtlsgatectl: %s: %s",
			 piped ? "standard input" : name, why);
		return ST_BAD;
	}
	*ret_text = text;
	return ST_OK;
}

/* DER begins with a SEQUENCE whose length takes more than one byte. */
static bool is_binary(const char *text, size_t len)
{
	return memchr(text, 0, len) ||
	       (len > 1 && text[0] == 0x30 && (unsigned char)text[1] > 0x7f);
}

/* What is not text cannot stand in an environment: it goes in as base64, the
 * form in which servers hand over DER. */
static enum status take_whole(struct arena *arena, const char *text,
			      size_t len, struct ctl_certs *certs)
{
	bool binary = is_binary(text, len);
	char *copy;

	certs->list = arena_alloc(arena, sizeof(*certs->list));
	copy = arena_alloc(arena, binary ? (len + 2) / 3 * 4 + 1 : len + 1);
	if (!certs->list || !copy)
		return ST_NOMEM;
	if (binary)
		EVP_EncodeBlock((unsigned char *)copy,
				(const unsigned char *)text, (int)len);
	else
		memcpy(copy, text, len);
	certs->list[0] = copy;
	certs->count = 1;
	return ST_OK;
}

/* Takes the PEM blocks out of text and leaves out what is around them: a key,
 * or what openssl x509 -text wrote. A block without an end is taken to the end
 * of the text, for the stages to refuse. */
static enum status take_blocks(struct arena *arena, const char *text,
			       struct ctl_certs *certs)
{
	const char *begin = strstr(text, PEM_BEGIN);

	while (begin) {
		const char *end = strstr(begin, PEM_END);
		size_t len = end ? (size_t)(end - begin) + strlen(PEM_END)
				 : strlen(begin);
		const char **list = arena_grow(arena, certs->list,
					       certs->count, sizeof(*list));
		char *block = arena_strndup(arena, begin, len);
		if (!list || !block)
			return ST_NOMEM;
		list[certs->count] = block;
		certs->list = list;
		certs->count++;
		begin = strstr(begin + len, PEM_BEGIN);
	}
	return ST_OK;
}

enum status ctl_read_certs(struct arena *arena, const char *file,
			   struct ctl_certs *ret_certs)
{
	struct ctl_certs certs = {0};
	const char *text = NULL;
	size_t len = 0;
	enum status status = read_all(arena, file, &text, &len);

	if (status != ST_OK)
		return status;
	if (!memchr(text, 0, len))
		status = take_blocks(arena, text, &certs);
	if (status == ST_OK && certs.count == 0)
		status = take_whole(arena, text, len, &certs);
	if (status == ST_NOMEM)
		ctl_line(stderr, "mtlsgatectl: out of memory");
	if (status == ST_OK)
		*ret_certs = certs;
	return status;
}
