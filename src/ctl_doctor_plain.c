/* ctl_doctor_plain.c - in: a port; out: what it answers to plain HTTP. Apache
 * and nginx answer it on a port of TLS too, and say so. */
#include "ctl_doctor_plain.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

enum { PLAIN_TIMEOUT = 3000 };

static void read_some(int fd, struct plain_answer *answer)
{
	int64_t deadline = net_now() + PLAIN_TIMEOUT;
	size_t room = sizeof(answer->bytes) - 1;
	ssize_t got = 1;

	while (got > 0 && answer->len < room &&
	       net_wait(fd, POLLIN, deadline)) {
		got = recv(fd, answer->bytes + answer->len, room - answer->len,
			   0);
		if (got > 0)
			answer->len += (size_t)got;
	}
	answer->bytes[answer->len] = '\0';
}

bool doctor_plain(struct doctor *doctor, struct plain_answer *ret_answer)
{
	struct net_result result;
	const char *text = arena_printf(doctor->arena,
					"GET / HTTP/1.0\r\nHost: %s\r\n\r\n",
					doctor->url.authority);
	int fd = text ? net_connect(doctor->arena, doctor->host, doctor->port,
				    DOCTOR_TIMEOUT, &result)
		      : -1;

	memset(ret_answer, 0, sizeof(*ret_answer));
	if (fd < 0)
		return false;
	if (send(fd, text, strlen(text), MSG_NOSIGNAL) > 0)
		read_some(fd, ret_answer);
	close(fd);
	if (ret_answer->len == 0)
		return false;
	(void)http_parse(doctor->arena, ret_answer->bytes, ret_answer->len,
			 true, false, &ret_answer->http);
	ret_answer->tls_port = strcasestr(ret_answer->bytes, "HTTPS port") ||
			       strcasestr(ret_answer->bytes, "SSL-enabled") ||
			       strcasestr(ret_answer->bytes,
					  "HTTP request to an HTTPS");
	return ret_answer->http.end == HTTP_CUT ||
	       ret_answer->http.end == HTTP_WHOLE;
}
