/* dn.h - distinguished names that arrive as text, from servers and policies.
 */
#ifndef MTLSGATE_DN_H
#define MTLSGATE_DN_H

#include "name.h"

enum dn_form {
	DN_RFC4514, /* CN=a,OU=b: most specific first (RFC 4514, RFC 2253) */
	DN_ONELINE, /* C = US, CN = a: OpenSSL's one-line form, as lighttpd */
	DN_SLASH,   /* /C=US/CN=a: X509_NAME_oneline, HAProxy */
};

/* Parses the text of a name in whichever of the three forms it has: a first
 * byte / is DN_SLASH, a space before the first = is DN_ONELINE. ST_BAD: not a
 * name, an unknown type, or ambiguous: another name could have been printed
 * the same way. *ret_why (static text) says what. *ret_form may be NULL.
 *
 * DN_SLASH stays a weak form: who prints it without escapes (HAProxy, older
 * OpenSSL) prints CN=a/OU=b of one value and of two alike, and the RDNs of a
 * multi-valued one as RDNs of their own. What shows is refused, that does not
 * show; decide nothing on it that matters. */
NODISCARD enum status dn_parse(struct arena *arena, const char *text,
			       struct name *ret_name, enum dn_form *ret_form,
			       const char **ret_why);

#endif
