/* credential.c - the table of sources. A request comes in; the one text that
 * is the certificate goes out, or why there is none. Parses no X.509. */
#include "credential.h"

#include <string.h>

#include "credential_int.h"

#define STAGE "credential"
#define SECRET_HEADER "X-Mtlsgate-Proxy-Secret"

static const struct {
	struct source_row row;
	find_fn *find;
} sources[SOURCE_COUNT] = {
	[SOURCE_SERVER] = {{.name = "server"}, find_server},
	[SOURCE_SERVER_DN] = {{.name = "server-dn", .name_only = true},
			      find_server_dn},
	[SOURCE_RFC9440] = {{.name = "rfc9440", .headers = true,
			     .vouch = VOUCH_PRESENCE,
			     .defaults = {[SLOT_CERT] = "Client-Cert",
					  [SLOT_CHAIN] = "Client-Cert-Chain",
					  [SLOT_SECRET] = SECRET_HEADER}},
			    find_rfc9440},
	[SOURCE_AWS_ALB] =
		{{.name = "aws-alb", .headers = true, .vouch = VOUCH_PRESENCE,
		  .defaults = {[SLOT_CERT] = "X-Amzn-Mtls-Clientcert",
			       [SLOT_LEAF] = "X-Amzn-Mtls-Clientcert-Leaf",
			       [SLOT_SERIAL] =
				       "X-Amzn-Mtls-Clientcert-Serial-Number",
			       [SLOT_ISSUER] = "X-Amzn-Mtls-Clientcert-Issuer",
			       [SLOT_SUBJECT] =
				       "X-Amzn-Mtls-Clientcert-Subject",
			       [SLOT_VALIDITY] =
				       "X-Amzn-Mtls-Clientcert-Validity",
			       [SLOT_SECRET] = SECRET_HEADER}},
		 find_aws_alb},
	[SOURCE_API_GATEWAY] =
		{{.name = "api-gateway", .headers = true,
		  .vouch = VOUCH_PRESENCE,
		  .defaults = {[SLOT_CERT] = "X-Clientcert-Pem",
			       [SLOT_SUBJECT] = "X-Clientcert-Subject-Dn",
			       [SLOT_ISSUER] = "X-Clientcert-Issuer-Dn",
			       [SLOT_SERIAL] = "X-Clientcert-Serial-Number",
			       [SLOT_NOT_BEFORE] = "X-Clientcert-Not-Before",
			       [SLOT_NOT_AFTER] = "X-Clientcert-Not-After",
			       [SLOT_SECRET] = SECRET_HEADER}},
		 find_api_gateway},
	[SOURCE_ENVOY_XFCC] = {{.name = "envoy-xfcc", .headers = true,
				.vouch = VOUCH_PRESENCE,
				.defaults = {[SLOT_CERT] =
						     "X-Forwarded-Client-Cert",
					     [SLOT_SECRET] = SECRET_HEADER}},
			       find_envoy_xfcc},
	[SOURCE_NGINX] = {{.name = "nginx", .headers = true,
			   .defaults = {[SLOT_CERT] = "X-SSL-Client-Cert",
					[SLOT_VERIFY] = "X-SSL-Client-Verify",
					[SLOT_SECRET] = SECRET_HEADER}},
			  find_escaped},
	[SOURCE_TRAEFIK] = {{.name = "traefik", .headers = true,
			     .vouch = VOUCH_PRESENCE,
			     .defaults = {[SLOT_CERT] =
						  "X-Forwarded-Tls-Client-Cert",
					  [SLOT_SECRET] = SECRET_HEADER}},
			    find_traefik},
	[SOURCE_HAPROXY] = {{.name = "haproxy",
			     .defaults = {[SLOT_CERT] = "X-SSL-Client-Cert",
					  [SLOT_VERIFY] =
						  "X-SSL-Client-Verify",
					  [SLOT_SECRET] = SECRET_HEADER}},
			    find_haproxy},
	[SOURCE_CADDY] = {{.name = "caddy", .vouch = VOUCH_POLICY},
			  find_caddy},
	[SOURCE_CLOUDFLARE] =
		{{.name = "cloudflare", .headers = true,
		  .defaults = {[SLOT_CERT] = "Cf-Client-Cert-Der-Base64",
			       [SLOT_HASH] = "Cf-Client-Cert-Sha256",
			       [SLOT_VERIFY] = "Cf-Cert-Verified",
			       [SLOT_SECRET] = SECRET_HEADER}},
		 find_cloudflare},
	[SOURCE_AZURE] = {{.name = "azure", .headers = true,
			   .vouch = VOUCH_NEVER,
			   .defaults = {[SLOT_CERT] = "X-ARR-ClientCert",
					[SLOT_SECRET] = SECRET_HEADER}},
			  find_escaped},
	[SOURCE_GCP] = {{.name = "gcp", .headers = true,
			 .defaults = {[SLOT_SECRET] = SECRET_HEADER},
			 .required = 1u << SLOT_LEAF | 1u << SLOT_PRESENT |
				     1u << SLOT_VERIFY},
			find_gcp},
	[SOURCE_HEADER] = {{.name = "header", .headers = true,
			    .vouch = VOUCH_POLICY,
			    .defaults = {[SLOT_SECRET] = SECRET_HEADER},
			    .required = 1u << SLOT_CERT},
			   find_escaped},
};

static const char *const slot_names[SLOT_COUNT] = {
	[SLOT_CERT] = "cert",
	[SLOT_CHAIN] = "chain",
	[SLOT_LEAF] = "leaf",
	[SLOT_SUBJECT] = "subject",
	[SLOT_ISSUER] = "issuer",
	[SLOT_SERIAL] = "serial",
	[SLOT_VALIDITY] = "validity",
	[SLOT_NOT_BEFORE] = "not_before",
	[SLOT_NOT_AFTER] = "not_after",
	[SLOT_VERIFY] = "verify",
	[SLOT_HASH] = "hash",
	[SLOT_PRESENT] = "present",
	[SLOT_ERROR] = "error",
	[SLOT_SECRET] = "secret",
};

const struct source_row *source_row(enum source source)
{
	return (size_t)source < SOURCE_COUNT ? &sources[source].row : NULL;
}

enum source source_from_name(const char *name)
{
	size_t i;

	for (i = 0; i < SOURCE_COUNT; i++)
		if (strcmp(sources[i].row.name, name) == 0)
			break;
	return (enum source)i;
}

const char *slot_name(enum slot slot)
{
	return (size_t)slot < SLOT_COUNT ? slot_names[slot] : NULL;
}

enum slot slot_from_name(const char *name)
{
	size_t i;

	for (i = 0; i < SLOT_COUNT; i++)
		if (strcmp(slot_names[i], name) == 0)
			break;
	return (enum slot)i;
}

static bool same_certificate(const struct credential *a,
			     const struct credential *b)
{
	return a->leaf.len == b->leaf.len && a->leaf.len > 0 &&
	       memcmp(a->leaf.bytes, b->leaf.bytes, a->leaf.len) == 0;
}

/* Adds what one more source says to what is known. The first that has a
 * certificate wins; one that says something else is a conflict, one that is
 * refused refuses all. What was spoofed is kept in any case. */
static enum reason join(enum reason so_far, struct credential *known,
			enum reason next, const struct credential *found)
{
	const char *spoofed = known->spoofed ? known->spoofed : found->spoofed;

	if (next != REASON_CERTIFICATE_MISSING &&
	    (next != REASON_GRANTED ||
	     so_far == REASON_CERTIFICATE_MISSING)) {
		*known = *found;
		so_far = next;
	} else if (next == REASON_GRANTED && !same_certificate(known, found)) {
		known->detail = "two sources carry different certificates";
		so_far = REASON_SOURCE_CONFLICT;
	}
	known->spoofed = spoofed;
	return so_far;
}

enum reason credential_find(struct arena *arena,
			    const struct source_rules *rules,
			    const struct given *given,
			    struct trace *trace,
			    struct credential *ret_credential)
{
	struct credential known = {
		.detail = "no certificate was handed over"};
	enum reason reason = REASON_CERTIFICATE_MISSING;

	if (rules->count)
		known.source = rules->list[0];
	if (given->duplicate) {
		known.detail = "a variable was sent twice with two values";
		reason = REASON_SOURCE_CONFLICT;
	}
	for (size_t i = 0; i < rules->count; i++) {
		struct credential found = {.source = rules->list[i]};
		struct search search = {arena, rules, given, trace,
					source_row(found.source), &found};
		enum reason next;

		if (reason != REASON_GRANTED &&
		    reason != REASON_CERTIFICATE_MISSING)
			break;
		next = sources[found.source].find(&search);
		if (i == 0 && found.detail)
			known.detail = found.detail;
		reason = join(reason, &known, next, &found);
	}
	trace_add(trace, STAGE, source_row(known.source)->name,
		  reason == REASON_GRANTED ? STEP_OK : STEP_FAIL, "%s",
		  reason == REASON_GRANTED ? "certificate found"
					   : reason_row(reason)->name);
	*ret_credential = known;
	return reason;
}
