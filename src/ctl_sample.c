/* ctl_sample.c - in: a pattern for paths; out: a path that it covers, or none
 * that was found. The matcher of the policy has the last word. */
#include "ctl_sample.h"

#include <string.h>

#include "buf.h"

/* What stands in place of * and **: the first that fits. */
static const char *const fillings[] = {"x", "any-0", "", "a", "~"};

static void add_byte(struct buf *path, char byte)
{
	buf_add(path, &byte, 1);
}

/* The path itself, not escaped yet. */
static void fill(struct buf *path, const char *pattern, const char *filling)
{
	for (const char *at = pattern; *at; at++) {
		if (*at == '*') {
			buf_adds(path, filling);
			at += at[1] == '*';
		} else if (*at == '?') {
			add_byte(path, 'x');
		} else {
			at += *at == '\\' && at[1];
			add_byte(path, *at);
		}
	}
}

static char *escape(struct arena *arena, const char *path)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "abcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~/";
	struct buf out = {0};
	char *text = NULL;

	for (; *path; path++) {
		if (strchr(plain, *path))
			add_byte(&out, *path);
		else
			buf_addf(&out, "%%%02X", (unsigned char)*path);
	}
	if (!out.failed && out.data)
		text = arena_strdup(arena, out.data);
	buf_free(&out);
	return text;
}

const char *ctl_sample_path(struct arena *arena, const char *pattern,
			    const struct glob *glob, size_t n)
{
	char *text = NULL;

	if (glob->literal)
		return n == 0 ? escape(arena, glob->literal) : NULL;
	for (size_t i = 0; i < ARRAY_LEN(fillings) && !text; i++) {
		struct buf path = {0};

		fill(&path, pattern, fillings[i]);
		if (!path.failed && path.data &&
		    glob_match(glob, path.data) && n-- == 0)
			text = escape(arena, path.data);
		buf_free(&path);
	}
	return text;
}
