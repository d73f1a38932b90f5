/* issue.c - findings come in as text with a place, a list of them goes out.
 * Never prints one: whoever owns the list does. */
#include "issue.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *print_text(struct arena *arena, const char *format,
			va_list args) PRINTF_LIKE(2, 0);

static char *print_text(struct arena *arena, const char *format,
			va_list args)
{
	va_list again;

	va_copy(again, args);
	int len = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = len < 0 ? NULL : arena_alloc(arena, (size_t)len + 1);
	if (text != NULL)
		vsnprintf(text, (size_t)len + 1, format, args);
	return text;
}

/* Most issues are of one file: its name is kept once. */
static const char *keep_file(struct issues *issues, const char *file)
{
	if (issues->count > 0) {
		const char *last = issues->list[issues->count - 1].file;

		if (strcmp(last, file) == 0)
			return last;
	}
	return arena_strdup(issues->arena, file);
}

static void add_issue(struct issues *issues, const char *file, size_t line,
		      bool warning, const char *text)
{
	const char *kept = keep_file(issues, file);
	struct issue *list = arena_grow(issues->arena, issues->list,
					issues->count, sizeof(*list));

	if (!warning)
		issues->errors++;
	if (list != NULL)
		issues->list = list;
	if (list == NULL || kept == NULL || text == NULL) {
		issues->failed = true;
		return;
	}
	list[issues->count++] = (struct issue){
		.file = kept,
		.line = line,
		.warning = warning,
		.text = text,
	};
}

void issue_error(struct issues *issues, const char *file, size_t line,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	const char *text = print_text(issues->arena, format, args);
	va_end(args);
	add_issue(issues, file, line, false, text);
}

void issue_warning(struct issues *issues, const char *file, size_t line,
		   const char *format, ...)
{
	va_list args;

	va_start(args, format);
	const char *text = print_text(issues->arena, format, args);
	va_end(args);
	add_issue(issues, file, line, true, text);
}

struct placed {
	struct issue issue;
	size_t order;
};

static int by_line(const void *left, const void *right)
{
	const struct placed *a = left;
	const struct placed *b = right;

	if (a->issue.line != b->issue.line)
		return a->issue.line < b->issue.line ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

void issues_sort(struct issues *issues, size_t from)
{
	size_t count = issues->count - from;
	struct placed *list =
		arena_alloc(issues->arena, (count + 1) * sizeof(*list));

	if (list == NULL) {
		issues->failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		list[i] = (struct placed){issues->list[from + i], i};
	qsort(list, count, sizeof(*list), by_line);
	for (size_t i = 0; i < count; i++)
		issues->list[from + i] = list[i].issue;
}
