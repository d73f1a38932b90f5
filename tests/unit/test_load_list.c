/* test_load_list.c - list files. */
#include "loader.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy_text.h"

/* Loads a policy with one line about the file list.txt; len bytes of it. */
static void with_list(struct loaded *loaded, const char *line,
		      const char *bytes, size_t len)
{
	char text[512];
	char path[128];

	policy_dir(loaded);
	snprintf(text, sizeof(text), PLAIN_IDENTITY "[block a]\n%s\n", line);
	policy_put(loaded, "policy.ini", text, strlen(text));
	policy_put(loaded, "list.txt", bytes, len);
	snprintf(path, sizeof(path), "%s/policy.ini", loaded->dir);
	policy_take(loaded, path);
}

static bool refused(const char *line, const char *bytes, size_t len,
		    const char *expect)
{
	struct loaded loaded;

	with_list(&loaded, line, bytes, len);
	bool good = loaded.policy == NULL &&
		    issues_match(&loaded.issues, false, expect);
	policy_end(&loaded);
	return good;
}

#define REFUSED(line, bytes, expect) \
	refused(line, bytes, sizeof(bytes) - 1, expect)

static const struct pattern *only_pattern(const struct loaded *loaded)
{
	return &loaded->policy->trust.blocks[0].conditions.all[0].any[0];
}

static bool has_key(const struct value_file *file, const char *key)
{
	return table_find(&file->keys, table_hash(0, key), key) != NULL;
}

Test(load_list, keys_are_normalised)
{
	static const char bytes[] = "00:FF\n0a\r\n1\n";
	struct loaded l;

	with_list(&l, "serial = @list.txt", bytes, sizeof(bytes) - 1);
	cr_assert_not_null(l.policy);
	const struct value_file *file = only_pattern(&l)->file;
	cr_assert_not_null(file);
	cr_assert_eq(file->keys.count, 3);
	cr_expect(has_key(file, "1"));
	cr_expect(has_key(file, "a"));
	cr_expect(has_key(file, "ff"));
	cr_expect_not(has_key(file, "0a"));
	cr_expect_eq(l.policy->file_count, 2);
	cr_expect_not_null(strstr(l.policy->files[1].path, "/list.txt"));
	cr_expect_not(policy_changed(l.policy));
	policy_put(&l, "list.txt", "2\n", 2);
	cr_expect(policy_changed(l.policy));
	policy_end(&l);
}

Test(load_list, values_are_literal)
{
	static const char bytes[] = "a*\n@b\n\\c\n# d\nx ; y\n";
	struct loaded l;

	with_list(&l, "subject.CN = @list.txt", bytes, sizeof(bytes) - 1);
	cr_assert_not_null(l.policy);
	const struct value_file *file = only_pattern(&l)->file;
	cr_assert_eq(file->keys.count, 5);
	cr_expect(has_key(file, "# d"));
	cr_expect(has_key(file, "@b"));
	cr_expect(has_key(file, "\\c"));
	cr_expect(has_key(file, "a*"));
	cr_expect(has_key(file, "x ; y"));
	cr_expect_not(has_key(file, "ab"));
	policy_end(&l);
}

Test(load_list, whole_names_are_parsed)
{
	static const char bytes[] = "CN=a,O=b\nO = b, CN = c\n";
	struct loaded l;

	with_list(&l, "issuer = @list.txt", bytes, sizeof(bytes) - 1);
	cr_assert_not_null(l.policy);
	const struct condition *condition =
		&l.policy->trust.blocks[0].conditions.all[0];
	cr_assert_eq(condition->count, 2);
	cr_expect_not_null(condition->any[0].name);
	cr_expect_not_null(condition->any[1].name);
	cr_expect_null(condition->any[0].file);
	policy_end(&l);
}

Test(load_list, escaped_at)
{
	struct loaded l;

	with_list(&l, "subject.CN = \\@list.txt", "", 0);
	cr_assert_not_null(l.policy);
	cr_expect_null(only_pattern(&l)->file);
	cr_expect_str_eq(only_pattern(&l)->glob.literal, "@list.txt");
	policy_end(&l);
}

Test(load_list, a_file_is_read_once)
{
	static const char bytes[] = "0A\n";
	struct loaded l;

	with_list(&l,
		  "serial = @list.txt\nsubject.CN = @list.txt\n"
		  "[block b]\nserial = @list.txt",
		  bytes, sizeof(bytes) - 1);
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.policy->file_count, 2);
	const struct block *blocks = l.policy->trust.blocks;
	cr_expect_eq(blocks[0].conditions.all[0].any[0].file,
		     blocks[1].conditions.all[0].any[0].file);
	/* for each way to compare its own keys */
	cr_expect(has_key(blocks[0].conditions.all[0].any[0].file, "a"));
	cr_expect(has_key(blocks[0].conditions.all[1].any[0].file, "0A"));
	policy_end(&l);
}

Test(load_list, refused)
{
	static const char line[] = "serial = @list.txt";

	cr_expect(REFUSED(line, "", "5: empty\n"));
	cr_expect(REFUSED(line, "1\n2", "5: list.txt: the file does not end"));
	cr_expect(REFUSED(line, "1\n\n2\n", "5: list.txt:2: this line is em"));
	cr_expect(REFUSED(line, "1\n\r\n2\n", "5: list.txt:2: this line is e"));
	cr_expect(REFUSED(line, "\n", "5: list.txt:1: this line is empty"));
	cr_expect(REFUSED(line, "1 \n2\n", "5: list.txt:1: this line begins"));
	cr_expect(REFUSED(line, "1\n\t2\n", "5: list.txt:2: this line begins"));
	cr_expect(REFUSED(line, "1\0\n", "5: list.txt:1: there is a NUL"));
	cr_expect(REFUSED(line, "1\r2\n", "5: list.txt:1: there is a bare"));
	cr_expect(REFUSED(line, "\xff\n", "5: list.txt:1: this line is not c"));
	cr_expect(REFUSED(line,
			  "\xEF\xBB\xBF"
			  "1\n",
			  "5: byte order mark"));
	cr_expect(REFUSED(line, "1*\n", "5: list.txt:1: '1*'"));
	cr_expect(REFUSED(line, "1\nx\ny\n",
			  "5: list.txt:2: 'x'\n5: list.txt:3: 'y'\n"));
	cr_expect(REFUSED("serial = @other.txt", "1\n", "5: No such file"));
	cr_expect(
		REFUSED("serial = @/nonexistent/x", "1\n", "5: /nonexistent"));
	cr_expect(REFUSED("serial = @", "1\n", "5: lacks the name"));
	cr_expect(REFUSED("spki = @list.txt", "12\n", "5: 64 hexa"));
	cr_expect(REFUSED("subject.CN = @list.txt", "a\tb\n", "5: a tab"));
}

Test(load_list, serials_of_forty_digits)
{
	char bytes[64];
	struct loaded l;

	memset(bytes, '7', sizeof(bytes));
	bytes[40] = '\n';
	with_list(&l, "serial = @list.txt", bytes, 41);
	cr_expect_not_null(l.policy);
	policy_end(&l);
	bytes[40] = '7';
	bytes[41] = '\n';
	cr_expect(refused("serial = @list.txt", bytes, 42, "5: at most 40"));
}

Test(load_list, complaints_end)
{
	char *bytes = malloc(2000);
	struct loaded l;

	cr_assert_not_null(bytes);
	for (size_t i = 0; i < 1000; i++)
		memcpy(bytes + 2 * i, "x\n", 2);
	with_list(&l, "serial = @list.txt", bytes, 2000);
	free(bytes);
	cr_expect_null(l.policy);
	cr_expect_eq(l.issues.errors, 20);
	policy_end(&l);
}

Test(load_list, a_hundred_thousand_values)
{
	size_t size = 1024 * 1024, len = 0;
	char *bytes = malloc(size);
	struct loaded l;

	cr_assert_not_null(bytes);
	for (int i = 0; i < 100000; i++)
		len += (size_t)snprintf(bytes + len, size - len, "%X\n",
					100000 - i);
	with_list(&l, "serial = @list.txt", bytes, len);
	free(bytes);
	cr_assert_not_null(l.policy);
	cr_expect_eq(only_pattern(&l)->file->keys.count, 100000);
	policy_end(&l);
}
