/* listen.h - getting a listening socket, and accepting on it. */
#ifndef MTLSGATE_LISTEN_H
#define MTLSGATE_LISTEN_H

#include "base.h"

enum { LISTEN_MAX_PEERS = 16 };

struct listen_options {
	const char *path;  /* --socket */
	const char *mode;  /* --socket-mode, octal text; NULL: 0660 */
	const char *group; /* --socket-group, or NULL */
	const char *tcp;   /* --listen ADDR:PORT, or NULL */
	const char *peers[LISTEN_MAX_PEERS]; /* --allow-peer */
	size_t peer_count;
	int backlog;
};

struct listener {
	int fd;
	bool tcp;              /* anyone who reaches the port can connect */
	bool own;              /* opened here, nobody else listens on it */
	const char *unlink;    /* socket file to remove at the end, or NULL */
	uint64_t inode;        /* of that file, so as not to remove another */
	int64_t changed_ns;    /* when that file was made ready */
	const struct listen_options *options;
};

/* True if descriptor 0 is a listening socket (FastCGI 1.0 section 2.2). */
bool listen_inherited(void);

/* Opens what the options name, else takes systemd's LISTEN_FDS, else
 * descriptor 0. A stale socket file is replaced, a live one is an error. Errors
 * are logged. ST_ABSENT: no socket anywhere. options is borrowed for the life
 * of the listener. */
NODISCARD enum status listen_open(const struct listen_options *options,
				  struct listener *ret_listener);

/* Accepts one connection: a blocking socket, closed on exec. -1: none now, or
 * errno says what (EMFILE, ...). A peer that is not allowed is closed and
 * logged. */
int listen_accept(const struct listener *listener);

/* No more connections from now on, if the socket is our own. Other threads may
 * still call listen_accept. */
void listen_stop(const struct listener *listener);

/* Closes the socket and removes its file. */
void listen_close(struct listener *listener);

#endif
