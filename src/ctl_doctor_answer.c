/* ctl_doctor_answer.c - in: an answer as it came; out: whose it is and what it
 * says. A header of mtlsgate's proves that it was asked, not that it was
 * heeded: Apache keeps it where it serves the page all the same. */
#include "ctl_doctor_answer.h"

#include <jansson.h>
#include <string.h>
#include <strings.h>

#include "utf8.h"

static const char *copy_text(struct arena *arena, const json_t *object,
			     const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? utf8_show(arena, text, strlen(text)) : NULL;
}

static enum reason find_reason(const char *name)
{
	size_t i;

	for (i = 0; i < REASON_COUNT; i++)
		if (name && strcmp(reason_row((enum reason)i)->name, name) == 0)
			break;
	return (enum reason)i;
}

static void read_profile(struct arena *arena, const json_t *root,
			 struct answer *answer)
{
	answer->page = PAGE_PROFILE;
	answer->id = copy_text(arena, json_object_get(root, "user"), "id");
}

static void read_status(struct arena *arena, const json_t *root,
			struct answer *answer)
{
	const json_t *policy = json_object_get(root, "policy");

	answer->page = PAGE_STATUS;
	answer->policy_sha256 = copy_text(arena, policy, "sha256");
	answer->reload_error = copy_text(arena, policy, "reload_error");
}

/* A page of mtlsgate's is known by the members that only it has. */
static void read_page(struct arena *arena, const json_t *root,
		      struct answer *answer)
{
	const char *status = json_string_value(json_object_get(root, "status"));

	if (json_object_get(root, "authenticated_via")) {
		read_profile(arena, root, answer);
	} else if (json_object_get(root, "spki_sha256")) {
		answer->page = PAGE_CERT_INFO;
		answer->sha256 = copy_text(arena, root, "fingerprint_sha256");
	} else if (json_object_get(root, "policy")) {
		read_status(arena, root, answer);
	} else if (status && json_object_size(root) <= 2 &&
		   (strcmp(status, "OK") == 0 ||
		    strcmp(status, "ERROR") == 0)) {
		answer->page = PAGE_HEALTH;
		answer->reason = copy_text(arena, root, "reason");
	}
}

static void read_body(struct arena *arena, struct answer *answer)
{
	json_t *root = json_loadb(answer->body, answer->body_len, 0, NULL);

	if (json_object_get(root, "decision_id") &&
	    json_object_get(root, "reason")) {
		answer->words = true;
		answer->reason = copy_text(arena, root, "reason");
		answer->decision = copy_text(arena, root, "decision_id");
	} else if (json_is_object(root)) {
		read_page(arena, root, answer);
	}
	answer->whole = root;
	json_decref(root);
}

static void read_headers(struct arena *arena, const struct http_answer *http,
			 struct answer *answer)
{
	const char *reason = http_header(arena, http, "X-Mtlsgate-Reason");
	const char *type = http_header(arena, http, "Content-Type");
	const char *decision = http_header(arena, http, "X-Mtlsgate-Decision");

	if (reason)
		answer->reason = utf8_show(arena, reason, strlen(reason));
	if (decision && !answer->decision)
		answer->decision = utf8_show(arena, decision, strlen(decision));
	answer->json = type && strncasecmp(type, "application/json", 16) == 0;
	answer->server = http_header(arena, http, "Server");
}

/* True if a denial for this reason can have come with this status: its own,
 * or what Apache (401) and askers of nginx's kind (403) make of it. */
static bool fits(const struct answer *answer)
{
	return answer->status == 401 || answer->status == 403 ||
	       (answer->why < REASON_COUNT &&
		answer->status == reason_row(answer->why)->status);
}

/* Where the server passes our type on, the body must be JSON as well: with
 * Satisfy Any Apache serves the file under the denial's status and type. */
static enum answer_kind judge_denial(const struct answer *answer)
{
	if (answer->status < 400 || !fits(answer))
		return ANSWER_OVERRULED;
	if (answer->json && !answer->whole && answer->body_len > 0)
		return ANSWER_OVERRULED;
	return ANSWER_OURS;
}

static enum answer_kind judge_server(struct arena *arena,
				     const struct http_answer *http)
{
	const char *wants = http_header(arena, http, "WWW-Authenticate");

	switch (http->status) {
	case 401:
		if (wants && strncasecmp(wants, "ClientCert", 10) == 0)
			return ANSWER_SIGNED;
		return ANSWER_BARE;
	case 403:
	case 407:
		return ANSWER_BARE;
	case 404:
	case 410:
		return ANSWER_LOST;
	default:
		break;
	}
	if (http->status >= 500)
		return ANSWER_ERROR;
	if (http->status >= 400)
		return ANSWER_REFUSED;
	return http->status >= 300 ? ANSWER_MOVED : ANSWER_SERVED;
}

void answer_judge(struct arena *arena, const struct http_answer *http,
		  struct answer *ret_answer)
{
	const char *wants;

	*ret_answer = (struct answer){.why = REASON_COUNT, .body = ""};
	if (http->end != HTTP_CUT && http->end != HTTP_WHOLE)
		return;
	ret_answer->status = http->status;
	if (http->body) {
		ret_answer->body = http->body;
		ret_answer->body_len = http->body_len;
	}
	read_body(arena, ret_answer);
	read_headers(arena, http, ret_answer);
	wants = http_header(arena, http, "WWW-Authenticate");
	ret_answer->password = wants && strncasecmp(wants, "Basic", 5) == 0;
	ret_answer->why = find_reason(ret_answer->reason);
	ret_answer->kind = ret_answer->reason &&
				   ret_answer->page != PAGE_HEALTH
				   ? judge_denial(ret_answer)
				   : judge_server(arena, http);
}

bool answer_open(const struct answer *answer)
{
	return answer->kind == ANSWER_OVERRULED ||
	       answer->kind == ANSWER_LOST || answer->kind == ANSWER_MOVED ||
	       answer->kind == ANSWER_SERVED;
}

bool answer_closed(const struct answer *answer)
{
	return answer->kind == ANSWER_NONE || answer->kind == ANSWER_OURS ||
	       answer->kind == ANSWER_SIGNED || answer->kind == ANSWER_BARE ||
	       answer->kind == ANSWER_REFUSED;
}

bool answer_same_body(const struct answer *a, const struct answer *b)
{
	return a->body_len > 0 && a->body_len == b->body_len &&
	       memcmp(a->body, b->body, a->body_len) == 0;
}

const char *answer_say(struct arena *arena, const struct answer *answer)
{
	const char *text;

	if (answer->kind == ANSWER_NONE)
		return "no answer";
	if (answer->reason)
		text = arena_printf(arena, "%d %s", answer->status,
				    answer->reason);
	else
		text = arena_printf(arena, "%d%s", answer->status,
				    answer->kind == ANSWER_SERVED
					    ? "" : " of the server");
	return text ? text : "out of memory";
}
