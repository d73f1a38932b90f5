/* test_request.c - what the web server said, read once. */
#include "request.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ENV = 8 };

static struct arena *arena;
static struct request request;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(request, .init = start, .fini = end);

static void read_env(enum role role, const char *const env[MAX_ENV])
{
	char *copy[MAX_ENV + 1] = {0};
	uint32_t names[MAX_ENV];
	struct request other;
	bool named = true;

	for (size_t i = 0; i < MAX_ENV && env[i]; i++) {
		copy[i] = arena_strdup(arena, env[i]);
		cr_assert_not_null(copy[i]);
		names[i] = (uint32_t)strcspn(copy[i], "=");
		named &= copy[i][names[i]] == '=';
	}
	cr_assert_eq(request_read(arena, role, copy, named ? names : NULL,
				  &other), ST_OK);
	memset(&request, 0xff, sizeof(request)); /* it must fill in all */
	cr_assert_eq(request_read(arena, role, copy, NULL, &request), ST_OK);
	cr_assert_arr_eq(request.var, other.var, sizeof(other.var));
	cr_assert_arr_eq(request.chain, other.chain, sizeof(other.chain));
	cr_assert_eq(request.duplicate, other.duplicate);
}

#define READ(role, ...)                                                     \
	read_env(role, (const char *const[MAX_ENV]){__VA_ARGS__})

Test(request, zero_has_no_role)
{
	struct request zero = {0};

	cr_expect_eq(zero.role, ROLE_NONE);
	cr_expect_not(zero.method_clean);
	cr_expect_null(zero.path);
}

Test(request, nothing_at_all)
{
	READ(ROLE_AUTHORIZER, NULL);
	cr_expect_eq(request.role, ROLE_AUTHORIZER);
	cr_expect_str_eq(request.method, "");
	cr_expect_not(request.method_clean);
	cr_expect_null(request.path);
	cr_expect_str_eq(request.path_error,
			 "the server sends no REQUEST_URI");
	cr_expect_str_eq(request.site, "");
	cr_expect_str_eq(request.peer, "");
	cr_expect_not(request.mirror || request.probe || request.password ||
		      request.duplicate);
	cr_expect_eq(request.chain_count, 0);
	for (size_t i = 0; i < VAR_COUNT; i++)
		cr_expect_null(request.var[i]);
	READ(ROLE_RESPONDER, NULL);
	cr_expect_null(request.path);
	cr_expect_not_null(request.path_error);
}

static const char *const var_names[] = {
	"HTTP_ACCEPT",
	"MTLSGATE_METHOD", "MTLSGATE_MODE",	  "MTLSGATE_SECRET",
	"MTLSGATE_SITE",   "MTLSGATE_URI",	  "PATH_INFO",
	"REMOTE_ADDR",	   "REMOTE_PASSWD",	  "REQUEST_METHOD",
	"REQUEST_URI",	   "SCRIPT_NAME",	  "SSL_CLIENT_CERT",
	"SSL_CLIENT_S_DN", "SSL_CLIENT_VERIFY",
};

Test(request, each_variable_has_its_place)
{
	cr_assert_eq(ARRAY_LEN(var_names), VAR_COUNT);
	for (size_t i = 0; i < VAR_COUNT; i++) {
		READ(ROLE_AUTHORIZER,
		     arena_printf(arena, "%s=a=b c", var_names[i]));
		for (size_t j = 0; j < VAR_COUNT; j++) {
			if (i == j)
				cr_expect_str_eq(request.var[j], "a=b c");
			else
				cr_expect_null(request.var[j], "%s",
					       var_names[i]);
		}
	}
}

Test(request, names_are_whole_and_exact)
{
	for (size_t i = 0; i < VAR_COUNT; i++) {
		const char *name = var_names[i];
		int len = (int)strlen(name);

		READ(ROLE_AUTHORIZER, arena_printf(arena, "%sX=x", name),
		     arena_printf(arena, "X%s=x", name),
		     arena_printf(arena, "HTTP_%s=x", name),
		     arena_printf(arena, "%.*s=x", len - 1, name),
		     arena_printf(arena, "%.*s%c=x", len - 1, name,
				  name[len - 1] | 0x20),
		     name, arena_printf(arena, " %s=x", name));
		for (size_t j = 0; j < VAR_COUNT; j++)
			cr_expect_null(request.var[j], "%s as %s", name,
				       var_names[j]);
	}
	READ(ROLE_AUTHORIZER, "", "=", "=x", "no equals sign");
	cr_expect_not(request.duplicate);
}

Test(request, forged_headers_are_not_looked_at)
{
	READ(ROLE_AUTHORIZER, "HTTP_SSL_CLIENT_CERT=x",
	     "HTTP_SSL_CLIENT_VERIFY=SUCCESS", "HTTP_MTLSGATE_SITE=x",
	     "HTTP_X_CLIENT_CERT=x", "SERVER_NAME=evil", "HTTP_HOST=evil",
	     "HTTP_REQUEST_METHOD=GET");
	for (size_t i = 0; i < VAR_COUNT; i++)
		cr_expect_null(request.var[i]);
	cr_expect_str_eq(request.site, "");
}

Test(request, twice_the_same_and_twice_another)
{
	READ(ROLE_AUTHORIZER, "REQUEST_METHOD=GET", "REQUEST_METHOD=GET");
	cr_expect_not(request.duplicate);
	READ(ROLE_AUTHORIZER, "REQUEST_METHOD=GET", "REQUEST_METHOD=POST");
	cr_expect(request.duplicate);
	READ(ROLE_AUTHORIZER, "SSL_CLIENT_CERT=", "SSL_CLIENT_CERT=x");
	cr_expect(request.duplicate, "empty is a value");
	READ(ROLE_AUTHORIZER, "SSL_CLIENT_CERT_CHAIN_0=a",
	     "SSL_CLIENT_CERT_CHAIN_0=b");
	cr_expect(request.duplicate);
	READ(ROLE_AUTHORIZER, "OTHER=a", "OTHER=b");
	cr_expect_not(request.duplicate, "nobody reads it");
}

Test(request, chain)
{
	READ(ROLE_AUTHORIZER, "SSL_CLIENT_CERT_CHAIN_2=two",
	     "SSL_CLIENT_CERT_CHAIN_0=zero", "SSL_CLIENT_CERT_CHAIN_10=x",
	     "SSL_CLIENT_CERT_CHAIN_=x", "SSL_CLIENT_CERT_CHAIN_a=x",
	     "SSL_CLIENT_CERT_CHAIN_:=x", "SSL_CLIENT_CERT_CHAIN_/=x");
	cr_expect_eq(request.chain_count, 3);
	cr_expect_str_eq(request.chain[0], "zero");
	cr_expect_null(request.chain[1]);
	cr_expect_str_eq(request.chain[2], "two");
	READ(ROLE_AUTHORIZER, "SSL_CLIENT_CERT_CHAIN_9=nine");
	cr_expect_eq(request.chain_count, MAX_CHAIN);
	cr_expect_str_eq(request.chain[MAX_CHAIN - 1], "nine");
}

Test(request, methods)
{
	static const struct {
		const char *method;
		bool clean;
	} rows[] = {
		{"GET", true},	       {"POST", true},
		{"M-SEARCH", true},    {"X!#$%&'*+-.^_`|~9", true},
		{"", false},	       {"get", false},
		{"Get", false},	       {"GET ", false},
		{" GET", false},       {"GET,POST", false},
		{"G\tT", false},       {"G\x7fT", false},
		{"G\xc3\x89T", false}, {"GET/", false},
		{"(GET)", false},      {"GET\n", false},
		{"G\"T", false},       {"G=T", false},
	};
	char longest[66];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		READ(ROLE_AUTHORIZER, arena_printf(arena, "REQUEST_METHOD=%s",
						   rows[i].method));
		cr_expect_str_eq(request.method, rows[i].method);
		cr_expect_eq(request.method_clean, rows[i].clean, "'%s'",
			     rows[i].method);
	}
	for (int len = 64; len <= 65; len++) {
		memset(longest, 'A', sizeof(longest));
		longest[len] = '\0';
		READ(ROLE_AUTHORIZER,
		     arena_printf(arena, "REQUEST_METHOD=%s", longest));
		cr_expect_eq(request.method_clean, len == 64, "%d", len);
	}
}

Test(request, the_servers_own_method_comes_first)
{
	READ(ROLE_AUTHORIZER, "REQUEST_METHOD=GET", "MTLSGATE_METHOD=POST");
	cr_expect_str_eq(request.method, "POST");
	READ(ROLE_AUTHORIZER, "REQUEST_METHOD=GET", "MTLSGATE_METHOD=");
	cr_expect_str_eq(request.method, "");
	cr_expect_not(request.method_clean, "set and empty is no method");
}

Test(request, mode_of_a_responder)
{
	READ(ROLE_RESPONDER, "MTLSGATE_MODE=authorizer", "REQUEST_URI=/a",
	     "SCRIPT_NAME=/script");
	cr_expect_eq(request.role, ROLE_AUTHORIZER);
	cr_expect(request.mirror);
	cr_expect_str_eq(request.path, "/a");
	READ(ROLE_AUTHORIZER, "MTLSGATE_MODE=authorizer", "REQUEST_URI=/a");
	cr_expect_eq(request.role, ROLE_AUTHORIZER);
	cr_expect_not(request.mirror);
}

Test(request, any_other_mode_is_none)
{
	static const char *const modes[] = {"", "Authorizer", "authorizer ",
					    "responder", "authorize"};

	for (size_t i = 0; i < ARRAY_LEN(modes); i++) {
		READ(ROLE_RESPONDER,
		     arena_printf(arena, "MTLSGATE_MODE=%s", modes[i]),
		     "REQUEST_URI=/a", "SCRIPT_NAME=/script");
		cr_expect_eq(request.role, ROLE_RESPONDER, "%s", modes[i]);
		cr_expect_not(request.mirror);
		cr_expect_str_eq(request.path, "/script");
	}
}

Test(request, path_of_a_grant)
{
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a%20b//c?d=/..", "SCRIPT_NAME=/s",
	     "PATH_INFO=/p");
	cr_expect_str_eq(request.path, "/a b/c");
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a", "MTLSGATE_URI=/b");
	cr_expect_str_eq(request.path, "/b");
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a", "MTLSGATE_URI=");
	cr_expect_null(request.path, "set and empty is no path");
	cr_expect_not_null(request.path_error);
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a/../b");
	cr_expect_null(request.path);
	cr_expect_not_null(request.path_error);
	cr_expect_not(request.probe);
}

Test(request, path_of_an_endpoint)
{
	READ(ROLE_RESPONDER, "REQUEST_URI=/other", "MTLSGATE_URI=/third",
	     "SCRIPT_NAME=/api", "PATH_INFO=/pro%66ile");
	cr_expect_str_eq(request.path, "/api/pro%66ile", "decoded already");
	READ(ROLE_RESPONDER, "REQUEST_URI=/a", "PATH_INFO=/../b");
	cr_expect_null(request.path);
}

Test(request, probe)
{
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a/.mtlsgate-deny");
	cr_expect(request.probe);
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a/%2emtlsgate-deny?x");
	cr_expect(request.probe);
	READ(ROLE_AUTHORIZER, "REQUEST_URI=/a/.mtlsgate-deny2");
	cr_expect_not(request.probe);
	READ(ROLE_RESPONDER, "SCRIPT_NAME=/api",
	     "PATH_INFO=/.mtlsgate-deny");
	cr_expect(request.probe);
}

Test(request, site_peer_and_password)
{
	READ(ROLE_AUTHORIZER, "MTLSGATE_SITE=intranet",
	     "REMOTE_ADDR=192.0.2.1", "REMOTE_PASSWD=");
	cr_expect_str_eq(request.site, "intranet");
	cr_expect_str_eq(request.peer, "192.0.2.1");
	cr_expect(request.password, "an empty one is one");
}

Test(request, very_long_values)
{
	char *uri = malloc(MAX_URI * 4);
	char *env[] = {uri, NULL};

	memset(uri, 'a', MAX_URI * 4);
	memcpy(uri, "REQUEST_URI=/", 13);
	uri[MAX_URI * 4 - 1] = '\0';
	cr_assert_eq(request_read(arena, ROLE_AUTHORIZER, env, NULL, &request),
		     ST_OK);
	cr_expect_null(request.path);
	uri[12 + MAX_URI] = '\0';
	cr_assert_eq(request_read(arena, ROLE_AUTHORIZER, env, NULL, &request),
		     ST_OK);
	cr_expect_eq(strlen(request.path), MAX_URI);
	free(uri);
}

Test(request, no_role_is_not_made_one)
{
	READ(ROLE_NONE, "REQUEST_URI=/a", "REQUEST_METHOD=GET");
	cr_expect_eq(request.role, ROLE_NONE);
	READ(ROLE_NONE, "REQUEST_URI=/a", "MTLSGATE_MODE=authorizer");
	cr_expect_eq(request.role, ROLE_NONE, "no mode mends it");
	cr_expect_not(request.mirror);
}

Test(request, several_accept_lines_decide_nothing)
{
	READ(ROLE_RESPONDER, "HTTP_ACCEPT=text/html", "HTTP_ACCEPT=*/*");
	cr_expect_not(request.duplicate);
	cr_expect_str_eq(request.var[VAR_HTTP_ACCEPT], "text/html");
}
