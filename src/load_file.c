/* load_file.c - the name of a file comes in, its bytes go out, whole; or that
 * of a directory, and the names of its files. Never half of it while somebody
 * writes. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

enum {
	SETTLE_MS = 50,  /* a file changed less than this ago is not settled */
	PAUSE_MS = 10,   /* between two looks at it */
	MOST_TRIES = 200 /* two seconds */
};

enum try { TRY_DONE, TRY_AGAIN, TRY_BAD, TRY_NOMEM };

/* One attempt after the other at one file. */
struct attempt {
	struct arena *arena;
	const char *path;
	size_t max;
	char *text;
	size_t room;
	size_t len;
	struct stat st;
	const char *why;
};

static int64_t mtime_ns(const struct stat *st)
{
	return (int64_t)st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
	return mtime_ns(a) == mtime_ns(b) && a->st_size == b->st_size &&
	       a->st_ino == b->st_ino && a->st_dev == b->st_dev;
}

/* A time in the future is a clock that was set, not a write in progress. */
static bool is_settled(const struct stat *st)
{
	struct timespec ts;

	if (clock_gettime(CLOCK_REALTIME, &ts) != 0)
		return false;
	int64_t now = (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
	int64_t age = now - mtime_ns(st);
	return age < 0 || age >= (int64_t)SETTLE_MS * 1000000;
}

static void pause_a_while(void)
{
	static const struct timespec pause = {0, PAUSE_MS * 1000000L};

	nanosleep(&pause, NULL);
}

static struct policy_file describe(const char *path, const struct stat *st)
{
	return (struct policy_file){
		.path = path,
		.mtime_ns = mtime_ns(st),
		.size = st->st_size,
		.inode = st->st_ino,
	};
}

static enum try check_kind(struct attempt *attempt)
{
	if (S_ISDIR(attempt->st.st_mode))
		attempt->why = "it is a directory";
	else if (!S_ISREG(attempt->st.st_mode))
		attempt->why = "it is not a regular file";
	else if (attempt->st.st_size < 0 ||
		 (uint64_t)attempt->st.st_size > attempt->max)
		attempt->why = "it is too large";
	else
		return TRY_DONE;
	return TRY_BAD;
}

/* One byte more than the size, to see a file that grew. */
static enum try make_room(struct attempt *attempt)
{
	size_t need = (size_t)attempt->st.st_size + 2;

	if (need <= attempt->room)
		return TRY_DONE;
	attempt->text = arena_alloc(attempt->arena, need);
	attempt->room = attempt->text != NULL ? need : 0;
	return attempt->text != NULL ? TRY_DONE : TRY_NOMEM;
}

static enum try read_bytes(struct attempt *attempt, int fd)
{
	attempt->len = 0;
	while (attempt->len < attempt->room - 1) {
		ssize_t got = read(fd, attempt->text + attempt->len,
				   attempt->room - 1 - attempt->len);

		if (got == 0)
			break;
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			attempt->why = strerror(errno);
			return TRY_BAD;
		}
		attempt->len += (size_t)got;
	}
	attempt->text[attempt->len] = '\0';
	return TRY_DONE;
}

/* What was read is the file only if nothing happened to it meanwhile, also not
 * to the name. */
static enum try read_open(struct attempt *attempt, int fd)
{
	struct stat after, named;
	enum try result;

	if (fstat(fd, &attempt->st) != 0) {
		attempt->why = strerror(errno);
		return TRY_BAD;
	}
	result = check_kind(attempt);
	if (result == TRY_DONE)
		result = make_room(attempt);
	if (result == TRY_DONE)
		result = read_bytes(attempt, fd);
	if (result != TRY_DONE)
		return result;
	if (fstat(fd, &after) != 0 || stat(attempt->path, &named) != 0 ||
	    !same_file(&attempt->st, &after) || !same_file(&after, &named) ||
	    !is_settled(&after) || attempt->len != (size_t)after.st_size)
		return TRY_AGAIN;
	return TRY_DONE;
}

static enum try read_once(struct attempt *attempt)
{
	/* a pipe of that name must not hang the program */
	int fd = open(attempt->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		attempt->why = strerror(errno);
		return TRY_BAD;
	}
	enum try result = read_open(attempt, fd);
	close(fd);
	return result;
}

static enum try read_settled(struct attempt *attempt)
{
	enum try result = read_once(attempt);

	for (int i = 0; result == TRY_AGAIN && i < MOST_TRIES; i++) {
		pause_a_while();
		result = read_once(attempt);
	}
	if (result == TRY_AGAIN)
		attempt->why = "it keeps changing while it is read";
	return result;
}

enum status load_file(struct arena *arena, const char *path, size_t max,
		      const char **ret_text, size_t *ret_len,
		      struct policy_file *ret_file, const char **ret_why)
{
	struct attempt attempt = {.arena = arena, .path = path, .max = max};
	enum try result = read_settled(&attempt);
	const char *kept = arena_strdup(arena, path);

	if (result == TRY_NOMEM || kept == NULL)
		return ST_NOMEM;
	if (result != TRY_DONE) {
		/* strerror's text does not last */
		*ret_why = arena_strdup(arena, attempt.why);
		return *ret_why != NULL ? ST_BAD : ST_NOMEM;
	}
	*ret_text = attempt.text;
	*ret_len = attempt.len;
	if (ret_file != NULL)
		*ret_file = describe(kept, &attempt.st);
	return ST_OK;
}

/* One attempt after the other at one directory. */
struct listing {
	struct arena *arena;
	const char *path;
	const char **files;
	size_t count;
	struct stat st;
	const char *why;
};

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static enum try add_entry(struct listing *listing, const char *name)
{
	const char *path =
		arena_printf(listing->arena, "%s/%s", listing->path, name);
	struct stat st;

	if (path == NULL)
		return TRY_NOMEM;
	/* what is not there is for load_file to complain about */
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return TRY_DONE;
	const char **files = arena_grow(listing->arena, listing->files,
					listing->count, sizeof(*files));
	if (files == NULL)
		return TRY_NOMEM;
	files[listing->count++] = path;
	listing->files = files;
	return TRY_DONE;
}

static enum try add_entries(struct listing *listing)
{
	struct dirent **found = NULL;
	enum try result = TRY_DONE;
	int count = scandir(listing->path, &found, is_visible, by_name);

	if (count < 0) {
		listing->why = strerror(errno);
		return errno == ENOMEM ? TRY_NOMEM : TRY_BAD;
	}
	listing->files = NULL;
	listing->count = 0;
	for (int i = 0; i < count; i++) {
		if (result == TRY_DONE)
			result = add_entry(listing, found[i]->d_name);
		free(found[i]);
	}
	free(found);
	return result;
}

static enum try list_once(struct listing *listing)
{
	struct stat after;
	enum try result;

	if (stat(listing->path, &listing->st) != 0) {
		listing->why = strerror(errno);
		return TRY_BAD;
	}
	result = add_entries(listing);
	if (result != TRY_DONE)
		return result;
	if (stat(listing->path, &after) != 0 ||
	    !same_file(&listing->st, &after) || !is_settled(&after))
		return TRY_AGAIN;
	return TRY_DONE;
}

static enum try list_settled(struct listing *listing)
{
	enum try result = list_once(listing);

	for (int i = 0; result == TRY_AGAIN && i < MOST_TRIES; i++) {
		pause_a_while();
		result = list_once(listing);
	}
	if (result == TRY_AGAIN)
		listing->why = "it keeps changing while it is read";
	return result;
}

enum status load_directory(struct arena *arena, const char *path,
			   const char ***ret_files, size_t *ret_count,
			   struct policy_file *ret_directory,
			   const char **ret_why)
{
	struct listing listing = {.arena = arena, .path = path};
	enum try result = list_settled(&listing);
	const char *kept = arena_strdup(arena, path);

	if (result == TRY_NOMEM || kept == NULL)
		return ST_NOMEM;
	if (result != TRY_DONE) {
		*ret_why = arena_strdup(arena, listing.why);
		return *ret_why != NULL ? ST_BAD : ST_NOMEM;
	}
	*ret_files = listing.files;
	*ret_count = listing.count;
	*ret_directory = describe(kept, &listing.st);
	return ST_OK;
}

bool file_changed(const struct policy_file *file)
{
	struct stat st;

	return stat(file->path, &st) != 0 || mtime_ns(&st) != file->mtime_ns ||
	       st.st_size != file->size || st.st_ino != file->inode;
}

bool policy_changed(const struct policy *policy)
{
	for (size_t i = 0; i < policy->file_count; i++)
		if (file_changed(&policy->files[i]))
			return true;
	return false;
}
