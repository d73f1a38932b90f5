/* ctl_doctor_stranger.c - out: a certificate that nobody has issued, for
 * showing it to servers. Its name says where it comes from. */
#include "ctl_doctor_gate.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

enum { AN_HOUR = 3600 };

static bool fill_in(X509 *cert, EVP_PKEY *key)
{
	static const unsigned char name[] = "mtlsgatectl doctor";
	X509_NAME *subject = X509_get_subject_name(cert);

	return X509_set_version(cert, X509_VERSION_3) == 1 &&
	       ASN1_INTEGER_set(X509_get_serialNumber(cert), 1) == 1 &&
	       X509_gmtime_adj(X509_getm_notBefore(cert), -AN_HOUR) &&
	       X509_gmtime_adj(X509_getm_notAfter(cert), AN_HOUR) &&
	       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name,
					  -1, -1, 0) == 1 &&
	       X509_set_issuer_name(cert, subject) == 1 &&
	       X509_set_pubkey(cert, key) == 1 &&
	       X509_sign(cert, key, EVP_sha256()) > 0;
}

bool stranger_make(struct tls_identity *ret_stranger)
{
	*ret_stranger = (struct tls_identity){.cert = X509_new(),
					      .key = EVP_EC_gen("P-256")};
	if (ret_stranger->cert && ret_stranger->key &&
	    fill_in(ret_stranger->cert, ret_stranger->key))
		return true;
	stranger_free(ret_stranger);
	return false;
}

void stranger_free(struct tls_identity *stranger)
{
	X509_free(stranger->cert);
	EVP_PKEY_free(stranger->key);
	*stranger = (struct tls_identity){0};
}
