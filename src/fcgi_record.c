/* fcgi_record.c - bytes of a connection come in, requests go out, however the
 * bytes are cut: a request that stops in the middle is as far as it came, and
 * goes on when more comes. No byte is taken twice and each belongs to one
 * record, so a body that is taken for records cannot come about. It reads no
 * socket. */
#include "fcgi_record.h"

#include <string.h>

enum { VERSION = 1, NULL_ID = 0, KEEP_CONN = 1, BEGIN_BODY = 8 };

enum type {
	TYPE_BEGIN = 1,
	TYPE_END = 3,
	TYPE_PARAMS = 4,
	TYPE_STDIN = 5,
	TYPE_STDOUT = 6,
	TYPE_GET_VALUES = 9,
	TYPE_GET_VALUES_RESULT = 10,
	TYPE_UNKNOWN = 11
};

static unsigned type_of(const struct fcgi_reader *reader)
{
	return reader->fixed[1];
}

static unsigned id_of(const struct fcgi_reader *reader)
{
	return (unsigned)reader->fixed[2] << 8 | reader->fixed[3];
}

static size_t length_of(const struct fcgi_reader *reader)
{
	return (size_t)reader->fixed[4] << 8 | reader->fixed[5];
}

static void write_header(char *at, enum type type, unsigned id, size_t len)
{
	const unsigned char raw[FCGI_RECORD_HEADER] = {
		VERSION,
		(unsigned char)type,
		(unsigned char)(id >> 8),
		(unsigned char)id,
		(unsigned char)(len >> 8),
		(unsigned char)len,
	};

	memcpy(at, raw, sizeof(raw));
}

static void put_record(struct buf *out, enum type type, unsigned id,
		       const void *content, size_t len)
{
	char raw[FCGI_RECORD_HEADER];

	write_header(raw, type, id, len);
	buf_add(out, raw, sizeof(raw));
	buf_add(out, content, len);
}

/* Whether the record whose header was read may come now. */
static bool is_expected(const struct fcgi_reader *reader)
{
	unsigned id = id_of(reader);
	bool own = reader->part != FCGI_PART_BEGIN && id == reader->head.id;

	if (reader->part == FCGI_PART_BODY)
		return type_of(reader) == TYPE_STDIN && own;
	/* a second one would be multiplexing, which nobody was offered */
	if (type_of(reader) == TYPE_BEGIN)
		return reader->part == FCGI_PART_BEGIN && id != NULL_ID &&
		       length_of(reader) == BEGIN_BODY;
	if (id == NULL_ID)
		return true;
	if (type_of(reader) == TYPE_PARAMS && own)
		return reader->head.params.len + length_of(reader) <=
		       FCGI_MAX_PARAMS;
	return type_of(reader) == TYPE_STDIN && !own;
}

/* True if the content is there for nothing. */
static bool is_skipped(const struct fcgi_reader *reader)
{
	return type_of(reader) != TYPE_BEGIN &&
	       (type_of(reader) != TYPE_PARAMS || id_of(reader) == NULL_ID);
}

/* The header is complete. False: nothing good can follow. */
static bool open_record(struct fcgi_reader *reader)
{
	if (reader->fixed[0] != VERSION || !is_expected(reader))
		return false;
	reader->open = true;
	reader->content = length_of(reader);
	reader->padding = reader->fixed[6];
	if (!is_skipped(reader))
		return true;
	reader->skipped +=
		FCGI_RECORD_HEADER + reader->content + reader->padding;
	return reader->skipped <= FCGI_MAX_STDIN;
}

static size_t smaller(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t take_header(struct fcgi_reader *reader, const char *bytes,
			  size_t len)
{
	size_t part = smaller(len, FCGI_RECORD_HEADER - reader->have);

	memcpy(reader->fixed + reader->have, bytes, part);
	reader->have += part;
	return part;
}

/* Takes of the content and of the padding what there is. */
static size_t take_content(struct fcgi_reader *reader, const char *bytes,
			   size_t len)
{
	size_t part = smaller(len, reader->content);
	size_t rest = smaller(len - part, reader->padding);

	if (type_of(reader) == TYPE_BEGIN) {
		memcpy(reader->fixed + reader->have, bytes, part);
		reader->have += part;
	} else if (!is_skipped(reader)) {
		buf_add(&reader->head.params, bytes, part);
	}
	reader->content -= part;
	reader->padding -= rest;
	return part + rest;
}

static enum fcgi_event end_of_begin(struct fcgi_reader *reader)
{
	const unsigned char *body = reader->fixed + FCGI_RECORD_HEADER;

	reader->head.id = id_of(reader);
	reader->head.role = (unsigned)body[0] << 8 | body[1];
	reader->head.keep = body[2] & KEEP_CONN;
	reader->part = FCGI_PART_PARAMS;
	return FCGI_MORE;
}

static enum fcgi_event end_of_params(struct fcgi_reader *reader)
{
	if (reader->head.params.failed)
		return FCGI_BAD;
	if (length_of(reader))
		return FCGI_MORE;
	reader->part = FCGI_PART_BODY;
	reader->skipped = 0;
	return FCGI_HEAD;
}

/* Section 4: what can be asked for is answered, if only by no. */
static enum fcgi_event end_of_question(const struct fcgi_reader *reader,
				       struct buf *out)
{
	static const char no_multiplexing[] = "\017\001FCGI_MPXS_CONNS0";
	const unsigned char unknown[8] = {(unsigned char)type_of(reader)};

	if (type_of(reader) == TYPE_GET_VALUES)
		put_record(out, TYPE_GET_VALUES_RESULT, NULL_ID,
			   no_multiplexing, sizeof(no_multiplexing) - 1);
	else
		put_record(out, TYPE_UNKNOWN, NULL_ID, unknown,
			   sizeof(unknown));
	return FCGI_MORE;
}

static enum fcgi_event end_of_record(struct fcgi_reader *reader,
				     struct buf *out)
{
	reader->open = false;
	reader->have = 0;
	if (type_of(reader) == TYPE_BEGIN)
		return end_of_begin(reader);
	if (id_of(reader) == NULL_ID)
		return end_of_question(reader, out);
	if (type_of(reader) == TYPE_PARAMS)
		return end_of_params(reader);
	if (reader->part != FCGI_PART_BODY || length_of(reader))
		return FCGI_MORE;
	fcgi_reader_next(reader);
	return FCGI_BODY_END;
}

/* Takes bytes of the record that is open, or of its header; *at counts. */
static enum fcgi_event take_some(struct fcgi_reader *reader, const char *bytes,
				 size_t len, struct buf *out, size_t *at)
{
	if (!reader->open) {
		*at += take_header(reader, bytes + *at, len - *at);
		if (reader->have < FCGI_RECORD_HEADER)
			return FCGI_MORE;
		if (!open_record(reader))
			return FCGI_BAD;
	}
	*at += take_content(reader, bytes + *at, len - *at);
	if (reader->content || reader->padding)
		return FCGI_MORE;
	return end_of_record(reader, out);
}

enum fcgi_event fcgi_reader_take(struct fcgi_reader *reader, const char *bytes,
				 size_t len, struct buf *out,
				 size_t *ret_used)
{
	enum fcgi_event event = FCGI_MORE;

	*ret_used = 0;
	while (event == FCGI_MORE && *ret_used < len)
		event = take_some(reader, bytes, len, out, ret_used);
	return event;
}

void fcgi_reader_next(struct fcgi_reader *reader)
{
	reader->part = FCGI_PART_BEGIN;
	reader->skipped = 0;
	reader->head.params.len = 0;
}

bool fcgi_reader_idle(const struct fcgi_reader *reader)
{
	return reader->part == FCGI_PART_BEGIN && !reader->open &&
	       reader->have == 0;
}

void fcgi_reader_free(struct fcgi_reader *reader)
{
	buf_free(&reader->head.params);
	*reader = (struct fcgi_reader){0};
}

/* Room for the header of a record. */
static void put_gap(struct buf *out)
{
	static const char gap[FCGI_RECORD_HEADER];

	buf_add(out, gap, sizeof(gap));
}

bool fcgi_stdout_begin(struct buf *out, size_t *ret_start)
{
	put_gap(out);
	*ret_start = out->len;
	return !out->failed;
}

/* What is longer than a record can be is moved apart, from its end on. */
static bool stdout_split(struct buf *out, unsigned id, size_t start,
			 size_t len)
{
	size_t count = (len - 1) / UINT16_MAX;
	size_t i;

	for (i = 0; i < count; i++)
		put_gap(out);
	for (i = count; !out->failed && i > 0; i--) {
		char *from = out->data + start + i * UINT16_MAX;
		size_t part = smaller(len - i * UINT16_MAX, UINT16_MAX);
		char *to = from + i * FCGI_RECORD_HEADER;

		memmove(to, from, part);
		write_header(to - FCGI_RECORD_HEADER, TYPE_STDOUT, id, part);
	}
	return !out->failed;
}

bool fcgi_stdout_end(struct buf *out, unsigned id, size_t start)
{
	size_t len = out->len - start;

	if (out->failed || len == 0)
		return false;
	write_header(out->data + start - FCGI_RECORD_HEADER, TYPE_STDOUT, id,
		     smaller(len, UINT16_MAX));
	return len <= UINT16_MAX || stdout_split(out, id, start, len);
}

void fcgi_put_end(struct buf *out, unsigned id)
{
	static const unsigned char all_well[8];

	put_record(out, TYPE_STDOUT, id, NULL, 0);
	put_record(out, TYPE_END, id, all_well, sizeof(all_well));
}
