/* header_fixture.c - requests as a front sends them. */
#include "header_fixture.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "fixture.h"
#include "credential_given.h"
#include "hex.h"

static void *need(void *made)
{
	if (!made) {
		fprintf(stderr, "header fixture: no memory\n");
		exit(2);
	}
	return made;
}

void sent_name(struct sent *sent, enum slot slot, const char *header)
{
	char *name = need(arena_printf(sent->arena, "HTTP_%s", header));

	for (char *c = name; *c; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	sent->rules.header[slot] = name;
}

void sent_start(struct sent *sent, enum source source)
{
	const struct source_row *row = source_row(source);
	const char *why;

	memset(sent, 0, sizeof(*sent));
	sent->arena = need(arena_new());
	if (peer_parse("192.0.2.0/24", &sent->net, &why) != ST_OK)
		exit(2);
	sent->rules.list[0] = source;
	sent->rules.count = 1;
	sent->rules.trusted = &sent->net;
	sent->rules.trusted_count = 1;
	for (size_t i = 0; i < SLOT_COUNT; i++)
		if (row->defaults[i])
			sent_name(sent, (enum slot)i, row->defaults[i]);
	sent->request.role = ROLE_AUTHORIZER;
	sent->request.peer = "192.0.2.1";
	sent->request.env = sent->env;
}

void sent_end(struct sent *sent)
{
	arena_free(sent->arena);
}

void sent_put(struct sent *sent, enum slot slot, const char *value)
{
	const char *name = sent->rules.header[slot];

	if (!name || sent->count == SENT_HEADERS) {
		fprintf(stderr, "header fixture: %s\n", slot_name(slot));
		exit(2);
	}
	sent->env[sent->count++] =
		need(arena_printf(sent->arena, "%s=%s", name, value));
	sent->env[sent->count] = NULL;
}

void sent_clear(struct sent *sent)
{
	sent->count = 0;
	sent->env[0] = NULL;
}

enum reason sent_find(struct sent *sent)
{
	struct given given;

	memset(&sent->found, 0xff, sizeof(sent->found));
	given_read(&sent->rules, &sent->request, &given);
	return credential_find(sent->arena, &sent->rules, &given, NULL,
			       &sent->found);
}

enum reason sent_alone(struct sent *sent, enum slot slot, const char *value)
{
	sent_clear(sent);
	sent_put(sent, slot, value);
	return sent_find(sent);
}

char *sent_pem(struct sent *sent, const char *spec)
{
	char *pem = fixture_pem(spec);
	char *copy = need(arena_strdup(sent->arena, pem));

	free(pem);
	return copy;
}

char *sent_base64(struct sent *sent, const char *pem)
{
	const char *from = need(strchr(pem, '\n'));
	const char *to = need(strstr(pem, "-----END"));
	char *base64 = need(arena_alloc(sent->arena, strlen(pem)));
	size_t len = 0;

	for (; from < to; from++)
		if (*from != '\n')
			base64[len++] = *from;
	base64[len] = '\0';
	return base64;
}

char *sent_escape(struct sent *sent, const char *text, const char *bare)
{
	char *escaped = need(arena_alloc(sent->arena, 3 * strlen(text) + 1));
	size_t len = 0;

	for (; *text; text++) {
		if (isalnum((unsigned char)*text) || strchr("-._~", *text) ||
		    strchr(bare, *text))
			escaped[len++] = *text;
		else
			len += (size_t)sprintf(escaped + len, "%%%02X",
					       (unsigned char)*text);
	}
	escaped[len] = '\0';
	return escaped;
}

static struct der read_pem(struct sent *sent, const char *pem)
{
	struct der der;
	const char *why;

	if (unwrap_one(sent->arena, pem, &der, &why) != ST_OK) {
		fprintf(stderr, "header fixture: %s\n", why);
		exit(2);
	}
	return der;
}

bool sent_is_leaf(struct sent *sent, const char *pem)
{
	struct der der = read_pem(sent, pem);

	return sent->found.leaf.len == der.len &&
	       memcmp(sent->found.leaf.bytes, der.bytes, der.len) == 0;
}

char *sent_hash(struct sent *sent, const char *pem)
{
	struct der der = read_pem(sent, pem);
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size;

	if (EVP_Digest(der.bytes, der.len, digest, &size, EVP_sha256(),
		       NULL) != 1)
		exit(2);
	return need(hex_encode(sent->arena, digest, size, false));
}
