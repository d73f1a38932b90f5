/* cgi_time.c - how long a CGI program takes, from its start to its end:
 *   cgi_time COUNT PROGRAM [NAME=VALUE | NAME=@FILE]...
 * Prints "NAME VALUE" lines, in microseconds. An answer that does not begin
 * with "Status: 200" ends it. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_ENV = 128, MAX_FILE = 65536 };

static void fail(const char *what)
{
	fprintf(stderr, "cgi_time: %s\n", what);
	exit(2);
}

static double now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* NAME=@FILE as NAME=what is in the file. */
static char *variable(char *text)
{
	char *at = strchr(text, '=');
	size_t name = at ? (size_t)(at - text) + 1 : 0;
	FILE *file = at && at[1] == '@' ? fopen(at + 2, "r") : NULL;
	char *made;

	if (!file)
		return text;
	made = calloc(1, name + MAX_FILE);
	if (!made)
		fail("memory");
	memcpy(made, text, name);
	if (fread(made + name, 1, MAX_FILE - 1, file) == 0)
		fail(at + 2);
	fclose(file);
	return made;
}

static double run_once(char *program, char **env)
{
	char *argv[] = {program, NULL};
	posix_spawn_file_actions_t actions;
	char answer[65536];
	double start;
	ssize_t got, len = 0;
	int ends[2], status;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		fail("pipe");
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	start = now_us();
	if (posix_spawn(&pid, program, &actions, NULL, argv, env) != 0)
		fail(program);
	close(ends[1]);
	while ((got = read(ends[0], answer + len,
			   sizeof(answer) - (size_t)len)) > 0)
		len += got;
	waitpid(pid, &status, 0);
	start = now_us() - start;
	close(ends[0]);
	posix_spawn_file_actions_destroy(&actions);
	if (status != 0 || len < 11 || memcmp(answer, "Status: 200", 11) != 0)
		fail("the answer is not 200");
	return start;
}

static int compare(const void *a, const void *b)
{
	double left = *(const double *)a, right = *(const double *)b;

	return (left > right) - (left < right);
}

int main(int argc, char **argv)
{
	char *env[MAX_ENV] = {0};
	double *times;
	int count;

	if (argc < 3 || argc - 3 >= MAX_ENV || (count = atoi(argv[1])) < 1)
		fail("usage: cgi_time COUNT PROGRAM [NAME=VALUE]...");
	for (int i = 3; i < argc; i++)
		env[i - 3] = variable(argv[i]);
	times = calloc((size_t)count, sizeof(*times));
	if (!times)
		fail("memory");
	for (int i = 0; i < count; i++)
		times[i] = run_once(argv[2], env);
	qsort(times, (size_t)count, sizeof(*times), compare);
	printf("p50_us %.1f\np90_us %.1f\n", times[count / 2],
	       times[count * 9 / 10]);
	return 0;
}
