/* ctl_doctor_net.h - TCP connections that end in time. */
#ifndef MTLSGATE_CTL_DOCTOR_NET_H
#define MTLSGATE_CTL_DOCTOR_NET_H

#include "arena.h"

enum net_end {
	NET_OK = 0,
	NET_NO_NAME,     /* the name does not resolve */
	NET_REFUSED,     /* nobody listens */
	NET_TIMEOUT,     /* no answer */
	NET_UNREACHABLE, /* no route, or not allowed */
	NET_FAILED       /* anything else */
};

struct net_result {
	enum net_end end;
	const char *where; /* the address tried last, "127.0.0.1 port 443" */
	const char *why;   /* in the system's words, when it failed */
};

/* Milliseconds of a clock that only goes forward. */
int64_t net_now(void);

/* Waits until fd is ready for events of poll(2); false once net_now() is past
 * deadline. */
bool net_wait(int fd, short events, int64_t deadline);

/* Connects to the first address of host that takes us, timeout milliseconds
 * for each, four at most. Returns a non-blocking socket, which the caller
 * closes, or -1; ret_result says how it went. A look-up is not cut short. */
int net_connect(struct arena *arena, const char *host, const char *port,
		int64_t timeout, struct net_result *ret_result);

#endif
