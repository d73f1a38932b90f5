/* capture.c - refused requests come in, lines of a file go out. It takes no
 * part in any decision: it is called when that is made and written down, and
 * tells its caller nothing. */
#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "capture_line.h"
#include "log.h"

enum { MINUTE = 60 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void complain(const char *file, const char *why)
{
	static _Atomic int64_t complained;
	struct timespec now;
	int64_t last = atomic_load(&complained);

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (last && now.tv_sec - last < MINUTE)
		return;
	if (atomic_compare_exchange_strong(&complained, &last,
					   (int64_t)now.tv_sec))
		log_message(LOG_LEVEL_WARNING,
			    "a refused request is not kept in %s: %s", file,
			    why);
}

/* Why nothing is to be written to it; NULL if it may be. Somebody else's file
 * may be one that others read, or one that is not ours to change. */
static const char *distrust(const struct stat *st)
{
	if (!S_ISREG(st->st_mode))
		return "it is not a regular file";
	if (st->st_uid != geteuid())
		return "it belongs to another user";
	if (st->st_nlink != 1)
		return "it has another name as well";
	if (st->st_mode & (S_IRWXG | S_IRWXO))
		return "others may read or write it";
	return NULL;
}

/* The file open for appending, or -1 and why not. O_NONBLOCK: a pipe that
 * somebody put there must not stop requests. */
static int open_file(const char *file, struct stat *st, const char **ret_why)
{
	int fd = open(file,
		      O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
			      O_NOFOLLOW | O_NONBLOCK,
		      0600);

	*ret_why = NULL;
	if (fd < 0 || fstat(fd, st) != 0)
		*ret_why = errno == ELOOP ? "it is a symbolic link"
					  : strerror(errno);
	else
		*ret_why = distrust(st);
	if (*ret_why && fd >= 0) {
		close(fd);
		fd = -1;
	}
	return fd;
}

/* A full file makes room, if it still has its name: another process may have
 * moved it meanwhile. */
static void move_away(const char *file, const struct stat *st)
{
	char old[4096];
	struct stat now;
	int len = snprintf(old, sizeof(old), "%s.1", file);

	if (len > 0 && (size_t)len < sizeof(old) && lstat(file, &now) == 0 &&
	    now.st_ino == st->st_ino && now.st_dev == st->st_dev)
		(void)!rename(file, old);
}

static const char *append(const char *file, const struct buf *line)
{
	const char *why;
	struct stat st;
	ssize_t done;
	int fd = open_file(file, &st, &why);

	if (fd >= 0 && st.st_size > 0 &&
	    st.st_size + (off_t)line->len > CAPTURE_FILE_BYTES) {
		close(fd);
		move_away(file, &st);
		fd = open_file(file, &st, &why);
	}
	if (fd < 0)
		return why;
	/* one that could not be moved does not grow for ever */
	if (st.st_size > CAPTURE_FILE_BYTES) {
		close(fd);
		return "it is full and cannot be renamed";
	}
	done = write(fd, line->data, line->len);
	if (done != (ssize_t)line->len)
		why = done < 0 ? strerror(errno) : "no room";
	close(fd);
	return why;
}

void capture_denied(const struct gate_input *input,
		    const struct outcome *outcome, int status)
{
	const struct policy *policy = input->policy;
	const char *file = policy ? policy->audit.capture_file : NULL;
	const char *why = "it is too large, or no memory is left";
	struct arena *arena;
	struct buf line = {0};

	if (!file || outcome->decision.granted)
		return;
	arena = arena_new();
	if (arena &&
	    capture_render(arena, input, outcome, status, &line)) {
		pthread_mutex_lock(&lock);
		why = append(file, &line);
		pthread_mutex_unlock(&lock);
	}
	if (why)
		complain(file, why);
	buf_free(&line);
	arena_free(arena);
}
