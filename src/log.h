/* log.h - messages of the program about itself, to stderr. */
#ifndef MTLSGATE_LOG_H
#define MTLSGATE_LOG_H

#include "base.h"

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_NOTICE };

/* Writes "mtlsgate: LEVEL: text" as one line in one write; bytes that are not
 * clean are shown as \xHH. */
void log_message(enum log_level level, const char *format, ...)
	PRINTF_LIKE(2, 3);

#endif
