/* log.c - a format and its arguments come in, one line on stderr goes out. It
 * never allocates, never fails, and never lets a byte through that a terminal
 * or a log reader would act on. */
#include "log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

enum {
	LOG_TEXT = 2048,
	/* each byte may become \xHH; the rest is for what stands before */
	LOG_LINE = LOG_TEXT * 4 + 64
};

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "error",
	[LOG_LEVEL_WARNING] = "warning",
	[LOG_LEVEL_NOTICE] = "notice",
};

static size_t put_escaped(char *out, const char *text, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";
	char *p = out;
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x20 && c < 0x7f) {
			*p++ = (char)c;
			continue;
		}
		*p++ = '\\';
		*p++ = 'x';
		*p++ = digits[c >> 4];
		*p++ = digits[c & 15];
	}
	return (size_t)(p - out);
}

void log_message(enum log_level level, const char *format, ...)
{
	char text[LOG_TEXT];
	char line[LOG_LINE];
	size_t head, len;
	ssize_t written;
	va_list args;

	va_start(args, format);
	if (vsnprintf(text, sizeof(text), format, args) < 0)
		text[0] = '\0';
	va_end(args);

	len = strlen(text);
	head = (size_t)snprintf(line, sizeof(line), "mtlsgate: %s: ",
				level_names[level]);
	if (utf8_clean(text, len))
		memcpy(line + head, text, len);
	else
		len = put_escaped(line + head, text, len);
	line[head + len] = '\n';
	/* where stderr is gone there is nobody left to tell */
	written = write(STDERR_FILENO, line, head + len + 1);
	(void)written;
}
