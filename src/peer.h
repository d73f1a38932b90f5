/* peer.h - addresses of peers, and lists of those that are trusted. */
#ifndef MTLSGATE_PEER_H
#define MTLSGATE_PEER_H

#include "arena.h"

/* An address or a network of them (RFC 4632, RFC 4291), or UNIX sockets. */
struct peer_net {
	bool local; /* unix: */
	int family; /* AF_INET, AF_INET6 */
	unsigned char address[16];
	unsigned prefix; /* bits that count */
};

/* Parses an address, ADDRESS/BITS or "unix:". ST_BAD: not one, or bits set
 * behind the prefix; *ret_why (static) says which. */
NODISCARD enum status peer_parse(const char *text, struct peer_net *ret_net,
				 const char **ret_why);

/* Is the peer, as REMOTE_ADDR has it, in one of the nets? An IPv4 address that
 * is mapped into IPv6 counts as itself. A text that is no address is in none;
 * "unix:" and nothing at all are a UNIX socket. */
bool peer_in(const char *remote_addr, const struct peer_net *nets,
	     size_t count);

#endif
