/* ctl_doctor_stranger.c - out: a certificate that nobody has issued, for
 * showing it to servers. Its name says where it comes from. */
#include "ctl_doctor_gate.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

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

/* Of the issuer's name, and not of its key: a server that lets strangers in
 * finds the issuer nowhere, where it would else find a bad signature. */
static void drop_key_ids(X509 *cert)
{
	static const int kinds[] = {NID_authority_key_identifier,
				    NID_subject_key_identifier};

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		int at = X509_get_ext_by_NID(cert, kinds[i], -1);

		X509_EXTENSION_free(at < 0 ? NULL : X509_delete_ext(cert, at));
	}
}

static bool add_key_id(X509 *cert)
{
	ASN1_OCTET_STRING *id = ASN1_OCTET_STRING_new();
	AUTHORITY_KEYID *authority = AUTHORITY_KEYID_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned len = 0;
	bool good = id && authority &&
		    X509_pubkey_digest(cert, EVP_sha1(), digest, &len) == 1 &&
		    ASN1_OCTET_STRING_set(id, digest, (int)len) == 1;

	if (good) {
		authority->keyid = id;
		id = NULL;
		good = X509_add1_ext_i2d(cert, NID_authority_key_identifier,
					 authority, 0, X509V3_ADD_DEFAULT) == 1;
	}
	ASN1_OCTET_STRING_free(id);
	AUTHORITY_KEYID_free(authority);
	return good;
}

static bool fill_in_like(X509 *cert, EVP_PKEY *key)
{
	drop_key_ids(cert);
	return X509_gmtime_adj(X509_getm_notBefore(cert), -AN_HOUR) &&
	       X509_gmtime_adj(X509_getm_notAfter(cert), AN_HOUR) &&
	       X509_set_pubkey(cert, key) == 1 && add_key_id(cert) &&
	       X509_sign(cert, key, EVP_sha256()) > 0;
}

bool stranger_make_like(X509 *cert, struct tls_identity *ret_stranger)
{
	*ret_stranger = (struct tls_identity){.cert = X509_dup(cert),
					      .key = EVP_EC_gen("P-256")};
	if (ret_stranger->cert && ret_stranger->key &&
	    fill_in_like(ret_stranger->cert, ret_stranger->key))
		return true;
	stranger_free(ret_stranger);
	return false;
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
