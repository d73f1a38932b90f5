/* ocsp_fixture.c - makes CAs, certificates and OCSP responses in memory. */
#include "ocsp_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/x509v3.h>

#define CA_EXTS "basicConstraints=critical,CA:TRUE\n" \
		"keyUsage=critical,keyCertSign,cRLSign"

enum { DAY = 86400 };

static void need(bool good, const char *what)
{
	if (good)
		return;
	fprintf(stderr, "ocsp_fixture: %s\n", what);
	exit(2);
}

static void add_ext(X509 *x509, X509 *issuer, const char *line)
{
	char *name = strdup(line);
	char *value = strchr(name, '=');
	X509V3_CTX ctx;
	X509_EXTENSION *ext;

	need(value, line);
	*value++ = '\0';
	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	ext = X509V3_EXT_nconf(NULL, &ctx, name, value);
	need(ext && X509_add_ext(x509, ext, -1), line);
	X509_EXTENSION_free(ext);
	free(name);
}

static void add_exts(X509 *x509, X509 *issuer, const char *exts)
{
	char *copy = strdup(exts ? exts : "");
	char *save = NULL;

	for (char *line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		add_ext(x509, issuer, line);
	free(copy);
}

X509 *ocsp_cert(const char *cn, long serial, EVP_PKEY *key, X509 *issuer,
		EVP_PKEY *issuer_key, const char *exts)
{
	X509 *x509 = X509_new();

	need(x509, "no memory");
	X509_set_version(x509, X509_VERSION_3);
	ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
	ASN1_TIME_set(X509_getm_notBefore(x509), OCSP_NOW - DAY);
	ASN1_TIME_set(X509_getm_notAfter(x509), OCSP_NOW + DAY);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN",
				   MBSTRING_UTF8, (const unsigned char *)cn,
				   -1, -1, 0);
	X509_set_issuer_name(x509, X509_get_subject_name(issuer ? issuer
								: x509));
	X509_set_pubkey(x509, key);
	add_exts(x509, issuer ? issuer : x509, exts);
	need(X509_sign(x509, issuer_key, EVP_sha256()), "signing");
	return x509;
}

static void make_pki(struct ocsp_pki *pki)
{
	EVP_PKEY *other = EVP_EC_gen("P-256");
	EVP_PKEY *key = EVP_EC_gen("P-256");

	need(key && other, "keys");
	pki->key = key;
	pki->other_key = other;
	pki->ca = ocsp_cert("Client CA", 1, key, NULL, key, CA_EXTS);
	pki->other_ca = ocsp_cert("Other CA", 1, other, NULL, other, CA_EXTS);
	pki->same_name = ocsp_cert("Client CA", 1, other, NULL, other,
				   CA_EXTS);
	pki->leaf = ocsp_cert("alice", 0x1001, other, pki->ca, key,
			      "authorityInfoAccess="
			      "OCSP;URI:http://127.0.0.1:1/\n"
			      "extendedKeyUsage=clientAuth");
	pki->second = ocsp_cert("bob", 0x1002, other, pki->ca, key,
				"extendedKeyUsage=clientAuth");
}

const struct ocsp_pki *ocsp_pki(void)
{
	static struct ocsp_pki pki;

	if (!pki.ca)
		make_pki(&pki);
	return &pki;
}

static ASN1_TIME *time_at(int64_t when)
{
	ASN1_TIME *time = ASN1_GENERALIZEDTIME_set(NULL, (time_t)when);

	need(time, "no memory");
	return time;
}

static void add_entry(OCSP_BASICRESP *basic, const struct ocsp_recipe *recipe,
		      int status)
{
	const struct ocsp_pki *pki = ocsp_pki();
	ASN1_TIME *this = time_at(OCSP_NOW - recipe->age);
	ASN1_TIME *next = recipe->next ? time_at(OCSP_NOW + recipe->next)
				       : NULL;
	bool revoked = status == V_OCSP_CERTSTATUS_REVOKED;
	ASN1_TIME *when = time_at(OCSP_NOW - 3600);
	OCSP_CERTID *id = OCSP_cert_to_id(
		recipe->id_md ? recipe->id_md : EVP_sha1(),
		recipe->about ? recipe->about : pki->leaf,
		recipe->about_issuer ? recipe->about_issuer : pki->ca);
	OCSP_SINGLERESP *single = OCSP_basic_add1_status(
		basic, id, status,
		revoked ? OCSP_REVOKED_STATUS_KEYCOMPROMISE : 0,
		revoked ? when : NULL, this, next);

	need(single, "an entry");
	if (recipe->single_critical)
		OCSP_SINGLERESP_add1_ext_i2d(single, NID_invalidity_date, this,
					     1, 0);
	OCSP_CERTID_free(id);
	ASN1_TIME_free(this);
	ASN1_TIME_free(next);
	ASN1_TIME_free(when);
}

static void sign(OCSP_BASICRESP *basic, const struct ocsp_recipe *recipe)
{
	const struct ocsp_pki *pki = ocsp_pki();
	X509 *signer = recipe->signer ? recipe->signer : pki->ca;
	EVP_PKEY *key = recipe->key;
	unsigned long flags = 0;

	if (!key)
		key = signer == pki->ca ? pki->key : pki->other_key;
	if (recipe->by_key)
		flags |= OCSP_RESPID_KEY;
	if (recipe->without_cert)
		flags |= OCSP_NOCERTS;
	if (recipe->add)
		OCSP_basic_add1_cert(basic, recipe->add);
	need(OCSP_basic_sign(basic, signer, key,
			     recipe->md ? recipe->md : EVP_sha256(), NULL,
			     flags), "signing");
	if (recipe->broken) {
		const ASN1_OCTET_STRING *signature =
			OCSP_resp_get0_signature(basic);
		unsigned char *bytes =
			(unsigned char *)ASN1_STRING_get0_data(signature);

		bytes[ASN1_STRING_length(signature) - 1] ^= 1;
	}
}

static OCSP_BASICRESP *make_basic(const struct ocsp_recipe *recipe)
{
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	ASN1_TIME *time = time_at(OCSP_NOW);

	need(basic, "no memory");
	add_entry(basic, recipe, recipe->status);
	if (recipe->second_status)
		add_entry(basic, recipe, recipe->second_status);
	if (recipe->nonce)
		OCSP_basic_add1_nonce(basic, (unsigned char *)recipe->nonce,
				      (int)strlen(recipe->nonce));
	else if (recipe->asked)
		OCSP_copy_nonce(basic, recipe->asked);
	if (recipe->critical)
		OCSP_BASICRESP_add1_ext_i2d(basic, NID_invalidity_date, time,
					    1, 0);
	ASN1_TIME_free(time);
	sign(basic, recipe);
	return basic;
}

unsigned char *ocsp_response(const struct ocsp_recipe *recipe, size_t *ret_len)
{
	OCSP_BASICRESP *basic = NULL;
	OCSP_RESPONSE *response;
	unsigned char *der = NULL;
	int len;

	if (recipe->response_status == OCSP_RESPONSE_STATUS_SUCCESSFUL)
		basic = make_basic(recipe);
	response = OCSP_response_create(recipe->response_status, basic);
	len = i2d_OCSP_RESPONSE(response, &der);
	need(len > 0, "encoding");
	OCSP_RESPONSE_free(response);
	OCSP_BASICRESP_free(basic);
	*ret_len = (size_t)len;
	return der;
}
