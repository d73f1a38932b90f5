/* credential.c - the table of sources. A request comes in; the one text that
 * is the certificate goes out, or why there is none. Parses no X.509. */
#include "credential.h"

#include <string.h>

#define STAGE "credential"

/* lighttpd cuts names here; whatever is this long may have been cut. */
enum { DN_CUT = 255 };

typedef enum reason find_fn(struct arena *arena, const struct request *request,
			    struct trace *trace, struct credential *found);

static const char *value_of(const struct request *request, enum var var)
{
	const char *text = request->var[var];

	return unwrap_is_none(text) ? NULL : text;
}

/* Only the servers' own word for success counts (mod_ssl, lighttpd, nginx:
 * SUCCESS; HAProxy: 0, which it also sends when there was no certificate). */
static bool is_vouched(const char *verify, bool with_certificate)
{
	if (!verify)
		return false;
	return strcmp(verify, "SUCCESS") == 0 ||
	       (with_certificate && strcmp(verify, "0") == 0);
}

/* Servers that refuse what a client sent may keep the certificate and hand
 * over just that: then it was not missing. */
static enum reason say_absent(const char *verify, struct credential *found)
{
	if (is_vouched(verify, false)) {
		found->detail = "SSL_CLIENT_VERIFY is SUCCESS but the server "
				"hands over no certificate: exporting it is "
				"not switched on";
		return REASON_CERTIFICATE_MISSING;
	}
	if (verify && (strncmp(verify, "FAILED", 6) == 0 ||
		       strcmp(verify, "GENEROUS") == 0)) {
		found->detail = "the server refused the certificate";
		return REASON_NOT_VERIFIED;
	}
	found->detail = "no certificate was handed over";
	return REASON_CERTIFICATE_MISSING;
}

static enum reason find_server(struct arena *arena,
			       const struct request *request,
			       struct trace *trace, struct credential *found)
{
	enum status status;

	found->text = value_of(request, VAR_SSL_CLIENT_CERT);
	found->dn = value_of(request, VAR_SSL_CLIENT_S_DN);
	found->verify = value_of(request, VAR_SSL_CLIENT_VERIFY);
	if (!found->text)
		return say_absent(found->verify, found);
	found->vouched = is_vouched(found->verify, true);
	found->chain_count = request->chain_count;
	memcpy(found->chain, request->chain, sizeof(found->chain));
	trace_add(trace, STAGE, "SSL_CLIENT_CERT", STEP_NOTE, "%zu bytes",
		  strlen(found->text));
	status = unwrap_one(arena, found->text, &found->leaf, &found->detail);
	if (status == ST_NOMEM)
		return REASON_INTERNAL_ERROR;
	return status == ST_OK ? REASON_GRANTED : REASON_CERTIFICATE_MALFORMED;
}

static enum reason find_server_dn(struct arena *arena,
				  const struct request *request,
				  struct trace *trace, struct credential *found)
{
	(void)arena;
	found->dn = value_of(request, VAR_SSL_CLIENT_S_DN);
	found->verify = value_of(request, VAR_SSL_CLIENT_VERIFY);
	if (!found->dn)
		return say_absent(found->verify, found);
	found->vouched = is_vouched(found->verify, false);
	trace_add(trace, STAGE, "SSL_CLIENT_S_DN", STEP_NOTE, "%s", found->dn);
	if (strlen(found->dn) >= DN_CUT) {
		found->detail = "a name of 255 bytes or more may be cut";
		return REASON_CERTIFICATE_MALFORMED;
	}
	return REASON_GRANTED;
}

static const struct {
	struct source_row row;
	find_fn *find;
} sources[SOURCE_COUNT] = {
	[SOURCE_SERVER] = {{"server", false}, find_server},
	[SOURCE_SERVER_DN] = {{"server-dn", true}, find_server_dn},
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

static bool same_certificate(const struct credential *a,
			     const struct credential *b)
{
	return a->leaf.len == b->leaf.len && a->leaf.len > 0 &&
	       memcmp(a->leaf.bytes, b->leaf.bytes, a->leaf.len) == 0;
}

/* Adds what one more source says to what is known. The first that has a
 * certificate wins; one that says something else is a conflict, one that is
 * refused refuses all. */
static enum reason join(enum reason so_far, struct credential *known,
			enum reason next, const struct credential *found)
{
	if (next == REASON_CERTIFICATE_MISSING)
		return so_far;
	if (next != REASON_GRANTED || so_far == REASON_CERTIFICATE_MISSING) {
		*known = *found;
		return next;
	}
	return same_certificate(known, found) ? so_far : REASON_SOURCE_CONFLICT;
}

enum reason credential_find(struct arena *arena,
			    const struct source_rules *rules,
			    const struct request *request,
			    struct trace *trace,
			    struct credential *ret_credential)
{
	struct credential known = {
		.detail = "no certificate was handed over"};
	enum reason reason = REASON_CERTIFICATE_MISSING;

	if (rules->count)
		known.source = rules->list[0];
	if (request->duplicate) {
		known.detail = "a variable was sent twice with two values";
		reason = REASON_SOURCE_CONFLICT;
	}
	for (size_t i = 0; i < rules->count; i++) {
		struct credential found = {.source = rules->list[i]};
		enum reason next;

		if (reason != REASON_GRANTED &&
		    reason != REASON_CERTIFICATE_MISSING)
			break;
		next = sources[found.source].find(arena, request, trace,
						  &found);
		if (i == 0)
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
