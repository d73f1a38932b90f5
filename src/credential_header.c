/* credential_header.c - headers as certificates: read only from fronts that the
 * policy trusts, and the ways fronts wrap certificates in them. */
#include <string.h>

#include <openssl/evp.h>

#include "credential_int.h"
#include "hex.h"

#define STAGE "credential"
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	       "0123456789+/="

enum reason search_fail(struct search *search, enum reason reason,
			const char *detail)
{
	search->found->detail = detail;
	return reason;
}

static const char *variable_of(const struct search *search, enum slot slot)
{
	return search->rules->header[slot];
}

bool search_single(struct search *search)
{
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		if (!(search->given->twice & 1u << i))
			continue;
		search->found->detail = arena_printf(
			search->arena, "header.%s was sent twice",
			slot_name((enum slot)i));
		return false;
	}
	return true;
}

bool search_joined(const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' && text[1])
			text++;
		else if (*text == ',' && (text[1] == ' ' || text[1] == '\t'))
			return true;
	}
	return false;
}

/* From a peer that is not trusted a header is noted and no more. */
const char *search_header(struct search *search, enum slot slot)
{
	const char *text = search->given->text[GIVEN_HEADER + slot];

	if (unwrap_is_none(text))
		return NULL;
	if (search->given->trusted)
		return text;
	search->found->spoofed = variable_of(search, slot);
	trace_add(search->trace, STAGE, "spoofed_header", STEP_WARN,
		  "%s from %s, which is not a trusted_proxy or lacks the "
		  "secret", variable_of(search, slot), search->given->peer);
	return NULL;
}

enum reason search_leaf(struct search *search, const char *text)
{
	enum status status = unwrap_one(search->arena, text,
					&search->found->leaf,
					&search->found->detail);

	if (status == ST_NOMEM)
		return REASON_INTERNAL_ERROR;
	return status == ST_OK ? REASON_GRANTED : REASON_CERTIFICATE_MALFORMED;
}

enum reason search_blocks(struct search *search, const char *text)
{
	struct der ders[MAX_CHAIN + 1];
	struct credential *found = search->found;
	size_t count = 0;
	enum status status = unwrap_many(search->arena, text, ders,
					 MAX_CHAIN + 1, &count,
					 &found->detail);

	if (status != ST_OK)
		return status == ST_NOMEM ? REASON_INTERNAL_ERROR
					  : REASON_CERTIFICATE_MALFORMED;
	if (found->leaf.len == 0)
		found->leaf = ders[0];
	else if (found->leaf.len != ders[0].len ||
		 memcmp(found->leaf.bytes, ders[0].bytes, ders[0].len) != 0)
		return search_fail(search, REASON_SOURCE_CONFLICT,
				   "the chain begins with another "
				   "certificate");
	memcpy(found->sent, ders + 1, (count - 1) * sizeof(ders[0]));
	found->sent_count = count - 1;
	return REASON_GRANTED;
}

bool search_chain(struct search *search, const char *text)
{
	struct credential *found = search->found;

	if (found->chain_count >= MAX_CHAIN)
		return false;
	found->chain[found->chain_count++] = text;
	return true;
}

bool search_hash_fits(struct search *search, const char *hash)
{
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int size = 0;
	const char *wanted;
	const char *seen;

	if (EVP_Digest(search->found->leaf.bytes, search->found->leaf.len,
		       digest, &size, EVP_sha256(), NULL) != 1 ||
	    hex_normalize(search->arena, hash, false, &wanted) != ST_OK)
		return false;
	seen = hex_encode(search->arena, digest, size, false);
	return seen && strcmp(seen, wanted) == 0;
}

/* What all header sources begin with: the header that matters, unless it came
 * twice. */
static const char *take(struct search *search, enum slot slot,
			enum reason *ret_reason)
{
	const char *text = search_header(search, slot);

	*ret_reason = REASON_GRANTED;
	if (!text)
		*ret_reason = search_fail(search, REASON_CERTIFICATE_MISSING,
					  "no certificate was handed over");
	else if (!search_single(search))
		*ret_reason = REASON_SOURCE_CONFLICT;
	else
		search->found->text = text;
	return text;
}

static bool front_vouches(struct search *search)
{
	struct credential *found = search->found;

	found->verify = search_header(search, SLOT_VERIFY);
	switch (search->row->vouch) {
	case VOUCH_PRESENCE:
		return true;
	case VOUCH_POLICY:
		if (!variable_of(search, SLOT_VERIFY))
			return search->rules->front_verifies;
		return search_vouched(found->verify, true);
	case VOUCH_SIGNAL:
		return search_vouched(found->verify, true);
	case VOUCH_NEVER:
		break;
	}
	return false;
}

/* nginx, azure, haproxy and header: one certificate in any wrapping. */
enum reason find_escaped(struct search *search)
{
	enum reason reason;
	const char *text = take(search, SLOT_CERT, &reason);

	if (reason != REASON_GRANTED)
		return reason;
	search->found->vouched = front_vouches(search);
	return search_leaf(search, text);
}

/* RFC 8941 section 3.3.5, without parameters: RFC 9440 knows none. *at moves
 * behind the item. */
static const char *read_bytes(struct search *search, const char **at)
{
	const char *end;
	char *text;

	if (**at != ':')
		return NULL;
	end = *at + 1 + strspn(*at + 1, BASE64);
	if (*end != ':' || end == *at + 1)
		return NULL;
	text = arena_strndup(search->arena, *at + 1,
			     (size_t)(end - *at - 1));
	*at = end + 1;
	return text;
}

static const char *skip_blank(const char *at)
{
	return at + strspn(at, " \t");
}

static enum reason read_chain(struct search *search, const char *at)
{
	for (at = skip_blank(at); *at;) {
		const char *item = read_bytes(search, &at);

		if (!item || !search_chain(search, item))
			return search_fail(search,
					   REASON_CERTIFICATE_MALFORMED,
					   "Client-Cert-Chain is not a list of "
					   "at most 10 byte sequences");
		at = skip_blank(at);
		if (!*at)
			break;
		if (*at != ',')
			return search_fail(search,
					   REASON_CERTIFICATE_MALFORMED,
					   "Client-Cert-Chain is not a list");
		at = skip_blank(at + 1);
		if (!*at)
			return search_fail(search,
					   REASON_CERTIFICATE_MALFORMED,
					   "Client-Cert-Chain ends in a comma");
	}
	return REASON_GRANTED;
}

/* RFC 9440 section 2: one byte sequence, never a list. */
enum reason find_rfc9440(struct search *search)
{
	enum reason reason;
	const char *text = take(search, SLOT_CERT, &reason);
	const char *chain;
	const char *leaf;

	if (reason != REASON_GRANTED)
		return reason;
	text = skip_blank(text);
	leaf = read_bytes(search, &text);
	if (!leaf || *skip_blank(text))
		return search_fail(search, REASON_CERTIFICATE_MALFORMED,
				   "Client-Cert is not one byte sequence");
	search->found->vouched = true;
	reason = search_leaf(search, leaf);
	chain = search_header(search, SLOT_CHAIN);
	if (reason == REASON_GRANTED && chain)
		reason = read_chain(search, chain);
	return reason;
}

static enum reason take_sent(struct search *search, const char *text)
{
	struct credential *found = search->found;
	enum status status;

	if (found->sent_count >= MAX_CHAIN)
		return search_fail(search, REASON_CERTIFICATE_MALFORMED,
				   "the chain is too long");
	status = unwrap_one(search->arena, text,
			    &found->sent[found->sent_count], &found->detail);
	if (status == ST_NOMEM)
		return REASON_INTERNAL_ERROR;
	if (status != ST_OK)
		return REASON_CERTIFICATE_MALFORMED;
	found->sent_count++;
	return REASON_GRANTED;
}

/* Traefik: base64 of each certificate, joined by commas, the leaf first; old
 * versions escape the whole. */
enum reason find_traefik(struct search *search)
{
	enum reason reason;
	const char *text = take(search, SLOT_CERT, &reason);
	char *rest;
	char *comma;

	if (reason != REASON_GRANTED)
		return reason;
	if (search_joined(text))
		return search_fail(search, REASON_SOURCE_CONFLICT, JOINED);
	rest = arena_strdup(search->arena, text);
	if (!rest)
		return REASON_INTERNAL_ERROR;
	search->found->vouched = true;
	for (bool leaf = true; rest && reason == REASON_GRANTED;
	     leaf = false, rest = comma) {
		comma = strchr(rest, ',');
		if (comma)
			*comma++ = '\0';
		reason = leaf ? search_leaf(search, rest)
			      : take_sent(search, rest);
	}
	return reason;
}

enum reason find_cloudflare(struct search *search)
{
	enum reason reason;
	const char *text = take(search, SLOT_CERT, &reason);
	const char *hash = search_header(search, SLOT_HASH);

	if (reason != REASON_GRANTED)
		return reason;
	search->found->verify = search_header(search, SLOT_VERIFY);
	search->found->vouched =
		search->found->verify &&
		strcmp(search->found->verify, "true") == 0;
	reason = search_leaf(search, text);
	if (reason == REASON_GRANTED &&
	    (!hash || !search_hash_fits(search, hash)))
		reason = search_fail(search, REASON_SOURCE_CONFLICT,
				     "the fingerprint is not the "
				     "certificate's");
	return reason;
}

static bool is_true(const char *text)
{
	return text && strcmp(text, "true") == 0;
}

/* The balancer says for itself whether there is one, and what it found. */
enum reason find_gcp(struct search *search)
{
	const char *present = search_header(search, SLOT_PRESENT);
	const char *failed = search_header(search, SLOT_ERROR);
	const char *chain = search_header(search, SLOT_CHAIN);
	enum reason reason;
	const char *text = take(search, SLOT_LEAF, &reason);
	const char *at = text;

	if (!is_true(present))
		return search_fail(search, REASON_CERTIFICATE_MISSING,
				   "the balancer says that there is no "
				   "certificate");
	if (reason != REASON_GRANTED)
		return reason;
	search->found->verify = search_header(search, SLOT_VERIFY);
	search->found->vouched = is_true(search->found->verify) && !failed;
	if (*text == ':') {
		text = read_bytes(search, &at);
		if (!text || *at)
			return search_fail(search,
					   REASON_CERTIFICATE_MALFORMED,
					   "the leaf is not one byte sequence");
	}
	reason = search_leaf(search, text);
	if (reason == REASON_GRANTED && chain)
		reason = read_chain(search, chain);
	return reason;
}
