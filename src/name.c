/* name.c - a distinguished name as a list of attributes. Attributes come in,
 * a comparison or RFC 4514 text goes out. Never compares text of whole names,
 * never lets an unclean value equal anything. */
#include "name.h"

#include "buf.h"
#include "oid.h"
#include "table.h"
#include "utf8.h"

#include <string.h>

enum status name_add(struct arena *arena, struct name *name, const char *oid,
		     const char *value, size_t len, size_t rdn)
{
	bool whole = utf8_valid(value, len) && !memchr(value, '\0', len);
	struct ava ava = {.rdn = rdn, .clean = utf8_clean(value, len)};
	struct ava *avas;

	ava.oid = arena_strdup(arena, oid);
	ava.value = whole ? arena_strndup(arena, value, len)
			  : utf8_show(arena, value, len);
	if (!ava.oid || !ava.value)
		return ST_NOMEM;
	avas = arena_grow(arena, name->avas, name->count, sizeof(*avas));
	if (!avas)
		return ST_NOMEM;
	avas[name->count++] = ava;
	name->avas = avas;
	return ST_OK;
}

/* How many attributes of the RDN that begins at first there are. */
static size_t rdn_size(const struct name *name, size_t first)
{
	size_t end = first;

	while (end < name->count &&
	       name->avas[end].rdn == name->avas[first].rdn)
		end++;
	return end - first;
}

static bool ava_equal(const struct ava *a, const struct ava *b)
{
	return a->clean && b->clean && strcmp(a->oid, b->oid) == 0 &&
	       strcmp(a->value, b->value) == 0;
}

static size_t count_ava(const struct ava *set, size_t count,
			const struct ava *ava)
{
	size_t found = 0;

	for (size_t i = 0; i < count; i++)
		found += ava_equal(&set[i], ava);
	return found;
}

/* Two sets of the same size: equal if each attribute of one is in both equally
 * often. An unclean one is found 0 times in its own set. */
static bool set_equal(const struct ava *a, const struct ava *b, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t found = count_ava(b, count, &a[i]);

		if (found == 0 || found != count_ava(a, count, &a[i]))
			return false;
	}
	return true;
}

bool name_equal(const struct name *a, const struct name *b)
{
	size_t size;

	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i += size) {
		size = rdn_size(a, i);
		if (size != rdn_size(b, i) ||
		    !set_equal(a->avas + i, b->avas + i, size))
			return false;
	}
	return true;
}

static bool is_outer(const struct ava *ava)
{
	static const char *const outer[] = {"2.5.4.6", "2.5.4.10",
					    "0.9.2342.19200300.100.1.25"};

	for (size_t i = 0; i < ARRAY_LEN(outer); i++)
		if (strcmp(ava->oid, outer[i]) == 0)
			return true;
	return false;
}

bool name_looks_turned(const struct name *name)
{
	return name->count > 1 && !is_outer(&name->avas[0]) &&
	       is_outer(&name->avas[name->count - 1]);
}

enum status name_turn(struct arena *arena, const struct name *name,
		      struct name *ret_turned)
{
	size_t last = name->count ? name->avas[name->count - 1].rdn : 0;
	size_t end = name->count;
	struct ava *avas =
		arena_alloc(arena, (name->count + 1) * sizeof(*avas));

	if (!avas)
		return ST_NOMEM;
	for (size_t i = 0, size; i < name->count; i += size) {
		size = rdn_size(name, i);
		end -= size;
		for (size_t k = 0; k < size; k++) {
			avas[end + k] = name->avas[i + k];
			avas[end + k].rdn = last - name->avas[i].rdn;
		}
	}
	*ret_turned = (struct name){avas, name->count};
	return ST_OK;
}

/* A sum, since the order within an RDN is free. */
uint64_t name_hash(uint64_t kind, const struct name *name)
{
	uint64_t hash = kind + name->count;

	for (size_t i = 0; i < name->count; i++) {
		const struct ava *ava = &name->avas[i];

		hash += table_hash(table_hash(kind, ava->oid), ava->value);
	}
	return hash;
}

/* RFC 4512 section 1.4, descr: what can stand before = without doubt. */
static bool is_descr(const char *text)
{
	static const char chars[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-";

	return (*text < '0' || *text > '9') && *text != '-' && *text != '\0' &&
	       text[strspn(text, chars)] == '\0';
}

/* One value on its way out. shown: NUL or bytes that are no UTF-8 were in it
 * and stand as \xHH, which keeps its single backslash: RFC 4514 has no such
 * escape, so nobody reads the text as the name whose value is spelt like that.
 */
struct value {
	const char *text;
	size_t len;
	bool shown;
};

static bool needs_escape(const struct value *value, const char *at)
{
	if (at == value->text && (*at == ' ' || *at == '#'))
		return true;
	if (at[0] == ' ')
		return at[1] == '\0';
	if (value->shown && at[0] == '\\' && at[1] == 'x')
		return false;
	return strchr("\"+,;<>\\", *at) != NULL;
}

static void print_char(struct buf *out, const struct value *value,
		       const char *at, size_t size)
{
	if (!utf8_control(at, size)) {
		if (needs_escape(value, at))
			buf_adds(out, "\\");
		buf_add(out, at, size);
		return;
	}
	for (size_t i = 0; i < size; i++)
		buf_addf(out, "\\%02X", (unsigned char)at[i]);
}

static enum status print_ava(struct arena *arena, struct buf *out,
			     const struct ava *ava)
{
	struct value value = {.text = ava->value, .len = strlen(ava->value)};
	const char *short_name;
	const char *long_name;
	size_t size;
	enum status st = oid_names(arena, ava->oid, &short_name, &long_name);

	if (st)
		return st;
	/* Of a value that was only copied, the control character still is. */
	value.shown = !ava->clean && utf8_clean(value.text, value.len);
	buf_adds(out, is_descr(short_name) ? short_name : ava->oid);
	buf_adds(out, "=");
	for (size_t i = 0; i < value.len; i += size) {
		size = utf8_char(value.text + i, value.len - i);
		if (size == 0)
			return ST_BAD;
		print_char(out, &value, value.text + i, size);
	}
	return ST_OK;
}

/* What stands between this attribute and the one printed before it. */
static const char *separator_of(const struct name *name, size_t i)
{
	if (i + 1 == name->count)
		return "";
	return name->avas[i].rdn == name->avas[i + 1].rdn ? "+" : ",";
}

char *name_print(struct arena *arena, const struct name *name)
{
	struct buf out = {0};
	char *text = NULL;
	enum status st = ST_OK;

	buf_adds(&out, "");
	for (size_t i = name->count; i-- > 0 && st == ST_OK;) {
		buf_adds(&out, separator_of(name, i));
		st = print_ava(arena, &out, &name->avas[i]);
	}
	if (st == ST_OK && !out.failed)
		text = arena_strndup(arena, out.data, out.len);
	buf_free(&out);
	return text;
}
