/* credential_server.c - sources that are the server's own variables: no client
 * can set them. */
#include <string.h>

#include "credential_int.h"

#define STAGE "credential"

/* lighttpd cuts names here; whatever is this long may have been cut. */
enum { DN_CUT = 255 };

bool search_vouched(const char *verify, bool with_certificate)
{
	if (!verify)
		return false;
	return strcmp(verify, "SUCCESS") == 0 ||
	       (with_certificate && strcmp(verify, "0") == 0);
}

const char *search_var(const struct search *search, enum given_text var)
{
	const char *text = search->given->text[var];

	return unwrap_is_none(text) ? NULL : text;
}

/* Servers that refuse what a client sent may keep the certificate and hand
 * over just that: then it was not missing. */
enum reason search_absent(struct search *search)
{
	const char *verify = search->found->verify;

	if (search_vouched(verify, false))
		return search_fail(search, REASON_CERTIFICATE_MISSING,
				   "the server says SUCCESS but hands over no "
				   "certificate: exporting it is not switched "
				   "on");
	if (verify && (strncmp(verify, "FAILED", 6) == 0 ||
		       strcmp(verify, "GENEROUS") == 0))
		return search_fail(search, REASON_NOT_VERIFIED,
				   "the server refused the certificate");
	return search_fail(search, REASON_CERTIFICATE_MISSING,
			   "no certificate was handed over");
}

/* SSL_CLIENT_CERT and what stands around it. */
static enum reason find_variables(struct search *search)
{
	struct credential *found = search->found;
	const char *const *chain = search->given->text + GIVEN_CHAIN;

	found->text = search_var(search, GIVEN_CERT);
	found->verify = search_var(search, GIVEN_VERIFY);
	if (!found->text)
		return search_absent(search);
	found->vouched = search_vouched(found->verify, true);
	memcpy(found->chain, chain, sizeof(found->chain));
	for (size_t i = 0; i < MAX_CHAIN; i++)
		if (chain[i])
			found->chain_count = i + 1;
	trace_add(search->trace, STAGE, "SSL_CLIENT_CERT", STEP_NOTE,
		  "%zu bytes", strlen(found->text));
	return search_leaf(search, found->text);
}

enum reason find_server(struct search *search)
{
	search->found->also.subject = search_var(search, GIVEN_SUBJECT);
	return find_variables(search);
}

/* Caddy does not say whether it has verified; only the policy knows. */
enum reason find_caddy(struct search *search)
{
	enum reason reason = find_variables(search);

	search->found->vouched =
		search->rules->front_verifies &&
		(!search->found->verify ||
		 search_vouched(search->found->verify, true));
	return reason;
}

/* HAProxy as a FastCGI client sets variables; as a proxy it sends headers. */
enum reason find_haproxy(struct search *search)
{
	if (search_var(search, GIVEN_CERT) ||
	    search_var(search, GIVEN_VERIFY) ||
	    search->rules->trusted_count == 0)
		return find_variables(search);
	return find_escaped(search);
}

enum reason find_server_dn(struct search *search)
{
	struct credential *found = search->found;

	found->also.subject = search_var(search, GIVEN_SUBJECT);
	found->verify = search_var(search, GIVEN_VERIFY);
	if (!found->also.subject)
		return search_absent(search);
	found->vouched = search_vouched(found->verify, false);
	trace_add(search->trace, STAGE, "SSL_CLIENT_S_DN", STEP_NOTE, "%s",
		  found->also.subject);
	if (strlen(found->also.subject) >= DN_CUT)
		return search_fail(search, REASON_CERTIFICATE_MALFORMED,
				   "a name of 255 bytes or more may be cut");
	return REASON_GRANTED;
}
