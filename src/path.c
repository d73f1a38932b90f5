/* path.c - the one reading of a request path that decisions are made on. What
 * the server hands over comes in, a path comes out or a refusal. Never repairs
 * a path: whoever does decides about another one than the server serves. */
#include "path.h"

#include "hex.h"
#include "utf8.h"

#include <string.h>
#include <strings.h>

static enum status bad(const char **ret_why, const char *why)
{
	*ret_why = why;
	return ST_BAD;
}

/* Nothing but what ASCII can print, as nearly all paths are? */
static bool is_ascii(const char *path, size_t len)
{
	bool plain = true;

	for (size_t i = 0; i < len; i++)
		plain &= path[i] >= 0x20 && path[i] < 0x7f;
	return plain;
}

/* Why these bytes, decoded, are no path; NULL when nothing speaks against
 * them. */
static const char *refuse_bytes(const char *path, size_t len)
{
	if (len == 0 || path[0] != '/')
		return "the path does not begin with /";
	if (!is_ascii(path, len) && !utf8_valid(path, len))
		return "the path is not UTF-8";
	if (!is_ascii(path, len) && !utf8_clean(path, len))
		return "a control character in the path";
	if (memchr(path, ';', len))
		return "a ; in the path";
	if (memchr(path, '\\', len))
		return "a backslash in the path";
	if (memchr(path, '?', len) || memchr(path, '#', len))
		return "an encoded ? or # in the path";
	return NULL;
}

static bool has_dot_segment(const char *path)
{
	for (; path; path = strchr(path + 1, '/')) {
		size_t len = strcspn(path + 1, "/");

		if ((len == 1 && path[1] == '.') ||
		    (len == 2 && path[1] == '.' && path[2] == '.'))
			return true;
	}
	return false;
}

static void collapse_slashes(char *path)
{
	char *out = path;

	for (const char *at = path; *at; at++)
		if (at[0] != '/' || at[1] != '/')
			*out++ = *at;
	*out = '\0';
}

/* What both readings have in common; path is changed in place. */
static enum status take_path(char *path, size_t len, const char **ret_path,
			     const char **ret_why)
{
	const char *why = refuse_bytes(path, len);

	if (why)
		return bad(ret_why, why);
	if (has_dot_segment(path))
		return bad(ret_why, "a dot segment in the path");
	collapse_slashes(path);
	*ret_path = path;
	return ST_OK;
}

/* Moves *at behind scheme and authority of an absolute http or https URI.
 * False: an authority that servers do not all read alike. */
static bool skip_authority(const char **at)
{
	size_t len = 0;

	if (**at == '/')
		return true;
	if (strncasecmp(*at, "http://", 7) == 0)
		len = 7;
	else if (strncasecmp(*at, "https://", 8) == 0)
		len = 8;
	if (len == 0)
		return true;
	*at += len;
	len = strspn(*at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz0123456789-._~:[]");
	*at += len;
	return len > 0;
}

/* Bytes of a path that stand for themselves, and where none of them is refused
 * whatever stands beside it but a slash or a dot: RFC 3986 2.3. A bit for
 * each byte that there is. */
static const uint64_t plain[4] = {
	UINT64_C(0x3ff) << '0' | UINT64_C(1) << '-' | UINT64_C(1) << '.' |
		UINT64_C(1) << '/',
	UINT64_C(0x3ffffff) << ('A' - 64) | UINT64_C(0x3ffffff) << ('a' - 64) |
		UINT64_C(1) << ('_' - 64) | UINT64_C(1) << ('~' - 64),
};

/* The length of a path, up to the query, of which nothing below would refuse
 * or change a byte, as most are; 0: who knows. */
static size_t plain_length(const char *target)
{
	unsigned char before = 'x';
	size_t len = 0;

	for (;; len++) {
		unsigned char c = (unsigned char)target[len];

		if (!(plain[c >> 6] >> (c & 63) & 1) ||
		    (before == '/' && (c == '/' || c == '.')))
			break;
		before = c;
	}
	return target[len] == '\0' || target[len] == '?' ? len : 0;
}

/* Why the target, whose first bytes are known to be plain, cannot stand in a
 * request line; NULL if it can. */
static const char *refuse_target(const char *target, size_t known)
{
	bool control = false;
	bool hash = false;
	size_t len;

	for (len = known; target[len] && len <= MAX_URI; len++) {
		unsigned char c = (unsigned char)target[len];

		control |= c <= 0x20 || c == 0x7f;
		hash |= c == '#';
	}
	if (len > MAX_URI)
		return "the request target is too long";
	if (hash)
		return "a # in the request target";
	return control ? "a space or control character in the target" : NULL;
}

/* Decodes text up to the query into out, once. Why not, or NULL. */
static const char *decode(const char *text, char *out, size_t *ret_len)
{
	size_t len = 0;

	for (; *text && *text != '?'; text++) {
		int byte = *text == '%' ? hex_byte(text + 1) : 0;

		if (byte < 0)
			return "a bad escape in the path";
		if (byte == '/')
			return "an encoded slash in the path";
		if (*text == '%' && byte == 0)
			return "an encoded NUL in the path";
		out[len++] = *text == '%' ? (char)byte : *text;
		text += *text == '%' ? 2 : 0;
	}
	out[len] = '\0';
	*ret_len = len;
	return NULL;
}

enum status path_from_target(struct arena *arena, const char *target,
			     const char **ret_path, const char **ret_why)
{
	size_t len = plain_length(target);
	const char *why = refuse_target(target, len);
	char *path;

	if (why)
		return bad(ret_why, why);
	if (!skip_authority(&target))
		return bad(ret_why, "the authority of the target is odd");
	if (*target != '/')
		return bad(ret_why, "the path does not begin with /");
	if (len > 0) {
		*ret_path = arena_strndup(arena, target, len);
		return *ret_path ? ST_OK : ST_NOMEM;
	}
	path = arena_alloc(arena, strlen(target) + 1);
	if (!path)
		return ST_NOMEM;
	why = decode(target, path, &len);
	if (why)
		return bad(ret_why, why);
	return take_path(path, len, ret_path, ret_why);
}

enum status path_from_script(struct arena *arena, const char *script,
			     const char *info, const char **ret_path,
			     const char **ret_why)
{
	size_t script_len = script ? strnlen(script, MAX_URI + 1) : 0;
	size_t info_len = info ? strnlen(info, MAX_URI + 1) : 0;
	char *path;

	if (script_len + info_len > MAX_URI)
		return bad(ret_why, "the path is too long");
	if (info_len > 0 && info[0] != '/')
		return bad(ret_why, "PATH_INFO does not begin with /");
	path = arena_alloc(arena, script_len + info_len + 1);
	if (!path)
		return ST_NOMEM;
	if (script_len > 0)
		memcpy(path, script, script_len);
	if (info_len > 0)
		memcpy(path + script_len, info, info_len);
	return take_path(path, script_len + info_len, ret_path, ret_why);
}

bool path_is_probe(const char *path)
{
	size_t len = strlen(path);
	size_t probe = strlen(PATH_PROBE);

	if (len > 0 && path[len - 1] == '/')
		len--;
	return len > probe && path[len - probe - 1] == '/' &&
	       memcmp(path + len - probe, PATH_PROBE, probe) == 0;
}
