/* test_load_file.c - whole, stable files. */
#include "load.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "policy_text.h"

struct got {
	const char *text;
	size_t len;
	struct policy_file file;
	const char *why;
};

static enum status get(const struct loaded *l, const char *name, size_t max,
		       struct got *got)
{
	char path[128];

	*got = (struct got){0};
	snprintf(path, sizeof(path), "%s/%s", l->dir, name);
	return load_file(l->issues.arena, path, max, &got->text, &got->len,
			 &got->file, &got->why);
}

Test(load_file, bytes)
{
	struct loaded l;
	struct got got;

	policy_dir(&l);
	policy_put(&l, "a", "x\0y\n", 4);
	cr_assert_eq(get(&l, "a", 4, &got), ST_OK);
	cr_assert_eq(got.len, 4);
	cr_expect_eq(memcmp(got.text, "x\0y\n", 5), 0);
	cr_expect_eq(got.file.size, 4);
	cr_expect_eq(got.file.mtime_ns, 1700000000LL * 1000000000);
	cr_expect_neq(got.file.inode, 0);
	policy_put(&l, "b", "", 0);
	cr_assert_eq(get(&l, "b", 4, &got), ST_OK);
	cr_expect_eq(got.len, 0);
	cr_expect_str_eq(got.text, "");
	policy_end(&l);
}

Test(load_file, what_is_no_file)
{
	struct loaded l;
	struct got got;
	char path[128];

	policy_dir(&l);
	policy_put(&l, "a", "12345", 5);
	cr_expect_eq(get(&l, "a", 4, &got), ST_BAD);
	cr_expect_str_eq(got.why, "it is too large");
	cr_expect_eq(get(&l, ".", 4, &got), ST_BAD);
	cr_expect_str_eq(got.why, "it is a directory");
	cr_expect_eq(get(&l, "none", 4, &got), ST_BAD);
	cr_expect_not_null(strstr(got.why, "No such file"));
	snprintf(path, sizeof(path), "%s/pipe", l.dir);
	cr_assert_eq(mkfifo(path, 0600), 0);
	cr_expect_eq(get(&l, "pipe", 4, &got), ST_BAD);
	cr_expect_str_eq(got.why, "it is not a regular file");
	policy_end(&l);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Writes slowly; the file is good at every pause, and whole only at the end. */
static void write_slowly(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	for (int i = 0; i < 20; i++) {
		if (write(fd, "line\n", 5) != 5)
			_exit(1);
		usleep(10000);
	}
	_exit(close(fd) == 0 ? 0 : 1);
}

/* How much of the file a reader gets that comes while it is written. */
static size_t read_meanwhile(struct loaded *l, const char *path)
{
	struct got got;
	struct stat st = {0};

	policy_put(l, "slow", "old\n", 4);
	pid_t child = fork();
	cr_assert_geq(child, 0);
	if (child == 0)
		write_slowly(path);
	for (int i = 0; i < 1000 && st.st_mtim.tv_sec <= 1700000000; i++) {
		usleep(1000);
		cr_assert_eq(stat(path, &st), 0);
	}
	cr_assert_eq(get(l, "slow", 1000, &got), ST_OK);
	waitpid(child, NULL, 0);
	return got.len;
}

/* On a busy machine the writer may stand still for long; not every time. */
Test(load_file, waits_for_a_writer)
{
	char path[128];
	struct loaded l;
	size_t len = 0;

	policy_dir(&l);
	snprintf(path, sizeof(path), "%s/slow", l.dir);
	for (int i = 0; i < 5 && len != 100; i++)
		len = read_meanwhile(&l, path);
	cr_expect_eq(len, 100);
	policy_end(&l);
}

Test(load_file, does_not_wait_for_old_files)
{
	struct loaded l;
	struct got got;
	int64_t start = now_ms();

	policy_dir(&l);
	policy_put(&l, "a", "x\n", 2);
	for (int i = 0; i < 100; i++)
		cr_assert_eq(get(&l, "a", 4, &got), ST_OK);
	cr_expect_lt(now_ms() - start, 1000);
	policy_end(&l);
}

static bool list(const struct loaded *l, const char *name,
		 const char *expect)
{
	struct policy_file directory;
	char path[128], got[512] = "";
	const char **files = NULL;
	const char *why = NULL;
	size_t count = 0;

	snprintf(path, sizeof(path), "%s/%s", l->dir, name);
	if (load_directory(l->issues.arena, path, &files, &count, &directory,
			   &why) != ST_OK)
		return why != NULL && strstr(why, expect) != NULL;
	for (size_t i = 0; i < count; i++) {
		strcat(got, strrchr(files[i], '/') + 1);
		strcat(got, " ");
	}
	cr_expect_str_eq(directory.path, path);
	cr_expect_not(file_changed(&directory));
	return strcmp(got, expect) == 0;
}

Test(load_file, directories)
{
	struct loaded l;
	char path[128];

	policy_dir(&l);
	cr_expect(list(&l, ".", ""));
	policy_put(&l, "b", "x", 1);
	policy_put(&l, "a", "x", 1);
	policy_put(&l, "B", "x", 1);
	policy_put(&l, ".c", "x", 1);
	snprintf(path, sizeof(path), "%s/sub", l.dir);
	cr_assert_eq(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "%s/link", l.dir);
	cr_assert_eq(symlink("a", path), 0);
	snprintf(path, sizeof(path), "%s/nowhere", l.dir);
	cr_assert_eq(symlink("none", path), 0);
	cr_expect(list(&l, ".", "B a b link nowhere "));
	cr_expect(list(&l, "sub", ""));
	cr_expect(list(&l, "none", "No such file"));
	cr_expect(list(&l, "a", "Not a directory"));
	policy_end(&l);
}

static void put_policy(struct loaded *l)
{
	static const char text[] =
		PLAIN_IDENTITY "[access a]\npath = /\nallow = *\n";

	policy_put(l, "policy.ini", text, sizeof(text) - 1);
}

Test(load_file, changes_are_seen)
{
	char path[128], other[128];
	struct loaded l;

	policy_dir(&l);
	put_policy(&l);
	snprintf(path, sizeof(path), "%s/policy.ini", l.dir);
	snprintf(other, sizeof(other), "%s/other.ini", l.dir);
	policy_take(&l, path);
	cr_assert_not_null(l.policy);
	cr_expect_not(policy_changed(l.policy));
	/* another file of the same size and time */
	cr_assert_eq(rename(path, other), 0);
	cr_expect(policy_changed(l.policy));
	put_policy(&l);
	cr_expect(policy_changed(l.policy));
	cr_assert_eq(rename(other, path), 0);
	cr_expect_not(policy_changed(l.policy));
	/* another time only */
	cr_assert_eq(utimensat(AT_FDCWD, path, NULL, 0), 0);
	cr_expect(policy_changed(l.policy));
	put_policy(&l);
	cr_expect_not(policy_changed(l.policy));
	policy_put(&l, "policy.ini", "x", 1);
	cr_expect(policy_changed(l.policy));
	policy_end(&l);
}
