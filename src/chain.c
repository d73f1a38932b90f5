/* chain.c - asks OpenSSL's X509_verify_cert, and nothing but its answer 1 is
 * a pass. A leaf and the certificates around it come in, a chain goes out or
 * the first thing that is wrong with it. */
#include "chain.h"

#include <string.h>

#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "chain_delta.h"
#include "chain_reason.h"
#include "chain_store.h"

#define STAGE "chain"
#define OID_ANY_POLICY "2.5.29.32.0"

/* Without a security_level: keys as strong as RSA of 1024 bits, and digests as
 * strong as SHA-1, whose bits OpenSSL counts as 63. */
enum { DEFAULT_DEPTH = 10, KEY_FLOOR = 80, DIGEST_FLOOR = 63 };

/* One run, reached from OpenSSL's callback. */
struct run {
	struct arena *arena;
	const struct chain_rules *rules;
	const struct cert *leaf;
	int64_t now;
	struct trace *trace;
	struct chain *chain;
	STACK_OF(X509) *sent; /* what the request brought, after the leaf */
};

static const char *subject_of(struct arena *arena, X509 *x509)
{
	struct name name;
	const char *text = NULL;

	if (x509 && cert_read_name(arena, X509_get_subject_name(x509),
				   &name) == ST_OK)
		text = name_print(arena, &name);
	return text ? text : "?";
}

static const char *issuer_of(struct arena *arena, X509 *x509)
{
	struct name name;
	const char *text = NULL;

	if (x509 && cert_read_name(arena, X509_get_issuer_name(x509),
				   &name) == ST_OK)
		text = name_print(arena, &name);
	return text ? text : "?";
}

/* RFC 5280 section 4.1.2.5: valid through notAfter; OpenSSL stops at it. */
static bool is_last_second(const struct run *run, X509 *x509)
{
	time_t now = (time_t)run->now;

	return x509 &&
	       ASN1_TIME_cmp_time_t(X509_get0_notAfter(x509), now) == 0;
}

/* crl_stale: may this CRL still be used? */
static bool stale_passes(const struct run *run, X509_CRL *crl)
{
	const ASN1_TIME *next = crl ? X509_CRL_get0_nextUpdate(crl) : NULL;
	const struct chain_rules *rules = run->rules;

	if (rules->crl_stale == CRL_STALE_WARN)
		return true;
	return rules->crl_stale == CRL_STALE_GRACE && next &&
	       ASN1_TIME_cmp_time_t(next, (time_t)(run->now -
						   rules->crl_grace)) > 0;
}

/* Roots that real CAs run lack what strict asks of other certificates; nobody
 * but the administrator chose them. */
static bool is_root_form(X509_STORE_CTX *ctx, int error)
{
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	int last = sk_X509_num(X509_STORE_CTX_get0_chain(ctx)) - 1;

	return depth > 0 && depth == last &&
	       (error == X509_V_ERR_MISSING_SUBJECT_KEY_IDENTIFIER ||
		error == X509_V_ERR_MISSING_AUTHORITY_KEY_IDENTIFIER ||
		error == X509_V_ERR_CA_BCONS_NOT_CRITICAL ||
		error == X509_V_ERR_CA_CERT_MISSING_KEY_USAGE);
}

/* Lets pass what is not wrong after all; everything else stays an error. */
static int on_result(int ok, X509_STORE_CTX *ctx)
{
	struct run *run = X509_STORE_CTX_get_app_data(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	X509 *x509 = X509_STORE_CTX_get_current_cert(ctx);
	X509_CRL *crl = X509_STORE_CTX_get0_current_crl(ctx);
	bool pass = false;

	if (ok)
		return 1;
	/* A context that OpenSSL made for a CRL's own path is not ours. */
	if (!run)
		return 0;
	if (error == X509_V_ERR_CERT_HAS_EXPIRED)
		pass = is_last_second(run, x509);
	else if (error == X509_V_ERR_CRL_HAS_EXPIRED)
		pass = stale_passes(run, crl);
	else
		pass = is_root_form(ctx, error);
	if (!pass)
		return 0;
	if (error == X509_V_ERR_CRL_HAS_EXPIRED) {
		run->chain->warning = arena_printf(
			run->arena, "the CRL of %s is out of date and was "
			"let pass", issuer_of(run->arena, x509));
		trace_add(run->trace, STAGE, "crl_stale", STEP_WARN, "%s",
			  run->chain->warning ? run->chain->warning : "");
	}
	X509_STORE_CTX_set_error(ctx, X509_V_OK);
	return 1;
}

/* With none named, any will do; OpenSSL takes "none" for "no policy at all".
 */
static bool require_policies(const struct chain_rules *rules,
			     X509_VERIFY_PARAM *param)
{
	static const char *const any[] = {OID_ANY_POLICY};
	size_t count = rules->require_policy_count;
	const char *const *list = count ? rules->require_policy : any;

	for (size_t i = 0; i < (count ? count : 1); i++) {
		ASN1_OBJECT *oid = OBJ_txt2obj(list[i], 1);

		if (!oid || !X509_VERIFY_PARAM_add0_policy(param, oid)) {
			ASN1_OBJECT_free(oid);
			return false;
		}
	}
	return true;
}

static unsigned long flags_of(const struct chain_rules *rules)
{
	unsigned long flags = X509_V_FLAG_POLICY_CHECK;

	if (rules->strict)
		flags |= X509_V_FLAG_X509_STRICT;
	if (rules->partial_chain)
		flags |= X509_V_FLAG_PARTIAL_CHAIN;
	if (rules->explicit_policy)
		flags |= X509_V_FLAG_EXPLICIT_POLICY;
	if (rules->inhibit_any_policy)
		flags |= X509_V_FLAG_INHIBIT_ANY;
	if (rules->inhibit_policy_mapping)
		flags |= X509_V_FLAG_INHIBIT_MAP;
	if (rules->crl_check != CRL_CHECK_NONE)
		flags |= X509_V_FLAG_CRL_CHECK |
			 X509_V_FLAG_EXTENDED_CRL_SUPPORT |
			 X509_V_FLAG_USE_DELTAS;
	if (rules->crl_check == CRL_CHECK_CHAIN)
		flags |= X509_V_FLAG_CRL_CHECK_ALL;
	return flags;
}

static int or_default(int value, int otherwise)
{
	return value < 0 ? otherwise : value;
}

static bool set_up(struct run *run, X509_STORE_CTX *ctx)
{
	const struct chain_rules *rules = run->rules;
	X509_VERIFY_PARAM *param;

	if (!X509_STORE_CTX_init(ctx, rules->store, run->leaf->x509,
				 run->sent))
		return false;
	X509_STORE_CTX_set0_crls(ctx, rules->indirect);
	param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)run->now);
	X509_VERIFY_PARAM_set_depth(param, or_default(rules->max_depth,
						      DEFAULT_DEPTH));
	X509_VERIFY_PARAM_set_auth_level(param,
					 or_default(rules->security_level, 0));
	if (rules->ask_purpose &&
	    (!X509_VERIFY_PARAM_set_purpose(param, X509_PURPOSE_SSL_CLIENT) ||
	     !X509_VERIFY_PARAM_set_trust(param, X509_TRUST_SSL_CLIENT)))
		return false;
	X509_STORE_CTX_set_verify_cb(ctx, on_result);
	X509_STORE_CTX_set_app_data(ctx, run);
	return X509_VERIFY_PARAM_set_flags(param, flags_of(rules)) &&
	       require_policies(rules, param);
}

static void refuse(struct run *run, X509_STORE_CTX *ctx)
{
	int error = X509_STORE_CTX_get_error(ctx);
	int depth = X509_STORE_CTX_get_error_depth(ctx);
	X509 *x509 = X509_STORE_CTX_get_current_cert(ctx);

	run->chain->reason = chain_reason(error, depth);
	run->chain->detail = arena_printf(
		run->arena, "depth %d, %s, issued by %s: %s", depth,
		subject_of(run->arena, x509), issuer_of(run->arena, x509),
		X509_verify_cert_error_string(error));
}

static enum status add_policies(struct run *run, X509_STORE_CTX *ctx)
{
	X509_POLICY_TREE *tree = X509_STORE_CTX_get0_policy_tree(ctx);
	STACK_OF(X509_POLICY_NODE) *nodes =
		tree ? X509_policy_tree_get0_user_policies(tree) : NULL;
	struct attr_values *values = &run->chain->policies;

	values->state = ATTR_READ;
	for (int i = 0; i < sk_X509_POLICY_NODE_num(nodes); i++) {
		const X509_POLICY_NODE *node =
			sk_X509_POLICY_NODE_value(nodes, i);
		char dotted[256];
		char *copy;
		int len = OBJ_obj2txt(dotted, sizeof(dotted),
				      X509_policy_node_get0_policy(node), 1);

		if (len <= 0 || (size_t)len >= sizeof(dotted))
			continue;
		copy = arena_strdup(run->arena, dotted);
		if (!copy || attr_add(run->arena, COMPARE_OID, values, copy) ==
				     ST_NOMEM)
			return ST_NOMEM;
	}
	return ST_OK;
}

static enum status add_cert(struct run *run, X509 *x509)
{
	struct chain *chain = run->chain;
	enum status status = cert_of(run->arena, x509,
				     &chain->certs[chain->count]);

	if (status != ST_OK)
		return status;
	chain->origins[chain->count] = chain_origin(run->rules, x509);
	chain->count++;
	return ST_OK;
}

static enum status add_certs(struct run *run, X509_STORE_CTX *ctx)
{
	STACK_OF(X509) *list = X509_STORE_CTX_get0_chain(ctx);
	size_t count = (size_t)sk_X509_num(list);
	struct chain *chain = run->chain;
	enum status status = ST_OK;

	chain->certs = arena_alloc(run->arena, count * sizeof(*chain->certs));
	chain->origins = arena_alloc(run->arena,
				     count * sizeof(*chain->origins));
	if (!chain->certs || !chain->origins)
		return ST_NOMEM;
	for (int i = 0; i < (int)count && status == ST_OK; i++)
		status = add_cert(run, sk_X509_value(list, i));
	for (size_t i = 0; i < chain->count; i++)
		trace_add(run->trace, STAGE,
			  i == 0 ? "leaf" : i + 1 == count ? "anchor" : "ca",
			  STEP_NOTE, "%s, spki %.16s..., from %s",
			  subject_of(run->arena, chain->certs[i].x509),
			  chain->certs[i].spki, chain->origins[i]);
	return status;
}

/* The anchor's signature is nobody's proof; its key is. */
static bool is_weak(X509 *x509, bool anchor)
{
	EVP_PKEY *key = X509_get0_pubkey(x509);
	int bits = 0;

	if (!key || EVP_PKEY_get_security_bits(key) < KEY_FLOOR)
		return true;
	return !anchor &&
	       (!X509_get_signature_info(x509, NULL, NULL, &bits, NULL) ||
		bits < DIGEST_FLOOR);
}

/* True, with the reason, if a chain is weaker than anybody should take and the
 * policy does not say what it takes. */
static bool below_floor(struct run *run)
{
	struct chain *chain = run->chain;

	for (size_t i = 0; i < chain->count; i++) {
		X509 *x509 = chain->certs[i].x509;

		if (run->rules->security_level >= 0 ||
		    !is_weak(x509, i + 1 == chain->count))
			continue;
		chain->reason = REASON_WEAK_KEY;
		chain->detail = arena_printf(
			run->arena, "depth %zu, %s: its key or the digest of "
			"its signature is too weak", i,
			subject_of(run->arena, x509));
		return true;
	}
	return false;
}

/* True, with the reason, if a delta CRL revokes what CRLs are asked about. */
static bool deltas_revoke(struct run *run)
{
	const struct chain_rules *rules = run->rules;
	struct chain *chain = run->chain;
	size_t asked = rules->crl_check == CRL_CHECK_NONE   ? 0
		       : rules->crl_check == CRL_CHECK_LEAF ? 1
							    : chain->count;

	for (size_t i = 0; i < asked && i + 1 < chain->count; i++) {
		if (!chain_delta_revokes(rules, chain->certs[i].x509,
					 chain->certs[i + 1].x509))
			continue;
		chain->reason = REASON_REVOKED;
		chain->detail = arena_printf(
			run->arena, "depth %zu, %s: revoked by a delta CRL", i,
			subject_of(run->arena, chain->certs[i].x509));
		return true;
	}
	return false;
}

static void verify(struct run *run, X509_STORE_CTX *ctx)
{
	struct chain *chain = run->chain;
	int result;

	if (!set_up(run, ctx))
		return;
	result = X509_verify_cert(ctx);
	if (result == 1 && X509_STORE_CTX_get_error(ctx) != X509_V_OK)
		result = 0;
	if (add_certs(run, ctx) != ST_OK)
		return;
	if (result != 1) {
		refuse(run, ctx);
		return;
	}
	if (below_floor(run) || deltas_revoke(run))
		return;
	if (!run->rules->ca_as_client && X509_check_ca(run->leaf->x509) != 0) {
		chain->reason = REASON_CA_AS_CLIENT;
		return;
	}
	if (add_policies(run, ctx) != ST_OK)
		return;
	chain->reason = REASON_GRANTED;
	chain->good = true;
}

void chain_check(struct arena *arena, const struct chain_rules *rules,
		 const struct cert *leaf, const struct credential *credential,
		 int64_t now, struct trace *trace, struct chain *ret_chain)
{
	struct chain chain = {.good_until = chain_good_until(rules, now)};
	struct run run = {arena, rules, leaf, now, trace, &chain, NULL};
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();

	chain.reason = chain_unwrap(arena, rules, credential, &run.sent,
				    &chain.detail);
	if (ctx && chain.reason == REASON_GRANTED) {
		chain.reason = REASON_INTERNAL_ERROR;
		verify(&run, ctx);
	} else if (!ctx) {
		chain.reason = REASON_INTERNAL_ERROR;
	}
	X509_STORE_CTX_free(ctx);
	chain.good_until = chain_first_date(run.sent, now, chain.good_until);
	sk_X509_pop_free(run.sent, X509_free);
	*ret_chain = chain;
}
