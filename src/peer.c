/* peer.c - addresses come in as text, yes or no goes out. */
#include "peer.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#define LOCAL "unix:"

static bool parse_address(const char *text, struct peer_net *net)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

	if (inet_pton(AF_INET, text, net->address) == 1) {
		net->family = AF_INET;
		net->prefix = 32;
		return true;
	}
	if (inet_pton(AF_INET6, text, net->address) != 1)
		return false;
	net->family = AF_INET6;
	net->prefix = 128;
	if (memcmp(net->address, mapped, sizeof(mapped)) == 0) {
		memmove(net->address, net->address + sizeof(mapped), 4);
		net->family = AF_INET;
		net->prefix = 32;
	}
	return true;
}

static bool bit_of(const unsigned char *bytes, unsigned i)
{
	return bytes[i / 8] >> (7 - i % 8) & 1;
}

static bool parse_prefix(const char *text, struct peer_net *net)
{
	char *end;
	unsigned long bits = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end || bits > net->prefix)
		return false;
	net->prefix = (unsigned)bits;
	return true;
}

static bool host_bits_clear(const struct peer_net *net)
{
	unsigned all = net->family == AF_INET ? 32 : 128;

	for (unsigned i = net->prefix; i < all; i++)
		if (bit_of(net->address, i))
			return false;
	return true;
}

enum status peer_parse(const char *text, struct peer_net *ret_net,
		       const char **ret_why)
{
	struct peer_net net = {0};
	char address[INET6_ADDRSTRLEN];
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);

	*ret_why = "it is neither an address, nor ADDRESS/BITS, nor unix:";
	if (strcmp(text, LOCAL) == 0) {
		*ret_net = (struct peer_net){.local = true};
		return ST_OK;
	}
	if (len >= sizeof(address))
		return ST_BAD;
	memcpy(address, text, len);
	address[len] = '\0';
	if (!parse_address(address, &net) ||
	    (slash && !parse_prefix(slash + 1, &net)))
		return ST_BAD;
	*ret_why = "bits are set behind the prefix: write the network's "
		   "address";
	if (!host_bits_clear(&net))
		return ST_BAD;
	*ret_net = net;
	return ST_OK;
}

static bool contains(const struct peer_net *net, const struct peer_net *peer)
{
	if (net->local || net->family != peer->family)
		return false;
	for (unsigned i = 0; i < net->prefix; i++)
		if (bit_of(net->address, i) != bit_of(peer->address, i))
			return false;
	return true;
}

bool peer_in(const char *remote_addr, const struct peer_net *nets,
	     size_t count)
{
	bool local = !*remote_addr || strcmp(remote_addr, LOCAL) == 0;
	struct peer_net peer = {0};

	if (!local && !parse_address(remote_addr, &peer))
		return false;
	for (size_t i = 0; i < count; i++)
		if (local ? nets[i].local : contains(&nets[i], &peer))
			return true;
	return false;
}
