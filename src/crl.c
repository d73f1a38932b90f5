/* crl.c - CRLs of any size behind OpenSSL's X509_CRL. Bytes come in; OpenSSL
 * does the reasoning of RFC 5280 on a copy without the list, and gets single
 * entries and the signature's verdict from us. */
#include "crl.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/asn1t.h>

#include "buf.h"
#include "cert.h"
#include "crl_int.h"
#include "timefmt.h"

static void put_header(struct buf *out, unsigned char tag, size_t len)
{
	unsigned char head[6] = {tag, 0x84, (unsigned char)(len >> 24),
				 (unsigned char)(len >> 16),
				 (unsigned char)(len >> 8),
				 (unsigned char)len};

	buf_add(out, head, sizeof(head));
}

X509_CRL *crl_parse_with(const struct crl_parts *parts,
			 struct span_der entries)
{
	const size_t head = 6;
	size_t list = entries.len ? head + entries.len : 0;
	size_t tbs = parts->head.len + list + parts->tail.len;
	const unsigned char *at;
	struct buf der = {0};
	X509_CRL *x509 = NULL;

	put_header(&der, 0x30, head + tbs + parts->rest.len);
	put_header(&der, 0x30, tbs);
	buf_add(&der, parts->head.bytes, parts->head.len);
	if (list)
		put_header(&der, 0x30, entries.len);
	buf_add(&der, entries.bytes, entries.len);
	buf_add(&der, parts->tail.bytes, parts->tail.len);
	buf_add(&der, parts->rest.bytes, parts->rest.len);
	at = (const unsigned char *)der.data;
	if (!der.failed)
		x509 = d2i_X509_CRL(NULL, &at, (long)der.len);
	buf_free(&der);
	return x509;
}

static bool holds(struct span_der where, const void *what, size_t len)
{
	return memmem(where.bytes, where.len, what, len) != NULL;
}

/* The entries that OpenSSL must see whole: those with a critical extension,
 * which may make the list unusable; all, if any names an issuer. */
static void collect(struct crl *crl, struct buf *special)
{
	static const unsigned char critical[] = {0x01, 0x01, 0xff};
	static const unsigned char issuer[] = {0x06, 0x03, 0x55, 0x1d, 0x1d};
	struct crl_entry entry;
	size_t at = 0;

	while (crl_walk_entry(&crl->parts.revoked, &at, &entry)) {
		if (!entry.extended)
			continue;
		crl->indirect |= holds(entry.whole, issuer, sizeof(issuer));
		if (holds(entry.whole, critical, sizeof(critical)))
			buf_add(special, entry.whole.bytes, entry.whole.len);
	}
}

/* Algorithms with parameters of their own (RSA-PSS, EdDSA): OpenSSL sorts them
 * out, at the price of a copy of the list. */
static bool verify_copy(const struct crl *crl, const X509_ALGOR *algorithm,
			const ASN1_BIT_STRING *signature, EVP_PKEY *key)
{
	ASN1_STRING *tbs = ASN1_STRING_type_new(V_ASN1_SEQUENCE);
	int good = 0;

	if (tbs && ASN1_STRING_set(tbs, crl->parts.tbs.bytes,
				   (int)crl->parts.tbs.len))
		good = ASN1_item_verify(ASN1_ITEM_rptr(ASN1_SEQUENCE),
					algorithm, signature, tbs, key);
	ASN1_STRING_free(tbs);
	return good == 1;
}

/* The signature over the bytes as they were read (RFC 5280 section 5.1.1.3);
 * OpenSSL would hash its own encoding of what it has parsed. */
static bool verify(const struct crl *crl, EVP_PKEY *key)
{
	const ASN1_BIT_STRING *signature;
	const X509_ALGOR *algorithm;
	EVP_MD_CTX *ctx;
	int digest;
	int type;
	bool good;

	X509_CRL_get0_signature(crl->x509, &signature, &algorithm);
	if (!OBJ_find_sigid_algs(OBJ_obj2nid(algorithm->algorithm), &digest,
				 &type) || digest == NID_undef)
		return verify_copy(crl, algorithm, signature, key);
	if (!EVP_PKEY_is_a(key, OBJ_nid2sn(type)))
		return false;
	ctx = EVP_MD_CTX_new();
	good = ctx &&
	       EVP_DigestVerifyInit_ex(ctx, NULL, OBJ_nid2sn(digest), NULL,
				       NULL, key, NULL) == 1 &&
	       EVP_DigestVerify(ctx, signature->data,
				(size_t)signature->length,
				crl->parts.tbs.bytes,
				crl->parts.tbs.len) == 1;
	EVP_MD_CTX_free(ctx);
	return good;
}

/* What was found about this key before; CRL_MAX_KEYS: nothing. */
static size_t find_key(const struct crl *crl, const EVP_PKEY *key)
{
	for (size_t i = 0; i < crl->key_count; i++)
		if (EVP_PKEY_eq(crl->keys[i], key) == 1)
			return i;
	return CRL_MAX_KEYS;
}

bool crl_signed_by(struct crl *crl, EVP_PKEY *key)
{
	bool good;
	size_t known;

	pthread_mutex_lock(&crl->lock);
	known = find_key(crl, key);
	if (known < CRL_MAX_KEYS) {
		good = crl->verdicts[known];
	} else {
		good = verify(crl, key);
		if (crl->key_count < CRL_MAX_KEYS && EVP_PKEY_up_ref(key)) {
			crl->keys[crl->key_count] = key;
			crl->verdicts[crl->key_count++] = good;
		}
	}
	pthread_mutex_unlock(&crl->lock);
	return good;
}

static int verify_method(X509_CRL *x509, EVP_PKEY *key)
{
	struct crl *crl = crl_from_x509(x509);

	return crl && crl_signed_by(crl, key);
}

static X509_CRL_METHOD *method;

static void make_method(void)
{
	method = X509_CRL_METHOD_new(NULL, NULL, crl_look_up, verify_method);
	if (method)
		X509_CRL_set_default_method(method);
}

static bool read_time(const ASN1_TIME *from, int64_t *ret_time)
{
	struct tm tm;

	if (!from || ASN1_TIME_to_tm(from, &tm) != 1)
		return false;
	*ret_time = timegm(&tm);
	return true;
}

static enum status read_number(struct crl *crl)
{
	ASN1_INTEGER *number =
		X509_CRL_get_ext_d2i(crl->x509, NID_crl_number, NULL, NULL);
	BIGNUM *big = number ? ASN1_INTEGER_to_BN(number, NULL) : NULL;
	char *hex = big ? BN_bn2hex(big) : NULL;

	if (hex)
		crl->facts.number = arena_strdup(crl->arena, hex);
	OPENSSL_free(hex);
	BN_free(big);
	ASN1_INTEGER_free(number);
	return crl->facts.number || !number ? ST_OK : ST_NOMEM;
}

static enum status read_facts(struct crl *crl, const char **ret_why)
{
	struct crl_facts *facts = &crl->facts;
	struct name issuer;
	enum status status;

	*ret_why = "its dates or its issuer cannot be read";
	facts->entries = crl->parts.count;
	facts->next_update = TIME_NEVER;
	facts->delta = X509_CRL_get_ext_by_NID(crl->x509, NID_delta_crl,
					       -1) >= 0;
	if (!read_time(X509_CRL_get0_lastUpdate(crl->x509),
		       &facts->this_update))
		return ST_BAD;
	if (X509_CRL_get0_nextUpdate(crl->x509) &&
	    !read_time(X509_CRL_get0_nextUpdate(crl->x509),
		       &facts->next_update))
		return ST_BAD;
	status = cert_read_name(crl->arena, X509_CRL_get_issuer(crl->x509),
				&issuer);
	if (status != ST_OK)
		return status;
	facts->issuer = name_print(crl->arena, &issuer);
	return facts->issuer ? read_number(crl) : ST_NOMEM;
}

/* OpenSSL looks at delta CRLs only of a list that has a freshestCRL extension,
 * and RFC 5280 section 5.2.4 lets them be had by any means: so its copy of the
 * list has one. The signature is verified over the bytes, not over the copy. */
static X509_CRL *with_freshest(X509_CRL *x509)
{
	static const unsigned char empty[] = {0x30, 0x00};
	ASN1_OCTET_STRING *value = ASN1_OCTET_STRING_new();
	X509_EXTENSION *ext = NULL;
	X509_CRL *again = NULL;
	unsigned char *der = NULL;
	const unsigned char *at;
	int len = -1;

	if (value && ASN1_OCTET_STRING_set(value, empty, sizeof(empty)))
		ext = X509_EXTENSION_create_by_NID(NULL, NID_freshest_crl, 0,
						   value);
	/* the second of the three drops the encoding that was kept */
	if (ext && X509_CRL_add_ext(x509, ext, -1) &&
	    i2d_re_X509_CRL_tbs(x509, NULL) > 0)
		len = i2d_X509_CRL(x509, &der);
	at = der;
	if (len > 0)
		again = d2i_X509_CRL(NULL, &at, len);
	OPENSSL_free(der);
	X509_EXTENSION_free(ext);
	ASN1_OCTET_STRING_free(value);
	X509_CRL_free(x509);
	return again;
}

static enum status fill(struct crl *crl, bool indexed, const char **ret_why)
{
	enum status status = crl_walk(crl->bytes, crl->len, &crl->parts,
				      ret_why);
	struct buf special = {0};

	if (status != ST_OK)
		return status;
	collect(crl, &special);
	if (!special.failed)
		crl->x509 = crl_parse_with(
			&crl->parts,
			crl->indirect
				? crl->parts.revoked
				: (struct span_der){
					  (unsigned char *)special.data,
					  special.len});
	buf_free(&special);
	*ret_why = "it is not a CRL in DER or PEM";
	if (!crl->x509)
		return ST_BAD;
	if (X509_CRL_get_ext_by_NID(crl->x509, NID_freshest_crl, -1) < 0)
		crl->x509 = with_freshest(crl->x509);
	if (!crl->x509)
		return ST_NOMEM;
	X509_CRL_set_meth_data(crl->x509, crl);
	crl->fallback = X509_REVOKED_new();
	if (!crl->fallback ||
	    (indexed && !crl->indirect && !crl_build_index(crl)))
		return ST_NOMEM;
	return read_facts(crl, ret_why);
}

enum status crl_parse(const unsigned char *bytes, size_t len,
		      void (*release)(const unsigned char *, size_t),
		      bool indexed, struct crl **ret_crl, const char **ret_why)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct crl *crl = calloc(1, sizeof(*crl));
	enum status status;

	pthread_once(&once, make_method);
	if (!crl || !method || pthread_mutex_init(&crl->lock, NULL) != 0) {
		free(crl);
		if (release)
			release(bytes, len);
		return ST_NOMEM;
	}
	crl->users = 1;
	crl->bytes = bytes;
	crl->len = len;
	crl->release = release;
	crl->arena = arena_new();
	*ret_why = "it is larger than 2 GiB";
	if (len > INT32_MAX)
		status = ST_BAD;
	else
		status = crl->arena ? fill(crl, indexed, ret_why) : ST_NOMEM;
	if (status != ST_OK) {
		crl_release(crl);
		return status;
	}
	*ret_crl = crl;
	return ST_OK;
}

struct crl *crl_hold(struct crl *crl)
{
	atomic_fetch_add(&crl->users, 1);
	return crl;
}

void crl_release(struct crl *crl)
{
	if (!crl || atomic_fetch_sub(&crl->users, 1) != 1)
		return;
	while (crl->hits) {
		struct hit *next = crl->hits->next;

		X509_CRL_free(crl->hits->crl);
		free(crl->hits);
		crl->hits = next;
	}
	for (size_t i = 0; i < crl->key_count; i++)
		EVP_PKEY_free(crl->keys[i]);
	X509_REVOKED_free(crl->fallback);
	X509_CRL_free(crl->x509);
	arena_free(crl->arena);
	free(crl->index);
	pthread_mutex_destroy(&crl->lock);
	if (crl->release)
		crl->release(crl->bytes, crl->len);
	free(crl);
}

X509_CRL *crl_x509(const struct crl *crl)
{
	return crl->x509;
}

const struct crl_facts *crl_facts(const struct crl *crl)
{
	return &crl->facts;
}

/* Both in hex as BN_bn2hex writes it: without leading zero bytes. */
static bool is_greater(const char *a, const char *b)
{
	if (!a || !b)
		return a && !b;
	if (strlen(a) != strlen(b))
		return strlen(a) > strlen(b);
	return strcmp(a, b) > 0;
}

bool crl_is_newer(const struct crl_facts *a, const struct crl_facts *b)
{
	if (a->this_update != b->this_update)
		return a->this_update > b->this_update;
	return is_greater(a->number, b->number);
}

bool crl_is_indexed(const struct crl *crl)
{
	return crl->index != NULL;
}

struct crl *crl_from_x509(X509_CRL *x509)
{
	return X509_CRL_get_meth_data(x509);
}
