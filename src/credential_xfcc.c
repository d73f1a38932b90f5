/* credential_xfcc.c - Envoy's X-Forwarded-Client-Cert: elements joined by
 * commas, each of KEY=VALUE pairs joined by semicolons, values with special
 * characters in double quotes with \" inside. */
#include <string.h>
#include <strings.h>

#include "credential_int.h"

/* What of an element is looked at; the first of each, and no second. */
struct element {
	const char *cert;
	const char *chain;
	const char *hash;
	bool twice;
	bool names; /* URI or DNS is there: see choose */
};

/* The length of what stands in quotes, up to the closing one; SIZE_MAX: there
 * is none. */
static size_t quoted_length(const char *text)
{
	size_t len = 0;

	for (; text[len] != '"'; len++) {
		if (text[len] == '\\' && text[len + 1] == '"')
			len++;
		if (!text[len])
			return SIZE_MAX;
	}
	return len;
}

static const char *read_quoted(struct search *search, const char **at)
{
	const char *from = *at + 1;
	size_t len = quoted_length(from);
	char *text;
	char *to;

	if (len == SIZE_MAX)
		return NULL;
	text = arena_alloc(search->arena, len + 1);
	to = text;
	for (size_t i = 0; text && i < len; i++) {
		if (from[i] == '\\' && from[i + 1] == '"')
			i++;
		*to++ = from[i];
	}
	*at = from + len + 1;
	return text;
}

static const char *read_value(struct search *search, const char **at)
{
	size_t len = strcspn(*at, ",;=\"");
	const char *text;

	if (**at == '"')
		return read_quoted(search, at);
	text = arena_strndup(search->arena, *at, len);
	*at += len;
	return text;
}

static bool is_key(const char *name, const char *key, size_t len)
{
	return strlen(name) == len && strncasecmp(name, key, len) == 0;
}

static void keep(struct element *element, const char *key, size_t len,
		 const char *value)
{
	const struct {
		const char *name;
		const char **slot;
	} known[] = {{"Cert", &element->cert},
		     {"Chain", &element->chain},
		     {"Hash", &element->hash}};

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (!is_key(known[i].name, key, len))
			continue;
		element->twice |= *known[i].slot != NULL;
		*known[i].slot = value;
	}
	element->names |= is_key("URI", key, len) || is_key("DNS", key, len);
}

/* Reads one element and moves *at to its end: a comma or the end of all. */
static bool read_element(struct search *search, const char **at,
			 struct element *element)
{
	*element = (struct element){0};
	for (;;) {
		const char *key = *at;
		size_t len = strcspn(key, ",;=\"");
		const char *value;

		if (len == 0 || key[len] != '=' ||
		    strcspn(key, " \t") < len)
			return false;
		*at += len + 1;
		value = read_value(search, at);
		if (!value || (**at && **at != ';' && **at != ','))
			return false;
		keep(element, key, len, value);
		if (**at != ';')
			return !element->twice;
		(*at)++;
	}
}

/* Why there may not be one more element; NULL: there may. Envoy does not escape
 * the names in URI and DNS, so that a comma in one begins an element that the
 * client has made up. */
static const char *refuse_another(enum xfcc_element wanted, bool names)
{
	if (wanted == XFCC_ONLY)
		return "more than one element: see xfcc_element";
	if (wanted == XFCC_LAST_SURE && names)
		return "what stands behind a URI or DNS may be the client's "
		       "own words: see xfcc_element";
	return NULL;
}

/* The element that counts: the last one is what our own front has added. A
 * blank between two of them is a server's joining of two headers, and who sent
 * the second nobody knows. */
static enum reason choose(struct search *search, const char *at,
			  struct element *chosen)
{
	enum xfcc_element wanted = search->rules->xfcc;
	const char *why = NULL;
	struct element element;
	bool names = false;

	for (bool first = true;; first = false, at++) {
		if (!read_element(search, &at, &element))
			return search_fail(search,
					   REASON_CERTIFICATE_MALFORMED,
					   "X-Forwarded-Client-Cert is not "
					   "well formed");
		if (first || wanted != XFCC_FIRST)
			*chosen = element;
		if (!*at)
			return REASON_GRANTED;
		names |= element.names;
		why = refuse_another(wanted, names);
		if (at[1] == ' ' || at[1] == '\t')
			why = JOINED;
		if (why)
			return search_fail(search, REASON_SOURCE_CONFLICT, why);
	}
}

enum reason find_envoy_xfcc(struct search *search)
{
	struct credential *found = search->found;
	struct element element = {0};
	enum reason reason;

	found->text = search_header(search, SLOT_CERT);
	if (!found->text)
		return search_fail(search, REASON_CERTIFICATE_MISSING,
				   "no certificate was handed over");
	if (!search_single(search))
		return REASON_SOURCE_CONFLICT;
	reason = choose(search, found->text, &element);
	if (reason != REASON_GRANTED)
		return reason;
	if (!element.cert && !element.chain)
		return search_fail(search, REASON_CERTIFICATE_MALFORMED,
				   "the element has neither Cert nor Chain: "
				   "let Envoy add them");
	found->vouched = true;
	if (element.cert)
		reason = search_leaf(search, element.cert);
	if (reason == REASON_GRANTED && element.chain)
		reason = search_blocks(search, element.chain);
	if (reason == REASON_GRANTED && element.hash &&
	    !search_hash_fits(search, element.hash))
		reason = search_fail(search, REASON_SOURCE_CONFLICT,
				     "Hash is not the certificate's");
	return reason;
}
