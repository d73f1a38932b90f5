/* load_wire.c - the few parts of FastCGI 1.0 that a client needs. */
#include "load_wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum {
	BEGIN = 1,
	END = 3,
	PARAMS = 4,
	STDIN = 5,
	STDOUT = 6,
	HEADER = 8,
	KEEP = 1,
	MOST = 65528, /* of a record, with no need of padding */
	REPLY = 128 * 1024
};

static void *grow(void *memory, size_t size)
{
	memory = realloc(memory, size);
	if (!memory) {
		fputs("fcgi_load: memory\n", stderr);
		exit(2);
	}
	return memory;
}

static void add(struct wire_request *out, const void *bytes, size_t len)
{
	out->bytes = grow(out->bytes, out->len + len + 1);
	memcpy(out->bytes + out->len, bytes, len);
	out->len += len;
}

static void add_header(struct wire_request *out, int type, size_t len)
{
	unsigned char header[HEADER] = {1, (unsigned char)type, 0, 1,
					(unsigned char)(len >> 8),
					(unsigned char)len};

	add(out, header, sizeof(header));
}

static void add_length(struct wire_request *out, size_t len)
{
	unsigned char four[4] = {(unsigned char)(0x80 | len >> 24),
				 (unsigned char)(len >> 16),
				 (unsigned char)(len >> 8),
				 (unsigned char)len};

	if (len < 128)
		add(out, &four[3], 1);
	else
		add(out, four, sizeof(four));
}

static void add_pair(struct wire_request *out, const char *name,
		     size_t name_len, const char *value, size_t len)
{
	add_length(out, name_len);
	add_length(out, len);
	add(out, name, name_len);
	add(out, value, len);
}

struct wire_request wire_make(int role, char *const *params, size_t count,
			      const char *cert, size_t cert_len)
{
	const unsigned char begin[8] = {0, (unsigned char)role, KEEP};
	struct wire_request out = {0};
	struct wire_request pairs = {0};
	size_t done = 0;

	for (size_t i = 0; i < count; i++) {
		size_t name = strcspn(params[i], "=");

		add_pair(&pairs, params[i], name, params[i] + name + 1,
			 strlen(params[i] + name + 1));
	}
	if (cert)
		add_pair(&pairs, "SSL_CLIENT_CERT", 15, cert, cert_len);
	add_header(&out, BEGIN, sizeof(begin));
	add(&out, begin, sizeof(begin));
	while (done < pairs.len) {
		size_t part = pairs.len - done < MOST ? pairs.len - done
						      : MOST;

		add_header(&out, PARAMS, part);
		add(&out, pairs.bytes + done, part);
		done += part;
	}
	add_header(&out, PARAMS, 0);
	add_header(&out, STDIN, 0);
	free(pairs.bytes);
	return out;
}

static int connect_tcp(const char *address, const char *colon)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	char host[64];
	int fd, one = 1;

	snprintf(host, sizeof(host), "%.*s", (int)(colon - address), address);
	to.sin_port = htons((uint16_t)strtol(colon + 1, NULL, 10));
	if (inet_pton(AF_INET, host, &to.sin_addr) != 1)
		return -1;
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

int wire_connect(const char *address)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	const char *colon = strrchr(address, ':');
	int fd;

	if (!strchr(address, '/') && colon)
		return connect_tcp(address, colon);
	if (strlen(address) >= sizeof(to.sun_path))
		return -1;
	strcpy(to.sun_path, address);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

bool wire_send(int fd, const struct wire_request *request)
{
	size_t done = 0;

	while (done < request->len) {
		ssize_t sent = send(fd, request->bytes + done,
				    request->len - done, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return false;
		done += (size_t)sent;
	}
	return true;
}

/* What was understood of an answer so far. */
struct answer {
	int status;
	bool begun; /* a piece of STDOUT was seen */
	bool ended;
	bool bad;
};

static void take_record(struct answer *answer, const unsigned char *record,
			size_t len)
{
	const char *text = (const char *)record + HEADER;

	if (record[0] != 1 || record[2] != 0 || record[3] != 1)
		answer->bad = true;
	if (record[1] == STDOUT && len > 0 && !answer->begun) {
		answer->begun = true;
		if (len > 11 && memcmp(text, "Status: ", 8) == 0)
			answer->status = atoi(text + 8);
	}
	if (record[1] == END) {
		answer->ended = true;
		/* protocolStatus: FCGI_REQUEST_COMPLETE is 0 */
		if (len != 8 || text[4] != 0)
			answer->bad = true;
	}
}

/* Takes the whole records of what was read; returns how many bytes. */
static size_t take_records(struct answer *answer, const unsigned char *bytes,
			   size_t len)
{
	size_t done = 0;

	while (len - done >= HEADER && !answer->ended) {
		const unsigned char *record = bytes + done;
		size_t content = (size_t)record[4] << 8 | record[5];

		if (len - done < HEADER + content + record[6])
			break;
		take_record(answer, record, content);
		done += HEADER + content + record[6];
	}
	return done;
}

int wire_receive(int fd)
{
	static _Thread_local unsigned char bytes[REPLY];
	struct answer answer = {0};
	size_t len = 0, done = 0;

	while (!answer.ended) {
		ssize_t got = recv(fd, bytes + len, sizeof(bytes) - len, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		len += (size_t)got;
		done += take_records(&answer, bytes + done, len - done);
		if (len == sizeof(bytes) && !answer.ended)
			return 0;
	}
	/* more than was asked for is no answer to this request */
	return answer.bad || done != len ? 0 : answer.status;
}
