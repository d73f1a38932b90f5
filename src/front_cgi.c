/* front_cgi.c - an environment comes in, one reply goes to descriptor 1. A
 * reply that is not complete is not begun. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "front.h"
#include "log.h"

static bool write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t done = write(fd, data, len);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return false;
		data += done;
		len -= (size_t)done;
	}
	return true;
}

int front_cgi(struct server *server, char *const *env)
{
	struct worker *worker = worker_new(server);
	struct buf reply = {0};
	bool sent = false;

	signal(SIGPIPE, SIG_IGN);
	if (worker)
		server_answer(worker, ROLE_RESPONDER, env, NULL, &reply);
	if (worker && !reply.failed)
		sent = write_all(STDOUT_FILENO, reply.data, reply.len);
	if (!sent)
		log_message(LOG_LEVEL_ERROR, "the reply could not be sent");
	buf_free(&reply);
	worker_free(worker);
	return sent ? EXIT_SUCCESS : EXIT_FAILURE;
}
