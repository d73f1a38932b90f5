/* credential.h - which of the texts in a request is the certificate, and did
 * the web server vouch for it. */
#ifndef MTLSGATE_CREDENTIAL_H
#define MTLSGATE_CREDENTIAL_H

#include "request.h"
#include "trace.h"
#include "unwrap.h"

/* A row of the sources table. */
enum source { SOURCE_SERVER = 0, SOURCE_SERVER_DN, SOURCE_COUNT };

/* What a source can say, for the loader. */
struct source_row {
	const char *name;
	bool name_only; /* a name as text: subject.* attributes only, alone */
};

const struct source_row *source_row(enum source source);

/* The source called name; SOURCE_COUNT when there is none. */
enum source source_from_name(const char *name);

struct source_rules {
	enum source list[SOURCE_COUNT];
	size_t count;
};

/* What was found; everything the verdict depends on, unparsed. */
struct credential {
	enum source source;
	const char *text;   /* the certificate as handed over, or NULL */
	const char *dn;     /* the subject as text, or NULL */
	const char *verify; /* SSL_CLIENT_VERIFY as it came, or NULL */
	bool vouched;       /* the server says that it verified this */
	const char *detail; /* why there is none, clean UTF-8, or NULL */
	struct der leaf;
	const char *chain[MAX_CHAIN]; /* as handed over, still wrapped */
	size_t chain_count;
};

/* Finds the credential. REASON_GRANTED: *ret_credential is filled in;
 * otherwise why there is none: certificate_missing, not_verified (the server
 * refused what the client sent and kept it), certificate_malformed,
 * source_conflict, internal_error. */
NODISCARD enum reason credential_find(struct arena *arena,
				      const struct source_rules *rules,
				      const struct request *request,
				      struct trace *trace,
				      struct credential *ret_credential);

#endif
