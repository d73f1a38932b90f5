/* crl_lookup.c - is a serial number in the list? The list stays as it was read;
 * OpenSSL gets the one entry it asked about. */
#include <stdlib.h>

#include "crl_int.h"

static int compare_index(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

bool crl_build_index(struct crl *crl)
{
	size_t count = crl->parts.count;
	struct crl_entry entry;
	size_t at = 0;
	size_t start = 0;

	crl->index = malloc((count + 1) * sizeof(*crl->index));
	if (!crl->index)
		return false;
	for (size_t i = 0; i < count; i++, start = at)
		if (crl_walk_entry(&crl->parts.revoked, &at, &entry))
			crl->index[i] =
				(uint64_t)crl_serial_hash(entry.serial) << 32 |
				start;
	qsort(crl->index, count, sizeof(*crl->index), compare_index);
	return true;
}

static bool find_walking(const struct crl *crl, struct span_der serial,
			 struct crl_entry *entry)
{
	size_t at = 0;

	while (crl_walk_entry(&crl->parts.revoked, &at, entry))
		if (crl_serial_equal(entry->serial, serial))
			return true;
	return false;
}

static bool find_indexed(const struct crl *crl, struct span_der serial,
			 struct crl_entry *entry)
{
	uint64_t hash = crl_serial_hash(serial);
	size_t low = 0;
	size_t high = crl->parts.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (crl->index[middle] >> 32 < hash)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < crl->parts.count && crl->index[low] >> 32 == hash; low++) {
		size_t at = crl->index[low] & 0xffffffffu;

		if (crl_walk_entry(&crl->parts.revoked, &at, entry) &&
		    crl_serial_equal(entry->serial, serial))
			return true;
	}
	return false;
}

/* The entry as OpenSSL's object, parsed once. NULL: no memory. */
static X509_REVOKED *get_hit(struct crl *crl, const struct crl_entry *entry)
{
	X509_REVOKED *revoked = NULL;
	struct hit *hit;

	pthread_mutex_lock(&crl->lock);
	for (hit = crl->hits; hit; hit = hit->next)
		if (crl_serial_equal(hit->serial, entry->serial))
			break;
	if (!hit) {
		hit = calloc(1, sizeof(*hit));
		if (hit) {
			*hit = (struct hit){crl->hits, entry->serial,
					    crl_parse_with(&crl->parts,
						       entry->whole)};
			crl->hits = hit;
		}
	}
	if (hit && hit->crl)
		revoked = sk_X509_REVOKED_value(X509_CRL_get_REVOKED(hit->crl),
						0);
	pthread_mutex_unlock(&crl->lock);
	return revoked;
}

/* What OpenSSL's own look-up answers: 2 for removeFromCRL. */
static int answer(X509_REVOKED *revoked, X509_REVOKED **ret)
{
	ASN1_ENUMERATED *reason =
		X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, NULL, NULL);
	bool removed = reason && ASN1_ENUMERATED_get(reason) ==
					 CRL_REASON_REMOVE_FROM_CRL;

	ASN1_ENUMERATED_free(reason);
	if (ret)
		*ret = revoked;
	return removed ? 2 : 1;
}

static bool names_issuer(const GENERAL_NAMES *names, const X509_NAME *issuer)
{
	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);

		if (name->type == GEN_DIRNAME &&
		    X509_NAME_cmp(issuer, name->d.directoryName) == 0)
			return true;
	}
	return false;
}

/* RFC 5280 section 5.3.3: an entry's issuer holds for those after it. */
static int look_up_indirect(X509_CRL *x509, X509_REVOKED **ret,
			    const ASN1_INTEGER *serial, const X509_NAME *issuer)
{
	STACK_OF(X509_REVOKED) *list = X509_CRL_get_REVOKED(x509);
	const X509_NAME *own = X509_CRL_get_issuer(x509);
	bool matches = X509_NAME_cmp(issuer, own) == 0;

	for (int i = 0; i < sk_X509_REVOKED_num(list); i++) {
		X509_REVOKED *revoked = sk_X509_REVOKED_value(list, i);
		GENERAL_NAMES *names = X509_REVOKED_get_ext_d2i(
			revoked, NID_certificate_issuer, NULL, NULL);

		if (names)
			matches = names_issuer(names, issuer);
		GENERAL_NAMES_free(names);
		if (matches &&
		    ASN1_INTEGER_cmp(X509_REVOKED_get0_serialNumber(revoked),
				     serial) == 0)
			return answer(revoked, ret);
	}
	return 0;
}

int crl_look_up(X509_CRL *x509, X509_REVOKED **ret,
		const ASN1_INTEGER *serial, const X509_NAME *issuer)
{
	struct crl *crl = crl_from_x509(x509);
	unsigned char *der = NULL;
	struct crl_entry entry;
	struct span_der wanted;
	X509_REVOKED *revoked;
	size_t head;
	bool found;
	int len;

	if (!crl)
		return 0;
	if (!issuer)
		issuer = X509_CRL_get_issuer(x509);
	if (crl->indirect)
		return look_up_indirect(x509, ret, serial, issuer);
	if (X509_NAME_cmp(issuer, X509_CRL_get_issuer(x509)) != 0)
		return 0;
	len = i2d_ASN1_INTEGER(serial, &der);
	if (len <= 2)
		return answer(crl->fallback, ret);
	head = der[1] < 0x80 ? 2 : 2 + (der[1] & 0x7fu);
	wanted = (struct span_der){der + head, (size_t)len - head};
	found = crl->index ? find_indexed(crl, wanted, &entry)
			   : find_walking(crl, wanted, &entry);
	OPENSSL_free(der);
	if (!found)
		return 0;
	revoked = get_hit(crl, &entry);
	return answer(revoked ? revoked : crl->fallback, ret);
}

