/* fuzz_record.c - fcgi_head_read from a connection that sends the input and
 * ends. A request that is complete is read again from what fcgi_head_write
 * makes of it. */
#include <sys/socket.h>
#include <unistd.h>

#include "fcgi_record.h"
#include "fuzz.h"

/* What a socket takes at once. */
enum { MAX_SENT = 64 * 1024 };

static enum status read_from(const void *bytes, size_t size,
			     struct fcgi_head *head)
{
	int pair[2];
	char reply[4096];
	enum status status;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
	MUST(send(pair[1], bytes, size, 0) == (ssize_t)size);
	shutdown(pair[1], SHUT_WR);
	status = fcgi_head_read(pair[0], head);
	while (status == ST_ABSENT) {
		fcgi_head_free(head);
		*head = (struct fcgi_head){0};
		status = fcgi_head_read(pair[0], head);
	}
	if (status == ST_OK && head->complete)
		(void)fcgi_stdin_drain(pair[0], head->id);
	while (recv(pair[1], reply, sizeof(reply), MSG_DONTWAIT) > 0)
		;
	close(pair[0]);
	close(pair[1]);
	return status;
}

static void check(const struct fcgi_head *head)
{
	struct fcgi_head again = {0};
	struct buf out = {0};

	MUST(head->begun && head->params.len <= FCGI_MAX_PARAMS);
	fcgi_head_write(head, &out);
	if (!out.failed && out.len <= MAX_SENT) {
		MUST(read_from(out.data, out.len, &again) == ST_OK);
		MUST(again.complete && again.role == head->role);
		MUST(again.params.len == head->params.len);
		MUST(head->params.len == 0 ||
		     memcmp(again.params.data, head->params.data,
			    head->params.len) == 0);
		fcgi_head_free(&again);
	}
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fcgi_head head = {0};

	if (size > MAX_SENT)
		return 0;
	if (read_from(data, size, &head) == ST_OK && head.complete)
		check(&head);
	fcgi_head_free(&head);
	return 0;
}
