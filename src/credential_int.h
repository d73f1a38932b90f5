/* credential_int.h - what the files of the sources share. */
#ifndef MTLSGATE_CREDENTIAL_INT_H
#define MTLSGATE_CREDENTIAL_INT_H

#include "credential_given.h"

/* One look at one source. */
struct search {
	struct arena *arena;
	const struct source_rules *rules;
	const struct given *given;
	struct trace *trace;
	const struct source_row *row;
	struct credential *found;
};

#define JOINED "a header was sent twice: a comma and a blank are in it"

typedef enum reason find_fn(struct search *search);

/* Each is the find of a row: fills in search->found and returns
 * REASON_GRANTED, or why there is nothing. */
enum reason find_server(struct search *search);
enum reason find_server_dn(struct search *search);
enum reason find_haproxy(struct search *search);
enum reason find_caddy(struct search *search);
enum reason find_rfc9440(struct search *search);
enum reason find_aws_alb(struct search *search);
enum reason find_api_gateway(struct search *search);
enum reason find_envoy_xfcc(struct search *search);
enum reason find_escaped(struct search *search);
enum reason find_traefik(struct search *search);
enum reason find_cloudflare(struct search *search);
enum reason find_gcp(struct search *search);

/* The value of a header that the source reads, NULL when it is not there, says
 * "none", or the source has no such. */
const char *search_header(struct search *search, enum slot slot);

/* The value of a variable of the server's own, likewise. */
const char *search_var(const struct search *search, enum given_text var);

/* Unwraps the blocks of text: the first is the leaf, which must be the one that
 * is known if there is one, the others the chain. */
enum reason search_blocks(struct search *search, const char *text);

/* True if no header of the source came twice; otherwise says so. Servers turn
 * both - and _ into _, and may pass on both headers. */
bool search_single(struct search *search);

/* True if text holds a comma and a blank where its front would write a bare
 * comma: servers join headers that came twice so, and one of them may be the
 * client's. */
bool search_joined(const char *text);

/* Unwraps text as the leaf. */
enum reason search_leaf(struct search *search, const char *text);

/* Adds a text to the chain. False: there are too many. */
bool search_chain(struct search *search, const char *text);

/* Says why and returns reason. */
enum reason search_fail(struct search *search, enum reason reason,
			const char *detail);

/* True for the words with which servers say that they have verified: SUCCESS,
 * and 0 where a certificate is there to go with it. */
bool search_vouched(const char *verify, bool with_certificate);

/* Says that there is no certificate, or that the server has refused it. */
enum reason search_absent(struct search *search);

/* True if the SHA-256 of the leaf is hash, as hex in any form. */
bool search_hash_fits(struct search *search, const char *hash);

#endif
