/* trace.h - what each stage found, for explain and the debug log. */
#ifndef MTLSGATE_TRACE_H
#define MTLSGATE_TRACE_H

#include "arena.h"

enum step_result { STEP_NOTE, STEP_OK, STEP_WARN, STEP_FAIL };

struct step {
	const char *stage; /* static: "request", "credential", ... */
	const char *name;  /* what was looked at */
	enum step_result result;
	const char *value; /* what was seen, clean UTF-8 */
};

struct trace {
	struct arena *arena;
	struct step *steps;
	size_t count;
};

/* Adds a step (stage, name, enum step_result, format, ...). A NULL trace is
 * allowed and costs nothing, nor is anything said evaluated for it; a step that
 * finds no memory is left out: the trace never decides anything. */
#define trace_add(to, ...)                                                     \
	do {                                                                   \
		struct trace *trace_or_null = (to);                            \
									       \
		if (trace_or_null)                                             \
			trace_note(trace_or_null, __VA_ARGS__);                \
	} while (0)

/* The same for a trace that is there. */
void trace_note(struct trace *trace, const char *stage, const char *name,
		enum step_result result, const char *format, ...)
	PRINTF_LIKE(5, 6);

/* "note", "ok", "warn", "FAIL". */
const char *step_result_name(enum step_result result);

#endif
