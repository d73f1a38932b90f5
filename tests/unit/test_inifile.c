/* test_inifile.c - whole INI texts, read through inih. */
#include "inifile.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_text.h"

struct ini {
	struct arena *arena;
	struct issues issues;
	struct ini_file file;
	enum status status;
};

static void read_bytes(struct ini *ini, const char *text, size_t len)
{
	*ini = (struct ini){.arena = arena_new()};
	cr_assert_not_null(ini->arena);
	ini->issues.arena = ini->arena;
	ini->status = ini_read(ini->arena, "x.ini", text, len, &ini->issues,
			       &ini->file);
}

static void read_text(struct ini *ini, const char *text)
{
	read_bytes(ini, text, strlen(text));
}

static bool errors(const char *text, size_t len, const char *expect)
{
	struct ini ini;

	read_bytes(&ini, text, len);
	bool good = issues_match(&ini.issues, false, expect) &&
		    ini.status == (expect[0] ? ST_BAD : ST_OK);
	arena_free(ini.arena);
	return good;
}

#define ERRORS(text, expect) errors(text, sizeof(text) - 1, expect)

Test(inifile, sections_and_settings)
{
	struct ini ini;

	read_text(&ini, "; a\n[role admin]\nsubject.OU = Ops, Net: 1\n"
			"# b\nsubject.OU=  x;y \n\n[audit]\nlog = [x]\n");
	cr_assert_eq(ini.status, ST_OK);
	cr_assert_eq(ini.file.count, 2);
	const struct ini_section *role = &ini.file.list[0];
	cr_expect_str_eq(role->kind, "role");
	cr_expect_str_eq(role->name, "admin");
	cr_expect_eq(role->line, 2);
	cr_assert_eq(role->count, 2);
	cr_expect_str_eq(role->list[0].key, "subject.OU");
	cr_expect_str_eq(role->list[0].value, "Ops, Net: 1");
	cr_expect_eq(role->list[0].line, 3);
	cr_expect_str_eq(role->list[1].value, "x;y");
	cr_expect_eq(role->list[1].line, 5);
	cr_expect_str_eq(ini.file.list[1].kind, "audit");
	cr_expect_str_eq(ini.file.list[1].name, "");
	cr_expect_not(role->broken);
	arena_free(ini.arena);
}

Test(inifile, line_ends)
{
	struct ini ini;

	read_text(&ini, "[audit]\r\nlog = x\r\n\r\n");
	cr_assert_eq(ini.status, ST_OK);
	cr_expect_str_eq(ini.file.list[0].list[0].value, "x");
	arena_free(ini.arena);
	cr_expect(ERRORS("[audit]\rlog = x\r", "1: bare carriage return\n"
					       "1: end in a newline\n"));
}

Test(inifile, whole_file)
{
	cr_expect(ERRORS("", "0: empty\n"));
	cr_expect(ERRORS("\n", ""));
	cr_expect(ERRORS("[a]\nx = 1", "2: end in a newline\n"));
	cr_expect(ERRORS("[a]\nx = 1\n[b]", "3: end in a newline\n"));
	cr_expect(ERRORS("\xEF\xBB\xBF[a]\nx = 1\n", "1: byte order\n"));
	cr_expect(ERRORS("[a]\nx = 1\n\xEF\xBB\xBFy = 1\n",
			 "3: a key consists\n"));
	cr_expect(ERRORS("[a]\nx = 1\0\n", "2: NUL\n"));
	cr_expect(ERRORS("[a]\nx = 1\n\0\n", "3: NUL\n"));
	cr_expect(ERRORS("x = 1\n[a]\ny = 1\n", "1: before the first\n"));
}

Test(inifile, empty_and_repeated_sections)
{
	cr_expect(ERRORS("[a]\n[b]\nx = 1\n[c]\n", "1: empty\n4: empty\n"));
	cr_expect(ERRORS("[r a]\nx = 1\n[r b]\nx = 1\n[r a]\nx = 1\n"
			 "[r]\nx = 1\n[r a]\nx = 1\n",
			 "5: already, at line 1\n9: already, at line 5\n"));
	cr_expect(ERRORS("[r a]\nx = 1\n[r A]\nx = 1\n", ""));
}

Test(inifile, all_errors_at_once)
{
	cr_expect(ERRORS("[a]\nx\n y = 1\nz: 1\nok = 1\n[b\nq = 1\n[c]\nx = 1"
			 " ; y\n",
			 "2: no '='\n3: indented\n4: ':' before\n6: no ']'\n"
			 "9: a comment\n"));
}

Test(inifile, broken_sections_are_marked)
{
	struct ini ini;

	read_text(&ini, "[a]\nx = 1\ny\n[b]\nz = 1\n[c] d\ne = 1\n[f]\n");
	cr_assert_eq(ini.status, ST_BAD);
	cr_assert_eq(ini.file.count, 4);
	cr_expect(ini.file.list[0].broken);
	cr_expect_eq(ini.file.list[0].count, 1);
	cr_expect_not(ini.file.list[1].broken);
	cr_expect(ini.file.list[2].broken);
	cr_expect_eq(ini.file.list[2].count, 1);
	cr_expect(ini.file.list[3].broken);
	arena_free(ini.arena);
}

/* Settings under a header that cannot be read belong to no section, least of
 * all to the one above. */
Test(inifile, settings_below_a_bad_header)
{
	struct ini ini;

	read_text(&ini, "[a]\nx = 1\n[b  c]\ny = 1\n[d]\nz = 1\n");
	cr_assert_eq(ini.file.count, 2);
	cr_expect_eq(ini.file.list[0].count, 1);
	cr_expect_eq(ini.file.list[1].count, 1);
	cr_expect(issues_match(&ini.issues, false, "3: one space\n"));
	arena_free(ini.arena);
}

/* The longest line and header come through inih whole. */
Test(inifile, longest)
{
	struct ini ini;
	char text[512];

	snprintf(text, sizeof(text), "[%044d %04d]\n%096d = %099d\n", 1, 2, 3,
		 4);
	read_text(&ini, text);
	cr_assert_eq(ini.status, ST_OK);
	cr_expect_eq(strlen(ini.file.list[0].kind), 44);
	cr_expect_eq(strlen(ini.file.list[0].name), 4);
	cr_expect_eq(strlen(ini.file.list[0].list[0].key), 96);
	cr_expect_eq(strlen(ini.file.list[0].list[0].value), 99);
	arena_free(ini.arena);
}

Test(inifile, many_lines)
{
	size_t size = 1024 * 1024, len = 4;
	char *text = malloc(size);
	struct ini ini;

	cr_assert_not_null(text);
	memcpy(text, "[a]\n", 4);
	for (int i = 0; i < 20000; i++)
		len += (size_t)snprintf(text + len, size - len, "k = %d\n", i);
	read_bytes(&ini, text, len);
	free(text);
	cr_assert_eq(ini.status, ST_OK);
	cr_expect_eq(ini.file.list[0].count, 20000);
	cr_expect_str_eq(ini.file.list[0].list[19999].value, "19999");
	cr_expect_eq(ini.file.list[0].list[19999].line, 20001);
	arena_free(ini.arena);
}
