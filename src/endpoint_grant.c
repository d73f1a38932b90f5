/* endpoint_grant.c - what an authorizer hands on: the identity as variables
 * (FastCGI 1.0 section 6.3) and, where a server reads plain headers, as those.
 */
#include <string.h>

#include "endpoint.h"

struct values {
	const char *id, *email, *department, *role, *roles, *serial, *sha256,
		*decision;
};

/* variable: sent as Variable-NAME; header: its plain form, or NULL. */
static const struct {
	const char *variable;
	const char *header;
	size_t offset;
} rows[] = {
	{"REMOTE_USER", "Remote-User", offsetof(struct values, id)},
	{"MTLSGATE_ID", "X-Mtlsgate-Id", offsetof(struct values, id)},
	{"MTLSGATE_EMAIL", "X-Mtlsgate-Email", offsetof(struct values, email)},
	{"MTLSGATE_DEPARTMENT", "X-Mtlsgate-Department",
	 offsetof(struct values, department)},
	{"MTLSGATE_ROLE", "X-Mtlsgate-Role", offsetof(struct values, role)},
	{"MTLSGATE_ROLES", "X-Mtlsgate-Roles", offsetof(struct values, roles)},
	{"MTLSGATE_SERIAL", "X-Mtlsgate-Serial",
	 offsetof(struct values, serial)},
	{"MTLSGATE_SHA256", "X-Mtlsgate-Sha256",
	 offsetof(struct values, sha256)},
	{"MTLSGATE_DECISION", "X-Mtlsgate-Decision",
	 offsetof(struct values, decision)},
	{NULL, "Remote-Email", offsetof(struct values, email)},
	{NULL, "Remote-Groups", offsetof(struct values, roles)},
};

static const char *join_roles(struct arena *arena,
			      const struct identity *who)
{
	const char *text = "";

	for (size_t i = 0; i < who->role_count && text; i++)
		text = arena_printf(arena, "%s%s%s", text, i ? "," : "",
				    who->roles[i]);
	return text;
}

/* For nobody every value is empty, so that none of the client's own copies
 * can stand in its place. */
static enum status collect(struct arena *arena, const struct outcome *outcome,
			   struct values *values)
{
	const struct identity *who = &outcome->identity;
	const struct cert *cert = &outcome->verified.cert;

	*values = (struct values){.decision = outcome->decision_id};
	if (outcome->decision.anonymous || !who->known)
		return ST_OK;
	values->id = who->id;
	values->email = who->email;
	values->department = who->department;
	values->role = who->role_count ? who->roles[0] : NULL;
	values->roles = join_roles(arena, who);
	values->serial = cert->serial;
	values->sha256 = cert->sha256;
	return values->roles ? ST_OK : ST_NOMEM;
}

static void put_row(struct reply *reply, size_t row, bool mirror,
		    const char *value)
{
	char name[64] = "Variable-";

	if (rows[row].variable) {
		strncat(name, rows[row].variable,
			sizeof(name) - strlen(name) - 1);
		reply_header(reply, name, value);
	}
	if (mirror && rows[row].header)
		reply_header(reply, rows[row].header, value);
}

/* Notes where the value of a header line ends, which is empty. No value holds a
 * line end, so that the name at the beginning of a line is the header's. */
static void note_id(struct verdict_text *text, const char *name)
{
	const char *at = strstr(text->bytes, name);

	if (at)
		text->id_at[text->ids++] =
			(size_t)(at - text->bytes) + strlen(name);
}

void endpoint_grant_text(struct arena *arena, const struct outcome *outcome,
			 struct verdict_text *ret_text)
{
	struct outcome blank = *outcome;
	struct reply reply = {0};
	struct buf out = {0};
	struct verdict_text text = {0};

	blank.decision_id = "";
	if (endpoint_grant(arena, &blank, &reply) == ST_OK) {
		reply_write(&reply, false, &out);
		if (!out.failed)
			text.bytes = arena_strndup(arena, out.data, out.len);
	}
	if (text.bytes) {
		text.len = out.len;
		note_id(&text, "\r\nVariable-MTLSGATE_DECISION: ");
		if (outcome->request->mirror)
			note_id(&text, "\r\nX-Mtlsgate-Decision: ");
		*ret_text = text;
	}
	reply_free(&reply);
	buf_free(&out);
}

enum status endpoint_grant(struct arena *arena, const struct outcome *outcome,
			   struct reply *reply)
{
	struct values values;
	enum status status = collect(arena, outcome, &values);

	if (status != ST_OK)
		return status;
	reply->status = 200;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *value = *(const char **)(void *)((char *)&values +
							     rows[i].offset);

		put_row(reply, i, outcome->request->mirror,
			value ? value : "");
	}
	return reply->headers.failed ? ST_NOMEM : ST_OK;
}
