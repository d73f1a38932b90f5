/* listen_unix.c - a path comes in, a listening socket goes out. It removes a
 * socket file only after a connection to it was refused, and never anything
 * that is not a socket. The directory is locked meanwhile, so that of two
 * programs that start at once one finds the other's socket live. */
#include "listen_unix.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "log.h"

static const char default_mode[] = "0660";

static bool parse_mode(const char *text, mode_t *ret_mode)
{
	char *end;
	unsigned long mode;

	if (*text < '0' || *text > '7')
		return false;
	mode = strtoul(text, &end, 8);
	*ret_mode = (mode_t)mode;
	return *end == '\0' && mode <= 0777;
}

static bool find_group(const char *name, gid_t *ret_gid)
{
	const struct group *group = name ? getgrnam(name) : NULL;

	*ret_gid = group ? group->gr_gid : (gid_t)-1;
	return group || !name;
}

/* A lock on the directory that path is in; -1 when it cannot be had. */
static int lock_directory(const char *path)
{
	char copy[PATH_MAX];
	int fd;

	if (strlen(path) >= sizeof(copy))
		return -1;
	memcpy(copy, path, strlen(path) + 1);
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		flock(fd, LOCK_EX);
	return fd;
}

/* True if connecting is refused: nobody listens any more. */
static bool is_stale(const struct sockaddr_un *at)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			0);
	bool stale;

	if (fd < 0)
		return false;
	stale = connect(fd, (const struct sockaddr *)at, sizeof(*at)) < 0 &&
		errno == ECONNREFUSED;
	close(fd);
	return stale;
}

/* Makes room for a socket at this path. */
static bool clear_path(const struct sockaddr_un *at)
{
	const char *path = at->sun_path;
	struct stat st;

	if (lstat(path, &st) < 0) {
		if (errno == ENOENT)
			return true;
		log_message(LOG_LEVEL_ERROR, "--socket %s: %s", path,
			    strerror(errno));
	} else if (!S_ISSOCK(st.st_mode)) {
		log_message(LOG_LEVEL_ERROR,
			    "--socket %s exists and is not a socket", path);
	} else if (!is_stale(at)) {
		log_message(LOG_LEVEL_ERROR,
			    "--socket %s: another process is serving it",
			    path);
	} else if (unlink(path) < 0) {
		log_message(LOG_LEVEL_ERROR, "--socket %s: cannot replace: %s",
			    path, strerror(errno));
	} else {
		return true;
	}
	return false;
}

/* Until group and mode are set, nobody but the owner gets in. */
static bool bind_closed(int fd, const struct sockaddr_un *at)
{
	mode_t old = umask(0177);
	bool bound =
		bind(fd, (const struct sockaddr *)at, sizeof(*at)) == 0;

	umask(old);
	return bound;
}

static int64_t changed_at(const struct stat *st)
{
	return (int64_t)st->st_ctim.tv_sec * 1000000000 + st->st_ctim.tv_nsec;
}

static bool bind_file(int fd, const struct sockaddr_un *at, gid_t gid,
		      mode_t mode, struct listener *ret_listener)
{
	struct stat st;

	if (!bind_closed(fd, at))
		return false;
	if ((gid == (gid_t)-1 || lchown(at->sun_path, (uid_t)-1, gid) == 0) &&
	    chmod(at->sun_path, mode) == 0 && lstat(at->sun_path, &st) == 0) {
		ret_listener->inode = st.st_ino;
		ret_listener->changed_ns = changed_at(&st);
		return true;
	}
	unlink(at->sun_path);
	return false;
}

static int create(const struct listen_options *options,
		  const struct sockaddr_un *at, gid_t gid, mode_t mode,
		  struct listener *ret_listener)
{
	int fd;

	if (!clear_path(at))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind_file(fd, at, gid, mode, ret_listener) &&
	    listen(fd, options->backlog) == 0)
		return fd;
	log_message(LOG_LEVEL_ERROR, "--socket %s: %s", options->path,
		    strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

enum status unix_open(const struct listen_options *options,
		      struct listener *ret_listener)
{
	struct sockaddr_un at = {.sun_family = AF_UNIX};
	const char *text = options->mode ? options->mode : default_mode;
	mode_t mode;
	gid_t gid;
	int lock;

	if (strlen(options->path) >= sizeof(at.sun_path)) {
		log_message(LOG_LEVEL_ERROR,
			    "--socket %s: a socket's path has %zu bytes at "
			    "most",
			    options->path, sizeof(at.sun_path) - 1);
		return ST_BAD;
	}
	if (!parse_mode(text, &mode)) {
		log_message(LOG_LEVEL_ERROR,
			    "--socket-mode %s is not octal, as in 0660",
			    text);
		return ST_BAD;
	}
	if (!find_group(options->group, &gid)) {
		log_message(LOG_LEVEL_ERROR, "--socket-group %s: no such group",
			    options->group);
		return ST_BAD;
	}
	memcpy(at.sun_path, options->path, strlen(options->path) + 1);
	lock = lock_directory(options->path);
	ret_listener->fd = create(options, &at, gid, mode, ret_listener);
	if (lock >= 0)
		close(lock);
	if (ret_listener->fd < 0)
		return ST_BAD;
	ret_listener->unlink = options->path;
	return ST_OK;
}

void unix_remove(const struct listener *listener)
{
	struct stat st;

	if (lstat(listener->unlink, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    st.st_ino == listener->inode &&
	    changed_at(&st) == listener->changed_ns)
		unlink(listener->unlink);
}
