/* request.c - reads the environment of a request, once, into a struct. Env
 * comes in; what is wrong with it goes out as a fact, decisions are made
 * later. */
#include "request.h"

#include <stdlib.h>
#include <string.h>

#include "path.h"

#define CHAIN_PREFIX "SSL_CLIENT_CERT_CHAIN_"

/* Names by enum var. */
#define NAME(name, a) [VAR_##name] = #name,
static const char *const var_names[VAR_COUNT] = {REQUEST_VARS(NAME, 0)};

/* A bit for each of the names that are so long, and for each that ends in such
 * a letter (or the like): most variables of a request are none of them, and
 * few of them agree in both. */
#define IS_LONG(name, length)                                                  \
	| (uint32_t)(sizeof(#name) - 1 == (length)) << VAR_##name
#define ENDS_IN(name, letter)                                                  \
	| (uint32_t)((#name[sizeof(#name) - 2] & 31) == (letter)) << VAR_##name
#define ROW(n) {0 REQUEST_VARS(IS_LONG, n), 0 REQUEST_VARS(ENDS_IN, n)}
#define ROWS(n)                                                                \
	ROW(n), ROW(n + 1), ROW(n + 2), ROW(n + 3), ROW(n + 4), ROW(n + 5),    \
		ROW(n + 6), ROW(n + 7)
static const struct {
	uint32_t of_length;
	uint32_t of_end;
} sieve[32] = {ROWS(0), ROWS(8), ROWS(16), ROWS(24)};

#define FITS(name, a)                                                          \
	_Static_assert(sizeof(#name) - 1 < ARRAY_LEN(sieve), #name);
REQUEST_VARS(FITS, 0)
_Static_assert(VAR_COUNT <= 32, "a bit for each variable");

static const char **find_slot(struct request *request, const char *name,
			      size_t len)
{
	uint32_t left = 0;

	if (len > 0 && len < ARRAY_LEN(sieve))
		left = sieve[len].of_length & sieve[name[len - 1] & 31].of_end;
	for (; left; left &= left - 1) {
		int i = __builtin_ctz(left);

		if (memcmp(name, var_names[i], len) == 0)
			return &request->var[i];
	}
	return NULL;
}

/* SSL_CLIENT_CERT_CHAIN_0 to _9, one digit. */
static const char **find_chain_slot(struct request *request, const char *name,
				    size_t len)
{
	const size_t prefix = sizeof(CHAIN_PREFIX) - 1;
	size_t n;

	if (len != prefix + 1 || memcmp(name, CHAIN_PREFIX, prefix) != 0)
		return NULL;
	if (name[prefix] < '0' || name[prefix] > '9')
		return NULL;
	n = (size_t)(name[prefix] - '0');
	if (n >= MAX_CHAIN)
		return NULL;
	if (n >= request->chain_count)
		request->chain_count = n + 1;
	return &request->chain[n];
}

/* entry is NAME=value, and NAME so long. */
static void read_variable(struct request *request, const char *entry,
			  size_t len)
{
	const char **slot;

	slot = find_slot(request, entry, len);
	if (!slot)
		slot = find_chain_slot(request, entry, len);
	if (!slot)
		return;
	if (!*slot)
		*slot = entry + len + 1;
	else if (slot != &request->var[VAR_HTTP_ACCEPT] &&
		 strcmp(*slot, entry + len + 1) != 0)
		/* a client may send several Accept lines; they decide nothing
		 */
		request->duplicate = true;
}

/* An RFC 9110 token without lower-case letters. */
static bool is_method(const char *text)
{
	size_t len = 0;

	while (text[len] >= 'A' && text[len] <= 'Z')
		len++;
	if (text[len])
		len += strspn(text + len, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "0123456789!#$%&'*+-.^_`|~");
	return len > 0 && len <= 64 && text[len] == '\0';
}

static void read_method(struct request *request)
{
	const char *method = request->var[VAR_MTLSGATE_METHOD];

	if (!method)
		method = request->var[VAR_REQUEST_METHOD];
	request->method = method ? method : "";
	request->method_clean = is_method(request->method);
}

/* The URL as the client asked for it guards a resource; an endpoint is what
 * the server has found. */
static enum status read_path(struct arena *arena, struct request *request)
{
	const char *target = request->var[VAR_MTLSGATE_URI];

	if (request->role == ROLE_RESPONDER)
		return path_from_script(arena, request->var[VAR_SCRIPT_NAME],
					request->var[VAR_PATH_INFO],
					&request->path, &request->path_error);
	if (!target)
		target = request->var[VAR_REQUEST_URI];
	if (!target) {
		request->path_error = "the server sends no REQUEST_URI";
		return ST_BAD;
	}
	return path_from_target(arena, target, &request->path,
				&request->path_error);
}

static void read_variables(struct request *request, char *const *env,
			   const uint32_t *names)
{
	for (size_t i = 0; env[i]; i++) {
		const char *equals = names ? env[i] + names[i]
					   : strchr(env[i], '=');

		if (equals)
			read_variable(request, env[i],
				      (size_t)(equals - env[i]));
	}
}

enum status request_read(struct arena *arena, enum role role,
			 char *const *env, const uint32_t *names,
			 struct request *ret_request)
{
	struct request request = {.role = role, .env = env};
	const char *mode;
	enum status status;

	read_variables(&request, env, names);
	mode = request.var[VAR_MTLSGATE_MODE];
	if (request.role == ROLE_RESPONDER && mode &&
	    strcmp(mode, "authorizer") == 0) {
		request.mirror = true;
		request.role = ROLE_AUTHORIZER;
	}
	read_method(&request);
	request.site = request.var[VAR_MTLSGATE_SITE];
	request.peer = request.var[VAR_REMOTE_ADDR];
	request.site = request.site ? request.site : "";
	request.peer = request.peer ? request.peer : "";
	request.password = request.var[VAR_REMOTE_PASSWD] != NULL;
	status = read_path(arena, &request);
	if (status == ST_NOMEM)
		return ST_NOMEM;
	if (status == ST_OK)
		request.probe = path_is_probe(request.path);
	else
		request.path = NULL;
	*ret_request = request;
	return ST_OK;
}
