/* audit.c - outcomes come in, lines go out to a file, syslog or stderr. The
 * target sits behind one descriptor that is replaced in place, so that writers
 * need no lock; no line is ever cut in two by another. It decides nothing: a
 * line that could not be written is the caller's to act on. */
#include "audit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "log.h"

enum {
	WARNED_SLOTS = 4096,
	WARNED_PROBES = 8, /* places one certificate may stand in */
	WARNED_KEY = 64,
	DAY = 24 * 60 * 60,
	MINUTE = 60
};

/* When a certificate was last warned of. */
struct warned {
	char sha256[WARNED_KEY];
	int64_t when;
};

struct audit {
	int fd;
	atomic_bool syslog;
	atomic_bool broken; /* the target could not be opened */
	atomic_bool discards;
	atomic_bool torn;   /* the last line was written in part */
	atomic_int error;   /* errno of what failed last; 0: all is well */
	_Atomic uint64_t missed; /* lines that were not written */
	_Atomic int64_t complained;
	pthread_mutex_t lock; /* warned */
	struct warned warned[WARNED_SLOTS];
};

struct audit *audit_new(void)
{
	struct audit *audit = calloc(1, sizeof(*audit));

	if (!audit)
		return NULL;
	audit->fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	if (audit->fd < 0)
		audit->fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (audit->fd < 0 || pthread_mutex_init(&audit->lock, NULL) != 0) {
		if (audit->fd >= 0)
			close(audit->fd);
		free(audit);
		return NULL;
	}
	return audit;
}

void audit_free(struct audit *audit)
{
	if (!audit)
		return;
	close(audit->fd);
	pthread_mutex_destroy(&audit->lock);
	free(audit);
}

/* True once a minute: a full disk must not fill the other log too. */
static bool may_complain(struct audit *audit)
{
	struct timespec now;
	int64_t last = atomic_load(&audit->complained);

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (last && now.tv_sec - last < MINUTE)
		return false;
	return atomic_compare_exchange_strong(&audit->complained, &last,
					      (int64_t)now.tv_sec);
}

/* A pipe on stderr is opened once more, since O_NONBLOCK on what we were given
 * would be everybody's; where that is not allowed, it stays as it is. */
static int open_stderr(void)
{
	struct stat st;
	int fd = -1;

	if (fstat(STDERR_FILENO, &st) == 0 && S_ISFIFO(st.st_mode))
		fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	return fd < 0 ? fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3) : fd;
}

static int open_target(const struct audit_rules *rules)
{
	/* O_NONBLOCK: a pipe that nobody reads must not stop requests */
	int flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY |
		    O_NONBLOCK;

	if (rules->target == AUDIT_FILE)
		return open(rules->file, flags, 0640);
	return open_stderr();
}

/* Is it /dev/null, by whatever name? */
static bool is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

enum status audit_open(struct audit *audit, const struct audit_rules *rules)
{
	int fd;

	atomic_store(&audit->discards, false);
	if (rules->target == AUDIT_SYSLOG) {
		openlog("mtlsgate", LOG_PID, LOG_AUTHPRIV);
		atomic_store(&audit->syslog, true);
		atomic_store(&audit->error, 0);
		atomic_store(&audit->broken, false);
		return ST_OK;
	}
	fd = open_target(rules);
	if (fd < 0 || dup3(fd, audit->fd, O_CLOEXEC) < 0) {
		atomic_store(&audit->error, errno);
		atomic_store(&audit->broken, true);
		if (may_complain(audit))
			log_message(LOG_LEVEL_ERROR,
				    "the audit log %s cannot be opened: %s",
				    rules->file ? rules->file : "on stderr",
				    strerror(atomic_load(&audit->error)));
		if (fd >= 0)
			close(fd);
		return ST_BAD;
	}
	atomic_store(&audit->syslog, false);
	atomic_store(&audit->torn, false);
	atomic_store(&audit->error, 0);
	atomic_store(&audit->broken, false);
	atomic_store(&audit->discards, is_null(fd));
	close(fd);
	return ST_OK;
}

bool audit_broken(const struct audit *audit)
{
	return atomic_load(&audit->broken);
}

bool audit_discards(const struct audit *audit)
{
	return atomic_load_explicit(&audit->discards, memory_order_relaxed);
}

/* A cut line gets its newline late, so that it spoils no other. */
static bool write_line(struct audit *audit, const struct buf *line)
{
	bool torn = atomic_load(&audit->torn) &&
		    atomic_exchange(&audit->torn, false);
	struct iovec parts[2] = {
		{.iov_base = torn ? "\n" : "", .iov_len = torn ? 1 : 0},
		{.iov_base = line->data, .iov_len = line->len},
	};
	size_t whole = parts[0].iov_len + parts[1].iov_len;
	ssize_t done;

	do {
		/* the plain call costs the kernel less */
		done = torn ? writev(audit->fd, parts, 2)
			    : write(audit->fd, line->data, line->len);
	} while (done < 0 && errno == EINTR);
	if (done == (ssize_t)whole) {
		if (atomic_load(&audit->error) && !audit_broken(audit))
			atomic_store(&audit->error, 0);
		return true;
	}
	atomic_store(&audit->error, done < 0 ? errno : ENOSPC);
	if (done > (ssize_t)parts[0].iov_len || (done <= 0 && torn))
		atomic_store(&audit->torn, true);
	if (may_complain(audit))
		log_message(LOG_LEVEL_ERROR,
			    "the audit log cannot be written: %s",
			    strerror(atomic_load(&audit->error)));
	return false;
}

enum status audit_write(struct audit *audit, const struct buf *line)
{
	bool written = !line->failed && line->len > 0;

	if (written && atomic_load(&audit->syslog))
		syslog(LOG_AUTHPRIV | LOG_NOTICE, "%.*s", (int)line->len - 1,
		       line->data);
	else if (written)
		written = write_line(audit, line);
	/* what goes to the old target is missing from the one that is wanted */
	if (written && !audit_broken(audit))
		return ST_OK;
	atomic_fetch_add(&audit->missed, 1);
	return ST_BAD;
}

const char *audit_error(const struct audit *audit)
{
	int error = atomic_load(&audit->error);

	return error ? strerrordesc_np(error) : NULL;
}

uint64_t audit_missed(const struct audit *audit)
{
	return atomic_load(&audit->missed);
}

/* The place for this certificate: its own, or the oldest it may take. */
static struct warned *warned_slot(struct audit *audit, const char *sha256)
{
	struct warned *oldest = NULL;
	size_t hash = 5381;
	size_t i;

	for (i = 0; i < WARNED_KEY; i++)
		hash = hash * 33 + (unsigned char)sha256[i];
	for (i = 0; i < WARNED_PROBES; i++) {
		struct warned *slot =
			&audit->warned[(hash + i) % WARNED_SLOTS];

		if (memcmp(slot->sha256, sha256, WARNED_KEY) == 0)
			return slot;
		if (!oldest || slot->when < oldest->when)
			oldest = slot;
	}
	memcpy(oldest->sha256, sha256, WARNED_KEY);
	oldest->when = INT64_MIN;
	return oldest;
}

void audit_warn_expiring(struct audit *audit, const struct outcome *outcome)
{
	const struct verified *verified = &outcome->verified;
	int64_t now = outcome->facts.now;
	struct warned *slot;
	bool due;

	if (!verified->ok || !verified->expiring || !verified->cert.sha256 ||
	    strlen(verified->cert.sha256) != WARNED_KEY)
		return;
	pthread_mutex_lock(&audit->lock);
	slot = warned_slot(audit, verified->cert.sha256);
	due = slot->when == INT64_MIN || now - slot->when >= DAY;
	if (due)
		slot->when = now;
	pthread_mutex_unlock(&audit->lock);
	if (due)
		log_message(LOG_LEVEL_WARNING,
			    "the certificate of %s (serial %s, sha256 %s) "
			    "expires in %lld days",
			    outcome->identity.id ? outcome->identity.id : "-",
			    verified->cert.serial, verified->cert.sha256,
			    (long long)verified->days_left);
}

size_t audit_expiring(struct audit *audit, int64_t now)
{
	size_t count = 0;

	pthread_mutex_lock(&audit->lock);
	for (size_t i = 0; i < WARNED_SLOTS; i++) {
		const struct warned *slot = &audit->warned[i];

		count += slot->sha256[0] && now - slot->when < DAY;
	}
	pthread_mutex_unlock(&audit->lock);
	return count;
}
