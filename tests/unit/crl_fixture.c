/* crl_fixture.c - CRLs for tests. Lines come in, signed bytes go out. */
#include "chain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki_spec.h"

static ASN1_TIME *to_time(const char *seconds)
{
	return ASN1_TIME_set(NULL, (time_t)strtoll(seconds, NULL, 10));
}

/* OID=HEX as an extension. */
static X509_EXTENSION *to_raw(const char *line, bool critical)
{
	const char *hex = strchr(line, '=');
	char oid[80];
	ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();
	ASN1_OBJECT *object;
	X509_EXTENSION *ext;
	unsigned char *bytes;
	long len;

	if (!hex || !data || (size_t)(hex - line) >= sizeof(oid))
		spec_fail(line);
	snprintf(oid, sizeof(oid), "%.*s", (int)(hex - line), line);
	bytes = OPENSSL_hexstr2buf(hex + 1, &len);
	object = OBJ_txt2obj(oid, 1);
	if (!bytes || !object)
		spec_fail(line);
	ASN1_OCTET_STRING_set(data, bytes, (int)len);
	ext = X509_EXTENSION_create_by_OBJ(NULL, object, critical, data);
	ASN1_OBJECT_free(object);
	ASN1_OCTET_STRING_free(data);
	OPENSSL_free(bytes);
	return ext;
}

static X509_REVOKED *add_entry(X509_CRL *crl, const char *words)
{
	X509_REVOKED *entry = X509_REVOKED_new();
	ASN1_TIME *date = ASN1_TIME_set(NULL, FIXTURE_NOW - 7200);
	char hex[400];
	int code;
	int count = sscanf(words, "%399s %d", hex, &code);
	ASN1_INTEGER *serial = spec_integer(hex);

	X509_REVOKED_set_serialNumber(entry, serial);
	X509_REVOKED_set_revocationDate(entry, date);
	if (count == 2) {
		ASN1_ENUMERATED *reason = ASN1_ENUMERATED_new();

		ASN1_ENUMERATED_set(reason, code);
		X509_REVOKED_add1_ext_i2d(entry, NID_crl_reason, reason, 0, 0);
		ASN1_ENUMERATED_free(reason);
	}
	ASN1_INTEGER_free(serial);
	ASN1_TIME_free(date);
	if (!X509_CRL_add0_revoked(crl, entry))
		spec_fail(words);
	return entry;
}

static void name_issuer(X509_REVOKED *entry, const char *name)
{
	GENERAL_NAMES *names = GENERAL_NAMES_new();
	GENERAL_NAME *one = GENERAL_NAME_new();
	X509_NAME *dn = X509_NAME_new();

	spec_name(dn, name);
	GENERAL_NAME_set0_value(one, GEN_DIRNAME, dn);
	sk_GENERAL_NAME_push(names, one);
	if (!entry ||
	    !X509_REVOKED_add1_ext_i2d(entry, NID_certificate_issuer, names,
				       1, 0))
		spec_fail(name);
	GENERAL_NAMES_free(names);
}

static void add_list_ext(X509_CRL *crl, X509_EXTENSION *ext)
{
	X509_CRL_add_ext(crl, ext, -1);
	X509_EXTENSION_free(ext);
}

static void set_date(X509_CRL *crl, const char *seconds, bool next)
{
	ASN1_TIME *date = to_time(seconds);

	if (next)
		X509_CRL_set1_nextUpdate(crl, date);
	else
		X509_CRL_set1_lastUpdate(crl, date);
	ASN1_TIME_free(date);
}

static void set_number(X509_CRL *crl, const char *decimal)
{
	ASN1_INTEGER *number = ASN1_INTEGER_new();

	ASN1_INTEGER_set(number, strtol(decimal, NULL, 10));
	X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0);
	ASN1_INTEGER_free(number);
}

static void add_entry_ext(X509_REVOKED *entry, X509_EXTENSION *ext)
{
	X509_REVOKED_add_ext(entry, ext, -1);
	X509_EXTENSION_free(ext);
}

/* One line of pki_crl's spec; entry is the one before, the new one comes
 * back. */
static X509_REVOKED *apply(X509_CRL *crl, X509V3_CTX *ctx, const char *line,
			   X509_REVOKED *entry)
{
	const char *rest;

	if (spec_starts(line, "this", &rest))
		set_date(crl, rest, false);
	else if (spec_starts(line, "number", &rest))
		set_number(crl, rest);
	else if (spec_starts(line, "revoke", &rest))
		entry = add_entry(crl, rest);
	else if (spec_starts(line, "issuer", &rest))
		name_issuer(entry, rest);
	else if (spec_starts(line, "ext", &rest))
		add_list_ext(crl, spec_ext(ctx, rest));
	else if (spec_starts(line, "raw", &rest))
		add_list_ext(crl, to_raw(rest, false));
	else if (spec_starts(line, "critical", &rest))
		add_list_ext(crl, to_raw(rest, true));
	else if (spec_starts(line, "entry_critical", &rest))
		add_entry_ext(entry, to_raw(rest, true));
	else if (!spec_starts(line, "next", &rest) &&
		 !spec_starts(line, "digest", &rest) &&
		 !spec_starts(line, "break", &rest))
		spec_fail(line);
	return entry;
}

static X509_CRL *make_crl(struct arena *arena, const struct pki *issuer,
			  const char *spec)
{
	X509_CRL *crl = X509_CRL_new();
	const char *next = spec_find(arena, spec, "next");
	X509_REVOKED *entry = NULL;
	X509V3_CTX ctx;
	char line[SPEC_LINE];

	X509_CRL_set_version(crl, X509_CRL_VERSION_2);
	X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer->x509));
	set_date(crl, arena_printf(arena, "%d", FIXTURE_NOW - 3600), false);
	if (!next)
		next = arena_printf(arena, "%d", FIXTURE_NOW + 86400);
	if (strcmp(next, "none") != 0)
		set_date(crl, next, true);
	X509V3_set_ctx(&ctx, issuer->x509, NULL, NULL, crl, 0);
	for (size_t i = 0; spec_get(spec, i, line); i++)
		entry = apply(crl, &ctx, line, entry);
	return crl;
}

struct der pki_crl(struct arena *arena, const struct pki *issuer,
		   const char *spec)
{
	X509_CRL *crl = make_crl(arena, issuer, spec);
	const ASN1_BIT_STRING *signature;
	unsigned char *der = NULL;
	struct der copy;
	int len;

	if (!X509_CRL_sign(crl, issuer->key,
			   spec_digest(arena, spec, issuer->key)))
		spec_fail("signing a CRL");
	X509_CRL_get0_signature(crl, &signature, NULL);
	if (spec_find(arena, spec, "break"))
		spec_spoil(signature);
	len = i2d_X509_CRL(crl, &der);
	if (len <= 0)
		spec_fail("encoding a CRL");
	copy.len = (size_t)len;
	copy.bytes = (unsigned char *)arena_strndup(arena, (char *)der,
						    copy.len);
	OPENSSL_free(der);
	X509_CRL_free(crl);
	return copy;
}
