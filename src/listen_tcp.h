/* listen_tcp.h - a listening TCP socket, and who may connect to it. */
#ifndef MTLSGATE_LISTEN_TCP_H
#define MTLSGATE_LISTEN_TCP_H

#include <sys/socket.h>

#include "listen.h"

/* Listens on options->tcp: A.B.C.D:PORT or [V6]:PORT, numbers only. An address
 * off loopback needs options->peers. Fills in fd of ret_listener. ST_BAD:
 * logged. */
NODISCARD enum status tcp_open(const struct listen_options *options,
			       struct listener *ret_listener);

/* ST_BAD: a peer in the options is not a numeric address; logged. */
NODISCARD enum status tcp_check_peers(const struct listen_options *options);

/* True if peer may connect: it is one of options->peers or, when there are
 * none, on loopback; and it is in the environment's FCGI_WEB_SERVER_ADDRS, if
 * that is set (FastCGI 1.0 section 3.2). */
bool tcp_peer_allowed(const struct listen_options *options,
		      const struct sockaddr *peer);

enum { PEER_TEXT = 64 };

/* The address as text, without the port; returns out. */
const char *tcp_peer_text(const struct sockaddr *peer, char out[PEER_TEXT]);

#endif
