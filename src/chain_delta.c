/* chain_delta.c - a certificate and its issuer come in; whether a delta CRL
 * says that it is revoked goes out. It can only refuse. */
#include "chain_delta.h"

#include <openssl/x509v3.h>

static bool is_of(struct crl *crl, X509 *issuer)
{
	EVP_PKEY *key = X509_get0_pubkey(issuer);

	return key &&
	       X509_NAME_cmp(X509_CRL_get_issuer(crl_x509(crl)),
			     X509_get_subject_name(issuer)) == 0 &&
	       crl_signed_by(crl, key);
}

/* A later complete CRL knows better, also what was taken off hold. */
static bool is_overtaken(const struct chain_rules *rules,
			 const struct crl *delta, X509 *issuer)
{
	for (size_t i = 0; i < rules->crl_count; i++) {
		const struct crl_facts *facts = crl_facts(rules->crls[i]);

		if (!facts->delta &&
		    crl_is_newer(facts, crl_facts(delta)) &&
		    is_of(rules->crls[i], issuer))
			return true;
	}
	return false;
}

/* A delta may have several successors; the newest one's word counts. */
static bool is_newer(const struct crl *a, const struct crl *b)
{
	return !b || crl_is_newer(crl_facts(a), crl_facts(b));
}

bool chain_delta_revokes(const struct chain_rules *rules, X509 *x509,
			 X509 *issuer)
{
	const struct crl *newest = NULL;
	int answer = 0;

	for (size_t i = 0; i < rules->crl_count; i++) {
		struct crl *crl = rules->crls[i];
		X509_REVOKED *entry = NULL;
		int found;

		if (!crl_facts(crl)->delta || !is_newer(crl, newest) ||
		    !is_of(crl, issuer) || is_overtaken(rules, crl, issuer))
			continue;
		found = X509_CRL_get0_by_cert(crl_x509(crl), &entry, x509);
		if (found == 0)
			continue;
		newest = crl;
		answer = found;
	}
	return answer == 1;
}
