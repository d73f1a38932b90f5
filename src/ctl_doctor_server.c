/* ctl_doctor_server.c - in: the certificates that the server showed; out:
 * whether a client that trusts these CAs can believe them. */
#include <string.h>

#include <openssl/x509v3.h>

#include "ctl_doctor_checks.h"
#include "ctl_doctor_x509.h"
#include "timefmt.h"

enum { CLIENT_LEVEL = 2, /* of security, as clients of today have it */
       SOON = 14 * 24 * 60 * 60 };

/* The errors of one verification; the first of each kind. */
struct errors {
	int leaf_date;  /* X509_V_ERR_CERT_HAS_EXPIRED or _NOT_YET_VALID */
	X509 *ca_date;  /* a CA certificate out of its dates */
	int trust;      /* no way to an anchor */
	X509 *top;      /* where the way ends */
	int purpose;
	int weak;
	int other;
};

static int on_error(int good, X509_STORE_CTX *context)
{
	struct errors *errors = X509_STORE_CTX_get_app_data(context);
	X509 *cert = X509_STORE_CTX_get_current_cert(context);
	int error = X509_STORE_CTX_get_error(context);

	if (good)
		return 1;
	switch (error) {
	case X509_V_ERR_CERT_HAS_EXPIRED:
	case X509_V_ERR_CERT_NOT_YET_VALID:
		if (X509_STORE_CTX_get_error_depth(context) == 0)
			errors->leaf_date = error;
		else
			errors->ca_date = cert;
		break;
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
	case X509_V_ERR_CERT_UNTRUSTED:
		if (!errors->trust) {
			errors->trust = error;
			errors->top = cert;
		}
		break;
	case X509_V_ERR_INVALID_PURPOSE:
		errors->purpose = error;
		break;
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		errors->weak = error;
		break;
	default:
		errors->other = error;
	}
	return 1;
}

/* Verifies with the CAs given, or with those of the system. False: no memory,
 * or OpenSSL cannot. */
static bool verify(const struct doctor *doctor, STACK_OF(X509) * more,
		   struct errors *ret_errors)
{
	STACK_OF(X509) *sent = doctor->bare.tls.chain;
	X509_STORE *store = X509_STORE_new();
	X509_STORE_CTX *context = X509_STORE_CTX_new();
	bool good = store && context;

	*ret_errors = (struct errors){0};
	for (int i = 0; good && i < sk_X509_num(doctor->cas); i++)
		good = X509_STORE_add_cert(store,
					   sk_X509_value(doctor->cas, i));
	if (good && !doctor->cas)
		(void)X509_STORE_set_default_paths(store);
	good = good && X509_STORE_CTX_init(context, store,
					   sk_X509_value(sent, 0),
					   more ? more : sent) == 1;
	if (good) {
		X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(context);

		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
		X509_VERIFY_PARAM_set_auth_level(param, CLIENT_LEVEL);
		(void)X509_VERIFY_PARAM_set_purpose(param,
						    X509_PURPOSE_SSL_SERVER);
		X509_STORE_CTX_set_verify_cb(context, on_error);
		X509_STORE_CTX_set_app_data(context, ret_errors);
		(void)X509_verify_cert(context);
	}
	X509_STORE_CTX_free(context);
	X509_STORE_free(store);
	return good;
}

static void check_dates(struct doctor *doctor, X509 *leaf,
			const struct errors *errors)
{
	char date[TIME_TEXT];

	if (errors->leaf_date == X509_V_ERR_CERT_HAS_EXPIRED)
		doctor_fail(doctor, CAUSE_SERVER_CERT_EXPIRED,
			    "the certificate of %s was valid until %s",
			    x509_words(doctor->arena, leaf),
			    time_format(x509_not_after(leaf), date));
	else if (errors->leaf_date)
		doctor_fail(doctor, CAUSE_SERVER_CERT_NOT_YET_VALID,
			    "the certificate of %s is valid from %s on",
			    x509_words(doctor->arena, leaf),
			    time_format(x509_not_before(leaf), date));
	else if (x509_not_after(leaf) < doctor->now + SOON)
		doctor_warn(doctor, CAUSE_NONE,
			    "the server's certificate is valid until %s only",
			    time_format(x509_not_after(leaf), date));
	if (errors->ca_date)
		doctor_fail(doctor, CAUSE_SERVER_CA_EXPIRED,
			    "the CA certificate of %s is valid until %s",
			    x509_words(doctor->arena, errors->ca_date),
			    time_format(x509_not_after(errors->ca_date),
					date));
}

/* The DNS names and addresses of a certificate, in words. */
static const char *names_of(struct arena *arena, X509 *cert)
{
	GENERAL_NAMES *names = X509_get_ext_d2i(cert, NID_subject_alt_name,
						NULL, NULL);
	BIO *bio = BIO_new(BIO_s_mem());
	const char *words = NULL;
	char *text;
	long len;

	for (int i = 0; bio && i < sk_GENERAL_NAME_num(names) && i < 10; i++) {
		BIO_puts(bio, i ? ", " : "");
		(void)GENERAL_NAME_print(bio, sk_GENERAL_NAME_value(names, i));
	}
	len = bio ? BIO_get_mem_data(bio, &text) : 0;
	if (len > 0)
		words = arena_strndup(arena, text, (size_t)len);
	GENERAL_NAMES_free(names);
	BIO_free(bio);
	return words ? words : x509_words(arena, cert);
}

/* An address that the certificate does not have keeps fewer clients out than
 * another name: many are told to overlook it. */
static void check_name(struct doctor *doctor, X509 *leaf)
{
	const char *host = doctor->url.host;
	bool fits = doctor->url.address
			    ? X509_check_ip_asc(leaf, host, 0) == 1
			    : X509_check_host(leaf, host, 0, 0, NULL) == 1;
	bool strict = doctor->url.address || fits == false ||
		      X509_check_host(leaf, host, 0,
				      X509_CHECK_FLAG_NEVER_CHECK_SUBJECT,
				      NULL) == 1;
	const char *names = names_of(doctor->arena, leaf);

	if (fits && strict)
		doctor_ok(doctor, "the certificate has the name %s", host);
	else if (fits)
		doctor_warn(doctor, CAUSE_SERVER_CERT_NAME,
			    "%s stands only in the CN of the certificate, "
			    "where browsers do not look", host);
	else if (doctor->url.address)
		doctor_late(doctor, CAUSE_SERVER_CERT_NAME,
			    "the certificate is for %s, not for the address %s",
			    names, host);
	else
		doctor_fail(doctor, CAUSE_SERVER_CERT_NAME,
			    "the certificate is for %s, not for %s", names,
			    host);
}

/* An anchor of the name of cert's issuer that did not sign it. */
static bool has_namesake(const struct doctor *doctor, X509 *cert)
{
	bool found = false;

	for (int i = 0; i < sk_X509_num(doctor->cas); i++) {
		switch (x509_link(sk_X509_value(doctor->cas, i), cert)) {
		case LINK_SIGNED:
			return false;
		case LINK_NAMESAKE:
			found = true;
			break;
		case LINK_NONE:
			break;
		}
	}
	return found;
}

/* The anchors' names. */
static STACK_OF(X509_NAME) * roots_of(const struct doctor *doctor)
{
	STACK_OF(X509_NAME) *names = sk_X509_NAME_new_null();

	for (int i = 0; names && i < sk_X509_num(doctor->cas); i++)
		(void)sk_X509_NAME_push(
			names, X509_get_subject_name(
				       sk_X509_value(doctor->cas, i)));
	return names;
}

/* What is missing between cert and the anchors: with the certificates that
 * the client has it can often be proven. */
static bool is_gap(const struct doctor *doctor, X509 *cert)
{
	STACK_OF(X509) *more = sk_X509_dup(doctor->bare.tls.chain);
	STACK_OF(X509_NAME) *roots = roots_of(doctor);
	struct errors errors = {.trust = 1};
	int below = roots ? x509_below(cert, roots) : 0;
	STACK_OF(OPENSSL_STRING) *places = X509_get1_ocsp(cert);
	bool public_ca = !doctor->cas && places;

	for (int i = 0; more && i < sk_X509_num(doctor->files.chain); i++)
		(void)sk_X509_push(more,
				   sk_X509_value(doctor->files.chain, i));
	if (more && sk_X509_num(doctor->files.chain) > 0 &&
	    !verify(doctor, more, &errors))
		errors.trust = 1;
	X509_email_free(places);
	sk_X509_free(more);
	sk_X509_NAME_free(roots);
	return !errors.trust || below > 0 || public_ca;
}

static void fail_trust(struct doctor *doctor, const struct errors *errors)
{
	X509 *top = errors->top;
	const char *issuer = x509_name_words(doctor->arena,
					     X509_get_issuer_name(top));
	enum cause cause = CAUSE_SERVER_CA_UNKNOWN;

	if (has_namesake(doctor, top))
		cause = CAUSE_SERVER_CA_NAMESAKE;
	else if (errors->trust == X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT)
		cause = CAUSE_SERVER_CERT_SELF_SIGNED;
	else if (errors->trust != X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN &&
		 is_gap(doctor, top))
		cause = CAUSE_SERVER_CHAIN_INCOMPLETE;
	if (doctor->cas)
		doctor_fail(doctor, cause,
			    "the certificates that the server sends (%d) end "
			    "with one signed by %s, which --cacert does not "
			    "have%s",
			    sk_X509_num(doctor->bare.tls.chain), issuer,
			    cause == CAUSE_SERVER_CA_NAMESAKE
				    ? " with that key"
				    : "");
	else
		doctor_late(doctor, cause,
			    "the certificates that the server sends (%d) end "
			    "with one signed by %s, which this system does not "
			    "trust (give its CA with --cacert)",
			    sk_X509_num(doctor->bare.tls.chain), issuer);
}

static void check_rest(struct doctor *doctor, const struct errors *errors)
{
	/* who is no CA at all is not the CA of servers either */
	if (errors->purpose && errors->other != X509_V_ERR_INVALID_CA)
		doctor_fail(doctor, CAUSE_SERVER_CERT_PURPOSE,
			    "the server's certificate, or a CA's above it, "
			    "must not be used for servers: %s",
			    X509_verify_cert_error_string(errors->purpose));
	if (errors->weak)
		doctor_fail(doctor, CAUSE_SERVER_CERT_WEAK, "%s",
			    X509_verify_cert_error_string(errors->weak));
	if (errors->other)
		doctor_fail(doctor, CAUSE_SERVER_CERT_BAD, "%s",
			    X509_verify_cert_error_string(errors->other));
}

void check_server_cert(struct doctor *doctor)
{
	X509 *leaf = sk_X509_value(doctor->bare.tls.chain, 0);
	struct errors errors;

	if (!leaf) {
		doctor_note(doctor, "the server showed no certificate");
		return;
	}
	if (!verify(doctor, NULL, &errors)) {
		doctor_warn(doctor, CAUSE_SERVER_CERT_BAD,
			    "OpenSSL cannot look at the server's certificate");
		return;
	}
	check_dates(doctor, leaf, &errors);
	check_name(doctor, leaf);
	if (errors.trust)
		fail_trust(doctor, &errors);
	else
		doctor_ok(doctor, "its chain of %d ends with a CA that is "
				  "trusted",
			  sk_X509_num(doctor->bare.tls.chain));
	check_rest(doctor, &errors);
}
