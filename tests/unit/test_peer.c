/* test_peer.c - addresses of peers, and lists of those that are trusted. */
#include "peer.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <string.h>

static struct peer_net parse(const char *text)
{
	struct peer_net net;
	const char *why;

	memset(&net, 0xff, sizeof(net));
	cr_assert_eq(peer_parse(text, &net, &why), ST_OK, "%s", text);
	return net;
}

static bool in(const char *peer, const char *text)
{
	struct peer_net net = parse(text);

	return peer_in(peer, &net, 1);
}

Test(peer, zero_is_nobody)
{
	struct peer_net zero = {0};

	cr_expect_not(peer_in("192.0.2.1", &zero, 1));
	cr_expect_not(peer_in("::", &zero, 1));
	cr_expect_not(peer_in("", &zero, 1));
	cr_expect_not(peer_in("192.0.2.1", NULL, 0));
	cr_expect_not(peer_in("", NULL, 0));
}

Test(peer, forms)
{
	static const struct {
		const char *text;
		int family;
		unsigned prefix;
	} rows[] = {
		{"192.0.2.1", AF_INET, 32},
		{"192.0.2.0/24", AF_INET, 24},
		{"192.0.2.1/32", AF_INET, 32},
		{"0.0.0.0/0", AF_INET, 0},
		{"128.0.0.0/1", AF_INET, 1},
		{"::1", AF_INET6, 128},
		{"2001:db8::/32", AF_INET6, 32},
		{"2001:DB8:0::/33", AF_INET6, 33},
		{"::/0", AF_INET6, 0},
		{"::ffff:192.0.2.1", AF_INET, 32},
		{"::ffff:c000:201", AF_INET, 32},
		{"::ffff:192.0.2.0/24", AF_INET, 24},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct peer_net net = parse(rows[i].text);

		cr_expect_not(net.local);
		cr_expect_eq(net.family, rows[i].family, "%s", rows[i].text);
		cr_expect_eq(net.prefix, rows[i].prefix, "%s", rows[i].text);
	}
	cr_expect(parse("unix:").local);
}

Test(peer, what_is_refused)
{
	static const char *const texts[] = {
		"", " ", "/", "/24", "192.0.2", "192.0.2.1.1", "192.0.2.256",
		"192.0.2.1 ", " 192.0.2.1", "192.0.2.01", "0xc0000201",
		"3221225985", "192.0.2.0/", "192.0.2.0/33", "192.0.2.0/-1",
		"192.0.2.0/+8", "192.0.2.0/ 8", "192.0.2.0/24 ",
		"192.0.2.0/24/24", "192.0.2.0/255.255.255.0", "192.0.2.0/x",
		"192.0.2.0/99999999999999999999", "::/129", ":::", "::1%lo",
		"[::1]", "2001:db8::g", "::ffff:192.0.2.0/120", "unix",
		"unix:/run/x", "Unix:", "localhost", "*", "192.0.2.*",
		"192.0.2.1,192.0.2.2",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct peer_net net = {.family = 77};
		const char *why = NULL;

		cr_expect_eq(peer_parse(texts[i], &net, &why), ST_BAD, "%s",
			     texts[i]);
		cr_expect_not_null(why);
		cr_expect_eq(net.family, 77, "untouched");
	}
}

Test(peer, bits_behind_the_prefix)
{
	static const char *const texts[] = {
		"192.0.2.1/24", "192.0.2.128/24", "192.0.3.0/23", "1.0.0.0/0",
		"2001:db8::1/127", "2001:db8::/20", "::1/0"};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct peer_net net;
		const char *why = NULL;

		cr_expect_eq(peer_parse(texts[i], &net, &why), ST_BAD, "%s",
			     texts[i]);
		cr_assert_not_null(why);
		cr_expect_not_null(strstr(why, "behind the prefix"));
	}
}

static const struct {
	const char *peer;
	const char *net;
	bool in;
} members[] = {
	{"192.0.2.1", "192.0.2.1", true},
	{"192.0.2.2", "192.0.2.1", false},
	{"192.0.2.255", "192.0.2.0/24", true},
	{"192.0.3.0", "192.0.2.0/24", false},
	{"192.0.1.255", "192.0.2.0/24", false},
	{"192.0.2.127", "192.0.2.0/25", true},
	{"192.0.2.128", "192.0.2.0/25", false},
	{"127.255.255.255", "128.0.0.0/1", false},
	{"255.255.255.255", "128.0.0.0/1", true},
	{"8.8.8.8", "0.0.0.0/0", true},
	{"::1", "0.0.0.0/0", false},
	{"192.0.2.1", "::/0", false},
	{"::1", "::/0", true},
	{"0:0:0:0:0:0:0:1", "::1", true},
	{"::2", "::1", false},
	{"2001:DB8::ffff", "2001:db8::/32", true},
	{"2001:db9::", "2001:db8::/32", false},
	{"2001:db8:8000::", "2001:db8::/33", false},
	{"::ffff:192.0.2.1", "192.0.2.0/24", true},
	{"::ffff:c000:0201", "192.0.2.1", true},
	{"::ffff:192.0.3.1", "192.0.2.0/24", false},
	{"192.0.2.1", "::ffff:192.0.2.1", true},
	{"::192.0.2.1", "192.0.2.1", false},
	{"", "unix:", true},
	{"unix:", "unix:", true},
	{"unix:/run/x", "unix:", false},
	{"192.0.2.1", "unix:", false},
	{"", "0.0.0.0/0", false},
	{"unix:", "::/0", false},
};

Test(peer, members)
{
	for (size_t i = 0; i < ARRAY_LEN(members); i++)
		cr_expect_eq(in(members[i].peer, members[i].net),
			     members[i].in, "%s in %s", members[i].peer,
			     members[i].net);
}

Test(peer, garbage_is_in_no_net)
{
	static const char *const peers[] = {
		"192.0.2.1 ", " 192.0.2.1", "192.0.2.1:80", "192.0.2.1,::1",
		"192.0.2.0/24", "[::1]", "::1%lo", "localhost", "-", "unknown",
		"192.0.2.01", "\n"};
	struct peer_net all[] = {parse("0.0.0.0/0"), parse("::/0"),
				 parse("unix:")};

	for (size_t i = 0; i < ARRAY_LEN(peers); i++)
		cr_expect_not(peer_in(peers[i], all, ARRAY_LEN(all)), "%s",
			      peers[i]);
}

Test(peer, any_net_of_the_list)
{
	struct peer_net nets[] = {parse("10.0.0.0/8"), parse("unix:"),
				  parse("2001:db8::1")};

	cr_expect(peer_in("10.1.2.3", nets, 3));
	cr_expect(peer_in("", nets, 3));
	cr_expect(peer_in("2001:db8::1", nets, 3));
	cr_expect_not(peer_in("2001:db8::1", nets, 2));
	cr_expect_not(peer_in("11.0.0.1", nets, 3));
}
