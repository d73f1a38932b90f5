/* test_crl.c - CRLs behind OpenSSL's X509_CRL. */
#include "crl.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <string.h>

#include "chain_fixture.h"
#include "crl_walk.h"
#include "timefmt.h"

static struct arena *arena;
static struct pki ca;
static size_t released;

static void start(void)
{
	arena = arena_new();
	ca = pki_make(arena, "CA", NULL, "root");
	released = 0;
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(crl, .init = start, .fini = end);

static void note_release(const unsigned char *bytes, size_t len)
{
	cr_expect_not_null(bytes);
	released += len;
}

static enum status parse(struct der der, struct crl **ret_crl)
{
	const char *why = NULL;
	enum status status = crl_parse(der.bytes, der.len, note_release, true,
				       ret_crl, &why);

	if (status != ST_OK)
		cr_expect_not_null(why);
	return status;
}

Test(crl, facts)
{
	const struct crl_facts *facts = crl_facts(pki_parse_crl(
		arena, &ca, "number 255\nthis 1000\nnext 2000\nrevoke 1\n"
		"revoke 2\n", true));

	cr_expect_str_eq(facts->issuer, "CN=CA,O=Test");
	cr_expect_str_eq(facts->number, "FF");
	cr_expect_eq(facts->this_update, 1000);
	cr_expect_eq(facts->next_update, 2000);
	cr_expect_eq(facts->entries, 2);
	cr_expect_not(facts->delta);
}

Test(crl, facts_that_are_not_there)
{
	const struct crl_facts *facts = crl_facts(
		pki_parse_crl(arena, &ca, "next none\n", true));

	cr_expect_null(facts->number);
	cr_expect_eq(facts->next_update, TIME_NEVER);
	cr_expect_eq(facts->entries, 0);
}

Test(crl, facts_of_a_delta)
{
	cr_expect(crl_facts(pki_parse_crl(
		arena, &ca, "number 9\ncritical 2.5.29.27=020105\n",
		true))->delta);
}

Test(crl, bytes_are_given_back_once)
{
	struct der der = pki_crl(arena, &ca, "revoke 1\n");
	struct crl *crl = NULL;

	cr_assert_eq(parse(der, &crl), ST_OK);
	cr_expect_eq(crl_hold(crl), crl);
	crl_release(crl);
	cr_expect_eq(released, 0, "somebody still holds it");
	crl_release(crl);
	cr_expect_eq(released, der.len);
	crl_release(NULL);
}

Test(crl, bytes_are_given_back_when_it_is_none)
{
	static const unsigned char junk[] = "junk";
	struct crl *crl = NULL;

	cr_expect_eq(parse((struct der){junk, 4}, &crl), ST_BAD);
	cr_expect_null(crl);
	cr_expect_eq(released, 4);
}

Test(crl, nobody_wants_the_bytes_back)
{
	struct der der = pki_crl(arena, &ca, "");
	struct crl *crl = NULL;
	const char *why;

	cr_assert_eq(crl_parse(der.bytes, der.len, NULL, false, &crl, &why),
		     ST_OK);
	cr_expect_not(crl_is_indexed(crl));
	crl_release(crl);
}

/* A byte of the issuer's name that makes it no name. */
Test(crl, damaged_inside)
{
	struct der der = pki_crl(arena, &ca, "");
	unsigned char *copy = (unsigned char *)arena_strndup(
		arena, (const char *)der.bytes, der.len);
	unsigned char *at = memmem(copy, der.len, "\x0c\x02" "CA", 4);
	struct crl *crl = NULL;

	cr_assert_not_null(at);
	*at = 0x01;
	cr_expect_eq(parse((struct der){copy, der.len}, &crl), ST_BAD);
}

Test(crl, larger_than_openssl_counts)
{
	struct crl *crl = NULL;
	static const unsigned char byte = 0x30;

	cr_expect_eq(parse((struct der){&byte, (size_t)INT32_MAX + 1}, &crl),
		     ST_BAD);
	cr_expect_eq(released, (size_t)INT32_MAX + 1);
}

/* ---- the signature ---- */

static const struct way {
	char key[12];
	char digest[20];
} ways[] = {
	{"ec", "sha256"},      {"ec", "sha512"},      {"rsa2048", "sha256"},
	{"rsa1024", "sha1"},   {"ed25519", "sha256"},
};

ParameterizedTestParameters(crl, signature)
{
	return cr_make_param_array(struct way, (void *)ways, ARRAY_LEN(ways));
}

ParameterizedTest(const struct way *way, crl, signature)
{
	const char *spec = arena_printf(arena, "root\nkey %s", way->key);
	struct pki own = pki_make(arena, "CA", NULL, spec);
	struct pki other = pki_make(arena, "CA", NULL, spec);
	const char *lines = arena_printf(arena, "revoke 1\ndigest %s",
					 way->digest);
	const char *spoilt = arena_printf(arena, "%s\nbreak", lines);
	struct crl *crl = pki_parse_crl(arena, &own, lines, true);
	struct crl *bad = pki_parse_crl(arena, &own, spoilt, true);

	for (int again = 0; again < 2; again++) {
		cr_expect(crl_signed_by(crl, own.key), "%s", way->key);
		cr_expect_not(crl_signed_by(crl, other.key), "%s", way->key);
		cr_expect_not(crl_signed_by(bad, own.key), "%s", way->key);
	}
	cr_expect_not(crl_signed_by(crl, ca.key) && own.key != ca.key);
}

Test(crl, key_of_another_kind)
{
	struct pki rsa = pki_make(arena, "CA", NULL, "root\nkey rsa2048");
	struct crl *crl = pki_parse_crl(arena, &rsa, "", true);

	cr_expect_not(crl_signed_by(crl, ca.key));
	crl = pki_parse_crl(arena, &ca, "", true);
	cr_expect_not(crl_signed_by(crl, rsa.key));
}

/* An entry taken out, its bytes replaced, a date moved: the signature is over
 * all of it, and not over what OpenSSL is shown. */
Test(crl, every_byte_is_signed)
{
	struct der der = pki_crl(arena, &ca, "number 7\nrevoke 0102 3\n");
	unsigned char *copy = (unsigned char *)arena_strndup(
		arena, (const char *)der.bytes, der.len);
	struct crl_parts parts;
	size_t parsed = 0;
	const char *none;

	cr_assert_eq(crl_walk(der.bytes, der.len, &parts, &none), ST_OK);
	for (size_t i = (size_t)(parts.tbs.bytes - der.bytes);
	     i < (size_t)(parts.rest.bytes - der.bytes); i++) {
		struct crl *crl = NULL;
		const char *why;

		copy[i] ^= 0x01;
		if (crl_parse(copy, der.len, NULL, true, &crl, &why) ==
		    ST_OK) {
			cr_expect_not(crl_signed_by(crl, ca.key), "byte %zu",
				      i);
			parsed++;
		}
		crl_release(crl);
		copy[i] = der.bytes[i];
	}
	cr_expect_gt(parsed, 50);
}

/* The verdicts of more keys than it remembers. */
Test(crl, many_keys)
{
	struct crl *crl = pki_parse_crl(arena, &ca, "revoke 1\n", true);

	for (int i = 0; i < 12; i++) {
		struct pki other = pki_make(arena, "CA", NULL, "root");

		cr_expect_not(crl_signed_by(crl, other.key));
	}
	cr_expect(crl_signed_by(crl, ca.key));
	cr_expect(crl_signed_by(crl, ca.key));
}

Test(crl, openssl_asks_us)
{
	struct crl *crl = pki_parse_crl(arena, &ca, "revoke 1\nrevoke 2\n",
					true);
	struct pki other = pki_make(arena, "CA", NULL, "root");
	X509_CRL *x509 = crl_x509(crl);

	cr_expect_eq(crl_from_x509(x509), crl);
	cr_expect_eq(X509_CRL_verify(x509, ca.key), 1);
	cr_expect_neq(X509_CRL_verify(x509, other.key), 1);
	cr_expect_lt(sk_X509_REVOKED_num(X509_CRL_get_REVOKED(x509)), 1,
		     "the list itself is not built");
}

/* Somebody else's X509_CRL, made after ours were, has no list of ours: it must
 * never look as if nothing were revoked and all were signed. */
Test(crl, not_ours)
{
	struct der der = pki_crl(arena, &ca, "revoke 1\n");
	const unsigned char *at = der.bytes;
	X509_CRL *x509;

	pki_parse_crl(arena, &ca, "", true);
	x509 = d2i_X509_CRL(NULL, &at, (long)der.len);
	cr_assert_not_null(x509);
	cr_expect_null(crl_from_x509(x509));
	cr_expect_neq(X509_CRL_verify(x509, ca.key), 1);
	X509_CRL_free(x509);
}
