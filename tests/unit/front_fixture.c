/* front_fixture.c - what front_fixture.h says. */
#include "front_fixture.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static void must(bool done, const char *what)
{
	if (done)
		return;
	perror(what);
	exit(99);
}

static char directory[32];
static pid_t owner; /* a child of the test leaves the directory alone */

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void fixture_remove(const char *name)
{
	nftw(name, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void remove_directory(void)
{
	if (getpid() == owner)
		fixture_remove(directory);
}

void fixture_directory(void)
{
	if (owner == getpid())
		fixture_remove(directory);
	else
		must(atexit(remove_directory) == 0, "atexit");
	owner = getpid();
	strcpy(directory, "/tmp/mtlsgate-test-XXXXXX");
	must(mkdtemp(directory) && chdir(directory) == 0, "directory");
}

void fixture_write(const char *file, const char *text)
{
	FILE *out = fopen("fixture.new", "w");

	must(out && fputs(text, out) >= 0 && fclose(out) == 0 &&
		     rename("fixture.new", file) == 0,
	     file);
}

char *fixture_read(const char *file)
{
	FILE *in = fopen(file, "r");
	char *text = calloc(1, 65536);

	must(text, "memory");
	if (in) {
		must(fread(text, 1, 65535, in) < 65535, file);
		fclose(in);
	}
	return text;
}

char *fixture_policy_text(const char *more)
{
	char *text = NULL;

	must(asprintf(&text,
		      "[certificate]\n"
		      "source = server\n"
		      "[identity]\n"
		      "id = subject.CN\n"
		      "[role user]\n"
		      "default = yes\n"
		      "[access public]\n"
		      "path = /public/*\n"
		      "allow = anyone\n"
		      "[access app]\n"
		      "path = /app/*\n"
		      "allow = *\n%s",
		      more) > 0,
	     "memory");
	return text;
}

struct server *fixture_server(const char *more)
{
	struct server *server = calloc(1, sizeof(*server));
	struct store *store = store_new("policy.ini");
	struct audit *audit = audit_new();
	char *text = fixture_policy_text(more);

	fixture_write("policy.ini", text);
	free(text);
	must(server && store && audit, "server");
	server_init(server, store, audit);
	server_refresh(server, true);
	return server;
}

void fixture_server_free(struct server *server)
{
	store_free(server->store);
	audit_free(server->audit);
	free(server);
}

void fixture_catch_stderr(const char *file)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);

	must(fd >= 0 && dup2(fd, 2) == 2 && close(fd) == 0, file);
}

void fixture_socketpair(int pair[2])
{
	struct timeval limit = {.tv_sec = 2};
	int i;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	for (i = 0; i < 2; i++)
		must(setsockopt(pair[i], SOL_SOCKET, SO_RCVTIMEO, &limit,
				sizeof(limit)) == 0,
		     "time limit");
}

void fixture_record(struct buf *out, unsigned type, unsigned id,
		    const void *content, size_t len, unsigned padding)
{
	static const char zeros[256];
	const unsigned char header[8] = {
		1,
		(unsigned char)type,
		(unsigned char)(id >> 8),
		(unsigned char)id,
		(unsigned char)(len >> 8),
		(unsigned char)len,
		(unsigned char)padding,
	};

	buf_add(out, header, sizeof(header));
	buf_add(out, content, len);
	buf_add(out, zeros, padding);
	must(!out->failed, "memory");
}

void fixture_begin(struct buf *out, unsigned id, unsigned role, bool keep)
{
	const unsigned char body[8] = {(unsigned char)(role >> 8),
				       (unsigned char)role, keep};

	fixture_record(out, 1, id, body, sizeof(body), 0);
}

void fixture_pair(struct buf *params, const char *name, const char *value)
{
	buf_addf(params, "%c%c%s%s", (int)strlen(name), (int)strlen(value),
		 name, value);
}

void fixture_request(struct buf *out, unsigned id, unsigned role, bool keep,
		     const char *path)
{
	struct buf params = {0};

	fixture_pair(&params, "REQUEST_METHOD", "GET");
	fixture_pair(&params, "REQUEST_URI", path);
	fixture_pair(&params, "SCRIPT_NAME", path);
	fixture_begin(out, id, role, keep);
	fixture_record(out, 4, id, params.data, params.len, 3);
	fixture_record(out, 4, id, "", 0, 0);
	buf_free(&params);
}
