/* chain_store.c - the store that chains are checked against. Lists of parsed
 * certificates and CRLs come in, OpenSSL's objects go out. Reads no file. */
#include "chain_store.h"

#include <openssl/x509v3.h>

#include "timefmt.h"

static void free_store(void *store)
{
	X509_STORE_free(store);
}

/* Two CAs may bear one name. Where that is so, a candidate is the issuer only
 * if its key made the signature, so that the other one is tried next. */
static int check_issued(X509_STORE_CTX *ctx, X509 *x509, X509 *issuer)
{
	EVP_PKEY *key;

	(void)ctx;
	if (X509_check_issued(issuer, x509) != X509_V_OK)
		return 0;
	key = X509_get0_pubkey(issuer);
	return key && X509_verify(x509, key) == 1;
}

/* The key of the issuer of the certificate that is being asked about, if it is
 * called name; NULL: somebody else's CRLs are looked for. */
static EVP_PKEY *key_of(const X509_STORE_CTX *ctx, const X509_NAME *name)
{
	STACK_OF(X509) *chain = X509_STORE_CTX_get0_chain(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	int last = sk_X509_num(chain) - 1;
	X509 *issuer = sk_X509_value(chain, depth < last ? depth + 1 : last);

	if (!issuer ||
	    X509_NAME_cmp(X509_get_subject_name(issuer), name) != 0)
		return NULL;
	return X509_get0_pubkey(issuer);
}

/* Could this CRL be meant for another CA of the same name? With an authority
 * key identifier OpenSSL tells them apart itself. */
static bool is_foreign(X509_CRL *x509, EVP_PKEY *key)
{
	struct crl *crl = crl_from_x509(x509);

	return X509_CRL_get_ext_by_NID(x509, NID_authority_key_identifier,
				       -1) < 0 &&
	       crl && !crl_signed_by(crl, key);
}

/* Those of a namesake go where there is one that the CA at hand signed. */
static void drop_foreign(STACK_OF(X509_CRL) *list, EVP_PKEY *key)
{
	int own = 0;

	for (int i = 0; i < sk_X509_CRL_num(list); i++)
		own += !is_foreign(sk_X509_CRL_value(list, i), key);
	for (int i = sk_X509_CRL_num(list) - 1; own > 0 && i >= 0; i--)
		if (is_foreign(sk_X509_CRL_value(list, i), key))
			X509_CRL_free(sk_X509_CRL_delete(list, i));
}

/* OpenSSL takes the first delta that fits and does not look at its dates: one
 * that is out of date must take nobody off hold, nor an older one hide what a
 * newer one says. */
static bool is_passed(STACK_OF(X509_CRL) *list, const struct crl_facts *delta,
		      int64_t now)
{
	if (!delta->delta)
		return false;
	if (delta->next_update < now || delta->this_update > now)
		return true;
	for (int i = 0; i < sk_X509_CRL_num(list); i++) {
		const struct crl_facts *other = crl_facts(
			crl_from_x509(sk_X509_CRL_value(list, i)));

		if (other->delta && crl_is_newer(other, delta) &&
		    other->this_update <= now && other->next_update >= now)
			return true;
	}
	return false;
}

static void drop_passed(STACK_OF(X509_CRL) *list, int64_t now)
{
	for (int i = sk_X509_CRL_num(list) - 1; i >= 0; i--) {
		struct crl *crl = crl_from_x509(sk_X509_CRL_value(list, i));

		if (crl && is_passed(list, crl_facts(crl), now))
			X509_CRL_free(sk_X509_CRL_delete(list, i));
	}
}

/* All CRLs of that name that OpenSSL should choose from. */
static STACK_OF(X509_CRL) *look_up_crls(const X509_STORE_CTX *ctx,
					const X509_NAME *name)
{
	STACK_OF(X509_CRL) *list = X509_STORE_CTX_get1_crls(ctx, name);
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	EVP_PKEY *key = key_of(ctx, name);

	if (sk_X509_CRL_num(list) < 2)
		return list;
	if (key)
		drop_foreign(list, key);
	drop_passed(list, X509_VERIFY_PARAM_get_time(param));
	return list;
}

static bool has_namesake(const struct chain_file_cert *list, size_t count,
			 X509 *x509)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].x509 != x509 &&
		    X509_NAME_cmp(X509_get_subject_name(list[i].x509),
				  X509_get_subject_name(x509)) == 0)
			return true;
	return false;
}

static bool find_namesakes(const struct chain_rules *rules)
{
	for (size_t i = 0; i < rules->anchor_count; i++) {
		X509 *x509 = rules->anchors[i].x509;

		if (has_namesake(rules->anchors, rules->anchor_count, x509) ||
		    has_namesake(rules->intermediates,
				 rules->intermediate_count, x509))
			return true;
	}
	for (size_t i = 0; i < rules->intermediate_count; i++)
		if (has_namesake(rules->intermediates,
				 rules->intermediate_count,
				 rules->intermediates[i].x509))
			return true;
	return false;
}

/* Hashes the lists now and not while a request waits: crl_signed_by remembers.
 * A list without an index is for one request, which may not need it. */
static void warm(const struct crl *crl, const struct chain_file_cert *list,
		 size_t count)
{
	X509_CRL *x509 = crl_x509(crl);

	for (size_t i = 0; i < count; i++) {
		EVP_PKEY *key = X509_get0_pubkey(list[i].x509);

		if (key && X509_NAME_cmp(X509_get_subject_name(list[i].x509),
					 X509_CRL_get_issuer(x509)) == 0)
			crl_signed_by(crl_from_x509(x509), key);
	}
}

static void free_crls(void *list)
{
	sk_X509_CRL_free(list);
}

/* RFC 5280 section 5.2.5: a CRL that speaks for other issuers as well is not
 * found by the name of one of them. */
static bool is_indirect(X509_CRL *x509)
{
	ISSUING_DIST_POINT *point = X509_CRL_get_ext_d2i(
		x509, NID_issuing_distribution_point, NULL, NULL);
	bool indirect = point && point->indirectCRL > 0;

	ISSUING_DIST_POINT_free(point);
	return indirect;
}

static bool collect_indirect(struct arena *arena, struct chain_rules *rules)
{
	STACK_OF(X509_CRL) *list = sk_X509_CRL_new_null();

	if (!list)
		return false;
	if (arena_on_free(arena, free_crls, list) != ST_OK) {
		sk_X509_CRL_free(list);
		return false;
	}
	for (size_t i = 0; i < rules->crl_count; i++) {
		X509_CRL *x509 = crl_x509(rules->crls[i]);

		if (is_indirect(x509) && !sk_X509_CRL_push(list, x509))
			return false;
	}
	rules->indirect = list;
	return true;
}

static bool add_crls(const struct chain_rules *rules, X509_STORE *store)
{
	for (size_t i = 0; i < rules->crl_count; i++) {
		const struct crl *crl = rules->crls[i];

		if (!X509_STORE_add_crl(store, crl_x509(crl)))
			return false;
		if (!crl_is_indexed(crl))
			continue;
		warm(crl, rules->anchors, rules->anchor_count);
		warm(crl, rules->intermediates, rules->intermediate_count);
	}
	return true;
}

enum status chain_prepare(struct arena *arena, struct chain_rules *rules)
{
	X509_STORE *store = X509_STORE_new();

	if (store && arena_on_free(arena, free_store, store) != ST_OK) {
		X509_STORE_free(store);
		store = NULL;
	}
	if (!store)
		return ST_NOMEM;
	for (size_t i = 0; i < rules->anchor_count; i++)
		if (!X509_STORE_add_cert(store, rules->anchors[i].x509))
			return ST_NOMEM;
	if (!add_crls(rules, store) || !collect_indirect(arena, rules))
		return ST_NOMEM;
	rules->same_names = find_namesakes(rules);
	if (rules->same_names)
		X509_STORE_set_check_issued(store, check_issued);
	X509_STORE_set_lookup_crls(store, look_up_crls);
	rules->store = store;
	return ST_OK;
}

static bool push(STACK_OF(X509) *stack, X509 *x509)
{
	if (!X509_up_ref(x509))
		return false;
	if (sk_X509_push(stack, x509))
		return true;
	X509_free(x509);
	return false;
}

/* Parses a certificate beside the leaf onto the stack. */
static enum status push_der(struct arena *arena, struct der der,
			    STACK_OF(X509) *stack, const char **ret_why)
{
	struct cert cert;
	enum status status = cert_parse(arena, der, &cert, ret_why);

	if (status == ST_OK && !push(stack, cert.x509))
		status = ST_NOMEM;
	return status;
}

static enum status push_text(struct arena *arena, const char *text,
			     STACK_OF(X509) *stack, const char **ret_why)
{
	struct der der;
	enum status status;

	if (unwrap_is_none(text))
		return ST_OK;
	status = unwrap_one(arena, text, &der, ret_why);
	return status == ST_OK ? push_der(arena, der, stack, ret_why)
			       : status;
}

/* What the request brought, wrapped or not, and what the policy adds. */
static enum status push_all(struct arena *arena,
			    const struct chain_rules *rules,
			    const struct credential *credential,
			    STACK_OF(X509) *stack, const char **ret_detail)
{
	enum status status = ST_OK;
	const char *why = NULL;
	size_t i;

	for (i = 0; i < credential->chain_count && status == ST_OK; i++)
		status = push_text(arena, credential->chain[i], stack, &why);
	for (i = 0; i < credential->sent_count && status == ST_OK; i++)
		status = push_der(arena, credential->sent[i], stack, &why);
	if (status == ST_BAD)
		*ret_detail = arena_printf(
			arena, "a certificate of the chain: %s", why);
	for (i = 0; i < rules->intermediate_count && status == ST_OK; i++)
		if (!push(stack, rules->intermediates[i].x509))
			status = ST_NOMEM;
	return status;
}

enum reason chain_unwrap(struct arena *arena, const struct chain_rules *rules,
			 const struct credential *credential,
			 STACK_OF(X509) **ret_certs, const char **ret_detail)
{
	STACK_OF(X509) *stack = sk_X509_new_null();
	enum status status = ST_NOMEM;

	if (stack)
		status = push_all(arena, rules, credential, stack, ret_detail);
	if (status == ST_OK) {
		*ret_certs = stack;
		return REASON_GRANTED;
	}
	sk_X509_pop_free(stack, X509_free);
	return status == ST_NOMEM ? REASON_INTERNAL_ERROR
				  : REASON_CERTIFICATE_MALFORMED;
}

static const char *find_origin(const struct chain_file_cert *list,
			       size_t count, const X509 *x509)
{
	for (size_t i = 0; i < count; i++)
		if (X509_cmp(list[i].x509, x509) == 0)
			return list[i].file;
	return NULL;
}

const char *chain_origin(const struct chain_rules *rules, const X509 *x509)
{
	const char *file = find_origin(rules->anchors, rules->anchor_count,
				       x509);

	if (!file)
		file = find_origin(rules->intermediates,
				   rules->intermediate_count, x509);
	return file ? file : "the request";
}

int64_t chain_good_until(const struct chain_rules *rules, int64_t now)
{
	int64_t first = TIME_NEVER;

	for (size_t i = 0; i < rules->crl_count; i++) {
		int64_t next = crl_facts(rules->crls[i])->next_update;

		if (next > now && next < first)
			first = next;
	}
	return first;
}

int64_t chain_first_date(const STACK_OF(X509) *list, int64_t now,
			 int64_t until)
{
	for (int i = 0; i < sk_X509_num(list); i++) {
		struct cert_dates dates = cert_dates(sk_X509_value(list, i));

		if (dates.not_before > now && dates.not_before < until)
			until = dates.not_before;
		/* valid through notAfter */
		if (dates.not_after >= now && dates.not_after < until)
			until = dates.not_after + 1;
	}
	return until;
}
