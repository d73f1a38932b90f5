/* crl_walk.c - walks the DER of a CRL. Bytes come in, places in them go out;
 * allocates nothing, so that a list of a million costs only its reading. */
#include "crl_walk.h"

#include <string.h>

enum {
	TAG_INTEGER = 0x02,
	TAG_BIT_STRING = 0x03,
	TAG_UTC_TIME = 0x17,
	TAG_GENERALIZED_TIME = 0x18,
	TAG_SEQUENCE = 0x30,
	TAG_EXTENSIONS = 0xa0
};

/* A place in DER that moves on. */
struct cursor {
	const unsigned char *at;
	const unsigned char *end;
};

struct tlv {
	unsigned char tag;
	struct span_der whole;
	struct span_der contents;
};

/* Definite lengths of up to 4 bytes, single-byte tags: all that DER has here.
 */
static bool read_tlv(struct cursor *cursor, struct tlv *tlv)
{
	const unsigned char *at = cursor->at;
	size_t left = (size_t)(cursor->end - at);
	size_t head = 2;
	size_t len;

	if (left < 2 || (at[0] & 0x1f) == 0x1f)
		return false;
	len = at[1];
	if (len >= 0x80) {
		size_t bytes = len - 0x80;

		if (bytes == 0 || bytes > 4 || left < 2 + bytes)
			return false;
		len = 0;
		for (size_t i = 0; i < bytes; i++)
			len = len << 8 | at[2 + i];
		head += bytes;
	}
	if (len > left - head)
		return false;
	tlv->tag = at[0];
	tlv->whole = (struct span_der){at, head + len};
	tlv->contents = (struct span_der){at + head, len};
	cursor->at = at + head + len;
	return true;
}

/* Reads the next one if it has this tag. */
static bool take(struct cursor *cursor, unsigned char tag, struct tlv *tlv)
{
	return cursor->at < cursor->end && *cursor->at == tag &&
	       read_tlv(cursor, tlv);
}

static struct cursor inside(struct span_der contents)
{
	return (struct cursor){contents.bytes, contents.bytes + contents.len};
}

static bool take_time(struct cursor *cursor)
{
	struct tlv tlv;

	return take(cursor, TAG_UTC_TIME, &tlv) ||
	       take(cursor, TAG_GENERALIZED_TIME, &tlv);
}

static bool walk_tbs(struct span_der contents, struct crl_parts *parts)
{
	struct cursor cursor = inside(contents);
	struct tlv tlv;

	take(&cursor, TAG_INTEGER, &tlv);
	if (!take(&cursor, TAG_SEQUENCE, &tlv) ||
	    !take(&cursor, TAG_SEQUENCE, &tlv) || !take_time(&cursor))
		return false;
	take_time(&cursor);
	parts->head.bytes = contents.bytes;
	parts->head.len = (size_t)(cursor.at - contents.bytes);
	parts->has_revoked = take(&cursor, TAG_SEQUENCE, &tlv);
	if (parts->has_revoked)
		parts->revoked = tlv.contents;
	if (take(&cursor, TAG_EXTENSIONS, &tlv))
		parts->tail = tlv.whole;
	return cursor.at == cursor.end;
}

static bool count_entries(struct crl_parts *parts)
{
	struct crl_entry entry;
	size_t at = 0;

	while (crl_walk_entry(&parts->revoked, &at, &entry))
		parts->count++;
	return at == parts->revoked.len;
}

enum status crl_walk(const unsigned char *bytes, size_t len,
		     struct crl_parts *ret_parts, const char **ret_why)
{
	struct crl_parts parts = {0};
	struct cursor cursor = {bytes, bytes + len};
	struct tlv list;
	struct tlv tlv;

	*ret_why = "it is not a CRL in DER or PEM";
	if (!take(&cursor, TAG_SEQUENCE, &list) || cursor.at != cursor.end)
		return ST_BAD;
	cursor = inside(list.contents);
	if (!take(&cursor, TAG_SEQUENCE, &tlv))
		return ST_BAD;
	parts.tbs = tlv.whole;
	parts.rest.bytes = cursor.at;
	parts.rest.len = (size_t)(cursor.end - cursor.at);
	if (!walk_tbs(tlv.contents, &parts))
		return ST_BAD;
	if (!take(&cursor, TAG_SEQUENCE, &tlv) ||
	    !take(&cursor, TAG_BIT_STRING, &tlv) || cursor.at != cursor.end)
		return ST_BAD;
	*ret_why = "its list of revoked certificates is damaged";
	if (!count_entries(&parts))
		return ST_BAD;
	*ret_parts = parts;
	return ST_OK;
}

bool crl_walk_entry(const struct span_der *revoked, size_t *at,
		    struct crl_entry *ret_entry)
{
	struct cursor cursor;
	struct cursor in;
	struct tlv entry;
	struct tlv serial;

	if (*at >= revoked->len)
		return false;
	cursor = (struct cursor){revoked->bytes + *at,
				 revoked->bytes + revoked->len};
	if (!take(&cursor, TAG_SEQUENCE, &entry))
		return false;
	in = inside(entry.contents);
	if (!take(&in, TAG_INTEGER, &serial) || serial.contents.len == 0 ||
	    !take_time(&in))
		return false;
	*ret_entry = (struct crl_entry){entry.whole, serial.contents,
					in.at < in.end};
	*at += entry.whole.len;
	return true;
}

/* Drops leading bytes that only repeat the sign. */
static struct span_der minimal(struct span_der serial)
{
	while (serial.len > 1 &&
	       ((serial.bytes[0] == 0x00 && serial.bytes[1] < 0x80) ||
		(serial.bytes[0] == 0xff && serial.bytes[1] >= 0x80))) {
		serial.bytes++;
		serial.len--;
	}
	return serial;
}

bool crl_serial_equal(struct span_der a, struct span_der b)
{
	a = minimal(a);
	b = minimal(b);
	return a.len == b.len && memcmp(a.bytes, b.bytes, a.len) == 0;
}

/* FNV-1a; CAs choose serials, clients do not, so it needs no key. */
uint32_t crl_serial_hash(struct span_der serial)
{
	uint32_t hash = 2166136261u;

	serial = minimal(serial);
	for (size_t i = 0; i < serial.len; i++)
		hash = (hash ^ serial.bytes[i]) * 16777619u;
	return hash;
}
