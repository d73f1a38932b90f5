/* ctl_saved.c - in: lines of a file with saved requests; out: each as an
 * environment with its time and role. What is not exactly a request is refused
 * and never guessed at. */
#include "ctl_saved.h"

#include <string.h>

#include "capture_line.h"
#include "hex.h"
#include "timefmt.h"
#include "utf8.h"

/* A growing environment. */
struct env {
	struct arena *arena;
	char **list;
	size_t count;
	bool failed;
};

static void env_take(struct env *env, char *text)
{
	char **list = text ? arena_grow(env->arena, env->list, env->count,
					sizeof(*list)) : NULL;

	if (!list) {
		env->failed = true;
		return;
	}
	list[env->count++] = text;
	env->list = list;
}

static enum status env_end(struct env *env, struct ctl_saved *saved)
{
	env_take(env, arena_strdup(env->arena, ""));
	if (env->failed)
		return ST_NOMEM;
	env->list[env->count - 1] = NULL;
	saved->env = env->list;
	return ST_OK;
}

/* {"hex": "..."}: bytes that JSON cannot hold. NULL: it is not that. */
static char *bytes_of(struct arena *arena, const json_t *value)
{
	const char *hex = json_string_value(json_object_get(value, "hex"));
	size_t len = hex ? strlen(hex) : 1;
	char *out = len % 2 ? NULL : arena_alloc(arena, len / 2 + 1);

	for (size_t i = 0; out && i < len; i += 2) {
		int byte = hex_byte(hex + i);

		if (byte <= 0)
			return NULL;
		out[i / 2] = (char)byte;
	}
	return out;
}

static const char *env_add(struct env *env, const char *name,
			   const json_t *value)
{
	const char *text = json_is_object(value)
				   ? bytes_of(env->arena, value)
				   : json_string_value(value);

	if (!text)
		return "a value in env is neither a text, a list of texts nor "
		       "{\"hex\":...}";
	if (!*name || strchr(name, '='))
		return "a name in env is empty or has a =";
	env_take(env, arena_printf(env->arena, "%s=%s", name, text));
	return NULL;
}

static const char *read_env(struct env *env, const json_t *object)
{
	const char *why = NULL;
	const char *name;
	json_t *value, *item;
	size_t i;

	if (!json_is_object(object))
		return "there is no member env that is an object";
	json_object_foreach((json_t *)object, name, value) {
		if (!json_is_array(value)) {
			why = env_add(env, name, value);
		} else {
			json_array_foreach(value, i, item) {
				why = env_add(env, name, item);
				if (why)
					return why;
			}
		}
		if (why)
			return why;
	}
	return NULL;
}

static const char *read_role(const json_t *root, enum role *ret_role)
{
	const json_t *value = json_object_get(root, "role");
	const char *role = json_string_value(value);

	*ret_role = ROLE_AUTHORIZER;
	if (!value || json_is_null(value))
		return NULL;
	if (!role)
		return "role is not a text";
	if (strcasecmp(role, "responder") == 0 || strcasecmp(role, "cgi") == 0)
		*ret_role = ROLE_RESPONDER;
	else if (strcasecmp(role, "authorizer") != 0)
		return "role is none of authorizer, responder and cgi";
	return NULL;
}

static const char *read_time(const json_t *root, struct ctl_saved *saved)
{
	const json_t *value = json_object_get(root, "time");
	const char *text = json_string_value(value);
	bool date_only;

	saved->has_time = value && !json_is_null(value);
	if (!saved->has_time)
		return NULL;
	if (json_is_integer(value))
		saved->time = json_integer_value(value);
	else if (!text || !time_parse(text, &saved->time, &date_only))
		return "time is neither RFC 3339 nor seconds since 1970";
	return NULL;
}

static const char *text_of(struct arena *arena, const json_t *root,
			   const char *key)
{
	const char *text = json_string_value(json_object_get(root, key));

	return text ? arena_strdup(arena, text) : NULL;
}

/* It goes back out in a header, in which no control character stands. */
static const char *read_id(struct arena *arena, const json_t *root,
			   struct ctl_saved *saved)
{
	const char *id = text_of(arena, root, "decision_id");

	if (id && !utf8_clean(id, strlen(id)))
		return "decision_id has a control character in it";
	saved->decision_id = id;
	return NULL;
}

static const char *read_object(struct env *env, const json_t *root,
			       struct ctl_saved *saved)
{
	const char *why = NULL;

	saved->decision = text_of(env->arena, root, "decision");
	saved->reason = text_of(env->arena, root, "reason");
	saved->policy_sha256 = text_of(env->arena, root, "policy_sha256");
	saved->status =
		(int)json_integer_value(json_object_get(root, "status"));
	saved->need_secret = json_is_true(json_object_get(root,
							  "need_secret"));
	why = read_id(env->arena, root, saved);
	if (!why)
		why = read_role(root, &saved->role);
	if (!why)
		why = read_time(root, saved);
	if (!why)
		why = read_env(env, json_object_get(root, "env"));
	return why;
}

static enum status read_json(struct env *env, const struct ctl_lines *lines,
			     struct ctl_saved *saved, const char **ret_why)
{
	json_error_t error;
	json_t *root = json_loadb(lines->line, lines->len,
				  JSON_REJECT_DUPLICATES, &error);

	*ret_why = NULL;
	if (!root)
		*ret_why = arena_printf(env->arena, "not JSON: %s%s",
					error.text,
					lines->ended ? "" : " (it is cut)");
	else
		*ret_why = read_object(env, root, saved);
	json_decref(root);
	if (*ret_why)
		return ST_BAD;
	return env_end(env, saved);
}

/* NAME= at the start of a line; what begins otherwise goes on with the value
 * before, as the lines of PEM do. */
static bool begins_variable(const char *line)
{
	size_t len = strspn(line, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				  "abcdefghijklmnopqrstuvwxyz0123456789_-.");

	return len > 0 && line[len] == '=';
}

/* Base64 may end in = and so look like a name. */
static bool in_block(const char *entry)
{
	const char *begin = NULL;
	const char *next = strstr(entry, "-----BEGIN ");

	for (; next; next = strstr(next + 1, "-----BEGIN "))
		begin = next;
	return begin && !strstr(begin, "-----END ");
}

static const char *add_line(struct env *env, const struct ctl_lines *lines)
{
	char **last = env->count ? &env->list[env->count - 1] : NULL;

	if (strlen(lines->line) != lines->len)
		return "a NUL in it";
	if (last && in_block(*last)) {
		*last = arena_printf(env->arena, "%s\n%s", *last, lines->line);
		env->failed |= !*last;
		return NULL;
	}
	if (!begins_variable(lines->line))
		return lines->len ? "neither JSON nor NAME=value" : NULL;
	env_take(env, arena_strndup(env->arena, lines->line, lines->len));
	return NULL;
}

static void note_role(const struct env *env, struct ctl_saved *saved)
{
	saved->role = ROLE_AUTHORIZER;
	for (size_t i = 0; i < env->count; i++) {
		if (strcmp(env->list[i], "FCGI_ROLE=RESPONDER") == 0 ||
		    strncmp(env->list[i], "GATEWAY_INTERFACE=", 18) == 0)
			saved->role = ROLE_RESPONDER;
		if (strcmp(env->list[i], "FCGI_ROLE=AUTHORIZER") == 0) {
			saved->role = ROLE_AUTHORIZER;
			return;
		}
	}
}

static enum status read_plain(struct env *env, struct ctl_lines *lines,
			      struct ctl_saved *saved, const char **ret_why)
{
	enum status status = ST_OK;

	while (status == ST_OK && !env->failed) {
		*ret_why = add_line(env, lines);
		if (*ret_why)
			return ST_BAD;
		status = ctl_lines_next(lines);
	}
	if (status == ST_BAD) {
		*ret_why = "a line that is too long";
		return ST_BAD;
	}
	if (env->failed)
		return ST_NOMEM;
	note_role(env, saved);
	return env_end(env, saved);
}

enum status ctl_saved_next(struct arena *arena, struct ctl_lines *lines,
			   struct ctl_saved *ret_saved, const char **ret_why)
{
	struct env env = {.arena = arena};
	struct ctl_saved saved = {.role = ROLE_AUTHORIZER};
	enum status status;

	do {
		status = ctl_lines_next(lines);
	} while (status == ST_OK && lines->len == 0);
	*ret_why = "it is too long, or cannot be read";
	if (status != ST_OK)
		return status;
	status = lines->line[0] == '{'
			 ? read_json(&env, lines, &saved, ret_why)
			 : read_plain(&env, lines, &saved, ret_why);
	if (status == ST_OK)
		*ret_saved = saved;
	return status;
}

static const char *secret_of(const struct policy *policy, const char *entry,
			     size_t name_len, const char **ret_name)
{
	const char *header = policy->source.header[SLOT_SECRET];

	*ret_name = "MTLSGATE_SECRET";
	if (name_len == strlen(*ret_name) &&
	    strncmp(entry, *ret_name, name_len) == 0)
		return policy->server.secret;
	*ret_name = header;
	if (header && name_len == strlen(header) &&
	    strncmp(entry, header, name_len) == 0)
		return policy->source.secret;
	return NULL;
}

const char *ctl_saved_fill(struct arena *arena, const struct policy *policy,
			   struct ctl_saved *saved, bool *ret_failed)
{
	const char *filled = NULL;

	*ret_failed = false;
	for (char **env = saved->env; *env; env++) {
		size_t len = strcspn(*env, "=");
		const char *name;
		const char *secret = secret_of(policy, *env, len, &name);

		if (!secret || strcmp(*env + len, "=" CAPTURE_AS_POLICY) != 0)
			continue;
		*env = arena_printf(arena, "%s=%s", name, secret);
		if (!*env) {
			*ret_failed = true;
			return NULL;
		}
		filled = name;
	}
	return filled;
}
