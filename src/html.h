/* html.h - text of any bytes inside HTML, where it can do nothing. */
#ifndef MTLSGATE_HTML_H
#define MTLSGATE_HTML_H

#include "buf.h"

/* Adds the bytes of text where HTML has text or an attribute's value between
 * quotes: what is markup there stands as a character reference, bytes that are
 * no UTF-8 and control characters as \xHH, and characters that only turn or
 * hide other text as \uHHHH. After about max bytes of output (0: no limit) it
 * is cut at a character and ends in an ellipsis. */
void html_text(struct buf *out, const char *text, size_t max);

/* The same in an element that keeps its direction to itself, for values that
 * others have chosen; NULL and "" show as "none". */
void html_value(struct buf *out, const char *text, size_t max);

#endif
