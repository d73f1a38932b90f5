/* test_ctl_doctor_url.c - URLs of doctor and their parts. */
#include "ctl_doctor_url.h"

#include <criterion/criterion.h>

struct url_row {
	const char *text, *host, *port, *authority, *target;
	bool address;
};

static const struct url_row good[] = {
	{"https://gate.example", "gate.example", "443", "gate.example", "/",
	 false},
	{"HTTPS://gate.example/", "gate.example", "443", "gate.example", "/",
	 false},
	{"https://gate.example:8443/a/b?c=d#e", "gate.example", "8443",
	 "gate.example:8443", "/a/b?c=d", false},
	{"https://gate.example:443?x", "gate.example", "443", "gate.example",
	 "/?x", false},
	{"https://127.0.0.1:8443/x", "127.0.0.1", "8443", "127.0.0.1:8443",
	 "/x", true},
	{"https://[::1]/x", "::1", "443", "[::1]", "/x", true},
	{"https://[::1]:1/x", "::1", "1", "[::1]:1", "/x", true},
};

static const char *const bad[] = {
	"",
	"gate.example",
	"http://gate.example/",
	"https://",
	"https:///x",
	"https://:443/",
	"https://gate.example:/",
	"https://gate.example:0/",
	"https://gate.example:65536/",
	"https://gate.example:443x/",
	"https://user@gate.example/",
	"https://gate.example/a b",
	"https://gate.example/\r\nX: y",
	"https://[::1/",
	"https://[gate]/",
	"https://[::1]x/",
};

Test(ctl_doctor_url, takes_urls_apart)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		const struct url_row *row = &good[i];
		struct doctor_url url;
		const char *why;

		cr_assert_eq(doctor_url_parse(arena, row->text, &url, &why),
			     ST_OK, "%s: %s", row->text, why);
		cr_assert_str_eq(url.host, row->host);
		cr_assert_str_eq(url.port, row->port);
		cr_assert_str_eq(url.authority, row->authority);
		cr_assert_str_eq(url.target, row->target);
		cr_assert_eq(url.address, row->address, "%s", row->text);
	}
	arena_free(arena);
}

Test(ctl_doctor_url, refuses_what_is_none)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct doctor_url url;
		const char *why = NULL;

		cr_assert_eq(doctor_url_parse(arena, bad[i], &url, &why),
			     ST_BAD, "%s", bad[i]);
		cr_assert_not_null(why);
	}
	arena_free(arena);
}

Test(ctl_doctor_url, places)
{
	struct arena *arena = arena_new();
	const char *host, *port;

	cr_assert_eq(doctor_url_place(arena, "gate:8443", &host, &port), ST_OK);
	cr_assert_str_eq(host, "gate");
	cr_assert_str_eq(port, "8443");
	cr_assert_eq(doctor_url_place(arena, "[::1]:1", &host, &port), ST_OK);
	cr_assert_str_eq(host, "::1");
	cr_assert_eq(doctor_url_place(arena, "gate", &host, &port), ST_BAD);
	cr_assert_eq(doctor_url_place(arena, "gate:x", &host, &port), ST_BAD);
	cr_assert_eq(doctor_url_place(arena, ":8443", &host, &port), ST_BAD);
	arena_free(arena);
}
