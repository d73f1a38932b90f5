/* ctl_crl_file.c - URLs and bytes come in, files go out. Never writes outside
 * the directory that it is given, nor half a file. */
#include "ctl_crl_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "hex.h"
#include "load.h"

enum { MAX_READABLE = 80, HASH_BYTES = 8, FILE_MODE = 0644, DIR_MODE = 0755 };

static bool is_alphanumeric(char byte)
{
	return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') ||
	       (byte >= '0' && byte <= '9');
}

/* Of a run of other bytes one is left; a dot or '_' as it is, all else as
 * '-'. */
static void make_readable(const char *url, char out[MAX_READABLE + 1])
{
	size_t len = 0;

	for (; *url && len < MAX_READABLE; url++) {
		bool after_plain = len > 0 && is_alphanumeric(out[len - 1]);
		char byte = *url;

		if (!is_alphanumeric(byte) && byte != '.' && byte != '_')
			byte = '-';
		if (after_plain || is_alphanumeric(byte))
			out[len++] = byte;
	}
	while (len > 0 && !is_alphanumeric(out[len - 1]))
		len--;
	out[len] = '\0';
}

char *ctl_crl_file_name(struct arena *arena, const char *url)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	char readable[MAX_READABLE + 1];
	const char *rest = strstr(url, "://");
	size_t len;
	char *hex;

	if (EVP_Digest(url, strlen(url), digest, NULL, EVP_sha256(), NULL) != 1)
		return NULL;
	hex = hex_encode(arena, digest, HASH_BYTES, false);
	make_readable(rest ? rest : url, readable);
	len = strlen(readable);
	if (len > 4 && strcmp(readable + len - 4, ".crl") == 0)
		readable[len - 4] = '\0';
	return hex ? arena_printf(arena, "%s%s%s.crl", readable,
				  *readable ? "-" : "", hex)
		   : NULL;
}

enum status ctl_crl_file_read(struct arena *arena, const char *path,
			      const char **ret_text, size_t *ret_len,
			      const char **ret_why)
{
	struct stat st;
	enum status status;

	if (lstat(path, &st) != 0 && errno == ENOENT)
		return ST_ABSENT;
	status = load_file(arena, path, INT32_MAX, ret_text, ret_len, NULL,
			   ret_why);
	if (status != ST_BAD)
		return status;
	*ret_why = arena_printf(arena, "%s: %s", path, *ret_why);
	return *ret_why ? ST_BAD : ST_NOMEM;
}

static bool write_all(int fd, struct span_der bytes)
{
	while (bytes.len > 0) {
		ssize_t put = write(fd, bytes.bytes, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		bytes.bytes += put;
		bytes.len -= (size_t)put;
	}
	return fchmod(fd, FILE_MODE) == 0 && fsync(fd) == 0;
}

/* The new name is on the disk only when its directory is. */
static bool sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool good = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return good;
}

/* temporary ends in XXXXXX. False: errno says why. */
static bool replace(char *temporary, const char *path, struct span_der bytes)
{
	int fd = mkostemp(temporary, O_CLOEXEC);
	bool good;
	int error;

	if (fd < 0)
		return false;
	good = write_all(fd, bytes);
	error = errno;
	if (close(fd) != 0 && good) {
		error = errno;
		good = false;
	}
	if (good && rename(temporary, path) != 0) {
		error = errno;
		good = false;
	}
	if (!good)
		unlink(temporary);
	errno = error;
	return good;
}

enum status ctl_crl_file_write(struct arena *arena, const char *dir,
			       const char *name, struct span_der bytes,
			       const char **ret_why)
{
	/* a name with a dot first is none of a CRL to those that read dir */
	char *temporary = arena_printf(arena, "%s/.%s.XXXXXX", dir, name);
	char *path = arena_printf(arena, "%s/%s", dir, name);

	if (!temporary || !path)
		return ST_NOMEM;
	if ((mkdir(dir, DIR_MODE) == 0 || errno == EEXIST) &&
	    replace(temporary, path, bytes) && sync_directory(dir))
		return ST_OK;
	*ret_why = arena_printf(arena, "%s cannot be written: %s", path,
				strerror(errno));
	return *ret_why ? ST_BAD : ST_NOMEM;
}
