/* test_listen_tcp.c - addresses, and who may connect. */
#include "listen_tcp.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "front_fixture.h"

static void start(void)
{
	fixture_directory();
	fixture_catch_stderr("log");
	unsetenv("FCGI_WEB_SERVER_ADDRS");
}

static bool allowed(const struct listen_options *options, const char *text)
{
	struct sockaddr_storage peer = {0};
	struct sockaddr_in *v4 = (struct sockaddr_in *)&peer;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&peer;

	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
	} else {
		cr_assert_eq(inet_pton(AF_INET6, text, &v6->sin6_addr), 1);
		v6->sin6_family = AF_INET6;
	}
	return tcp_peer_allowed(options, (struct sockaddr *)&peer);
}

Test(listen_tcp, loopback_alone_by_default, .init = start)
{
	static const struct listen_options none;

	cr_assert(allowed(&none, "127.0.0.1"));
	cr_assert(allowed(&none, "127.9.9.9"));
	cr_assert(allowed(&none, "::1"));
	cr_assert(allowed(&none, "::ffff:127.0.0.1"));
	cr_assert_not(allowed(&none, "128.0.0.1"));
	cr_assert_not(allowed(&none, "192.0.2.1"));
	cr_assert_not(allowed(&none, "::2"));
	cr_assert_not(allowed(&none, "::ffff:192.0.2.1"));
	cr_assert_not(allowed(&none, "::127.0.0.1"));
}

Test(listen_tcp, peers_alone_when_named, .init = start)
{
	struct listen_options two = {.peers = {"192.0.2.1", "2001:db8::1"},
				     .peer_count = 2};

	cr_assert(allowed(&two, "192.0.2.1"));
	cr_assert(allowed(&two, "::ffff:192.0.2.1"));
	cr_assert(allowed(&two, "2001:db8:0::1"));
	cr_assert_not(allowed(&two, "192.0.2.2"));
	cr_assert_not(allowed(&two, "127.0.0.1"));
}

Test(listen_tcp, list_of_the_environment, .init = start)
{
	static const struct listen_options none;

	setenv("FCGI_WEB_SERVER_ADDRS", "127.0.0.2,,rubbish,127.0.0.3", 1);
	cr_assert(allowed(&none, "127.0.0.2"));
	cr_assert(allowed(&none, "127.0.0.3"));
	cr_assert_not(allowed(&none, "127.0.0.1"));
	setenv("FCGI_WEB_SERVER_ADDRS", "", 1);
	cr_assert_not(allowed(&none, "127.0.0.1"));
	setenv("FCGI_WEB_SERVER_ADDRS", "192.0.2.1", 1);
	cr_assert_not(allowed(&none, "192.0.2.1"), "not on loopback");
}

Test(listen_tcp, other_kinds_of_peer, .init = start)
{
	static const struct listen_options none;
	struct sockaddr peer = {.sa_family = AF_UNIX};

	cr_assert_not(tcp_peer_allowed(&none, &peer));
}

Test(listen_tcp, bad_addresses, .init = start)
{
	static const char *const texts[] = {
		"", ":", ":80", "80", "127.0.0.1", "127.0.0.1:",
		"127.0.0.1:x", "127.0.0.1:-1", "127.0.0.1:65536",
		"localhost:80", "::1:80", "[::1]", "[::1:80", "[]:80",
		"[::1]80", "127.0.0.1:80 ",
	};
	struct listener listener;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct listen_options options = {.tcp = texts[i]};

		cr_assert_eq(tcp_open(&options, &listener), ST_BAD, "%s",
			     texts[i]);
	}
}

Test(listen_tcp, off_loopback_needs_a_peer, .init = start)
{
	struct listen_options options = {.tcp = "0.0.0.0:0", .backlog = 1};
	struct listener listener;

	cr_assert_eq(tcp_open(&options, &listener), ST_BAD);
	options.peers[options.peer_count++] = "192.0.2.1";
	cr_assert_eq(tcp_open(&options, &listener), ST_OK);
	close(listener.fd);
}

Test(listen_tcp, opens_and_tells_when_not, .init = start)
{
	struct listen_options options = {.tcp = "127.0.0.1:0",
					 .backlog = 1};
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	struct listener listener, other;
	char taken[32];

	cr_assert_eq(tcp_open(&options, &listener), ST_OK);
	getsockname(listener.fd, (struct sockaddr *)&at, &len);
	snprintf(taken, sizeof(taken), "127.0.0.1:%d", ntohs(at.sin_port));
	options.tcp = taken;
	cr_assert_eq(tcp_open(&options, &other), ST_BAD);
	close(listener.fd);
}

Test(listen_tcp, peers_are_checked_at_the_start, .init = start)
{
	struct listen_options options = {.peers = {"127.0.0.1", "localhost"},
					 .peer_count = 1};

	cr_assert_eq(tcp_check_peers(&options), ST_OK);
	options.peer_count = 2;
	cr_assert_eq(tcp_check_peers(&options), ST_BAD);
}
