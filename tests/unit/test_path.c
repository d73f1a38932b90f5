/* test_path.c - the one reading of a request path. */
#include "path.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

struct row {
	const char *target;
	const char *path; /* NULL: refused */
};

static const struct row rows[] = {
	/* taken */
	{"/", "/"},
	{"/admin", "/admin"},
	{"/admin/", "/admin/"},
	{"//admin", "/admin"},
	{"///admin//x///", "/admin/x/"},
	{"//", "/"},
	{"/%61dmin", "/admin"},
	{"/a%20b", "/a b"},
	{"/a+b", "/a+b"},
	{"/a%2Bb", "/a+b"},
	{"/100%25", "/100%"},
	{"/%2561dmin", "/%61dmin"},
	{"/%252e%252e/x", "/%2e%2e/x"},
	{"/%252f", "/%2f"},
	{"/caf%C3%A9", "/caf\xc3\xa9"},
	{"/caf\xc3\xa9", "/caf\xc3\xa9"},
	{"/caf\xc3%A9", "/caf\xc3\xa9"},
	{"/...", "/..."},
	{"/.hidden", "/.hidden"},
	{"/a..b/c.", "/a..b/c."},
	{"/..a/.a./b..", "/..a/.a./b.."},
	{"/a:b@c!$&'()*,=~", "/a:b@c!$&'()*,=~"},
	{"/a*", "/a*"},
	{"/x?y=/../z", "/x"},
	{"/x?y;z\\", "/x"},
	{"/x?", "/x"},
	{"/?", "/"},
	{"/x?%zz", "/x"},
	{"/x?%00", "/x"},
	{"/x?a?b", "/x"},
	{"//evil.example/x", "/evil.example/x"},
	/* absolute form */
	{"http://host/admin", "/admin"},
	{"https://host:443/admin?x", "/admin"},
	{"HTTP://host/", "/"},
	{"hTTps://[::1]:8443//x", "/x"},
	{"http://host/http://other/x", "/http:/other/x"},
	{"/http://host/x", "/http:/host/x"},
	{"http://host", NULL},
	{"http://host?x", NULL},
	{"http://host?x/y", NULL},
	{"http://", NULL},
	{"http:///admin", NULL},
	{"http:/admin", NULL},
	{"http:admin", NULL},
	{"http://user@host/admin", NULL},
	{"http://host\\/admin", NULL},
	{"http://ho%73t/admin", NULL},
	{"http://host;/admin", NULL},
	{"http://host/../admin", NULL},
	{"http://host/#/admin", NULL},
	{"http://host#/admin", NULL},
	{"ftp://host/admin", NULL},
	{"fcgi://host/admin", NULL},
	{"httpsx://host/admin", NULL},
	/* what is no path at all */
	{"", NULL},
	{"admin", NULL},
	{"*", NULL},
	{"host:443", NULL},
	{"?x", NULL},
	{"%2fadmin", NULL},
	{"./admin", NULL},
	{" /admin", NULL},
	{"\\admin", NULL},
	/* fragment */
	{"/prot/f#/../../public/x", NULL},
	{"/#", NULL},
	{"/x?y#z", NULL},
	{"/x%23y", NULL},
	/* dot segments */
	{"/.", NULL},
	{"/..", NULL},
	{"/./x", NULL},
	{"/../x", NULL},
	{"/x/.", NULL},
	{"/x/..", NULL},
	{"/x/./y", NULL},
	{"/x/../y", NULL},
	{"/x/..//y", NULL},
	{"/%2e", NULL},
	{"/%2e%2e/x", NULL},
	{"/.%2E/x", NULL},
	{"/%2e./x", NULL},
	{"/api/%2e%2e/admin", NULL},
	{"/x/..?y", NULL},
	{"/x/%2e%2E", NULL},
	{"//../x", NULL},
	{"/x/.//", NULL},
	/* parameters */
	{"/admin/..;/x", NULL},
	{"/admin;x", NULL},
	{"/admin;x=y/z", NULL},
	{"/.;x", NULL},
	{"/admin%3b", NULL},
	{"/admin%3Bx=y", NULL},
	{"/;", NULL},
	/* backslashes, slashes */
	{"/admin\\x", NULL},
	{"/\\admin", NULL},
	{"/..\\x", NULL},
	{"/admin%5cx", NULL},
	{"/%5Cx", NULL},
	{"/admin%2fx", NULL},
	{"/admin%2Fx", NULL},
	{"/%2f", NULL},
	{"/..%2fx", NULL},
	{"/x%3fy", NULL},
	{"/x%3F", NULL},
	/* control characters, spaces */
	{"/x%00", NULL},
	{"/%00/x", NULL},
	{"/x%0a", NULL},
	{"/x%0Dy", NULL},
	{"/x%09", NULL},
	{"/x%1f", NULL},
	{"/x%7f", NULL},
	{"/x%c2%85", NULL},
	{"/x\n", NULL},
	{"/x\ty", NULL},
	{"/x\x7f", NULL},
	{"/x y", NULL},
	{"/x?y z", NULL},
	{"/x?y\n", NULL},
	/* bad escapes */
	{"/%", NULL},
	{"/%6", NULL},
	{"/%6g", NULL},
	{"/%g6", NULL},
	{"/% 6", NULL},
	{"/%-1", NULL},
	{"/%u002e", NULL},
	{"/%%61", NULL},
	{"/x%?y", NULL},
	{"/x%2?e", NULL},
	/* bytes that are not UTF-8 */
	{"/%ff", NULL},
	{"/\xff", NULL},
	{"/%c0%af", NULL},
	{"/%c0%ae%c0%ae/x", NULL},
	{"/%e0%80%af", NULL},
	{"/%ed%a0%80", NULL},
	{"/caf%C3", NULL},
	{"/%A9", NULL},
};

Test(path, targets)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		const char *path = "untouched";
		const char *why = NULL;
		enum status st =
			path_from_target(arena, r->target, &path, &why);

		cr_expect_eq(st, r->path ? ST_OK : ST_BAD, "%s", r->target);
		cr_expect_str_eq(path, r->path ? r->path : "untouched", "%s",
				 r->target);
		cr_expect_eq(why != NULL, !r->path, "%s", r->target);
	}
	arena_free(arena);
}

/* Every byte, as it is and encoded: taken only if it says so here. */
Test(path, every_byte)
{
	struct arena *arena = arena_new();

	for (int c = 1; c < 256; c++) {
		bool odd = c < 0x20 || c > 0x7e || strchr(";\\#?", c);
		char raw[] = {'/', 'x', (char)c, '\0'};
		char encoded[8];
		const char *path;
		const char *why;

		snprintf(encoded, sizeof(encoded), "/x%%%02x", c);
		cr_expect_eq(path_from_target(arena, raw, &path, &why) != ST_OK,
			     (odd && c != '?') || c == ' ' || c == '%',
			     "raw %02x", c);
		cr_expect_eq(path_from_target(arena, encoded, &path, &why) !=
				     ST_OK,
			     odd || c == '/', "encoded %02x", c);
		cr_expect_eq(path_from_script(arena, raw, NULL, &path, &why) !=
				     ST_OK,
			     odd, "script %02x", c);
	}
	arena_free(arena);
}

/* What needs no decoding is taken at once; with its first letter escaped it is
 * not, and must come out as the same. */
Test(path, short_cut_and_long_way)
{
	static const char bytes[] = "aZ09_~/./-?#%;\\ \x7f\x80";
	struct arena *arena = arena_new();
	uint32_t random = 1;

	for (int i = 0; i < 200000; i++) {
		const char *quick = NULL, *slow = NULL, *why;
		char tail[8] = {0};
		char plain[16], escaped[16];

		for (int k = 0; k < 7; k++) {
			random = random * 1664525 + 1013904223;
			tail[k] = bytes[(random >> 16) % (sizeof(bytes))];
		}
		snprintf(plain, sizeof(plain), "/a%s", tail);
		snprintf(escaped, sizeof(escaped), "/%%61%s", tail);
		cr_assert_eq(path_from_target(arena, plain, &quick, &why),
			     path_from_target(arena, escaped, &slow, &why),
			     "%s", plain);
		cr_assert_eq(!quick, !slow, "%s", plain);
		if (quick)
			cr_assert_str_eq(quick, slow, "%s", plain);
		arena_reset(arena);
	}
	arena_free(arena);
}

Test(path, limits)
{
	struct arena *arena = arena_new();
	char *text = arena_alloc(arena, MAX_URI + 2);
	const char *path;
	const char *why;

	memset(text, 'a', MAX_URI);
	text[0] = '/';
	cr_expect_eq(path_from_target(arena, text, &path, &why), ST_OK);
	cr_expect_eq(strlen(path), MAX_URI);
	cr_expect_eq(path_from_script(arena, text, "", &path, &why), ST_OK);
	cr_expect_eq(path_from_script(arena, text, "/", &path, &why), ST_BAD);
	text[MAX_URI] = 'a';
	cr_expect_eq(path_from_target(arena, text, &path, &why), ST_BAD);
	cr_expect_eq(path_from_script(arena, "/", text, &path, &why), ST_BAD);
	arena_free(arena);
}

struct script_row {
	const char *script;
	const char *info;
	const char *path;
};

static const struct script_row script_rows[] = {
	{"/api", "/profile", "/api/profile"},
	{"/api/profile", NULL, "/api/profile"},
	{"/api/profile", "", "/api/profile"},
	{NULL, "/profile", "/profile"},
	{"", "/", "/"},
	{"/", "/x", "/x"},
	{"/api/", "/x", "/api/x"},
	{"/a b", "/c", "/a b/c"},
	{"/a%2e", "/%2e%2e", "/a%2e/%2e%2e"},
	{"/100%", NULL, "/100%"},
	{"/caf\xc3\xa9", NULL, "/caf\xc3\xa9"},
	{"/a.", "/.b", "/a./.b"},
	{NULL, NULL, NULL},
	{"", "", NULL},
	{"api", "/x", NULL},
	{"/api", "profile", NULL},
	{"/api", "..", NULL},
	{"/api", "/..", NULL},
	{"/api/..", "/x", NULL},
	{"/api/.", NULL, NULL},
	{"/api", "/./x", NULL},
	{"/api", "/;x", NULL},
	{"/api\\", "/x", NULL},
	{"/api", "/x?y", NULL},
	{"/api", "/x#y", NULL},
	{"/api", "/x\n", NULL},
	{"/api", "/\xff", NULL},
	{"/api\xc3", "/\xa9", NULL},
	{"http://host/api", "/x", NULL},
};

Test(path, scripts)
{
	struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(script_rows); i++) {
		const struct script_row *r = &script_rows[i];
		const char *path = "untouched";
		const char *why = NULL;
		enum status st = path_from_script(arena, r->script, r->info,
						  &path, &why);

		cr_expect_eq(st, r->path ? ST_OK : ST_BAD, "row %zu", i);
		cr_expect_str_eq(path, r->path ? r->path : "untouched",
				 "row %zu", i);
		cr_expect_eq(why != NULL, !r->path, "row %zu", i);
	}
	arena_free(arena);
}

Test(path, probe)
{
	cr_expect(path_is_probe("/.mtlsgate-deny"));
	cr_expect(path_is_probe("/a/b/.mtlsgate-deny"));
	cr_expect(path_is_probe("/a/.mtlsgate-deny/"));
	cr_expect_not(path_is_probe("/.mtlsgate-deny/x"));
	cr_expect_not(path_is_probe("/x.mtlsgate-deny"));
	cr_expect_not(path_is_probe("/.mtlsgate-denyx"));
	cr_expect_not(path_is_probe(".mtlsgate-deny"));
	cr_expect_not(path_is_probe("/"));
	cr_expect_not(path_is_probe(""));
}
