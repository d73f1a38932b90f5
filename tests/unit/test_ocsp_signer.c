/* test_ocsp_signer.c - nobody but the issuer, and whom it named, may sign. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "ocsp_fixture.h"
#include "ocsp_signer.h"
#include "timefmt.h"

#define GOOD_EXTS "extendedKeyUsage=OCSPSigning\n" \
		  "keyUsage=critical,digitalSignature"

/* A responder's certificate and whether it may sign. key: 0 the CA made the
 * certificate, 1 another CA did that is trusted too, 2 another CA of the
 * same name, 3 the responder itself. */
struct row {
	const char *exts;
	const char *why; /* "": it may */
	int64_t skip;    /* so long after OCSP_NOW it is asked */
	int maker;
	bool by_key;
	bool weak;       /* RSA with 512 bits */
};

TestSuite(ocsp_signer, .timeout = 60);

static X509 *make_signer(const struct row *row, EVP_PKEY *key)
{
	const struct ocsp_pki *pki = ocsp_pki();
	X509 *makers[] = {pki->ca, pki->other_ca, pki->same_name, NULL};
	EVP_PKEY *keys[] = {pki->key, pki->other_key, pki->other_key, key};

	return ocsp_cert("OCSP", 7, key, makers[row->maker],
			 keys[row->maker], row->exts);
}

static bool is_signed(const struct ocsp_recipe *recipe, int64_t now,
		      X509_STORE *store, int64_t *ret_until,
		      const char **ret_why)
{
	const struct ocsp_pki *pki = ocsp_pki();
	struct ocsp_question question = {.leaf = pki->leaf, .issuer = pki->ca,
					 .store = store, .now = now};
	size_t len;
	unsigned char *der = ocsp_response(recipe, &len);
	const unsigned char *at = der;
	OCSP_RESPONSE *response = d2i_OCSP_RESPONSE(NULL, &at, (long)len);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(response);
	bool good = ocsp_signed(&question, basic, ret_until, ret_why);

	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(response);
	OPENSSL_free(der);
	return good;
}

static const struct row rows[] = {
	{.exts = GOOD_EXTS},
	{.exts = GOOD_EXTS, .by_key = true},
	{.exts = "extendedKeyUsage=OCSPSigning"},
	{.exts = "extendedKeyUsage=OCSPSigning\nnoCheck=ignored"},
	{.exts = "extendedKeyUsage=clientAuth,OCSPSigning"},
	{.exts = GOOD_EXTS, .skip = 86400},
	{.exts = NULL, .why = "not for OCSPSigning"},
	{.exts = "extendedKeyUsage=clientAuth",
	 .why = "not for OCSPSigning"},
	{.exts = "extendedKeyUsage=anyExtendedKeyUsage",
	 .why = "not for OCSPSigning"},
	{.exts = "basicConstraints=critical,CA:TRUE\nkeyUsage=keyCertSign",
	 .why = "not for OCSPSigning"},
	{.exts = "extendedKeyUsage=OCSPSigning\nkeyUsage=keyAgreement",
	 .why = "not for signatures"},
	{.exts = GOOD_EXTS "\n1.2.3.4=critical,ASN1:NULL",
	 .why = "is not known"},
	{.exts = GOOD_EXTS, .skip = 86401, .why = "out of its dates"},
	{.exts = GOOD_EXTS, .skip = -86401, .why = "out of its dates"},
	{.exts = GOOD_EXTS, .maker = 1, .why = "not from the CA"},
	{.exts = GOOD_EXTS, .maker = 2, .why = "not from the CA"},
	{.exts = GOOD_EXTS, .maker = 3, .why = "not from the CA"},
	{.exts = GOOD_EXTS, .weak = true, .why = "weak key"},
};

ParameterizedTestParameters(ocsp_signer, delegates)
{
	/* numbers: another process runs the test, and has texts elsewhere */
	static size_t at[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		at[i] = i;
	return cr_make_param_array(size_t, at, ARRAY_LEN(rows));
}

ParameterizedTest(size_t *at, ocsp_signer, delegates)
{
	const struct row *row = &rows[*at];
	struct ocsp_recipe recipe = {.by_key = row->by_key};
	const char *exts = row->exts ? row->exts : "no extension";
	const char *why = "";
	int64_t until = 0;
	bool good;

	recipe.key = row->weak ? EVP_RSA_gen(768) : EVP_EC_gen("P-256");
	recipe.signer = make_signer(row, recipe.key);
	good = is_signed(&recipe, OCSP_NOW + row->skip, NULL, &until, &why);
	if (!row->why) {
		cr_assert(good, "%s: %s", exts, why);
		cr_assert_eq(until, OCSP_NOW + 86400);
	} else {
		cr_assert(!good, "%s by maker %d", exts, row->maker);
		cr_assert(strstr(why, row->why), "%s: %s", exts, why);
	}
	recipe.without_cert = true;
	cr_assert(!is_signed(&recipe, OCSP_NOW + row->skip, NULL, &until,
			     &why), "%s: the certificate is not there", exts);
	X509_free(recipe.signer);
	EVP_PKEY_free(recipe.key);
}

Test(ocsp_signer, the_issuer_needs_no_certificate_in_the_response)
{
	struct ocsp_recipe recipe = {.without_cert = true};
	const char *why = "";
	int64_t until = 0;

	cr_assert(is_signed(&recipe, OCSP_NOW, NULL, &until, &why), "%s", why);
	cr_assert_eq(until, TIME_NEVER);
	recipe.by_key = true;
	cr_assert(is_signed(&recipe, OCSP_NOW, NULL, &until, &why), "%s", why);
}

Test(ocsp_signer, another_trusted_ca_has_no_say)
{
	const struct ocsp_pki *pki = ocsp_pki();
	X509 *signers[] = {pki->other_ca, pki->same_name};
	X509_STORE *store = X509_STORE_new();
	const char *why = "";
	int64_t until = 0;

	X509_STORE_add_cert(store, pki->ca);
	X509_STORE_add_cert(store, pki->other_ca);
	X509_STORE_add_cert(store, pki->same_name);
	for (size_t i = 0; i < ARRAY_LEN(signers); i++)
		for (int form = 0; form < 4; form++) {
			struct ocsp_recipe recipe = {
				.signer = signers[i], .by_key = form & 1,
				.without_cert = form & 2, .add = pki->ca};

			cr_assert(!is_signed(&recipe, OCSP_NOW, store, &until,
					     &why), "signer %zu", i);
		}
	X509_STORE_free(store);
}

Test(ocsp_signer, a_broken_signature_is_none)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	EVP_PKEY *thief = EVP_EC_gen("P-256");
	struct row real = {.exts = GOOD_EXTS};
	struct row forged = {.exts = GOOD_EXTS, .maker = 3};
	X509 *signer = make_signer(&real, key);
	X509 *same = make_signer(&forged, thief);
	struct ocsp_recipe recipes[] = {
		{.broken = true},
		{.broken = true, .without_cert = true},
		{.broken = true, .signer = signer, .key = key},
		{.signer = same, .key = thief, .without_cert = true,
		 .add = signer},
	};
	const char *why = "";
	int64_t until = 0;

	for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
		cr_assert(!is_signed(&recipes[i], OCSP_NOW, NULL, &until,
				     &why), "recipe %zu", i);
		cr_assert(strstr(why, "not signed by the issuer"), "%zu: %s",
			  i, why);
	}
	X509_free(same);
	X509_free(signer);
	EVP_PKEY_free(thief);
	EVP_PKEY_free(key);
}

Test(ocsp_signer, the_delegate_may_stand_behind_others)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct row row = {.exts = GOOD_EXTS};
	X509 *signer = make_signer(&row, key);
	struct ocsp_recipe recipe = {.signer = signer, .key = key,
				     .add = ocsp_pki()->other_ca};
	const char *why = "";
	int64_t until = 0;

	cr_assert(is_signed(&recipe, OCSP_NOW, NULL, &until, &why), "%s", why);
	X509_free(signer);
	EVP_PKEY_free(key);
}

Test(ocsp_signer, digests_that_no_longer_count)
{
	const EVP_MD *weak[] = {EVP_sha1(), EVP_md5()};
	const EVP_MD *strong[] = {EVP_sha224(), EVP_sha256(), EVP_sha512()};
	EVP_PKEY *key = EVP_RSA_gen(2048);
	struct row row = {.exts = GOOD_EXTS};
	struct ocsp_recipe recipe = {.signer = make_signer(&row, key),
				     .key = key};
	const char *why = "";
	int64_t until = 0;

	for (size_t i = 0; i < ARRAY_LEN(weak); i++) {
		recipe.md = weak[i];
		cr_assert(!is_signed(&recipe, OCSP_NOW, NULL, &until, &why));
		cr_assert(strstr(why, "digest"), "%s", why);
	}
	for (size_t i = 0; i < ARRAY_LEN(strong); i++) {
		recipe.md = strong[i];
		cr_assert(is_signed(&recipe, OCSP_NOW, NULL, &until, &why),
			  "%zu: %s", i, why);
	}
	X509_free(recipe.signer);
	EVP_PKEY_free(key);
}

/* Signs with RSASSA-PSS, whose digest stands in its parameters. */
static bool pss_is_signed(const EVP_MD *md, const char **ret_why)
{
	const struct ocsp_pki *pki = ocsp_pki();
	struct ocsp_question question = {.leaf = pki->leaf, .issuer = pki->ca,
					 .now = OCSP_NOW};
	EVP_PKEY *key = EVP_RSA_gen(2048);
	X509 *signer = ocsp_cert("OCSP", 7, key, pki->ca, pki->key,
				 GOOD_EXTS);
	OCSP_BASICRESP *basic = OCSP_BASICRESP_new();
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *key_ctx;
	int64_t until;
	bool good;

	EVP_DigestSignInit(ctx, &key_ctx, md, NULL, key);
	EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING);
	cr_assert(OCSP_basic_sign_ctx(basic, signer, ctx, NULL, 0));
	good = ocsp_signed(&question, basic, &until, ret_why);
	EVP_MD_CTX_free(ctx);
	OCSP_BASICRESP_free(basic);
	X509_free(signer);
	EVP_PKEY_free(key);
	return good;
}

Test(ocsp_signer, pss)
{
	const char *why = "";

	cr_assert(pss_is_signed(EVP_sha256(), &why), "%s", why);
	cr_assert(!pss_is_signed(EVP_sha1(), &why));
	cr_assert(strstr(why, "digest"), "%s", why);
}

static X509_CRL *make_crl(X509 *revoked, EVP_PKEY *key)
{
	X509_CRL *crl = X509_CRL_new();
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *time = ASN1_TIME_set(NULL, OCSP_NOW);

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_issuer_name(revoked));
	X509_CRL_set1_lastUpdate(crl, time);
	X509_CRL_set1_nextUpdate(crl, time);
	X509_REVOKED_set_serialNumber(
		entry, (ASN1_INTEGER *)X509_get0_serialNumber(revoked));
	X509_REVOKED_set_revocationDate(entry, time);
	X509_CRL_add0_revoked(crl, entry);
	X509_CRL_sign(crl, key, EVP_sha256());
	ASN1_TIME_free(time);
	return crl;
}

/* Is the response of a delegate taken, with a CRL at hand that names it? */
static bool survives_crl(EVP_PKEY *crl_key, const char **ret_why)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	struct row row = {.exts = GOOD_EXTS};
	X509 *signer = make_signer(&row, key);
	struct ocsp_recipe recipe = {.signer = signer, .key = key};
	X509_STORE *store = X509_STORE_new();
	X509_CRL *crl = make_crl(signer, crl_key);
	int64_t until = 0;
	bool good;

	X509_STORE_add_crl(store, crl);
	good = is_signed(&recipe, OCSP_NOW, store, &until, ret_why);
	X509_CRL_free(crl);
	X509_STORE_free(store);
	X509_free(signer);
	EVP_PKEY_free(key);
	return good;
}

Test(ocsp_signer, a_revoked_delegate_has_no_say)
{
	const char *why = "";

	cr_assert(!survives_crl(ocsp_pki()->key, &why));
	cr_assert(strstr(why, "revoked"), "%s", why);
	cr_assert(survives_crl(ocsp_pki()->other_key, &why), "%s", why);
}

Test(ocsp_signer, no_time_is_not_the_present)
{
	int64_t when = 5;

	cr_assert(!ocsp_time(NULL, &when));
	cr_assert_eq(when, 5);
}
