/* companion.h - what a front says of a certificate in words: compared with the
 * certificate, or taken for it where there is none. */
#ifndef MTLSGATE_COMPANION_H
#define MTLSGATE_COMPANION_H

#include "cert.h"
#include "credential.h"

/* Makes a certificate of words alone: x509 is NULL, and what was not said is
 * absent. slash_ok: a subject in the slash form is taken. ST_BAD: a part of it
 * cannot be read for certain; *ret_why (static) says which. */
NODISCARD enum status companion_cert(struct arena *arena,
				     const struct companions *also,
				     bool slash_ok, struct cert *ret_cert,
				     const char **ret_why);

/* Do the words contradict the certificate? *ret_what (static) is the first
 * that does, NULL when none does. Names that may be cut or that can be read in
 * two ways, or that the certificate has unclean, count for nothing; serial
 * numbers and dates always count. ST_NOMEM. */
NODISCARD enum status companion_compare(struct arena *arena,
					const struct companions *also,
					const struct cert *cert,
					const char **ret_what);

#endif
