/* base.h - what every file may use: result codes, limits, small macros.
 * Nothing here allocates or does I/O. */
#ifndef MTLSGATE_BASE_H
#define MTLSGATE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define NODISCARD __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* What a function that can fail returns. Only ever returned, never stored:
 * whatever is stored has deny as its zero. */
enum status {
	ST_OK = 0,
	ST_NOMEM,  /* an allocation failed: a passing reason, never cached */
	ST_BAD,    /* the input is not what it must be */
	ST_ABSENT, /* the input is proven not to be there */
};

/* Limits on everything a peer controls, in bytes or in items. */
enum {
	MAX_CERT_TEXT = 64 * 1024,   /* one certificate as handed over */
	MAX_CHAIN = 10,              /* certificates beside the leaf */
	MAX_CHAIN_TEXT = 256 * 1024, /* all of them together */
	MAX_URI = 16 * 1024,         /* a request target */
	MAX_DN_TEXT = 8 * 1024,      /* a name as text */
	MAX_VALUES = 1024,           /* values of one attribute */
};

#endif
