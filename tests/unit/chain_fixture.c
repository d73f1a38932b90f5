/* chain_fixture.c - small PKIs for tests. Lines come in, signed certificates
 * and rules that trust them go out; every key is made on the spot. */
#include "chain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/pem.h>

#include "pki_spec.h"

static void free_x509(void *x509)
{
	X509_free(x509);
}

static void free_key(void *key)
{
	EVP_PKEY_free(key);
}

static void free_crl(void *crl)
{
	crl_release(crl);
}

static void keep(struct arena *arena, void (*fn)(void *), void *object)
{
	if (!object || arena_on_free(arena, fn, object) != ST_OK)
		spec_fail("memory");
}

static EVP_PKEY *make_key(struct arena *arena, const char *kind)
{
	EVP_PKEY *key;
	int bits;

	if (sscanf(kind, "rsa%d", &bits) == 1)
		key = EVP_RSA_gen((unsigned)bits);
	else if (strcmp(kind, "ed25519") == 0)
		key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		key = EVP_EC_gen("P-256");
	keep(arena, free_key, key);
	return key;
}

static void add_ext(X509 *x509, X509V3_CTX *ctx, const char *line)
{
	X509_EXTENSION *ext = spec_ext(ctx, line);

	X509_add_ext(x509, ext, -1);
	X509_EXTENSION_free(ext);
}

static void set_times(struct arena *arena, X509 *x509, const char *spec)
{
	const char *from = spec_find(arena, spec, "not_before");
	const char *until = spec_find(arena, spec, "not_after");

	ASN1_TIME_set(X509_getm_notBefore(x509),
		      from ? strtoll(from, NULL, 10) : FIXTURE_NOW - 86400);
	ASN1_TIME_set(X509_getm_notAfter(x509),
		      until ? strtoll(until, NULL, 10)
			    : FIXTURE_NOW + 99 * 86400);
}

static void set_serial(struct arena *arena, X509 *x509, const char *spec)
{
	static int next = 0x100;
	const char *hex = spec_find(arena, spec, "serial");
	ASN1_INTEGER *number;

	if (!hex)
		hex = arena_printf(arena, "%X", next++);
	number = spec_integer(hex);
	X509_set_serialNumber(x509, number);
	ASN1_INTEGER_free(number);
}

static void set_exts(struct arena *arena, X509 *x509, X509 *issuer,
		     const char *spec)
{
	bool root = spec_find(arena, spec, "root") != NULL;
	bool bare = spec_find(arena, spec, "bare") != NULL;
	char line[SPEC_LINE];
	const char *rest;
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x509, NULL, NULL, 0);
	if (root || spec_find(arena, spec, "ca")) {
		add_ext(x509, &ctx, "basicConstraints=critical,CA:TRUE");
		add_ext(x509, &ctx,
			"keyUsage=critical,keyCertSign,cRLSign");
	}
	if (!bare)
		add_ext(x509, &ctx, "subjectKeyIdentifier=hash");
	if (!bare && !root)
		add_ext(x509, &ctx, "authorityKeyIdentifier=keyid:always");
	for (size_t i = 0; spec_get(spec, i, line); i++)
		if (spec_starts(line, "ext", &rest))
			add_ext(x509, &ctx, rest);
}

struct pki pki_make_for(struct arena *arena, const char *name,
			const struct pki *issuer, EVP_PKEY *key,
			const char *spec)
{
	struct pki made = {X509_new(), key};
	const struct pki *by = issuer ? issuer : &made;
	const ASN1_BIT_STRING *signature;

	keep(arena, free_x509, made.x509);
	X509_set_version(made.x509, X509_VERSION_3);
	set_serial(arena, made.x509, spec);
	set_times(arena, made.x509, spec);
	spec_name(X509_get_subject_name(made.x509), name);
	X509_set_issuer_name(made.x509, X509_get_subject_name(by->x509));
	X509_set_pubkey(made.x509, key);
	set_exts(arena, made.x509, by->x509, spec);
	if (!X509_sign(made.x509, by->key, spec_digest(arena, spec, by->key)))
		spec_fail("signing a certificate");
	X509_get0_signature(&signature, NULL, made.x509);
	if (spec_find(arena, spec, "break"))
		spec_spoil(signature);
	return made;
}

struct pki pki_make(struct arena *arena, const char *name,
		    const struct pki *issuer, const char *spec)
{
	const char *kind = spec_find(arena, spec, "key");

	return pki_make_for(arena, name, issuer,
			    make_key(arena, kind ? kind : "ec"), spec);
}


/* ---- rules ---- */

struct crl *pki_parse_crl(struct arena *arena, const struct pki *issuer,
			  const char *spec, bool indexed)
{
	struct der der = pki_crl(arena, issuer, spec);
	const char *why = NULL;
	struct crl *crl = NULL;

	if (crl_parse(der.bytes, der.len, NULL, indexed, &crl, &why) != ST_OK)
		spec_fail(why);
	keep(arena, free_crl, crl);
	return crl;
}

struct chain_rules pki_rules(void)
{
	return (struct chain_rules){.enabled = true, .ask_purpose = true,
				    .max_depth = -1, .security_level = -1};
}

static struct chain_file_cert *add_file(struct arena *arena,
					struct chain_file_cert *list,
					size_t count, const struct pki *cert,
					const char *file)
{
	list = arena_grow(arena, list, count, sizeof(*list));
	if (!list)
		spec_fail("memory");
	list[count] = (struct chain_file_cert){cert->x509, file};
	return list;
}

void pki_trust(struct arena *arena, struct chain_rules *rules,
	       const struct pki *cert)
{
	rules->anchors = add_file(arena, rules->anchors, rules->anchor_count,
				  cert, "ca.pem");
	rules->anchor_count++;
}

void pki_offer(struct arena *arena, struct chain_rules *rules,
	       const struct pki *cert)
{
	rules->intermediates = add_file(arena, rules->intermediates,
					rules->intermediate_count, cert,
					"intermediates.pem");
	rules->intermediate_count++;
}

void pki_add_crl(struct arena *arena, struct chain_rules *rules,
		 const struct pki *issuer, const char *spec)
{
	size_t count = rules->crl_count;
	struct crl **crls = arena_grow(arena, rules->crls, count,
				       sizeof(*crls));
	const char **files = arena_grow(arena, rules->crl_files, count,
					sizeof(*files));

	if (!crls || !files)
		spec_fail("memory");
	crls[count] = pki_parse_crl(arena, issuer, spec, true);
	files[count] = "crl.pem";
	rules->crls = crls;
	rules->crl_files = files;
	rules->crl_count++;
	rules->crl_check = CRL_CHECK_CHAIN;
}

const char *pki_pem(struct arena *arena, const struct pki *cert)
{
	BIO *bio = BIO_new(BIO_s_mem());
	char *data;
	char *copy;
	long len;

	if (!bio || !PEM_write_bio_X509(bio, cert->x509))
		spec_fail("PEM");
	len = BIO_get_mem_data(bio, &data);
	copy = arena_strndup(arena, data, (size_t)len);
	BIO_free(bio);
	return copy;
}

struct credential pki_credential(struct arena *arena, const struct pki *leaf,
				 pki_list sent)
{
	struct credential made = {.source = SOURCE_SERVER};
	const char *why = NULL;

	made.text = pki_pem(arena, leaf);
	if (unwrap_one(arena, made.text, &made.leaf, &why) != ST_OK)
		spec_fail(why);
	for (size_t i = 0; sent && sent[i] && i < MAX_CHAIN; i++)
		made.chain[made.chain_count++] = pki_pem(arena, sent[i]);
	return made;
}

struct chain pki_check(struct arena *arena, struct chain_rules *rules,
		       const struct pki *leaf, pki_list sent, int64_t now)
{
	struct credential credential = pki_credential(arena, leaf, sent);
	const char *why = NULL;
	struct chain chain;
	struct cert cert;

	if (cert_parse(arena, credential.leaf, &cert, &why) != ST_OK)
		spec_fail(why);
	if (!rules->store && chain_prepare(arena, rules) != ST_OK)
		spec_fail("chain_prepare");
	chain_check(arena, rules, &cert, &credential, now, NULL, &chain);
	return chain;
}
