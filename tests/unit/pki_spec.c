/* pki_spec.c - the lines of which test PKIs are made. Text comes in, OpenSSL's
 * small objects go out. */
#include "pki_spec.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void spec_fail(const char *what)
{
	fprintf(stderr, "chain fixture: %s\n", what ? what : "?");
	exit(2);
}

void spec_name(X509_NAME *to, const char *name)
{
	if (!X509_NAME_add_entry_by_txt(to, "O", MBSTRING_UTF8,
					(const unsigned char *)"Test", -1, -1,
					0) ||
	    !X509_NAME_add_entry_by_txt(to, "CN", MBSTRING_UTF8,
					(const unsigned char *)name, -1, -1,
					0))
		spec_fail(name);
}

ASN1_INTEGER *spec_integer(const char *hex)
{
	BIGNUM *big = NULL;
	ASN1_INTEGER *number;

	if (!BN_hex2bn(&big, hex))
		spec_fail(hex);
	number = BN_to_ASN1_INTEGER(big, NULL);
	BN_free(big);
	return number;
}

/* NAME=VALUE as an extension; ctx knows subject, issuer or CRL. */
X509_EXTENSION *spec_ext(X509V3_CTX *ctx, const char *line)
{
	char name[80];
	const char *value = strchr(line, '=');
	CONF *conf = NCONF_new(NULL); /* some extensions ask for one */
	X509_EXTENSION *ext;

	if (!conf || !value || (size_t)(value - line) >= sizeof(name))
		spec_fail(line);
	snprintf(name, sizeof(name), "%.*s", (int)(value - line), line);
	X509V3_set_nconf(ctx, conf);
	ext = X509V3_EXT_nconf(conf, ctx, name, value + 1);
	NCONF_free(conf);
	if (!ext)
		spec_fail(line);
	return ext;
}

bool spec_starts(const char *line, const char *word, const char **ret_rest)
{
	size_t len = strlen(word);

	if (strncmp(line, word, len) != 0 || (line[len] && line[len] != ' '))
		return false;
	*ret_rest = line[len] ? line + len + 1 : line + len;
	return true;
}

/* The n-th line of spec in line; false: there is none. */
bool spec_get(const char *spec, size_t n, char line[SPEC_LINE])
{
	while (*spec) {
		size_t len = strcspn(spec, "\n");

		if (n-- == 0 && len < SPEC_LINE) {
			snprintf(line, SPEC_LINE, "%.*s", (int)len, spec);
			return true;
		}
		spec += len + (spec[len] == '\n');
	}
	return false;
}

/* The rest of the first line that begins with word, or NULL. */
const char *spec_find(struct arena *arena, const char *spec,
			     const char *word)
{
	char line[SPEC_LINE];
	const char *rest;

	for (size_t i = 0; spec_get(spec, i, line); i++)
		if (spec_starts(line, word, &rest))
			return arena_strdup(arena, rest);
	return NULL;
}

const EVP_MD *spec_digest(struct arena *arena, const char *spec,
			       const EVP_PKEY *key)
{
	const char *name = spec_find(arena, spec, "digest");

	if (EVP_PKEY_is_a(key, "ED25519"))
		return NULL;
	return EVP_get_digestbyname(name ? name : "sha256");
}

/* Signed bytes stay; the last bits of the signature do not. */
void spec_spoil(const ASN1_BIT_STRING *signature)
{
	signature->data[signature->length - 1] ^= 1;
}
