/* ctl_doctor_x509.c - in: certificates of clients and servers; out: what they
 * say, in words, and how they fit together. */
#include "ctl_doctor_x509.h"

#include <openssl/err.h>

static void free_certs(void *certs)
{
	sk_X509_pop_free(certs, X509_free);
}

STACK_OF(X509) *x509_list(struct arena *arena)
{
	STACK_OF(X509) *list = sk_X509_new_null();

	if (list && arena_on_free(arena, free_certs, list) != ST_OK) {
		sk_X509_free(list);
		list = NULL;
	}
	return list;
}

bool x509_list_add(STACK_OF(X509) *list, X509 *cert)
{
	if (sk_X509_push(list, cert) <= 0)
		return false;
	return X509_up_ref(cert) == 1;
}

bool x509_has_key(X509 *cert, EVP_PKEY *key)
{
	bool same = X509_check_private_key(cert, key) == 1;

	ERR_clear_error();
	return same;
}

const char *x509_name_words(struct arena *arena, const X509_NAME *name)
{
	const unsigned long how =
		XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;
	BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;
	long len = 0;
	const char *words = NULL;

	if (bio && X509_NAME_print_ex(bio, name, 0, how) >= 0) {
		len = BIO_get_mem_data(bio, &text);
		words = arena_strndup(arena, text, (size_t)len);
	}
	BIO_free(bio);
	if (words && !*words)
		words = "(empty name)";
	return words ? words : "?";
}

const char *x509_words(struct arena *arena, const X509 *cert)
{
	return x509_name_words(arena, X509_get_subject_name(cert));
}

const char *x509_key_words(struct arena *arena, const EVP_PKEY *key)
{
	const char *type = key ? EVP_PKEY_get0_type_name(key) : NULL;
	const char *words;

	if (!type)
		return "a key of an unknown kind";
	words = arena_printf(arena, "%s, %d bits", type,
			     EVP_PKEY_get_bits(key));
	return words ? words : "?";
}

const char *x509_cert_key_words(struct arena *arena, const X509 *cert)
{
	return x509_key_words(arena, X509_get0_pubkey(cert));
}
