/* test_load_hidden.c - access sections that are never reached. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>

#include "load.h"
#include "policy_text.h"

struct row {
	char first[40]; /* a path and, after a blank, a site */
	char second[40];
	bool hidden;
};

ParameterizedTestParameters(load_hidden, pairs)
{
	static struct row rows[] = {
		{"/x", "/x", true},          {"/x", "/X", false},
		{"/x", "/x/", false},        {"/x/", "/x", false},
		{"/x", "/x/*", false},       {"/x/*", "/x", true},
		{"/x/*", "/x/", true},       {"/x/*", "/x/y", true},
		{"/x/*", "/x/*", true},      {"/x/*", "/x/y/*", true},
		{"/x/*", "/x/y?/*/z", true}, {"/x/*", "/x/**", true},
		{"/x/*", "/x/\\*", true},    {"/x/*", "/xy", false},
		{"/x/*", "/x*", false},      {"/x/*", "/x?", false},
		{"/x/*", "/*", false},       {"/x/y/*", "/x/*", false},
		{"/*", "/", true},           {"/*", "/x", true},
		{"/*", "/?/**", true},       {"/*", "/*", true},
		{"/**", "/x/y", true},       {"/**", "/x/*", true},
		{"/**", "/*", true},         {"/x/**", "/x/*", false},
		{"/*/y*", "/x/yz", true},    {"/*/y*", "/*/yz?", true},
		{"/x*", "/x?z*", true},      {"/x?", "/x*", false},
		{"/x s,t", "/x t,s", true},  {"/x s", "/x s,s", true},
		{"/x/*/y", "/x/a/y", true},  {"/x/*/y", "/x/a/b/y", false},
		{"/x/*/y", "/x/*/y", true},  {"/x/*/y/*", "/x/a/y/b", true},
		{"/x\\*", "/x*", false},     {"/x*", "/x\\*", true},
		{"/x\\/*", "/x/y", true},    {"/x\\/*", "/x", false},
		{"/x s", "/x s", true},      {"/x s", "/x t", false},
		{"/x s,t", "/x t", true},    {"/x t", "/x s,t", false},
		{"/x *", "/x t", true},      {"/x t", "/x *", false},
		{"/x *", "/x *", true},
	};
	return cr_make_param_array(struct row, rows,
				   sizeof(rows) / sizeof(rows[0]));
}

static int print_section(char *out, size_t size, const char *name,
			 const char *text)
{
	char path[40], site[40];
	int words = sscanf(text, "%39s %39s", path, site);

	return snprintf(out, size, "[access %s]\npath = %s\n%s%s\nallow = *\n",
			name, path, words == 2 ? "site = " : "",
			words == 2 ? site : "");
}

ParameterizedTest(struct row *row, load_hidden, pairs)
{
	char text[512];
	int len = snprintf(text, sizeof(text), PLAIN_IDENTITY);

	len += print_section(text + len, sizeof(text) - (size_t)len, "a",
			     row->first);
	print_section(text + len, sizeof(text) - (size_t)len, "b", row->second);
	cr_expect(policy_warnings(text,
				  row->hidden ? "8: [access a] in line 4" : ""),
		  "%s then %s", row->first, row->second);
}

#define ACCESS(name, paths) "[access " name "]\n" paths "\nallow = *\n"

Test(load_hidden, every_path_must_be_taken)
{
	cr_expect(policy_warnings(PLAIN_IDENTITY ACCESS("a", "path = /x")
					  ACCESS("b", "path = /x\npath = /y"),
				  ""));
	cr_expect(policy_warnings(
		PLAIN_IDENTITY ACCESS("a", "path = /x") ACCESS("b", "path = /y")
			ACCESS("c", "path = /y\npath = /x"),
		"10: [access c] is never reached"));
	cr_expect(policy_warnings(PLAIN_IDENTITY ACCESS("a", "path = /x")
					  ACCESS("b", "path = /y\npath = /x"),
				  ""));
}

/* Each site and each path by another section. */
Test(load_hidden, by_several)
{
	cr_expect(policy_warnings(
		PLAIN_IDENTITY ACCESS("a", "path = /x\nsite = s")
			ACCESS("b", "path = /*\nsite = t")
			ACCESS("c", "path = /x\nsite = s, t"),
		"12: [access c] is never reached: [access a] in line 4 and "
		"[access b] in line 8 come before it and take its paths"));
	cr_expect(policy_warnings(
		PLAIN_IDENTITY ACCESS("a", "path = /x") ACCESS("b", "path = /y")
			ACCESS("c", "path = /z") ACCESS(
				"d", "path = /y\npath = /x\npath = /z"),
		"13: [access d] is never reached: [access b] in line 7 and "
		"[access a] in line 4 and others come before it"));
	cr_expect(policy_warnings(
		PLAIN_IDENTITY ACCESS("a", "path = /x\nsite = s")
			ACCESS("b", "path = /y\nsite = t")
			ACCESS("c", "path = /x\nsite = s, t"),
		""));
}

/* The same path once more for a site of its own is not hidden, however many
 * there are. */
Test(load_hidden, many_sites)
{
	size_t size = 512 * 1024, len = 0;
	char *text = malloc(size);

	cr_assert_not_null(text);
	len = (size_t)snprintf(text, size, PLAIN_IDENTITY);
	for (int i = 0; i < 2000; i++)
		len += (size_t)snprintf(text + len, size - len,
					ACCESS("a%d", "path = /x\nsite = s%d"),
					i, i);
	cr_expect(policy_warnings(text, ""));
	snprintf(text + len, size - len, ACCESS("b", "path = /x\nsite = s1"));
	cr_expect(policy_warnings(text, "8004: [access b] is never reached: "
					"[access a1] in line 8"));
	free(text);
}
