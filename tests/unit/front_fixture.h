/* front_fixture.h - files, policies and a server for tests of what talks to
 * the world outside. Whatever cannot be made ends the program. */
#ifndef MTLSGATE_FRONT_FIXTURE_H
#define MTLSGATE_FRONT_FIXTURE_H

#include "buf.h"
#include "serve.h"

/* A new directory; the program works in it from now on, and it is gone when the
 * program ends. */
void fixture_directory(void);

/* Removes a directory and all in it. */
void fixture_remove(const char *name);

/* Replaces the file in one step. */
void fixture_write(const char *file, const char *text);

/* The whole file; "" when it is not there. Caller frees. */
char *fixture_read(const char *file);

/* A small policy that grants /public to anyone; more is put at its end. Caller
 * frees. */
char *fixture_policy_text(const char *more);

/* A server whose policy is that text, in the file policy.ini. */
struct server *fixture_server(const char *more);
void fixture_server_free(struct server *server);

/* Sends descriptor 2 to a file, which is emptied first. */
void fixture_catch_stderr(const char *file);

/* A pair of connected sockets with a time limit of two seconds. */
void fixture_socketpair(int pair[2]);

/* Puts records of FastCGI into out, as a web server would send them. */
void fixture_record(struct buf *out, unsigned type, unsigned id,
		    const void *content, size_t len, unsigned padding);
void fixture_begin(struct buf *out, unsigned id, unsigned role, bool keep);

/* Adds a parameter to a PARAMS stream. */
void fixture_pair(struct buf *params, const char *name, const char *value);

/* A GET request for path, up to the end of its parameters. */
void fixture_request(struct buf *out, unsigned id, unsigned role, bool keep,
		     const char *path);

#endif
