/* ctl_crl.c - the bytes of a CRL come in, a judgement of it goes out. Never
 * takes one for good of which anything is in doubt. */
#include "ctl_crl.h"

#include <string.h>

#include <openssl/x509v3.h>

#include "timefmt.h"
#include "unwrap.h"

#define BEGIN "-----BEGIN "
#define CRL_BEGIN BEGIN "X509 CRL-----"
#define CRL_END "-----END X509 CRL-----"

enum { MAX_AHEAD = 300 }; /* seconds that clocks may differ */

/* The bytes of the one PEM block in text. */
static enum status read_block(struct arena *arena, const char *text,
			      struct span_der *ret_der, const char **ret_why)
{
	const char *begin = strstr(text, CRL_BEGIN);
	const char *end = begin ? strstr(begin, CRL_END) : NULL;
	unsigned char *bytes;
	size_t len = 0;

	*ret_why = "it is not a CRL in DER or PEM";
	if (!end)
		return ST_BAD;
	begin += strlen(CRL_BEGIN);
	*ret_why = "there is another PEM block beside the CRL";
	if (strstr(text, BEGIN) + strlen(CRL_BEGIN) != begin ||
	    strstr(begin, BEGIN))
		return ST_BAD;
	*ret_why = "the PEM block is not base64";
	bytes = arena_alloc(arena, BASE64_ROOM((size_t)(end - begin)));
	if (!bytes)
		return ST_NOMEM;
	if (!unwrap_base64(begin, end, true, bytes, &len))
		return ST_BAD;
	*ret_der = (struct span_der){bytes, len};
	return ST_OK;
}

enum status ctl_crl_read(struct arena *arena, const char *bytes, size_t len,
			 struct ctl_crl *ret_crl, const char **ret_why)
{
	struct span_der der = {(const unsigned char *)bytes, len};
	struct crl *crl = NULL;
	enum status status = ST_OK;

	*ret_why = "it is empty";
	if (len == 0)
		return ST_BAD;
	if (der.bytes[0] != 0x30)
		status = read_block(arena, bytes, &der, ret_why);
	if (status == ST_OK)
		status = crl_parse(der.bytes, der.len, NULL, false, &crl,
				   ret_why);
	if (status == ST_OK)
		*ret_crl = (struct ctl_crl){crl, der};
	return status;
}

/* Several CAs may have the issuer's name: one whose key it is will do. */
static const char *signer_fault(const struct ctl_crl *crl,
				const struct ctl_certs_read *cas)
{
	const X509_NAME *issuer = X509_CRL_get_issuer(crl_x509(crl->crl));
	const char *fault = "its issuer is none of the CA certificates";
	bool named = false;

	for (size_t i = 0; i < cas->count; i++) {
		X509 *ca = cas->list[i].x509;
		EVP_PKEY *key = X509_get0_pubkey(ca);

		if (X509_NAME_cmp(issuer, X509_get_subject_name(ca)) != 0)
			continue;
		if (!named)
			fault = "it was not signed by the key of its issuer";
		named = true;
		if (!key || !crl_signed_by(crl->crl, key))
			continue;
		/* all bits are set where there is no keyUsage */
		if (X509_get_key_usage(ca) & KU_CRL_SIGN)
			return NULL;
		fault = "the CA certificate that signed it is not for signing "
			"CRLs (its keyUsage lacks cRLSign)";
	}
	return fault;
}

/* Those that OpenSSL processes; for the sake of any other it refuses the CRL
 * as a whole, as RFC 5280 section 5.2 has it. */
static bool is_known(const X509_EXTENSION *extension)
{
	int nid = OBJ_obj2nid(
		X509_EXTENSION_get_object((X509_EXTENSION *)extension));

	return nid == NID_issuing_distribution_point || nid == NID_delta_crl ||
	       nid == NID_authority_key_identifier;
}

static const char *extension_fault(const struct ctl_crl *crl)
{
	const STACK_OF(X509_EXTENSION) *list =
		X509_CRL_get0_extensions(crl_x509(crl->crl));

	for (int i = 0; i < sk_X509_EXTENSION_num(list); i++) {
		const X509_EXTENSION *item = sk_X509_EXTENSION_value(list, i);

		if (X509_EXTENSION_get_critical(item) && !is_known(item))
			return "it has a critical extension that is not known";
	}
	return NULL;
}

static const char *kind_fault(const struct crl_facts *facts, bool delta)
{
	if (facts->delta && !delta)
		return "it is a delta CRL, and a complete one should be there";
	if (!facts->delta && delta)
		return "it is a complete CRL, and a delta CRL should be there";
	if (facts->number && facts->number[0] == '-')
		return "its number is negative";
	return NULL;
}

static const char *date_fault(struct arena *arena,
			      const struct crl_facts *facts, int64_t now)
{
	char text[TIME_TEXT];

	if (facts->this_update > now + MAX_AHEAD)
		return arena_printf(arena, "it is of the future: thisUpdate %s",
				    time_format(facts->this_update, text));
	if (facts->next_update == TIME_NEVER)
		return "it has no nextUpdate: nobody can say if it is old";
	if (facts->next_update <= now)
		return arena_printf(arena, "it is out of date: nextUpdate %s",
				    time_format(facts->next_update, text));
	return "";
}

enum status ctl_crl_judge(struct arena *arena, const struct ctl_crl *crl,
			  const struct ctl_certs_read *cas, bool delta,
			  int64_t now, const char **ret_why)
{
	const struct crl_facts *facts = crl_facts(crl->crl);

	*ret_why = signer_fault(crl, cas);
	if (*ret_why) {
		*ret_why =
			arena_printf(arena, "%s (%s)", *ret_why, facts->issuer);
		return *ret_why ? ST_BAD : ST_NOMEM;
	}
	*ret_why = kind_fault(facts, delta);
	if (!*ret_why)
		*ret_why = extension_fault(crl);
	if (*ret_why)
		return ST_BAD;
	*ret_why = date_fault(arena, facts, now);
	if (!*ret_why)
		return ST_NOMEM;
	return **ret_why ? ST_BAD : ST_OK;
}

/* Below, at or above 0: as the numbers, in upper-case hex without a sign. */
static int compare_numbers(const char *a, const char *b)
{
	size_t a_len;
	size_t b_len;

	a += strspn(a, "0");
	b += strspn(b, "0");
	a_len = strlen(a);
	b_len = strlen(b);
	if (a_len != b_len)
		return a_len < b_len ? -1 : 1;
	return strcmp(a, b);
}

/* Which certificates it is about (RFC 5280 section 5.2.5); NULL: all. */
static const ASN1_OCTET_STRING *scope(const struct ctl_crl *crl)
{
	const X509_CRL *x509 = crl_x509(crl->crl);
	int at = X509_CRL_get_ext_by_NID(x509, NID_issuing_distribution_point,
					 -1);

	return at < 0 ? NULL
		      : X509_EXTENSION_get_data(X509_CRL_get_ext(x509, at));
}

static bool same_scope(const struct ctl_crl *a, const struct ctl_crl *b)
{
	const ASN1_OCTET_STRING *left = scope(a);
	const ASN1_OCTET_STRING *right = scope(b);

	if (!left || !right)
		return left == right;
	return ASN1_OCTET_STRING_cmp(left, right) == 0;
}

/* Do they say the same? Some servers have it signed anew for each answer. */
static bool same_contents(const struct ctl_crl *a, const struct ctl_crl *b)
{
	struct crl_parts left;
	struct crl_parts right;
	const char *why;

	return crl_walk(a->der.bytes, a->der.len, &left, &why) == ST_OK &&
	       crl_walk(b->der.bytes, b->der.len, &right, &why) == ST_OK &&
	       left.tbs.len == right.tbs.len &&
	       memcmp(left.tbs.bytes, right.tbs.bytes, left.tbs.len) == 0;
}

enum crl_order ctl_crl_compare(const struct ctl_crl *crl,
			       const struct ctl_crl *old, const char **ret_why)
{
	const struct crl_facts *facts = crl_facts(crl->crl);
	const struct crl_facts *before = crl_facts(old->crl);
	bool later = facts->this_update > before->this_update;
	int order = facts->number && before->number
			    ? compare_numbers(facts->number, before->number)
			    : 0;

	*ret_why = "the file that is there has a CRL of another issuer, kind or"
		   " scope: remove it if that is right";
	if (strcmp(facts->issuer, before->issuer) != 0 ||
	    facts->delta != before->delta || !same_scope(crl, old))
		return CRL_DOUBTFUL;
	if (same_contents(crl, old))
		return CRL_SAME;
	*ret_why = "it is older than the file that is there";
	if (order < 0 || facts->this_update < before->this_update)
		return CRL_DOUBTFUL;
	*ret_why = "it says something else than the file that is there, with "
		   "the same number and thisUpdate";
	return order == 0 && !later ? CRL_DOUBTFUL : CRL_NEWER;
}
