/* test_ctl_doctor_x509.c - how certificates hang together, by names and keys.
 */
#include "ctl_doctor_x509.h"

#include <criterion/criterion.h>

#include <openssl/evp.h>
#include <openssl/x509v3.h>

enum { DAY = 24 * 60 * 60 };

static X509_NAME *name_of(const char *organisation, const char *cn)
{
	X509_NAME *name = X509_NAME_new();

	if (organisation)
		X509_NAME_add_entry_by_txt(
			name, "O", MBSTRING_UTF8,
			(const unsigned char *)organisation, -1, -1, 0);
	X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
				   (const unsigned char *)cn, -1, -1, 0);
	return name;
}

static void extend(X509 *cert, int nid, const char *value)
{
	X509_EXTENSION *extension =
		X509V3_EXT_conf_nid(NULL, NULL, nid, value);

	cr_assert_eq(X509_add_ext(cert, extension, -1), 1, "%s", value);
	X509_EXTENSION_free(extension);
}

/* A certificate for key, signed by signer in the name of issuer. usage: its
 * extendedKeyUsage, or NULL. */
static X509 *make(const char *subject, EVP_PKEY *key, const char *issuer,
		  EVP_PKEY *signer, const char *usage)
{
	X509 *cert = X509_new();
	X509_NAME *names[] = {name_of("Test", subject),
			      name_of("Test", issuer)};

	X509_set_version(cert, X509_VERSION_3);
	X509_set_subject_name(cert, names[0]);
	X509_set_issuer_name(cert, names[1]);
	X509_gmtime_adj(X509_getm_notBefore(cert), -DAY);
	X509_gmtime_adj(X509_getm_notAfter(cert), DAY);
	X509_set_pubkey(cert, key);
	if (usage)
		extend(cert, NID_ext_key_usage, usage);
	else
		extend(cert, NID_basic_constraints, "critical,CA:TRUE");
	cr_assert_gt(X509_sign(cert, signer, EVP_sha256()), 0);
	X509_NAME_free(names[0]);
	X509_NAME_free(names[1]);
	return cert;
}

Test(ctl_doctor_x509, links)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *other = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *ca = make("CA", key, "CA", key, NULL);
	X509 *twin = make("CA", other, "CA", other, NULL);
	X509 *leaf = make("leaf", other, "CA", key, "clientAuth");

	cr_assert_eq(x509_link(ca, leaf), LINK_SIGNED);
	cr_assert_eq(x509_link(twin, leaf), LINK_NAMESAKE);
	cr_assert_eq(x509_link(leaf, ca), LINK_NONE);
	cr_assert(x509_self_signed(ca) && !x509_self_signed(leaf));
	cr_assert(x509_is_ca(ca) && !x509_is_ca(leaf));
	cr_assert(x509_has_key(leaf, other) && !x509_has_key(leaf, key));
	X509_free(ca);
	X509_free(twin);
	X509_free(leaf);
	EVP_PKEY_free(key);
	EVP_PKEY_free(other);
}

Test(ctl_doctor_x509, dates_and_purpose)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *client = make("c", key, "CA", key, "clientAuth");
	X509 *server = make("s", key, "CA", key, "serverAuth");
	int64_t from = x509_not_before(client);
	int64_t until = x509_not_after(client);

	cr_assert_eq(until - from, 2 * DAY);
	cr_assert(x509_valid_at(client, from) && x509_valid_at(client, until));
	cr_assert(!x509_valid_at(client, from - 1) &&
		  !x509_valid_at(client, until + 1));
	cr_assert_null(x509_not_for_client(client));
	cr_assert_not_null(x509_not_for_client(server));
	X509_free(client);
	X509_free(server);
	EVP_PKEY_free(key);
}

Test(ctl_doctor_x509, strength)
{
	struct arena *arena = arena_new();
	EVP_PKEY *good = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	EVP_PKEY *bad = EVP_PKEY_Q_keygen(NULL, NULL, "RSA", (size_t)1024);
	X509 *strong = make("strong", good, "CA", good, "clientAuth");
	X509 *weak = make("weak", bad, "CA", good, "clientAuth");

	cr_assert_null(x509_weak(arena, strong, X509_WEAK));
	cr_assert_not_null(x509_weak(arena, weak, X509_WEAK));
	cr_assert_null(x509_weak(arena, strong, X509_MODEST));
	cr_assert(!x509_key_rare(good) && !x509_key_rare(bad));
	X509_free(strong);
	X509_free(weak);
	EVP_PKEY_free(good);
	EVP_PKEY_free(bad);
	arena_free(arena);
}

Test(ctl_doctor_x509, words_of_an_empty_name)
{
	struct arena *arena = arena_new();
	X509_NAME *name = X509_NAME_new();

	cr_assert_str_eq(x509_name_words(arena, name), "(empty name)");
	X509_NAME_free(name);
	arena_free(arena);
}

Test(ctl_doctor_x509, rare_keys)
{
	EVP_PKEY *small = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-224");
	EVP_PKEY *curve = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "secp256k1");
	EVP_PKEY *edwards = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");

	cr_assert(x509_key_rare(small) && x509_key_rare(curve));
	cr_assert(x509_key_rare(edwards));
	EVP_PKEY_free(small);
	EVP_PKEY_free(curve);
	EVP_PKEY_free(edwards);
}

/* Without the issuer at hand only its name, and what CAs of size add to their
 * certificates, can tell. */
Test(ctl_doctor_x509, below_a_root)
{
	EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
	X509 *stranger = make("a", key, "Other CA", key, "clientAuth");
	X509 *below = make("b", key, "Issuing CA", key, "clientAuth");
	STACK_OF(X509_NAME) *roots = sk_X509_NAME_new_null();

	sk_X509_NAME_push(roots, name_of("Test", "CA"));
	cr_assert_eq(x509_below(stranger, roots), 0);
	cr_assert_gt(x509_below(below, roots), 0);
	extend(stranger, NID_info_access,
	       "caIssuers;URI:http://ca.example/ca.cer");
	cr_assert_gt(x509_below(stranger, roots), 0);
	cr_assert(x509_among(sk_X509_NAME_value(roots, 0), roots));
	cr_assert_not(x509_among(X509_get_issuer_name(below), roots));
	sk_X509_NAME_pop_free(roots, X509_NAME_free);
	X509_free(stranger);
	X509_free(below);
	EVP_PKEY_free(key);
}
