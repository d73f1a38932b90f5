/* ctl_doctor_verify.c - in: the client's certificate and those above it; out:
 * the rule of RFC 5280 that it breaks, as OpenSSL words it. Servers say of such
 * a certificate what they also say of many others. */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "ctl_doctor_trust.h"

/* Has a check of its own, which says more; or is no fault of the chain's. */
static bool is_told_elsewhere(int error, int depth)
{
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_CERT_UNTRUSTED:
	case X509_V_ERR_CERT_CHAIN_TOO_LONG:
		return true;
	case X509_V_ERR_INVALID_PURPOSE:
	case X509_V_ERR_INVALID_EXTENSION:
	case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
		return depth == 0;
	default:
		return false;
	}
}

static int on_error(int good, X509_STORE_CTX *context)
{
	const char **bad = X509_STORE_CTX_get_app_data(context);
	int error = X509_STORE_CTX_get_error(context);
	int depth = X509_STORE_CTX_get_error_depth(context);

	if (!good && !is_told_elsewhere(error, depth) &&
	    (!*bad || error == X509_V_ERR_INVALID_CA))
		*bad = X509_verify_cert_error_string(error);
	return 1;
}

/* Roots are trusted, the others lead there. */
static bool fill(X509_STORE *store, STACK_OF(X509) * between,
		 const STACK_OF(X509) * from)
{
	for (int i = 0; i < sk_X509_num(from); i++) {
		X509 *cert = sk_X509_value(from, i);
		bool root = X509_self_signed(cert, 0) == 1;

		if (root ? X509_STORE_add_cert(store, cert) != 1
			 : sk_X509_push(between, cert) <= 0)
			return false;
	}
	return true;
}

const char *client_verify(X509 *cert, const STACK_OF(X509) * sent,
			  const STACK_OF(X509) * known)
{
	STACK_OF(X509) *between = sk_X509_new_null();
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	const char *bad = NULL;

	if (between && store && context && fill(store, between, sent) &&
	    fill(store, between, known) &&
	    X509_STORE_CTX_init(context, store, cert, between) == 1) {
		X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);

		(void)X509_VERIFY_PARAM_set_purpose(param,
						    X509_PURPOSE_SSL_CLIENT);
		X509_STORE_CTX_set_verify_cb(context, on_error);
		X509_STORE_CTX_set_app_data(context, &bad);
		(void)X509_verify_cert(context);
	}
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	sk_X509_free(between);
	ERR_clear_error();
	return bad;
}
