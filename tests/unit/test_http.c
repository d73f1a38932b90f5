/* test_http.c - a query to servers good and bad, and how long it may take. */
#include <criterion/criterion.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "http.h"
#include "ocsp_fixture.h"

enum { MAX_REPLY = 64 * 1024 };

static struct arena *arena;
static const char *why;
static size_t len;
static double took; /* seconds */

static void start(void)
{
	signal(SIGPIPE, SIG_IGN);
	arena = arena_new();
}

static void stop(void)
{
	arena_free(arena);
}

TestSuite(http, .init = start, .fini = stop, .timeout = 60);

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static bool ask_for(const char *url, const char *reply_type, size_t max)
{
	struct ocsp_question question = {.leaf = ocsp_pki()->leaf,
					 .issuer = ocsp_pki()->ca};
	struct http_query query = {.url = url,
				   .body_type = "application/ocsp-request",
				   .reply_type = reply_type,
				   .max_reply = max, .timeout = 1};
	const unsigned char *body = NULL, *reply = NULL;
	double began = seconds();
	bool good;

	cr_assert_eq(ocsp_request(arena, &question, NULL, 0, &body,
				  &query.body_len), ST_OK);
	query.body = body;
	good = http_ask(arena, &query, &reply, &len, &why);
	took = seconds() - began;
	cr_assert(!good || (reply && len > 0));
	cr_assert(good || why);
	return good;
}

static bool ask(const char *url)
{
	return ask_for(url, "application/ocsp-response", MAX_REPLY);
}

/* A server that behaves like that gives no answer, but says why. */
static void refuse(enum ocsp_manner manner, const char *reason)
{
	struct ocsp_server *server = ocsp_server_new(manner, NULL);

	cr_assert(!ask(server->url));
	cr_assert(strstr(why, reason), "%s", why);
	cr_assert_eq(server->asked, 1);
}

Test(http, a_good_answer)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);

	cr_assert(ask(server->url), "%s", why);
	cr_assert(len > 100);
	cr_assert(ask_for(server->url, NULL, MAX_REPLY), "%s", why);
}

Test(http, without_a_body_it_is_a_get)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);
	struct http_query query = {.url = server->url, .max_reply = MAX_REPLY,
				   .timeout = 1};
	const unsigned char *reply = NULL;

	cr_assert(http_ask(arena, &query, &reply, &len, &why), "%s", why);
	cr_assert(len > 100);
}

Test(http, nobody_listens)
{
	cr_assert(!ask("http://127.0.0.1:1/"));
	cr_assert(strstr(why, "refused"), "%s", why);
	cr_assert(took < 0.5, "%f", took);
}

Test(http, no_such_host)
{
	cr_assert(!ask("http://name.invalid/"));
	cr_assert(!ask("http://:80/"));
}

Test(http, urls_of_another_kind)
{
	cr_assert(!ask("https://127.0.0.1/"));
	cr_assert(strstr(why, "http://"), "%s", why);
	cr_assert(!ask("ftp://127.0.0.1/"));
	cr_assert(!ask("http://127.0.0.1:99999/"));
}

Test(http, silence)
{
	refuse(MANNER_SILENT, "in time");
	cr_assert(took > 0.95 && took < 1.5, "%f", took);
}

Test(http, ten_megabytes)
{
	refuse(MANNER_HUGE, "");
	cr_assert(took < 0.9, "%f", took);
}

Test(http, headers_without_an_end)
{
	refuse(MANNER_HEADERS, "too long");
	cr_assert(took < 0.9, "%f", took);
}

Test(http, another_media_type)
{
	refuse(MANNER_TYPE, "content type");
}

Test(http, a_redirect_is_not_followed)
{
	refuse(MANNER_REDIRECT, "");
}

Test(http, another_status)
{
	refuse(MANNER_ERROR, "");
}

Test(http, a_hangup)
{
	refuse(MANNER_HANGUP, "");
	cr_assert(took < 0.9, "%f", took);
}

Test(http, an_empty_reply)
{
	refuse(MANNER_EMPTY, "");
}

Test(http, a_reply_of_more_than_the_limit)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);

	cr_assert(!ask_for(server->url, NULL, 64));
	cr_assert(ask_for(server->url, NULL, MAX_REPLY), "%s", why);
	/* signatures are not all of one length */
	cr_assert(ask_for(server->url, NULL, len + 8), "%s", why);
	cr_assert(!ask_for(server->url, NULL, len - 16));
}

Test(http, no_proxy_of_the_environment)
{
	struct ocsp_server *trap = ocsp_server_new(MANNER_ANSWER, NULL);
	struct ocsp_server *server = ocsp_server_new(MANNER_ANSWER, NULL);

	setenv("http_proxy", trap->url, 1);
	setenv("HTTP_PROXY", trap->url, 1);
	setenv("all_proxy", trap->url, 1);
	cr_assert(ask(server->url), "%s", why);
	cr_assert(!ask("http://127.0.0.1:1/"));
	cr_assert_eq(server->asked, 1);
	cr_assert_eq(trap->asked, 0);
}

/* select() would not take such a descriptor. */
Test(http, a_descriptor_above_1024)
{
	struct ocsp_server *server = ocsp_server_new(MANNER_SLOW, NULL);
	struct rlimit limit;
	int fd;

	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	cr_assert(limit.rlim_max > 1200);
	do {
		fd = open("/dev/null", O_RDONLY);
		cr_assert(fd >= 0);
	} while (fd < 1100);
	cr_assert(ask(server->url), "%s", why);
}
