/* reply.c - the only code that writes a Status line. A reply comes in, its
 * bytes go out, or a failure; nothing between. */
#include "reply.h"

#include <string.h>

static const char last_resort[] =
	"Status: 500 Internal Server Error\r\n"
	"X-Mtlsgate-Reason: internal_error\r\n"
	"Cache-Control: no-store\r\n"
	"Content-Type: application/json\r\n"
	"\r\n"
	"{\"error\":\"Internal Server Error\","
	"\"message\":\"The request could not be decided\","
	"\"reason\":\"internal_error\",\"decision_id\":null}";

static const struct {
	int status;
	const char *phrase;
} phrases[] = {
	{200, "OK"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{500, "Internal Server Error"},
	{503, "Service Unavailable"},
};

const char *reply_phrase(int status)
{
	for (size_t i = 0; i < ARRAY_LEN(phrases); i++)
		if (phrases[i].status == status)
			return phrases[i].phrase;
	return "Denied";
}

void reply_header(struct reply *reply, const char *name, const char *value)
{
	for (const char *c = value; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			reply->headers.failed = true;
	buf_addf(&reply->headers, "%s: %s\r\n", name, value);
}

const char *reply_last_resort(size_t *ret_len)
{
	*ret_len = sizeof(last_resort) - 1;
	return last_resort;
}

void reply_write(struct reply *reply, bool head, struct buf *out)
{
	if (reply->status == 0) {
		buf_add(out, last_resort, sizeof(last_resort) - 1);
		return;
	}
	if (reply->headers.failed || reply->body.failed) {
		out->failed = true;
		return;
	}
	buf_addf(out, "Status: %d %s\r\n", reply->status,
		 reply_phrase(reply->status));
	buf_add(out, reply->headers.data, reply->headers.len);
	if (reply->content_type)
		buf_addf(out, "Content-Type: %s\r\n", reply->content_type);
	if (reply->content_type && !head)
		buf_addf(out, "Content-Length: %zu\r\n", reply->body.len);
	buf_adds(out, "\r\n");
	if (!head)
		buf_add(out, reply->body.data, reply->body.len);
}

void reply_free(struct reply *reply)
{
	buf_free(&reply->headers);
	buf_free(&reply->body);
}
