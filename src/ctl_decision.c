/* ctl_decision.c - in: an audit log and the id of a decision; out: what the
 * line says, in words, and whether the policy is still the one that decided.
 * It decides nothing again: explain --env does. */
#include "ctl_decision.h"

#include <string.h>
#include <time.h>

#include <openssl/evp.h>

#include "ctl.h"
#include "ctl_io.h"
#include "ctl_logline.h"
#include "ctl_report.h"
#include "ctl_term.h"
#include "hex.h"
#include "load.h"
#include "timefmt.h"

enum { MINUTE = 60, HOUR = 60 * MINUTE, DAY = 24 * HOUR };
enum { ID_LEN = 20 }; /* of a decision id, in digits */

/* The policy file as it is now. */
struct policy_now {
	const char *file;
	const char *text;   /* NULL: it cannot be read */
	const char *sha256; /* of its bytes */
	const char *why;    /* it cannot be read */
	struct policy *loaded; /* NULL: it cannot be used */
};

static const char *text_of(const json_t *root, const char *key)
{
	const char *text = ctl_logline_text(root, key);

	return text && *text ? text : NULL;
}

static bool is_granted(const json_t *root)
{
	return strcmp(text_of(root, "decision"), "granted") == 0;
}

static const struct reason_row *reason_of(const json_t *root)
{
	const char *name = text_of(root, "reason");

	for (int i = 0; name && i < REASON_COUNT; i++)
		if (strcmp(reason_row((enum reason)i)->name, name) == 0)
			return reason_row((enum reason)i);
	return NULL;
}

static void label(const char *name)
{
	ctl_put(stdout, CTL_BOLD, "%s", name);
	ctl_put(stdout, CTL_PLAIN, ": ");
}

static void print_when(const json_t *root, int64_t now)
{
	const char *text = text_of(root, "time");
	bool date_only;
	int64_t when, age;

	label("when");
	ctl_put(stdout, CTL_PLAIN, "%s", text);
	if (time_parse(text, &when, &date_only) && when <= now) {
		age = now - when;
		if (age >= 2 * DAY)
			ctl_put(stdout, CTL_PLAIN, ", %lld days ago",
				(long long)(age / DAY));
		else if (age >= 2 * HOUR)
			ctl_put(stdout, CTL_PLAIN, ", %lld hours ago",
				(long long)(age / HOUR));
		else
			ctl_put(stdout, CTL_PLAIN, ", %lld minutes ago",
				(long long)(age / MINUTE));
	}
	ctl_put_end(stdout);
}

static void put_roles(const json_t *root)
{
	const json_t *roles = json_object_get(root, "roles");

	for (size_t i = 0; i < json_array_size(roles); i++) {
		const char *role =
			json_string_value(json_array_get(roles, i));

		ctl_put(stdout, CTL_PLAIN, "%s%s",
			i ? ", "
			: json_array_size(roles) > 1 ? ", with the roles "
						     : ", with the role ",
			role ? role : "?");
	}
	if (json_array_size(roles) == 0)
		ctl_put(stdout, CTL_PLAIN, ", without a role");
}

static void print_who(const json_t *root)
{
	const char *id = text_of(root, "id");
	const char *serial = text_of(root, "serial");
	const char *sha256 = text_of(root, "sha256");
	int64_t days = ctl_logline_number(root, "days_left", INT64_MIN);

	label("who");
	ctl_put(stdout, CTL_PLAIN, "%s",
		id ? id : "nobody: no identity was found");
	if (id)
		put_roles(root);
	ctl_put_end(stdout);
	label("certificate");
	if (!serial && !sha256)
		ctl_put(stdout, CTL_PLAIN, "none that could be read");
	else
		ctl_put(stdout, CTL_PLAIN, "serial %s, sha256 %s",
			serial ? serial : "unknown",
			sha256 ? sha256 : "unknown");
	if (days >= 0)
		ctl_put(stdout, CTL_PLAIN, ", with %lld days left then",
			(long long)days);
	else if (days != INT64_MIN)
		ctl_put(stdout, CTL_PLAIN, ", expired then");
	ctl_put_end(stdout);
}

static void print_request(const json_t *root)
{
	const char *site = text_of(root, "site");
	const char *peer = text_of(root, "peer");
	const char *source = text_of(root, "source");
	const char *method = text_of(root, "method");
	const char *path = text_of(root, "path");
	const char *role = text_of(root, "role_of_request");

	label("from");
	ctl_line(stdout, "%s, certificate by source %s",
		 peer ? peer : "an unknown address",
		 source ? source : "unknown");
	label("asked for");
	ctl_put(stdout, CTL_PLAIN, "%s %s",
		method ? method : "(no method)", path ? path : "(no path)");
	if (site)
		ctl_put(stdout, CTL_PLAIN, " on site %s", site);
	if (role)
		ctl_put(stdout, CTL_PLAIN, ", as %s", role);
	ctl_put_end(stdout);
}

static void print_member(const json_t *root, const char *key,
			 const char *shown)
{
	const char *text = text_of(root, key);

	if (!text)
		return;
	label(shown);
	ctl_line(stdout, "%s", text);
}

static void print_decision(const json_t *root)
{
	const struct reason_row *row = reason_of(root);
	const char *decision = text_of(root, "decision");
	const char *reason = text_of(root, "reason");

	ctl_put(stdout, is_granted(root) ? CTL_GREEN : CTL_RED, "%s", decision);
	ctl_put(stdout, CTL_PLAIN, ": %s (%lld)%s%s",
		reason ? reason : "no reason",
		(long long)ctl_logline_number(root, "status", 0),
		row ? ": " : "", row ? row->message : "");
	ctl_put_end(stdout);
	print_member(root, "detail", "detail");
	print_member(root, "warning", "warning");
	print_member(root, "spoofed_header", "spoofed header");
	print_member(root, "verified_by", "verified by");
}

/* The policy's line, when the file is still the one that decided. */
static void put_policy_line(const struct policy_now *policy, int64_t number)
{
	const char *at = policy->text;

	for (int64_t i = 1; at && i < number; i++) {
		at = strchr(at, '\n');
		at = at ? at + 1 : NULL;
	}
	if (at && *at)
		ctl_put(stdout, CTL_PLAIN, ": %.*s",
			(int)strcspn(at, "\r\n"), at);
}

static void print_policy(const json_t *root, const struct policy_now *policy)
{
	const char *rule = text_of(root, "rule");
	const char *then = text_of(root, "policy_sha256");
	bool same = then && policy->sha256 && strcmp(then, policy->sha256) == 0;
	int64_t line = ctl_logline_number(root, "line", 0);

	if (rule) {
		label("rule");
		ctl_line(stdout, "[access %s]", rule);
	}
	if (line > 0) {
		label("line");
		ctl_put(stdout, CTL_PLAIN, "%lld", (long long)line);
		if (same)
			put_policy_line(policy, line);
		ctl_put_end(stdout);
	}
	label("policy");
	if (!then)
		ctl_line(stdout, "none was in force");
	else if (policy->why)
		ctl_line(stdout, "sha256 %s; whether it has changed is not "
				 "known: %s: %s", then, policy->file,
			 policy->why);
	else if (same)
		ctl_line(stdout, "%s has not changed since", policy->file);
	else
		ctl_line(stdout, "%s has changed since: lines and rules may be "
				 "others now; explain --env or --cert asks the "
				 "present one", policy->file);
}

/* For what it has under [messages]; what is wrong with it is not said here. */
static void load_messages(struct arena *arena, struct policy_now *policy)
{
	struct issues issues = {.arena = arena};
	const struct load_options load = {.one_shot = true};

	if (policy_load(policy->file, &load, &issues, &policy->loaded) !=
	    ST_OK)
		policy->loaded = NULL;
}

static enum status read_policy(struct arena *arena,
			       const struct ctl_question *question,
			       struct policy_now *policy)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	size_t len = 0;
	enum status status;

	policy->file = question->policy;
	status = load_file(arena, question->policy, SIZE_MAX / 2,
			   &policy->text, &len, NULL, &policy->why);
	if (status == ST_BAD)
		return ST_OK;
	if (status == ST_OK &&
	    EVP_Digest(policy->text, len, bytes, &size, EVP_sha256(), NULL) ==
		    1)
		policy->sha256 = hex_encode(arena, bytes, size, false);
	policy->why = NULL;
	load_messages(arena, policy);
	return policy->sha256 ? ST_OK : ST_NOMEM;
}

static void print_text(const json_t *root, const struct policy_now *policy)
{
	const struct reason_row *row = reason_of(root);

	label("decision");
	ctl_line(stdout, "%s", text_of(root, "decision_id"));
	print_when(root, time(NULL));
	print_who(root);
	print_request(root);
	print_decision(root);
	print_policy(root, policy);
	if (row) {
		label("advice");
		ctl_line(stdout, "%s", row->advice);
	}
	if (!is_granted(root))
		ctl_report_help(policy->loaded);
}

/* The line's own members, and what is known besides. */
static enum status print_json(struct arena *arena, json_t *root,
			      const struct policy_now *policy)
{
	const struct reason_row *row = reason_of(root);
	const char *then = text_of(root, "policy_sha256");
	struct json json = {.arena = arena};

	json_put_text(&json, root, "message", row ? row->message : NULL);
	json_put_text(&json, root, "advice", row ? row->advice : NULL);
	if (then && policy->sha256)
		json_put_bool(&json, root, "policy_changed",
			      strcmp(then, policy->sha256) != 0);
	else
		json_put_text(&json, root, "policy_changed", NULL);
	if (!is_granted(root))
		ctl_report_put_help(&json, root, policy->loaded);
	return ctl_print_json(&json, json_incref(root));
}

static int tell(struct arena *arena, const struct ctl_question *question,
		json_t *root)
{
	struct policy_now policy = {0};
	enum status status = read_policy(arena, question, &policy);

	if (status == ST_OK && question->json)
		status = print_json(arena, root, &policy);
	else if (status == ST_OK)
		print_text(root, &policy);
	policy_free(policy.loaded);
	if (status != ST_OK) {
		ctl_line(stderr, "mtlsgatectl: out of memory");
		return CTL_UNKNOWN;
	}
	return is_granted(root) ? CTL_YES : CTL_NO;
}

/* The first line with this id; most lines need no parser to be passed by. */
static json_t *find(const struct ctl_question *question,
		    struct ctl_lines *lines)
{
	const char *id = question->decision_id;
	struct ctl_logline_counts counts = {0};
	enum status status = ST_OK;
	json_t *root;

	while (status != ST_ABSENT && lines->file) {
		status = ctl_lines_next(lines);
		if (status != ST_OK ||
		    !memmem(lines->line, lines->len, id, strlen(id)))
			continue;
		root = ctl_logline_parse(lines, &counts);
		if (root && strcmp(text_of(root, "decision_id"), id) == 0)
			return root;
		json_decref(root);
		if (counts.cut)
			ctl_line(stderr, "mtlsgatectl: %s:%zu: this line is "
					 "cut", question->log_file,
				 lines->number);
		counts.cut = 0;
	}
	if (lines->file)
		ctl_line(stderr, "mtlsgatectl: %s: there is no decision %s in "
				 "%zu lines; an older one may be in a rotated "
				 "log%s", question->log_file, id,
			 lines->number, strlen(id) == ID_LEN
						? ""
						: ", and an id is given whole: "
						  "it has 20 digits");
	return NULL;
}

int ctl_decision(const struct ctl_question *question)
{
	struct ctl_lines lines = {0};
	struct arena *arena = arena_new();
	int result = CTL_UNKNOWN;
	json_t *root = NULL;

	if (arena && *question->decision_id &&
	    ctl_lines_open(question->log_file, &lines) == ST_OK)
		root = find(question, &lines);
	else if (!*question->decision_id)
		ctl_line(stderr, "mtlsgatectl: --decision is empty");
	if (root)
		result = tell(arena, question, root);
	json_decref(root);
	ctl_lines_close(&lines);
	arena_free(arena);
	return result;
}
