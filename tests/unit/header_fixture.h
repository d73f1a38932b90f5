/* header_fixture.h - requests as a front sends them, for tests of the sources
 * that read headers. Whatever cannot be made ends the program. */
#ifndef MTLSGATE_HEADER_FIXTURE_H
#define MTLSGATE_HEADER_FIXTURE_H

#include "credential.h"

enum { SENT_HEADERS = 32 };

/* A front and what it sends; lives where it was started. */
struct sent {
	struct arena *arena;
	struct peer_net net;
	struct source_rules rules;
	struct request request;
	struct credential found;
	char *env[SENT_HEADERS + 1];
	size_t count;
};

/* A front at 192.0.2.1 that the rules trust, with the headers that source has
 * by default. End with sent_end. */
void sent_start(struct sent *sent, enum source source);
void sent_end(struct sent *sent);

/* Renames, or names, a header. */
void sent_name(struct sent *sent, enum slot slot, const char *header);

/* Sends one more header; sent_clear takes all of them back. */
void sent_put(struct sent *sent, enum slot slot, const char *value);
void sent_clear(struct sent *sent);

/* Looks for the credential. */
enum reason sent_find(struct sent *sent);

/* The same with this one header alone. */
enum reason sent_alone(struct sent *sent, enum slot slot, const char *value);

/* A certificate of spec (see fixture.h) as PEM. */
char *sent_pem(struct sent *sent, const char *spec);

/* What stands in PEM, as base64 in one line. */
char *sent_base64(struct sent *sent, const char *pem);

/* Percent-encodes text; what stands in bare is left as it is, as are letters,
 * digits and -._~ */
char *sent_escape(struct sent *sent, const char *text, const char *bare);

/* Is the leaf that was found the one of this PEM? */
bool sent_is_leaf(struct sent *sent, const char *pem);

/* The SHA-256 of the certificate in PEM, in hex. */
char *sent_hash(struct sent *sent, const char *pem);

#endif
