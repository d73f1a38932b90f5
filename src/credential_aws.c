/* credential_aws.c - what an Application Load Balancer and API Gateway hand
 * over: a leaf with text beside it, a chain that nobody has verified, or text
 * alone. */
#include <string.h>

#include "credential_int.h"

/* One of the parts of "NotBefore=...;NotAfter=..."; what cannot be found there
 * is a date that fits no certificate. */
static const char *part_of(struct search *search, const char *text,
			   const char *name)
{
	const char *at = strstr(text, name);
	const char *part = NULL;

	if (at && (at == text || at[-1] == ';') && !strstr(at + 1, name)) {
		at += strlen(name);
		part = arena_strndup(search->arena, at, strcspn(at, ";"));
	}
	return part ? part : "not a date";
}

static void take_companions(struct search *search)
{
	struct companions *also = &search->found->also;
	const char *validity = search_header(search, SLOT_VALIDITY);

	also->subject = search_header(search, SLOT_SUBJECT);
	also->issuer = search_header(search, SLOT_ISSUER);
	also->serial = search_header(search, SLOT_SERIAL);
	also->not_before = search_header(search, SLOT_NOT_BEFORE);
	also->not_after = search_header(search, SLOT_NOT_AFTER);
	if (validity) {
		also->not_before = part_of(search, validity, "NotBefore=");
		also->not_after = part_of(search, validity, "NotAfter=");
	}
}

/* The balancer verifies in one mode and not in the other, and uses another
 * header for each: both at once is somebody else's doing. */
enum reason find_aws_alb(struct search *search)
{
	struct credential *found = search->found;
	const char *leaf = search_header(search, SLOT_LEAF);
	const char *chain = search_header(search, SLOT_CERT);

	if (leaf && chain)
		return search_fail(search, REASON_SOURCE_CONFLICT,
				   "headers of both modes at once");
	found->text = leaf ? leaf : chain;
	if (!found->text)
		return search_fail(search, REASON_CERTIFICATE_MISSING,
				   "no certificate was handed over");
	if (!search_single(search))
		return REASON_SOURCE_CONFLICT;
	/* Passthrough: the client's own chain, verified by nobody. */
	if (chain)
		return search_blocks(search, chain);
	found->vouched = !search->rules->passthrough;
	take_companions(search);
	return search_leaf(search, leaf);
}

/* The gateway verifies, always; without the PEM there is only text. AWS does
 * not say in which order it prints names; its examples begin with the country,
 * as certificates do, and RFC 2253 would end with it. */
enum reason find_api_gateway(struct search *search)
{
	struct credential *found = search->found;

	take_companions(search);
	found->also.either_end = true;
	found->text = search->rules->gateway_pem
			      ? search_header(search, SLOT_CERT) : NULL;
	if (!found->text && (search->rules->gateway_pem ||
			     !found->also.subject))
		return search_fail(search, REASON_CERTIFICATE_MISSING,
				   "no certificate was handed over");
	if (!search_single(search))
		return REASON_SOURCE_CONFLICT;
	if (!found->text && (search_joined(found->also.subject) ||
			     (found->also.issuer &&
			      search_joined(found->also.issuer))))
		return search_fail(search, REASON_SOURCE_CONFLICT, JOINED);
	found->vouched = true;
	return found->text ? search_leaf(search, found->text)
			   : REASON_GRANTED;
}
