/* json.c - jansson with a failure that sticks. Takes text of any bytes, gives
 * valid JSON or a failure, nothing between. */
#include "json.h"

#include <stdlib.h>
#include <string.h>

#include "timefmt.h"
#include "utf8.h"

static json_t *note(struct json *json, json_t *made)
{
	if (!made)
		json->failed = true;
	return made;
}

json_t *json_map(struct json *json)
{
	return note(json, json_object());
}

json_t *json_list(struct json *json)
{
	return note(json, json_array());
}

static json_t *text_value(struct json *json, const char *text)
{
	char *shown;

	if (!text)
		return json_null();
	shown = utf8_show(json->arena, text, strlen(text));
	return shown ? json_string_nocheck(shown) : NULL;
}

void json_put(struct json *json, json_t *parent, const char *key,
	      json_t *child)
{
	if (!parent || !child) {
		json->failed = true;
		json_decref(child);
	} else if (json_object_set_new_nocheck(parent, key, child) != 0) {
		json->failed = true;
	}
}

void json_put_text(struct json *json, json_t *parent, const char *key,
		   const char *text)
{
	json_put(json, parent, key, text_value(json, text));
}

void json_put_int(struct json *json, json_t *parent, const char *key,
		  int64_t value)
{
	json_put(json, parent, key, json_integer(value));
}

void json_put_bool(struct json *json, json_t *parent, const char *key,
		   bool value)
{
	json_put(json, parent, key, json_boolean(value));
}

void json_put_time(struct json *json, json_t *parent, const char *key,
		   int64_t when)
{
	char text[TIME_TEXT];

	json_put_text(json, parent, key, time_format(when, text));
}

void json_append(struct json *json, json_t *parent, json_t *child)
{
	if (!parent || !child) {
		json->failed = true;
		json_decref(child);
	} else if (json_array_append_new(parent, child) != 0) {
		json->failed = true;
	}
}

void json_append_text(struct json *json, json_t *parent, const char *text)
{
	json_append(json, parent, text_value(json, text));
}

/* These three stand only inside strings, where an escape means the same: a
 * body that a server relabels as text/html then holds no markup. */
static void add_escaped(struct buf *out, const char *text)
{
	while (*text) {
		size_t plain = strcspn(text, "<>&");

		buf_add(out, text, plain);
		text += plain;
		if (*text)
			buf_addf(out, "\\u%04x", (unsigned)*text++);
	}
}

/* The text of root, which the caller frees; NULL when memory is out. Written
 * twice into room of known size, since json_dumps loses a key where its own
 * buffer cannot grow. */
static char *dump(const json_t *root)
{
	size_t size = json_dumpb(root, NULL, 0, JSON_COMPACT);
	char *text = size ? calloc(1, size + 1) : NULL;

	if (text && json_dumpb(root, text, size, JSON_COMPACT) != size) {
		free(text);
		text = NULL;
	}
	return text;
}

void json_finish(struct json *json, json_t *root, struct buf *out)
{
	char *text = NULL;

	if (root && !json->failed)
		text = dump(root);
	json_decref(root);
	if (!text) {
		out->failed = true;
		return;
	}
	add_escaped(out, text);
	free(text);
}
