/* ctl_doctor_url.c - in: a URL or HOST:PORT as an administrator writes it;
 * out: its parts. Nothing is looked up. */
#include "ctl_doctor_url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <arpa/inet.h>

#define SCHEME "https://"

static bool is_address(const char *host)
{
	unsigned char bytes[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, bytes) == 1 ||
	       inet_pton(AF_INET6, host, bytes) == 1;
}

static bool is_port(const char *text)
{
	size_t len = strspn(text, "0123456789");

	return len > 0 && len <= 5 && !text[len] && atoi(text) > 0 &&
	       atoi(text) <= 65535;
}

/* Splits HOST[:PORT] of len bytes; *ret_port is NULL when there is none. */
static enum status split(struct arena *arena, const char *text, size_t len,
			 const char **ret_host, const char **ret_port)
{
	char *whole = arena_strndup(arena, text, len);
	char *end;

	if (!whole)
		return ST_NOMEM;
	*ret_host = whole;
	*ret_port = NULL;
	if (*whole == '[') {
		*ret_host = whole + 1;
		end = strchr(whole, ']');
		if (!end || (end[1] && end[1] != ':'))
			return ST_BAD;
		*end++ = '\0';
		if (!is_address(*ret_host))
			return ST_BAD;
	} else {
		end = strchr(whole, ':');
	}
	if (end && *end) {
		*end = '\0';
		*ret_port = end + 1;
	}
	return **ret_host && strlen(*ret_host) < 256 &&
			       (!*ret_port || is_port(*ret_port))
		       ? ST_OK
		       : ST_BAD;
}

enum status doctor_url_place(struct arena *arena, const char *text,
			     const char **ret_host, const char **ret_port)
{
	enum status status =
		split(arena, text, strlen(text), ret_host, ret_port);

	return status == ST_OK && !*ret_port ? ST_BAD : status;
}

/* Bytes that would end a line of a request, or that no URL has. */
static bool is_clean(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text <= ' ' || *text == 0x7f)
			return false;
	return true;
}

static const char *host_header(struct arena *arena,
			       const struct doctor_url *url)
{
	bool brackets = strchr(url->host, ':');
	bool standard = strcmp(url->port, "443") == 0;

	return arena_printf(arena, "%s%s%s%s%s", brackets ? "[" : "",
			    url->host, brackets ? "]" : "",
			    standard ? "" : ":", standard ? "" : url->port);
}

enum status doctor_url_parse(struct arena *arena, const char *text,
			     struct doctor_url *ret_url, const char **ret_why)
{
	struct doctor_url url = {.text = text};
	const char *rest = text + strlen(SCHEME);
	size_t len;
	enum status status;

	*ret_why = "it has a blank or a control character in it";
	if (!is_clean(text))
		return ST_BAD;
	*ret_why = "it does not begin with https://";
	if (strncasecmp(text, SCHEME, strlen(SCHEME)) != 0)
		return ST_BAD;
	len = strcspn(rest, "/?#");
	*ret_why = "it has a user's name in it, which is not sent";
	if (memchr(rest, '@', len))
		return ST_BAD;
	*ret_why = "it is not https://HOST[:PORT][/PATH] with a port from 1 to "
		   "65535";
	status = split(arena, rest, len, &url.host, &url.port);
	if (status != ST_OK)
		return status;
	rest += len;
	if (!url.port)
		url.port = "443";
	url.address = is_address(url.host);
	url.authority = host_header(arena, &url);
	url.target = arena_printf(arena, "%s%.*s", *rest == '/' ? "" : "/",
				  (int)strcspn(rest, "#"), rest);
	if (!url.authority || !url.target)
		return ST_NOMEM;
	*ret_url = url;
	return ST_OK;
}
