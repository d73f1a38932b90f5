/* endpoint_html_answer.c - the page of an endpoint. Its JSON body comes in and
 * goes out as lists of terms and sections: a member that is new in the one is
 * in the other as well. Lists hold values or objects, no lists. */
#include <inttypes.h>
#include <string.h>

#include "endpoint_html.h"
#include "html.h"

enum { MAX_LEVEL = 6 };

/* Words for members whose name alone says too little. */
static const char *const words[][2] = {
	{"user", "Who you are"},
	{"id", "Name"},
	{"cert_serial", "Serial number"},
	{"cert_issuer", "Issued by"},
	{"role", "First role"},
	{"roles", "All roles"},
	{"expires", "Certificate expires"},
	{"expires_in_days", "Days left"},
	{"admin", "Who you are"},
	{"timestamp", "Time"},
	{"sha256", "SHA-256"},
	{"reload_error", "Error of the last reload"},
	{"crl", "Revocation lists"},
};

static void put_label(struct buf *out, const char *key)
{
	char text[64] = "";

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (strcmp(key, words[i][0]) == 0) {
			buf_adds(out, words[i][1]);
			return;
		}
	strncat(text, key, sizeof(text) - 1);
	for (char *c = text; *c; c++)
		if (*c == '_')
			*c = ' ';
	if (*text >= 'a' && *text <= 'z')
		*text = (char)(*text - 'a' + 'A');
	html_text(out, text, 0);
}

/* True for what has members of its own and so a heading. */
static bool is_section(const json_t *value)
{
	return json_is_object(value) ||
	       (json_is_array(value) &&
		json_is_object(json_array_get(value, 0)));
}

static void put_scalar(struct buf *out, const json_t *value)
{
	if (json_is_integer(value))
		buf_addf(out, "%" PRId64, (int64_t)json_integer_value(value));
	else if (json_is_real(value))
		buf_addf(out, "%g", json_real_value(value));
	else if (json_is_boolean(value))
		buf_adds(out, json_is_true(value) ? "yes" : "no");
	else
		html_value(out, json_string_value(value), 0);
}

static void put_value(struct buf *out, const json_t *value)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value) || count == 0)
		put_scalar(out, value);
	for (size_t i = 0; i < count; i++) {
		if (i)
			buf_adds(out, ", ");
		put_scalar(out, json_array_get(value, i));
	}
}

static void put_terms(struct buf *out, json_t *object)
{
	const char *key;
	json_t *value;
	bool open = false;

	json_object_foreach(object, key, value) {
		if (is_section(value))
			continue;
		buf_adds(out, open ? "<dt>" : "<dl>\n<dt>");
		open = true;
		put_label(out, key);
		buf_adds(out, "</dt>\n<dd>");
		put_value(out, value);
		buf_adds(out, "</dd>\n");
	}
	if (open)
		buf_adds(out, "</dl>\n");
}

static void put_object(struct buf *out, json_t *object, int level);

static void put_heading(struct buf *out, const char *key, size_t number,
			int level)
{
	buf_addf(out, "<h%d>", level);
	put_label(out, key);
	if (number)
		buf_addf(out, ", %zu", number);
	buf_addf(out, "</h%d>\n", level);
}

/* An object, or a list of objects with a heading each. */
static void put_section(struct buf *out, const char *key, json_t *value,
			int level)
{
	if (level > MAX_LEVEL)
		level = MAX_LEVEL;
	if (json_is_object(value)) {
		put_heading(out, key, 0, level);
		put_object(out, value, level + 1);
	}
	for (size_t i = 0; i < json_array_size(value); i++) {
		put_heading(out, key, i + 1, level);
		put_object(out, json_array_get(value, i), level + 1);
	}
}

static void put_object(struct buf *out, json_t *object, int level)
{
	const char *key;
	json_t *value;

	put_terms(out, object);
	json_object_foreach(object, key, value)
		if (is_section(value))
			put_section(out, key, value, level);
}

void endpoint_html_answer(const char *title, json_t *body,
			  const struct outcome *outcome, struct buf *out)
{
	if (!body) {
		out->failed = true;
		return;
	}
	endpoint_html_open(out, title);
	put_object(out, body, 2);
	buf_adds(out, "<h2>For whoever helps you</h2>\n"
		      "<dl>\n<dt>Decision id</dt>\n<dd>");
	html_value(out, outcome->decision_id, 0);
	buf_adds(out, "</dd>\n</dl>\n");
	endpoint_html_close(out);
}
