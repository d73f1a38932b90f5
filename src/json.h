/* json.h - jansson with a failure that sticks, and text that is always valid
 * UTF-8. */
#ifndef MTLSGATE_JSON_H
#define MTLSGATE_JSON_H

#include <jansson.h>

#include "arena.h"
#include "buf.h"

/* Builds under one arena; failed once set stays. */
struct json {
	struct arena *arena;
	bool failed;
};

/* A new object or array; NULL and failed when memory is out. Owned by the
 * caller until it is put into another one; json_decref ends it. */
json_t *json_map(struct json *json);
json_t *json_list(struct json *json);

/* Put a member in; parent NULL is allowed and marks failed. Text NULL is JSON
 * null; bytes that are not clean UTF-8 are shown as \xHH (utf8_show). */
void json_put_text(struct json *json, json_t *parent, const char *key,
		   const char *text);
void json_put_int(struct json *json, json_t *parent, const char *key,
		  int64_t value);
void json_put_bool(struct json *json, json_t *parent, const char *key,
		   bool value);
void json_put_time(struct json *json, json_t *parent, const char *key,
		   int64_t when);
/* Takes over child, also on failure. */
void json_put(struct json *json, json_t *parent, const char *key,
	      json_t *child);
/* Append to a list. */
void json_append_text(struct json *json, json_t *parent, const char *text);
void json_append(struct json *json, json_t *parent, json_t *child);

/* Writes root as one line without a newline, with <, > and & escaped, and
 * drops the reference to root. out is marked failed if json failed. */
void json_finish(struct json *json, json_t *root, struct buf *out);

#endif
