/* capture_line.c - a request and what became of it come in, one JSON line goes
 * out that explain can answer again. It writes nothing anywhere, and no secret
 * gets into the line. */
#include "capture_line.h"

#include <string.h>

#include "hex.h"
#include "path.h"
#include "utf8.h"

struct capture {
	struct json json;
	const struct policy *policy;
	json_t *env;
	size_t bytes;
};

/* Parts of the names of variables whose values are nobody else's business. */
static const char *const secret_words[] = {
	"AUTHORIZATION", "COOKIE", "PASSWD", "PASSWORD", "SECRET", "TOKEN",
	"API_KEY", "APIKEY", "PRIVATE_KEY", "QUERY_STRING",
};

/* The value that the policy has for a variable that proves who sends it. */
static const char *policy_value(const struct policy *policy, const char *name)
{
	const char *header =
		policy ? policy->source.header[SLOT_SECRET] : NULL;

	if (policy && strcmp(name, "MTLSGATE_SECRET") == 0)
		return policy->server.secret;
	if (header && strcmp(name, header) == 0)
		return policy->source.secret;
	return NULL;
}

static bool equals(const char *secret, const char *value)
{
	return secret && secret_equal(secret, value);
}

/* A header that carries the certificate is no secret, whatever its name. */
static bool is_read(const struct policy *policy, const char *name)
{
	for (int i = 0; policy && i < SLOT_SECRET; i++) {
		const char *header = policy->source.header[i];

		if (header && strcmp(header, name) == 0)
			return true;
	}
	return false;
}

static bool is_secret(const struct policy *policy, const char *name,
		      const char *value)
{
	const char *header =
		policy ? policy->source.header[SLOT_SECRET] : NULL;

	if (policy && (equals(policy->server.secret, value) ||
		       equals(policy->source.secret, value)))
		return true;
	if (header && strcmp(name, header) == 0)
		return true;
	for (size_t i = 0; i < ARRAY_LEN(secret_words); i++)
		if (strcasestr(name, secret_words[i]))
			return !is_read(policy, name);
	return false;
}

/* What stands behind the ? of a target decides nothing, unless the target is
 * one that is refused for its bytes. */
static const char *without_query(struct arena *arena, const char *name,
				 const char *value)
{
	const char *query = strchr(value, '?');
	const char *path, *why;

	if (!query || !query[1] || (strcmp(name, "REQUEST_URI") != 0 &&
				    strcmp(name, "MTLSGATE_URI") != 0))
		return value;
	if (path_from_target(arena, value, &path, &why) != ST_OK)
		return value;
	return arena_printf(arena, "%.*s?%s", (int)(query - value), value,
			    CAPTURE_LEFT_OUT);
}

static const char *shown_value(struct capture *capture, const char *name,
			       const char *value)
{
	if (equals(policy_value(capture->policy, name), value))
		return CAPTURE_AS_POLICY;
	if (is_secret(capture->policy, name, value))
		return CAPTURE_LEFT_OUT;
	return without_query(capture->json.arena, name, value);
}

static json_t *value_json(struct json *json, const char *value)
{
	json_t *map;

	if (utf8_valid(value, strlen(value)))
		return json_string_nocheck(value);
	map = json_map(json);
	json_put_text(json, map, "hex",
		      hex_encode(json->arena, value, strlen(value), false));
	return map;
}

/* A name that is there already gets a list. */
static void put_value(struct capture *capture, const char *name,
		      json_t *value)
{
	json_t *before = json_object_get(capture->env, name);
	json_t *list;

	if (!before) {
		json_put(&capture->json, capture->env, name, value);
		return;
	}
	if (json_is_array(before)) {
		json_append(&capture->json, before, value);
		return;
	}
	list = json_list(&capture->json);
	json_append(&capture->json, list, json_incref(before));
	json_append(&capture->json, list, value);
	json_put(&capture->json, capture->env, name, list);
}

static void add_entry(struct capture *capture, const char *entry)
{
	size_t len = strcspn(entry, "=");
	const char *value;
	char *name;

	capture->bytes += strlen(entry);
	if (!entry[len] || !utf8_valid(entry, len) ||
	    capture->bytes > MAX_CAPTURE)
		return;
	name = arena_strndup(capture->json.arena, entry, len);
	value = name ? shown_value(capture, name, entry + len + 1) : NULL;
	if (value)
		put_value(capture, name, value_json(&capture->json, value));
	else
		capture->json.failed = true;
}

static void put_answer(struct json *json, json_t *root,
		       const struct gate_input *input,
		       const struct outcome *outcome, int status)
{
	const struct decision *decision = &outcome->decision;

	json_put_text(json, root, "decision_id", outcome->decision_id);
	json_put_time(json, root, "time", outcome->facts.now);
	json_put_text(json, root, "role",
		      input->role == ROLE_AUTHORIZER ? "authorizer"
						     : "responder");
	json_put_bool(json, root, "need_secret", input->need_secret);
	json_put_text(json, root, "decision",
		      decision->granted ? "granted" : "denied");
	json_put_text(json, root, "reason",
		      reason_row(decision->reason)->name);
	json_put_int(json, root, "status", status);
	json_put_text(json, root, "policy_sha256",
		      outcome->policy ? outcome->policy->sha256 : NULL);
}

bool capture_render(struct arena *arena, const struct gate_input *input,
		    const struct outcome *outcome, int status,
		    struct buf *out)
{
	struct capture capture = {
		.json = {.arena = arena},
		.policy = input->policy,
	};
	json_t *root = json_map(&capture.json);

	capture.env = json_map(&capture.json);
	put_answer(&capture.json, root, input, outcome, status);
	for (char *const *env = input->env; env && *env; env++)
		add_entry(&capture, *env);
	json_put(&capture.json, root, "env", capture.env);
	json_finish(&capture.json, root, out);
	buf_add(out, "\n", 1);
	/* what JSON escapes grows, and a line must be one that can be read */
	return !out->failed && capture.bytes <= MAX_CAPTURE &&
	       out->len <= MAX_CAPTURE_LINE;
}
