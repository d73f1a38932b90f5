/* test_load.c - whole policies: every directory of tests/policies, and what
 * policy_load promises beside. */
#include "load.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "policy_text.h"

enum { PATH_BYTES = 512, EXPECT_BYTES = 16384 };

/* What is expected of the case in dir, or "" where it says nothing. */
static void read_expect(const char *dir, char out[EXPECT_BYTES])
{
	char path[PATH_BYTES];

	out[0] = '\0';
	snprintf(path, sizeof(path), "%s/expect", dir);
	FILE *file = fopen(path, "rb");
	if (file == NULL)
		return;
	size_t len = fread(out, 1, EXPECT_BYTES - 1, file);
	out[len] = '\0';
	fclose(file);
}

static bool run_case(const char *kind, const char *dir)
{
	struct loaded loaded = {.issues = {.arena = arena_new()}};
	char expect[EXPECT_BYTES];
	char path[PATH_BYTES];
	bool good;

	read_expect(dir, expect);
	snprintf(path, sizeof(path), "%s/policy.ini", dir);
	policy_take(&loaded, path);
	if (strcmp(kind, "invalid") == 0)
		good = loaded.status == ST_BAD && loaded.policy == NULL &&
		       expect[0] != '\0' &&
		       issues_match(&loaded.issues, false, expect);
	else
		good = loaded.status == ST_OK && loaded.policy != NULL &&
		       (expect[0] != '\0') == (strcmp(kind, "warning") == 0) &&
		       issues_match(&loaded.issues, false, "") &&
		       issues_match(&loaded.issues, true, expect);
	policy_free(loaded.policy);
	arena_free(loaded.issues.arena);
	return good;
}

/* Runs every case of a kind; returns how many there are. */
static size_t run_kind(const char *kind)
{
	const char *srcdir = getenv("srcdir");
	char top[PATH_BYTES / 2];
	char dir[PATH_BYTES];
	size_t count = 0;

	snprintf(top, sizeof(top), "%s/tests/policies/%s",
		 srcdir != NULL ? srcdir : ".", kind);
	DIR *cases = opendir(top);
	cr_assert_not_null(cases, "%s not found", top);
	for (struct dirent *entry; (entry = readdir(cases)) != NULL;) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(dir, sizeof(dir), "%.250s/%.240s", top, entry->d_name);
		cr_expect(run_case(kind, dir), "%s", dir);
		count++;
	}
	closedir(cases);
	return count;
}

Test(load, invalid_policies)
{
	cr_expect_geq(run_kind("invalid"), 280);
}

Test(load, valid_policies)
{
	cr_expect_geq(run_kind("valid"), 45);
}

Test(load, warnings)
{
	cr_expect_geq(run_kind("warning"), 20);
}

Test(load, defaults)
{
	struct loaded l;

	policy_text(&l, PLAIN_IDENTITY "[access a]\npath = /\nallow = *\n");
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.policy->source.count, 1);
	cr_expect_eq(l.policy->source.list[0], SOURCE_SERVER);
	cr_expect_str_eq(l.policy->trust.purpose, "1.3.6.1.5.5.7.3.2");
	cr_expect_not(l.policy->trust.purpose_any);
	cr_expect_eq(l.policy->trust.pin_attr, SIZE_MAX);
	cr_expect_eq(l.policy->identity.identity_attr, SIZE_MAX);
	cr_expect_eq(l.policy->identity.id_attr, SIZE_MAX);
	cr_expect_str_eq(l.policy->endpoints.prefix, "/api");
	cr_expect_str_eq(l.policy->endpoints.admin_role, "admin");
	cr_expect_eq(l.policy->endpoints.admin_index, SIZE_MAX);
	cr_expect_eq(l.policy->audit.target, AUDIT_STDERR);
	cr_expect(l.policy->audit.deny_on_error);
	cr_expect_not(l.policy->audit.debug);
	cr_expect_null(l.policy->server.secret);
	cr_expect_eq(l.policy->server.threads, 0);
	policy_end(&l);
}

Test(load, digest_of_the_file)
{
	struct loaded l;

	policy_text(&l, "[identity]\nid = sha256\n");
	cr_assert_not_null(l.policy);
	cr_expect_str_eq(l.policy->sha256, "6682a4ed787027bd02098551bbbbf16d"
					   "4a2a47c6ae4a5d81c8e88d10e2cd405f");
	cr_expect_eq(l.policy->file_count, 1);
	policy_end(&l);
}

Test(load, file_that_is_not_there)
{
	struct loaded l;

	policy_dir(&l);
	policy_take(&l, "/nonexistent/policy.ini");
	cr_expect_eq(l.status, ST_BAD);
	cr_expect(issues_match(&l.issues, false, "0: No such file"));
	policy_end(&l);
}

Test(load, name_relative_to_the_working_directory)
{
	static const char text[] = PLAIN_IDENTITY
		"[block a]\nserial = @list.txt\n\n[audit]\nlog = a.log\n";
	char wanted[PATH_BYTES];
	struct loaded l;

	policy_dir(&l);
	policy_put(&l, "policy.ini", text, strlen(text));
	policy_put(&l, "list.txt", "01\n", 3);
	cr_assert_eq(chdir(l.dir), 0);
	policy_take(&l, "policy.ini");
	cr_assert_not_null(l.policy);
	cr_assert_eq(chdir("/"), 0);
	cr_expect_str_eq(l.policy->file, "policy.ini");
	cr_expect_eq(l.policy->file_count, 2);
	cr_expect_not(policy_changed(l.policy));
	snprintf(wanted, sizeof(wanted), "%s/a.log", l.dir);
	cr_expect_str_eq(l.policy->audit.file, wanted);
	policy_end(&l);
}

Test(load, issues_come_in_the_order_of_lines)
{
	struct loaded l;

	policy_text(&l, "[role a]\nfoo = 1\n x\nbar = 2\n[access b]\npath = "
			"x\n[access c]\npath = /c\nallow = z\n");
	cr_assert_geq(l.issues.count, 5);
	for (size_t i = 1; i < l.issues.count; i++)
		cr_expect_leq(l.issues.list[i - 1].line, l.issues.list[i].line);
	policy_end(&l);
}

/* Bytes that no case directory holds. */
Test(load, bytes)
{
	cr_expect(policy_errors("", "0: empty\n"));
	cr_expect(policy_errors(PLAIN_IDENTITY "[role a]\nsubject.OU = x",
				"5: does not end in a newline\n"));
	cr_expect(policy_errors("\xEF\xBB\xBF" PLAIN_IDENTITY,
				"1: byte order mark\n"));
	cr_expect(policy_warnings("[identity]\r\nid = subject.CN\r\n",
				  "0: nobody gets in\n"));
	cr_expect(policy_errors("[identity]\nid = subject\r.CN\n",
				"2: bare carriage return\n"));
}

Test(load, ten_thousand_rules)
{
	size_t size = 4 * 1024 * 1024, len = 0;
	char *text = malloc(size);
	struct loaded l;

	cr_assert_not_null(text);
	len += (size_t)snprintf(text, size, PLAIN_IDENTITY);
	for (int i = 0; i < 10000; i++)
		len += (size_t)snprintf(
			text + len, size - len,
			"[role r%d]\nsubject.CN = u%d\n"
			"[access a%d]\npath = /a?/%d/*\nallow = r%d\n",
			i, i, i, i, 9999 - i);
	policy_text(&l, text);
	free(text);
	cr_assert_not_null(l.policy);
	cr_expect_eq(l.issues.count, 0);
	cr_expect_eq(l.policy->access.count, 10000);
	cr_expect_eq(l.policy->access.list[1].allow.roles[0], 9998);
	cr_expect_eq(l.policy->attrs.count, 1);
	policy_end(&l);
}
