/* ctl_doctor_url.h - the URLs that doctor is given. */
#ifndef MTLSGATE_CTL_DOCTOR_URL_H
#define MTLSGATE_CTL_DOCTOR_URL_H

#include "arena.h"

struct doctor_url {
	const char *text;      /* as given */
	const char *host;      /* without the brackets of an IPv6 address */
	const char *port;      /* "443" when none is given */
	const char *authority; /* for the Host header: port left out if 443 */
	const char *target;    /* path and query, "/" at least */
	bool address;          /* host is an IP address: no SNI is sent */
};

/* Takes an https:// URL (RFC 9110 section 4.2.2) apart; a fragment is
 * dropped. ST_BAD: *ret_why (static) says why it is none. */
NODISCARD enum status doctor_url_parse(struct arena *arena, const char *text,
				       struct doctor_url *ret_url,
				       const char **ret_why);

/* Takes HOST:PORT or [IPV6]:PORT apart. ST_BAD when it is neither. */
NODISCARD enum status doctor_url_place(struct arena *arena, const char *text,
				       const char **ret_host,
				       const char **ret_port);

#endif
