/* credential_given.c - a request comes in, what sources can read of it goes
 * out, and the same as bytes. */
#include "credential_given.h"

#include <string.h>

#include "hex.h"

#define HTTP "HTTP_"

_Static_assert(SLOT_COUNT <= 32, "a bit for each slot");
_Static_assert(GIVEN_COUNT <= 64, "a bit for each text");

/* Headers whose variable the entry is; several slots may name one. */
static void read_header(const struct source_rules *rules, const char *entry,
			struct given *given)
{
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		const char *name = rules->header[i];
		size_t len = name ? strlen(name) : 0;

		if (!name || strncmp(entry, name, len) != 0 ||
		    entry[len] != '=')
			continue;
		if (given->text[GIVEN_HEADER + i])
			given->twice |= 1u << i;
		else
			given->text[GIVEN_HEADER + i] = entry + len + 1;
	}
}

static bool names_headers(const struct source_rules *rules)
{
	for (size_t i = 0; i < SLOT_COUNT; i++)
		if (rules->header[i])
			return true;
	return false;
}

/* The secret itself is asked for here and by nobody else. */
static bool secret_fits(const struct source_rules *rules,
			const struct given *given)
{
	const char *sent = given->text[GIVEN_HEADER + SLOT_SECRET];

	if (!rules->secret)
		return true;
	return sent && secret_equal(rules->secret, sent);
}

static void read_headers(const struct source_rules *rules,
			 const struct request *request, struct given *given)
{
	for (char *const *env = request->env; *env; env++)
		if (strncmp(*env, HTTP, sizeof(HTTP) - 1) == 0)
			read_header(rules, *env, given);
	given->trusted = peer_in(request->peer, rules->trusted,
				 rules->trusted_count) &&
			 secret_fits(rules, given);
	given->text[GIVEN_HEADER + SLOT_SECRET] = NULL;
}

void given_read(const struct source_rules *rules,
		const struct request *request, struct given *ret_given)
{
	struct given given = {.duplicate = request->duplicate,
			      .peer = request->peer};

	given.text[GIVEN_CERT] = request->var[VAR_SSL_CLIENT_CERT];
	given.text[GIVEN_SUBJECT] = request->var[VAR_SSL_CLIENT_S_DN];
	given.text[GIVEN_VERIFY] = request->var[VAR_SSL_CLIENT_VERIFY];
	memcpy(given.text + GIVEN_CHAIN, request->chain,
	       sizeof(request->chain));
	if (names_headers(rules))
		read_headers(rules, request, &given);
	*ret_given = given;
}

/* What a key begins with. */
struct key_head {
	uint64_t flags;
	uint64_t there; /* a bit for each text */
};

static struct key_head key_head(const struct given *given)
{
	struct key_head head = {.flags = (uint64_t)given->twice << 2 |
					 (uint64_t)given->trusted << 1 |
					 (uint64_t)given->duplicate};

	for (size_t i = 0; i < GIVEN_COUNT; i++)
		head.there |= (uint64_t)(given->text[i] != NULL) << i;
	return head;
}

void given_key(const struct given *given, struct buf *out)
{
	struct key_head head = key_head(given);

	buf_add(out, &head, sizeof(head));
	for (uint64_t left = head.there; left; left &= left - 1) {
		const char *text = given->text[__builtin_ctzll(left)];
		size_t len = strlen(text);

		buf_add(out, &len, sizeof(len));
		buf_add(out, text, len);
	}
}

/* Takes what comes next of a key if it is these bytes. */
static bool take(const char **key, size_t *left, const void *bytes, size_t len)
{
	if (*left < len || memcmp(*key, bytes, len) != 0)
		return false;
	*key += len;
	*left -= len;
	return true;
}

bool given_has_key(const struct given *given, const char *key, size_t len)
{
	struct key_head head = key_head(given);

	if (!take(&key, &len, &head, sizeof(head)))
		return false;
	for (uint64_t left = head.there; left; left &= left - 1) {
		const char *text = given->text[__builtin_ctzll(left)];
		size_t size = strlen(text);

		if (!take(&key, &len, &size, sizeof(size)) ||
		    !take(&key, &len, text, size))
			return false;
	}
	return len == 0;
}
