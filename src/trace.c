/* trace.c - the list of what each stage found. */
#include "trace.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

void trace_note(struct trace *trace, const char *stage, const char *name,
		enum step_result result, const char *format, ...)
{
	char text[1024];
	struct step *steps;
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	steps = arena_grow(trace->arena, trace->steps, trace->count,
			   sizeof(*steps));
	if (!steps)
		return;
	trace->steps = steps;
	steps[trace->count] = (struct step){
		stage, name, result,
		utf8_show(trace->arena, text, strlen(text))};
	if (steps[trace->count].value)
		trace->count++;
}

const char *step_result_name(enum step_result result)
{
	static const char *const names[] = {"note", "ok", "warn", "FAIL"};

	return (size_t)result < ARRAY_LEN(names) ? names[result] : "FAIL";
}
