/* fuzz_env.c - fields of fuzz input come in, requests go to credential_find. */
#include "fuzz_env.h"

#include <ctype.h>

#include "fuzz.h"
#include "credential_given.h"

enum { MAX_FIELDS = SLOT_COUNT + 4 };

static const char *const server_names[] = {"SSL_CLIENT_VERIFY",
					   "SSL_CLIENT_CERT", "SSL_CLIENT_S_DN",
					   "SSL_CLIENT_CERT_CHAIN_0"};

static char *variable(struct arena *arena, const char *header)
{
	char *name = arena_printf(arena, "HTTP_%s", header);

	MUST(name);
	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return name;
}

void fuzz_rules(struct arena *arena, struct source_rules *rules,
		enum source source)
{
	const struct source_row *row = source_row(source);
	const char *why;

	*rules = (struct source_rules){.list = {source}, .count = 1};
	for (int i = 0; i < SLOT_COUNT; i++)
		rules->header[i] = variable(
			arena, row->defaults[i] ? row->defaults[i]
						: slot_name((enum slot)i));
	rules->trusted = arena_alloc(arena, sizeof(*rules->trusted));
	MUST(rules->trusted);
	MUST(peer_parse("10.0.0.0/8", rules->trusted, &why) == ST_OK);
	rules->trusted_count = 1;
}

/* The names of the fields, in their order. */
static const char *field_name(const struct source_rules *rules, size_t i)
{
	return i < SLOT_COUNT ? rules->header[i] : server_names[i - SLOT_COUNT];
}

static void make_env(struct arena *arena, const struct source_rules *rules,
		     const char *text, const char *peer, char **env)
{
	size_t count = 0;

	env[count++] = arena_printf(arena, "REMOTE_ADDR=%s", peer);
	env[count++] = arena_strdup(arena, "REQUEST_URI=/");
	for (size_t i = 0; i < MAX_FIELDS && *text; i++) {
		size_t len = strcspn(text, "\1");

		if (len > 0)
			env[count++] = arena_printf(arena, "%s=%.*s",
						    field_name(rules, i),
						    (int)len, text);
		text += len + (text[len] != '\0');
	}
	env[count] = NULL;
}

static void check(const struct source_rules *rules,
		  const struct credential *found, bool trusted)
{
	const struct source_row *row = source_row(rules->list[0]);

	MUST(found->chain_count <= MAX_CHAIN);
	MUST(found->sent_count <= MAX_CHAIN);
	MUST(found->leaf.len > 0 || found->also.subject);
	MUST(trusted || !row->headers);
	MUST(!found->vouched || row->vouch != VOUCH_NEVER);
}

static void find(struct source_rules *rules, const char *text, const char *peer,
		 bool trusted)
{
	struct arena *arena = arena_new();
	struct credential found = {0};
	struct request request;
	struct given given;
	char *env[MAX_FIELDS + 4];

	MUST(arena);
	make_env(arena, rules, text, peer, env);
	MUST(request_read(arena, ROLE_AUTHORIZER, env, NULL, &request) ==
	     ST_OK);
	given_read(rules, &request, &given);
	if (credential_find(arena, rules, &given, NULL, &found) ==
	    REASON_GRANTED)
		check(rules, &found, trusted);
	arena_free(arena);
}

void fuzz_find(struct source_rules *rules, const char *text)
{
	find(rules, text, "10.0.0.1", true);
	find(rules, text, "11.0.0.1", false);
}
