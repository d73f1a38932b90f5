/* fcgi_record.c - a connection comes in, the parameters of one request go out,
 * checked for what libfcgi does not check: that they end where the stream ends
 * (it takes a cut stream for a whole one), that their lengths are possible (it
 * aborts on others), that their sum is bounded. It reads no byte of the record
 * that follows: a body that is taken for records cannot come about. */
#include "fcgi_record.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

enum { VERSION = 1, NULL_ID = 0, KEEP_CONN = 1, BEGIN_BODY = 8 };

enum type {
	TYPE_BEGIN = 1,
	TYPE_PARAMS = 4,
	TYPE_STDIN = 5,
	TYPE_GET_VALUES = 9,
	TYPE_GET_VALUES_RESULT = 10,
	TYPE_UNKNOWN = 11
};

struct header {
	unsigned type;
	unsigned id;
	size_t len;
	size_t padding;
};

static bool read_all(int fd, void *bytes, size_t len)
{
	char *p = bytes;

	while (len > 0) {
		ssize_t got = recv(fd, p, len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		p += got;
		len -= (size_t)got;
	}
	return true;
}

/* Reads len bytes into out, or nowhere when that is NULL. */
static bool read_content(int fd, size_t len, struct buf *out)
{
	char piece[8192];

	while (len > 0) {
		size_t part = len < sizeof(piece) ? len : sizeof(piece);

		if (!read_all(fd, piece, part))
			return false;
		if (out)
			buf_add(out, piece, part);
		len -= part;
	}
	return !out || !out->failed;
}

static void parse_header(const unsigned char *raw, struct header *ret)
{
	ret->type = raw[1];
	ret->id = (unsigned)raw[2] << 8 | raw[3];
	ret->len = (size_t)raw[4] << 8 | raw[5];
	ret->padding = raw[6];
}

static bool read_header(int fd, struct header *ret)
{
	unsigned char raw[FCGI_RECORD_HEADER];

	if (!read_all(fd, raw, sizeof(raw)) || raw[0] != VERSION)
		return false;
	parse_header(raw, ret);
	return true;
}

static void put_record(struct buf *out, enum type type, unsigned id,
		       const void *content, size_t len)
{
	unsigned char raw[FCGI_RECORD_HEADER] = {
		VERSION,
		(unsigned char)type,
		(unsigned char)(id >> 8),
		(unsigned char)id,
		(unsigned char)(len >> 8),
		(unsigned char)len,
	};

	buf_add(out, raw, sizeof(raw));
	buf_add(out, content, len);
}

static bool take_begin(int fd, const struct header *header,
		       struct fcgi_head *head)
{
	unsigned char body[BEGIN_BODY];

	/* a second one would be multiplexing, which nobody was offered */
	if (head->begun || header->id == NULL_ID ||
	    header->len != sizeof(body) ||
	    !read_all(fd, body, sizeof(body)) ||
	    !read_content(fd, header->padding, NULL))
		return false;
	head->begun = true;
	head->id = header->id;
	head->role = (unsigned)body[0] << 8 | body[1];
	head->keep = body[2] & KEEP_CONN;
	return true;
}

static bool take_params(int fd, const struct header *header,
			struct fcgi_head *head)
{
	if (head->params.len + header->len > FCGI_MAX_PARAMS)
		return false;
	if (header->len == 0)
		head->complete = true;
	return read_content(fd, header->len, &head->params) &&
	       read_content(fd, header->padding, NULL);
}

static bool skip(int fd, const struct header *header, struct fcgi_head *head)
{
	size_t len = header->len + header->padding;

	head->skipped += FCGI_RECORD_HEADER + len;
	return head->skipped <= FCGI_MAX_STDIN && read_content(fd, len, NULL);
}

/* Section 4: what can be asked for is answered, if only by no. */
static bool take_management(int fd, const struct header *header,
			    struct fcgi_head *head)
{
	static const char no_multiplexing[] = "\017\001FCGI_MPXS_CONNS0";
	const unsigned char unknown[8] = {(unsigned char)header->type};
	struct buf answer = {0};
	bool sent;

	if (header->type == TYPE_GET_VALUES)
		put_record(&answer, TYPE_GET_VALUES_RESULT, NULL_ID,
			   no_multiplexing, sizeof(no_multiplexing) - 1);
	else
		put_record(&answer, TYPE_UNKNOWN, NULL_ID, unknown,
			   sizeof(unknown));
	sent = skip(fd, header, head) && !answer.failed &&
	       send(fd, answer.data, answer.len, MSG_NOSIGNAL) ==
		       (ssize_t)answer.len;
	buf_free(&answer);
	return sent;
}

static bool take_record(int fd, const struct header *header,
			struct fcgi_head *head)
{
	bool own = head->begun && header->id == head->id;

	if (header->type == TYPE_BEGIN)
		return take_begin(fd, header, head);
	if (header->id == NULL_ID)
		return take_management(fd, header, head);
	if (header->type == TYPE_PARAMS && own)
		return take_params(fd, header, head);
	return header->type == TYPE_STDIN && !own && skip(fd, header, head);
}

/* True if the peer has sent nothing more, and has not closed either. */
static bool is_quiet(int fd)
{
	char c;

	return recv(fd, &c, 1, MSG_PEEK | MSG_DONTWAIT) < 0;
}

/* Reads a length of section 3.4 at *at; false when it is cut. */
static bool pair_length(const struct buf *params, size_t *at, size_t *ret_len)
{
	const unsigned char *p = (const unsigned char *)params->data + *at;
	size_t left = params->len - *at;

	if (left < 1 || (p[0] & 0x80 && left < 4))
		return false;
	if (!(p[0] & 0x80)) {
		*ret_len = p[0];
		*at += 1;
		return true;
	}
	*ret_len = (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 |
		   (size_t)p[2] << 8 | p[3];
	*at += 4;
	return true;
}

/* Servers pass on the bytes of a certificate's attributes, NUL among them.
 * Whoever reads strings would stop there and take what comes before for the
 * whole; no reader of a value takes this control character for anything. */
static void mark_nul(char *value, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (value[i] == '\0')
			value[i] = '\x01';
}

/* True if params is whole pairs, and each can stand as NAME=value in an
 * environment. */
static bool are_pairs(struct buf *params)
{
	size_t at = 0;

	while (at < params->len) {
		size_t name, value;

		if (!pair_length(params, &at, &name) ||
		    !pair_length(params, &at, &value) ||
		    name + value > params->len - at ||
		    memchr(params->data + at, '=', name) ||
		    memchr(params->data + at, '\0', name))
			return false;
		mark_nul(params->data + at + name, value);
		at += name + value;
	}
	return true;
}

enum status fcgi_head_read(int fd, struct fcgi_head *head)
{
	struct header header;

	while (!head->complete) {
		if (!head->begun && head->skipped && is_quiet(fd))
			return ST_ABSENT;
		if (!read_header(fd, &header) ||
		    !take_record(fd, &header, head))
			return ST_BAD;
	}
	return are_pairs(&head->params) ? ST_OK : ST_BAD;
}

void fcgi_head_free(struct fcgi_head *head)
{
	buf_free(&head->params);
}

void fcgi_head_write(const struct fcgi_head *head, struct buf *out)
{
	const unsigned char body[BEGIN_BODY] = {
		(unsigned char)(head->role >> 8),
		(unsigned char)head->role,
		head->keep ? KEEP_CONN : 0,
	};
	size_t at, part;

	put_record(out, TYPE_BEGIN, head->id, body, sizeof(body));
	for (at = 0; at < head->params.len; at += part) {
		part = head->params.len - at;
		if (part > UINT16_MAX)
			part = UINT16_MAX;
		put_record(out, TYPE_PARAMS, head->id, head->params.data + at,
			   part);
	}
	put_record(out, TYPE_PARAMS, head->id, "", 0);
}

bool fcgi_stdin_drain(int fd, unsigned id)
{
	struct header header;
	size_t total = 0;

	while (total <= FCGI_MAX_STDIN) {
		if (!read_header(fd, &header) || header.type != TYPE_STDIN ||
		    header.id != id ||
		    !read_content(fd, header.len + header.padding, NULL))
			return false;
		if (header.len == 0)
			return true;
		total += FCGI_RECORD_HEADER + header.len;
	}
	return false;
}

bool fcgi_stdin_take_end(int fd, unsigned id)
{
	unsigned char raw[FCGI_RECORD_HEADER + UINT8_MAX + 1];
	ssize_t got = recv(fd, raw, sizeof(raw), MSG_PEEK | MSG_DONTWAIT);
	struct header header;

	if (got < FCGI_RECORD_HEADER || raw[0] != VERSION)
		return false;
	parse_header(raw, &header);
	return header.type == TYPE_STDIN && header.id == id &&
	       header.len == 0 &&
	       (size_t)got == FCGI_RECORD_HEADER + header.padding &&
	       read_content(fd, (size_t)got, NULL);
}
