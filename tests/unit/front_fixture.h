/* front_fixture.h - files, policies and a server for tests of what talks to
 * the world outside. Whatever cannot be made ends the program. */
#ifndef MTLSGATE_FRONT_FIXTURE_H
#define MTLSGATE_FRONT_FIXTURE_H

#include "serve.h"

/* A new directory; the program works in it from now on. */
void fixture_directory(void);

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

#endif
