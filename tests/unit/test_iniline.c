/* test_iniline.c - single lines of INI text. */
#include "iniline.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

struct row {
	char text[64];
	enum line_kind kind;
	char first[32];
	char second[32];
	char fault[32]; /* a part of it; "" means none */
};

static struct row rows[] = {
	{"", LINE_NOTHING, "", "", ""},
	{"   \t ", LINE_NOTHING, "", "", ""},
	{"\r", LINE_NOTHING, "", "", ""},
	{"; note", LINE_NOTHING, "", "", ""},
	{"# note = [x]", LINE_NOTHING, "", "", ""},
	{";\tnote", LINE_NOTHING, "", "", ""},
	{" ; note", LINE_BAD, "", "", "indented"},
	{"\tkey = x", LINE_BAD, "", "", "indented"},
	{" [a]", LINE_BAD, "", "", "indented"},
	/* headers */
	{"[role admin]", LINE_HEADER, "role", "admin", ""},
	{"[audit]", LINE_HEADER, "audit", "", ""},
	{"[audit]  \t", LINE_HEADER, "audit", "", ""},
	{"[audit]\r", LINE_HEADER, "audit", "", ""},
	{"[audit] x", LINE_HEADER, "audit", "", "text after"},
	{"[audit];x", LINE_HEADER, "audit", "", "text after"},
	{"[role admin] [x]", LINE_HEADER, "role", "admin", "text after"},
	{"[role admin]]", LINE_HEADER, "role", "admin", "text after"},
	{"[role  admin]", LINE_BAD, "", "", "one space"},
	{"[role admin ]", LINE_BAD, "", "", "one space"},
	{"[role ]", LINE_BAD, "", "", "one space"},
	{"[role a b]", LINE_BAD, "", "", "one space"},
	{"[ role]", LINE_BAD, "", "", "this is no section"},
	{"[role\ta]", LINE_BAD, "", "", "this is no section"},
	{"[[role a]", LINE_BAD, "", "", "this is no section"},
	{"[]", LINE_BAD, "", "", "this is no section"},
	{"[role a", LINE_BAD, "", "", "no ']'"},
	/* settings */
	{"a = b", LINE_SETTING, "a", "b", ""},
	{"a=b", LINE_SETTING, "a", "b", ""},
	{"a\t=\tb  ", LINE_SETTING, "a", "b", ""},
	{"a = b\r", LINE_SETTING, "a", "b", ""},
	{"a = b = c", LINE_SETTING, "a", "b = c", ""},
	{"a = b:c", LINE_SETTING, "a", "b:c", ""},
	{"a = b;c#d", LINE_SETTING, "a", "b;c#d", ""},
	{"a = \"b\"", LINE_SETTING, "a", "\"b\"", ""},
	{"a = b \\; c", LINE_SETTING, "a", "b \\; c", ""},
	{"a = x ~ #(##)", LINE_SETTING, "a", "x ~ #(##)", ""},
	{"a.B-c_1 = [x]", LINE_SETTING, "a.B-c_1", "[x]", ""},
	{"a = b ; c", LINE_BAD, "", "", "a comment begins"},
	{"a = b # c", LINE_BAD, "", "", "a comment begins"},
	{"a = b\t;c", LINE_BAD, "", "", "a comment begins"},
	{"a = ; c", LINE_BAD, "", "", "a comment begins"},
	{"a =#c", LINE_BAD, "", "", "a comment begins"},
	{"a = x ~ #(##) # c", LINE_BAD, "", "", "a comment begins"},
	{"a = x ~ ; c", LINE_BAD, "", "", "a comment begins"},
	{"a =", LINE_BAD, "", "", "no value"},
	{"a =  \t", LINE_BAD, "", "", "no value"},
	{"a", LINE_BAD, "", "", "no '='"},
	{"= b", LINE_BAD, "", "", "no key"},
	{"a : b", LINE_BAD, "", "", "':' before"},
	{"path:/x = y", LINE_BAD, "", "", "':' before"},
	{"a b = c", LINE_BAD, "", "", "a key consists"},
	{"a/b = c", LINE_BAD, "", "", "a key consists"},
	{"a = b\tc", LINE_BAD, "", "", "a tab"},
	/* bytes */
	{"a = b\rc", LINE_BAD, "", "", "bare carriage"},
	{"a = b\r\r", LINE_BAD, "", "", "bare carriage"},
	{"; b\rc", LINE_BAD, "", "", "bare carriage"},
	{"a = \x01", LINE_BAD, "", "", "not clean"},
	{"a = \x7f", LINE_BAD, "", "", "not clean"},
	{"a = \xff", LINE_BAD, "", "", "not clean"},
	{"; \xc3\x28", LINE_BAD, "", "", "not clean"},
	{"a = \xc2\x85", LINE_BAD, "", "", "not clean"},
	{"a = b\v", LINE_BAD, "", "", "not clean"},
	{"a = \xc3\xa9", LINE_SETTING, "a", "\xc3\xa9", ""},
};

ParameterizedTestParameters(iniline, lines)
{
	return cr_make_param_array(struct row, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

static bool is(struct part part, const char *text)
{
	return part.len == strlen(text) &&
	       memcmp(part.text, text, part.len) == 0;
}

ParameterizedTest(struct row *row, iniline, lines)
{
	struct ini_line line = ini_line_read(row->text, strlen(row->text));

	cr_expect_eq(line.kind, row->kind, "%s: %d", row->text, (int)line.kind);
	if (row->fault[0] == '\0')
		cr_expect_null(line.fault, "%s: %s", row->text, line.fault);
	else
		cr_expect(line.fault != NULL &&
				  strstr(line.fault, row->fault) != NULL,
			  "%s: %s", row->text, line.fault);
	if (line.kind < LINE_HEADER)
		return;
	cr_expect(is(line.first, row->first), "%s", row->text);
	cr_expect(is(line.second, row->second), "%s", row->text);
}

Test(iniline, nul)
{
	struct ini_line line = ini_line_read("a = b\0c", 7);

	cr_expect_eq(line.kind, LINE_BAD);
	cr_expect_not_null(strstr(line.fault, "NUL"));
}

static struct ini_line read_long(const char *start, char fill, size_t len)
{
	char text[512];

	memset(text, fill, sizeof(text));
	memcpy(text, start, strlen(start));
	text[len] = start[0] == '[' ? ']' : fill;
	return ini_line_read(text, len + (start[0] == '['));
}

Test(iniline, limits)
{
	cr_expect_eq(read_long("a = ", 'x', 198).kind, LINE_SETTING);
	cr_expect_eq(read_long("a = ", 'x', 199).kind, LINE_BAD);
	cr_expect_eq(read_long("; ", 'x', 198).kind, LINE_NOTHING);
	cr_expect_eq(read_long("; ", 'x', 199).kind, LINE_BAD);
	cr_expect_eq(read_long("[role ", 'x', 50).kind, LINE_HEADER);
	cr_expect_eq(read_long("[role ", 'x', 51).kind, LINE_BAD);
}

Test(iniline, text_of_list_files)
{
	cr_expect_null(ini_text_fault("a\tb", 3));
	cr_expect_null(ini_text_fault("", 0));
	cr_expect_not_null(ini_text_fault("a\0", 2));
	cr_expect_not_null(ini_text_fault("a\r", 2));
	cr_expect_not_null(ini_text_fault("\x1b", 1));
}
