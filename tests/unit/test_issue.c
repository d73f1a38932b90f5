/* test_issue.c - lists of findings. */
#include "issue.h"

#include <criterion/criterion.h>
#include <string.h>

Test(issue, errors_and_warnings)
{
	struct issues issues = {.arena = arena_new()};
	char file[] = "a.ini";
	char value[] = "red";

	issue_error(&issues, file, 3, "no %s, %d times", value, 2);
	issue_warning(&issues, file, 1, "maybe");
	memset(file, 'x', 1);
	memset(value, 'x', 3);
	cr_assert_eq(issues.count, 2);
	cr_expect_eq(issues.errors, 1);
	cr_expect_not(issues.failed);
	cr_expect_str_eq(issues.list[0].file, "a.ini");
	cr_expect_str_eq(issues.list[0].text, "no red, 2 times");
	cr_expect_eq(issues.list[0].line, 3);
	cr_expect_not(issues.list[0].warning);
	cr_expect(issues.list[1].warning);
	arena_free(issues.arena);
}

Test(issue, file_names_stay_apart)
{
	struct issues issues = {.arena = arena_new()};

	issue_error(&issues, "a", 1, "x");
	issue_error(&issues, "b", 1, "y");
	issue_error(&issues, "b", 2, "z");
	cr_expect_str_eq(issues.list[0].file, "a");
	cr_expect_str_eq(issues.list[1].file, "b");
	cr_expect_eq(issues.list[1].file, issues.list[2].file);
	arena_free(issues.arena);
}

Test(issue, sorted_by_line)
{
	static const size_t lines[] = {9, 5, 0, 5, 2};
	static const char *const sorted[] = {"9", "0", "2", "5", "5"};
	struct issues issues = {.arena = arena_new()};

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		issue_error(&issues, "a", lines[i], "%zu at %zu", lines[i], i);
	issues_sort(&issues, 1);
	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		cr_expect_eq(issues.list[i].text[0], sorted[i][0]);
	cr_expect_str_eq(issues.list[3].text, "5 at 1");
	cr_expect_str_eq(issues.list[4].text, "5 at 3");
	cr_expect_eq(issues.count, 5);
	arena_free(issues.arena);
}

Test(issue, sorting_nothing)
{
	struct issues issues = {.arena = arena_new()};

	issues_sort(&issues, 0);
	cr_expect_eq(issues.count, 0);
	cr_expect_not(issues.failed);
	arena_free(issues.arena);
}
