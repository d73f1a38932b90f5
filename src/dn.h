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

/* Parses the text of a name in whichever of the three forms it has.
 * ST_BAD: not a name, an unknown type, or ambiguous: another name could have
 * been printed the same way. *ret_why (static text) says what. *ret_form may
 * be NULL. */
NODISCARD enum status dn_parse(struct arena *arena, const char *text,
			       struct name *ret_name, enum dn_form *ret_form,
			       const char **ret_why);

#endif
