/* fuzz_crl.c - crl_parse, with an index and without, and the questions that
 * OpenSSL asks. Both give the same answers. */
#include <openssl/x509.h>

#include "crl.h"
#include "fuzz.h"

/* The last 1 to 8 bytes of the input are a serial number to ask about. */
static int ask(struct crl *crl, const uint8_t *data, size_t size, size_t len)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();
	X509_REVOKED *entry = NULL;
	uint64_t number = 0;
	int found;

	MUST(serial);
	for (size_t i = 0; i < len && i < size; i++)
		number = number << 8 | data[size - len + i];
	MUST(ASN1_INTEGER_set_uint64(serial, number) == 1);
	found = X509_CRL_get0_by_serial(crl_x509(crl), &entry, serial);
	ASN1_INTEGER_free(serial);
	return found;
}

static struct crl *parse(const uint8_t *data, size_t size, bool indexed)
{
	struct crl *crl = NULL;
	const char *why = NULL;

	if (crl_parse(data, size, NULL, indexed, &crl, &why) == ST_OK)
		return crl;
	MUST(why);
	return NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size > 0 ? data[size - 1] % 8 + 1 : 0;
	struct crl *plain = parse(data, size, false);
	struct crl *indexed = parse(data, size, true);

	MUST((plain != NULL) == (indexed != NULL));
	if (plain) {
		const struct crl_facts *facts = crl_facts(plain);

		MUST(facts->issuer && facts->entries <= size);
		MUST(facts->entries == crl_facts(indexed)->entries);
		MUST(crl_from_x509(crl_x509(plain)) == plain);
		if (len <= size)
			MUST(ask(plain, data, size, len) ==
			     ask(indexed, data, size, len));
		MUST(ask(plain, data, 1, 1) == ask(indexed, data, 1, 1));
	}
	crl_release(plain);
	crl_release(indexed);
	return 0;
}
