/* iniline.h - what one line of INI text is, strictly. */
#ifndef MTLSGATE_INILINE_H
#define MTLSGATE_INILINE_H

#include "base.h"

/* What inih delivers whole as distributions build it (INI_MAX_LINE 200 with
 * the newline and the NUL, MAX_SECTION 50 with the NUL). */
enum { INI_LINE_BYTES = 198, INI_SECTION_BYTES = 49 };

/* A stretch of a line; not NUL-terminated. */
struct part {
	const char *text;
	size_t len;
};

enum line_kind {
	LINE_BAD = 0, /* refused */
	LINE_NOTHING, /* blank or a comment */
	LINE_HEADER,  /* [first] or [first second] */
	LINE_SETTING  /* first = second */
};

struct ini_line {
	enum line_kind kind;
	const char *fault; /* static text; also beside LINE_HEADER */
	struct part whole; /* without the line's end */
	struct part first;
	struct part second;
};

/* Reads a line without its newline; a carriage return at its end is part of
 * the line's end. LINE_BAD: fault says what is wrong with it. LINE_HEADER with
 * a fault: wrong, but its words are known, so that what refers to the section
 * need not be called unknown. The parts point into text. */
struct ini_line ini_line_read(const char *text, size_t len);

/* Why the len bytes of one line, without its end, are no text of a policy or
 * list file: NUL, a carriage return, another control character (a tab is none
 * here), or not UTF-8. NULL: it is text. */
const char *ini_text_fault(const char *line, size_t len);

#endif
