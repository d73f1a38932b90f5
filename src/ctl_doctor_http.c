/* ctl_doctor_http.c - in: a request and a connection; out: the answer, or what
 * is wrong with it. Nothing is followed, repaired or kept from before. */
#include "ctl_doctor_http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "buf.h"

enum {
	MAX_HEAD = 64 * 1024,
	MAX_BODY = 256 * 1024,
	MAX_TEXT = MAX_HEAD + 3 * MAX_BODY, /* chunks of one byte take more */
	MAX_INTERIM = 10,
	CHUNK = 16 * 1024,
	PAUSE = 20 /* milliseconds without a byte in which to look at them */
};

/* Where text ends that may hold the end of a head: past its empty line, or
 * NULL. */
static const char *end_of_head(const char *text, size_t len)
{
	const char *end = memmem(text, len, "\r\n\r\n", 4);
	const char *bare = memmem(text, len, "\n\n", 2);

	if (bare && (!end || bare < end))
		return bare + 2;
	return end ? end + 4 : NULL;
}

const char *http_header(struct arena *arena, const struct http_answer *answer,
			const char *name)
{
	const char *line = answer->head;
	size_t len = strlen(name);

	while (line && (line = strchr(line, '\n'))) {
		size_t count;

		line++;
		if (strncasecmp(line, name, len) != 0 || line[len] != ':')
			continue;
		line += len + 1;
		line += strspn(line, " \t");
		count = strcspn(line, "\r\n");
		while (count > 0 && strchr(" \t", line[count - 1]))
			count--;
		return arena_strndup(arena, line, count);
	}
	return NULL;
}

/* The status of "HTTP/1.1 200 OK", or 0. */
static int read_status(const char *head)
{
	int status;

	if (strncmp(head, "HTTP/1.", 7) != 0 || !head[7] || head[8] != ' ')
		return 0;
	status = atoi(head + 9);
	return status >= 100 && status <= 999 ? status : 0;
}

static bool garbage(struct http_answer *answer, const char *why)
{
	answer->end = HTTP_GARBAGE;
	answer->why = why;
	return true;
}

static bool cut(struct http_answer *answer, const char *why)
{
	answer->end = HTTP_CUT;
	answer->why = why;
	return true;
}

/* Joins the chunks (RFC 9112 section 7.1) of text. False: more is needed. */
static bool join_chunks(const char *text, size_t len, struct buf *body,
			const char **ret_why)
{
	size_t at = 0;

	for (;;) {
		const char *line = text + at;
		const char *end = memchr(line, '\n', len - at);
		char *digits_end;
		unsigned long size;

		if (!end)
			return false;
		size = strtoul(line, &digits_end, 16);
		if (digits_end == line || *line == '-' || *line == '+') {
			*ret_why = "a chunk without a length";
			return true;
		}
		if (size == 0)
			return true;
		at = (size_t)(end - text) + 1;
		if (size > MAX_BODY || body->len + size > MAX_BODY) {
			*ret_why = "the body is too long to read";
			return true;
		}
		if (len - at < size + 2)
			return false;
		buf_add(body, text + at, size);
		at += size;
		at += text[at] == '\r' ? 2 : 1;
	}
}

static bool take_chunks(struct arena *arena, const char *text, size_t len,
			bool ended, struct http_answer *answer)
{
	struct buf body = {0};
	const char *why = NULL;
	bool whole = join_chunks(text, len, &body, &why);

	if (!whole && !ended && len <= 2 * MAX_BODY) {
		buf_free(&body);
		return false;
	}
	answer->body_len = body.len;
	answer->body = arena_strndup(arena, body.data ? body.data : "",
				     body.len);
	buf_free(&body);
	if (whole && !why)
		answer->end = HTTP_WHOLE;
	else
		cut(answer, why ? why : "the body ends too early");
	answer->kept = answer->kept && answer->end == HTTP_WHOLE;
	return true;
}

/* A body of a length that was said, or up to the end of the connection. */
static bool take_plain(struct arena *arena, const char *text, size_t len,
		       bool ended, struct http_answer *answer)
{
	const char *said = http_header(arena, answer, "Content-Length");
	unsigned long want = said ? strtoul(said, NULL, 10) : 0;
	bool whole = said ? len >= want : ended;

	if (!whole && !ended && len < MAX_BODY)
		return false;
	answer->body_len = said && len > want ? want : len;
	answer->body = arena_strndup(arena, text, answer->body_len);
	answer->kept = answer->kept && said && whole;
	if (!whole)
		return cut(answer, ended ? "the body ends too early"
					 : "the body is too long to read");
	answer->end = HTTP_WHOLE;
	return true;
}

static bool has_word(const char *value, const char *word)
{
	return value && strcasestr(value, word);
}

/* The length of the answers of the 100s at the start of text, which only
 * announce another one. */
static size_t interim(const char *text, size_t len)
{
	size_t at = 0;

	for (int i = 0; i < MAX_INTERIM && len - at > 12; i++) {
		const char *end = end_of_head(text + at, len - at);
		int status = end ? read_status(text + at) : 0;

		if (status < 100 || status > 199 || status == 101)
			break;
		at = (size_t)(end - text);
	}
	return at;
}

/* True when it is settled that the head cannot be read, or that it must be
 * waited for (*ret_done). */
static bool no_head(const char *text, size_t len, bool ended,
		    struct http_answer *answer, bool *ret_done)
{
	bool found = end_of_head(text, len);

	*ret_done = true;
	if (len >= 5 && strncmp(text, "HTTP/", 5) != 0)
		return garbage(answer, "it does not begin with HTTP/");
	if (found)
		return false;
	if (len > MAX_HEAD)
		return garbage(answer, "its headers do not end");
	if (ended && len > 0)
		return garbage(answer, "its headers end too early");
	*ret_done = false;
	return true;
}

bool http_parse(struct arena *arena, const char *text, size_t len, bool ended,
		bool no_body, struct http_answer *ret_answer)
{
	struct http_answer *answer = ret_answer;
	size_t skip = interim(text, len);
	const char *end;
	bool done;

	*answer = (struct http_answer){0};
	text += skip;
	len -= skip;
	if (no_head(text, len, ended, answer, &done))
		return done;
	end = end_of_head(text, len);
	answer->head = arena_strndup(arena, text, (size_t)(end - text));
	if (!answer->head)
		return garbage(answer, "out of memory");
	answer->status = read_status(answer->head);
	if (!answer->status)
		return garbage(answer, "its first line is not of HTTP/1.1");
	len -= (size_t)(end - text);
	answer->kept = !has_word(http_header(arena, answer, "Connection"),
				 "close");
	answer->body = "";
	answer->end = HTTP_WHOLE;
	if (no_body || answer->status < 200 || answer->status == 204 ||
	    answer->status == 304)
		return true;
	if (has_word(http_header(arena, answer, "Transfer-Encoding"),
		     "chunked"))
		return take_chunks(arena, end, len, ended, answer);
	return take_plain(arena, end, len, ended, answer);
}

static bool send_request(struct tls *tls, const struct http_request *request)
{
	const char *method = request->method ? request->method : "GET";
	struct buf text = {0};
	bool sent;

	buf_addf(&text, "%s %s HTTP/1.1\r\nHost: %s\r\n", method,
		 request->target, request->authority);
	buf_adds(&text, "User-Agent: mtlsgatectl/" PACKAGE_VERSION "\r\n"
			"Accept: application/json, */*;q=0.5\r\n");
	for (size_t i = 0; request->headers && request->headers[i]; i++)
		buf_addf(&text, "%s\r\n", request->headers[i]);
	if (request->body)
		buf_addf(&text, "Content-Length: %zu\r\n",
			 strlen(request->body));
	if (!request->keep)
		buf_adds(&text, "Connection: close\r\n");
	buf_adds(&text, "\r\n");
	if (request->body)
		buf_adds(&text, request->body);
	sent = !text.failed && tls_write(tls, text.data, text.len);
	buf_free(&text);
	return sent;
}

/* True when what came is a whole answer, or is all there will be. What a try
 * allocates ends with it: a hostile server can make many of them necessary. */
static bool is_whole(const struct buf *text, bool ended, bool no_body)
{
	struct arena *scratch = arena_new();
	struct http_answer answer;
	bool whole = !scratch || http_parse(scratch, text->data, text->len,
					    ended, no_body, &answer);

	arena_free(scratch);
	return whole;
}

/* Looks at what came when there is twice as much as the last time, or when no
 * more is at hand: a body of many small records costs little. */
static void read_text(struct tls *tls, int64_t deadline, bool no_body,
		      struct buf *text)
{
	char chunk[CHUNK];
	size_t looked = 0;
	bool done = false;

	while (!done && !text->failed && text->len < MAX_TEXT) {
		int64_t left = deadline - net_now();
		bool fresh = text->len > looked;
		int got = left <= 0 ? -1
				    : tls_read(tls, chunk, CHUNK,
					       fresh && left > PAUSE ? PAUSE
								     : left);

		if (got > 0)
			buf_add(text, chunk, (size_t)got);
		if (got == 0 || (got < 0 && (!fresh || left <= 0)))
			return;
		if (got < 0 || text->len >= 2 * looked) {
			looked = text->len;
			done = is_whole(text, false, no_body);
		}
	}
}

static void read_answer(struct arena *arena, struct tls *tls, int64_t deadline,
			bool no_body, struct http_answer *answer)
{
	struct buf text = {0};

	read_text(tls, deadline, no_body, &text);
	if (text.failed)
		garbage(answer, "out of memory");
	else if (text.len > 0)
		(void)http_parse(arena, text.data, text.len, true, no_body,
				 answer);
	buf_free(&text);
}

void http_exchange(struct arena *arena, struct tls *tls,
		   const struct http_request *request, int64_t timeout,
		   struct http_answer *ret_answer)
{
	int64_t deadline = net_now() + timeout;
	bool no_body = request->method && strcmp(request->method, "HEAD") == 0;

	*ret_answer = (struct http_answer){0};
	/* even a write that failed may have left an answer to be read */
	(void)send_request(tls, request);
	read_answer(arena, tls, deadline, no_body, ret_answer);
	if (!request->keep)
		ret_answer->kept = false;
}
