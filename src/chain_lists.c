/* chain_lists.c - the lists of a policy come in, answers about them go out.
 * Looks at names and keys, checks no chain. */
#include "chain_lists.h"

#include <openssl/x509v3.h>

bool chain_has(const struct chain_file_cert *list, size_t count,
	       const struct cert *cert)
{
	for (size_t i = 0; i < count; i++)
		if (X509_cmp(list[i].x509, cert->x509) == 0)
			return true;
	return false;
}

bool chain_is_root(const struct cert *cert)
{
	return X509_self_signed(cert->x509, 1) == 1;
}

const char *chain_subject(struct arena *arena, X509 *x509)
{
	struct name name;

	if (cert_read_name(arena, X509_get_subject_name(x509), &name) != ST_OK)
		return NULL;
	return name_print(arena, &name);
}

static bool same_key(const X509 *a, const X509 *b)
{
	EVP_PKEY *key = X509_get0_pubkey(a);
	EVP_PKEY *other = X509_get0_pubkey(b);

	return key && other && EVP_PKEY_eq(key, other) == 1;
}

size_t chain_anchor_keys(const struct chain_rules *rules)
{
	size_t keys = 0;

	for (size_t i = 0; i < rules->anchor_count; i++) {
		bool known = false;

		for (size_t j = 0; j < i && !known; j++)
			known = same_key(rules->anchors[i].x509,
					 rules->anchors[j].x509);
		keys += !known;
	}
	return keys;
}

static bool is_of(const struct crl *crl, const X509 *x509)
{
	return X509_NAME_cmp(X509_CRL_get_issuer(crl_x509(crl)),
			     X509_get_subject_name(x509)) == 0;
}

static size_t count_all(const struct chain_rules *rules)
{
	return rules->anchor_count + rules->intermediate_count;
}

static X509 *get(const struct chain_rules *rules, size_t i)
{
	return i < rules->anchor_count
		       ? rules->anchors[i].x509
		       : rules->intermediates[i - rules->anchor_count].x509;
}

bool chain_knows_issuer(const struct chain_rules *rules,
			const struct crl *crl)
{
	for (size_t i = 0; i < count_all(rules); i++)
		if (is_of(crl, get(rules, i)))
			return true;
	return false;
}

bool chain_signed_crl(const struct chain_rules *rules, struct crl *crl)
{
	for (size_t i = 0; i < count_all(rules); i++) {
		X509 *x509 = get(rules, i);
		EVP_PKEY *key = is_of(crl, x509) ? X509_get0_pubkey(x509)
						 : NULL;

		if (key && crl_signed_by(crl, key))
			return true;
	}
	return false;
}

/* With crl_check = leaf nobody asks for the CRL of a CA that issues CAs. */
static bool issues_a_ca(const struct chain_rules *rules, X509 *x509)
{
	for (size_t i = 0; i < count_all(rules); i++) {
		X509 *other = get(rules, i);

		if (X509_check_issued(x509, other) == X509_V_OK &&
		    X509_self_signed(other, 0) != 1)
			return true;
	}
	return false;
}

bool chain_lacks_crl(const struct chain_rules *rules, X509 *x509)
{
	if (rules->crl_check == CRL_CHECK_NONE || X509_check_ca(x509) == 0 ||
	    (rules->crl_check == CRL_CHECK_LEAF && issues_a_ca(rules, x509)))
		return false;
	for (size_t i = 0; i < rules->crl_count; i++)
		if (is_of(rules->crls[i], x509) &&
		    !crl_facts(rules->crls[i])->delta)
			return false;
	return true;
}
