/* test_credential_header.c - certificates in headers: from whom they count,
 * and in which wrapping. What comes in byte sequences is in
 * test_credential_rfc9440.c. */
#include "credential_int.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

#include "header_fixture.h"

static struct sent sent;
static char *pem;
static char *other;
static char *base64;

static void begin(enum source source)
{
	sent_start(&sent, source);
	pem = sent_pem(&sent, "subject CN=alice\n");
	other = sent_pem(&sent, "subject CN=bob\n");
	base64 = sent_base64(&sent, pem);
}

static void end(void)
{
	sent_end(&sent);
}

TestSuite(credential_header, .fini = end);

static char *wrap(const char *before, const char *text, const char *after)
{
	return arena_printf(sent.arena, "%s%s%s", before, text, after);
}

Test(credential_header, from_a_front_that_is_trusted)
{
	begin(SOURCE_TRAEFIK);
	cr_assert_eq(sent_alone(&sent, SLOT_CERT, base64), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect_null(sent.found.spoofed);
	cr_expect_eq(sent.found.source, SOURCE_TRAEFIK);
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_not_null(sent.found.text);
}

Test(credential_header, from_anybody_else)
{
	static const char *const peers[] = {"192.0.3.1", "", "unix:", "-",
					    "192.0.2.1, 192.0.2.1", "::1",
					    "192.0.2.1 "};

	begin(SOURCE_TRAEFIK);
	for (size_t i = 0; i < ARRAY_LEN(peers); i++) {
		sent.request.peer = peers[i];
		cr_expect_eq(sent_alone(&sent, SLOT_CERT, base64),
			     REASON_CERTIFICATE_MISSING, "%s", peers[i]);
		cr_expect_not(sent.found.vouched);
		cr_expect_null(sent.found.text);
		cr_expect_eq(sent.found.leaf.len, 0);
		cr_expect_str_eq(sent.found.spoofed,
				 "HTTP_X_FORWARDED_TLS_CLIENT_CERT");
	}
	sent.request.peer = "::ffff:192.0.2.9";
	cr_expect_eq(sent_find(&sent), REASON_GRANTED);
	sent.rules.trusted_count = 0;
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_not_null(sent.found.spoofed);
}

Test(credential_header, no_header_is_nothing_spoofed)
{
	static const char *const none[] = {"", "-", "(null)",
					   "{http.request.tls.client}"};

	begin(SOURCE_TRAEFIK);
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	for (size_t i = 0; i < ARRAY_LEN(none); i++) {
		sent.request.peer = i % 2 ? "192.0.2.1" : "192.0.3.1";
		cr_expect_eq(sent_alone(&sent, SLOT_CERT, none[i]),
			     REASON_CERTIFICATE_MISSING);
		cr_expect_null(sent.found.spoofed);
		cr_expect_not_null(sent.found.detail);
	}
}

Test(credential_header, the_secret)
{
	static const char *const wrong[] = {"", "hush", "hush hush!", "Hush ",
					    "hush hush "};

	begin(SOURCE_TRAEFIK);
	sent.rules.secret = "hush hush";
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, base64),
		     REASON_CERTIFICATE_MISSING, "no secret at all");
	cr_expect_not_null(sent.found.spoofed);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		sent_clear(&sent);
		sent_put(&sent, SLOT_SECRET, wrong[i]);
		sent_put(&sent, SLOT_CERT, base64);
		cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
		cr_expect_not_null(sent.found.spoofed, "%s", wrong[i]);
		cr_expect_not(sent.found.vouched);
	}
	sent_clear(&sent);
	sent_put(&sent, SLOT_SECRET, "hush hush");
	sent_put(&sent, SLOT_CERT, base64);
	cr_expect_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect_null(sent.found.spoofed);
	sent.request.peer = "192.0.3.1";
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING,
		     "the secret does not do without the address");
	cr_expect_not_null(sent.found.spoofed);
}

Test(credential_header, the_secret_twice)
{
	begin(SOURCE_TRAEFIK);
	sent.rules.secret = "hush";
	sent_put(&sent, SLOT_SECRET, "hush");
	sent_put(&sent, SLOT_SECRET, "hush");
	sent_put(&sent, SLOT_CERT, base64);
	cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT);
}

Test(credential_header, twice)
{
	static const enum source rows[] = {SOURCE_RFC9440, SOURCE_NGINX,
					   SOURCE_TRAEFIK, SOURCE_HAPROXY,
					   SOURCE_CLOUDFLARE, SOURCE_AZURE};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin(rows[i]);
		sent_put(&sent, SLOT_CERT, base64);
		sent_put(&sent, SLOT_CERT, base64);
		cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT, "%s",
			     source_row(rows[i])->name);
		cr_expect_not(sent.found.vouched);
		cr_expect_eq(sent.found.leaf.len, 0);
		cr_assert_not_null(sent.found.detail);
		cr_expect_str_eq(sent.found.detail,
				 "header.cert was sent twice");
		end();
	}
	begin(SOURCE_NGINX);
	sent_put(&sent, SLOT_CERT, base64);
	sent_put(&sent, SLOT_VERIFY, "NONE");
	sent_put(&sent, SLOT_VERIFY, "SUCCESS");
	cr_expect_eq(sent_find(&sent), REASON_SOURCE_CONFLICT);
}

Test(credential_header, a_longer_name_is_another_header)
{
	begin(SOURCE_TRAEFIK);
	sent_put(&sent, SLOT_CERT, base64);
	sent_name(&sent, SLOT_CERT, "X-Forwarded-Tls-Client-Cer");
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	sent_name(&sent, SLOT_CERT, "X-Forwarded-Tls-Client-Cert-Info");
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_null(sent.found.spoofed);
}

static void expect_vouched(const char *verify, bool vouched)
{
	sent_clear(&sent);
	sent_put(&sent, SLOT_CERT, sent_escape(&sent, pem, ""));
	if (verify)
		sent_put(&sent, SLOT_VERIFY, verify);
	cr_expect_eq(sent_find(&sent), REASON_GRANTED, "%s",
		     verify ? verify : "absent");
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_eq(sent.found.vouched, vouched, "%s",
		     verify ? verify : "absent");
}

static void expect_signal(void)
{
	expect_vouched("SUCCESS", true);
	expect_vouched("0", true);
	expect_vouched(NULL, false);
	expect_vouched("NONE", false);
	expect_vouched("FAILED:expired", false);
	expect_vouched("success", false);
	expect_vouched("SUCCESS, SUCCESS", false);
	expect_vouched("10", false);
}

Test(credential_header, nginx)
{
	char *folded;

	begin(SOURCE_NGINX);
	expect_signal();
	sent.rules.front_verifies = true;
	expect_vouched(NULL, false);
	folded = arena_strdup(sent.arena, pem);
	for (char *c = folded; *c; c++)
		*c = *c == '\n' ? '\t' : *c;
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, folded), REASON_GRANTED);
	cr_expect(sent_is_leaf(&sent, pem));
}

Test(credential_header, malformed)
{
	begin(SOURCE_NGINX);
	char *rows[] = {wrap(pem, "", other), wrap(pem, ",", pem),
			wrap("x", pem, ""), wrap("", base64, ","),
			wrap(base64, ",", base64), wrap(":", base64, ":"),
			sent_escape(&sent, sent_escape(&sent, pem, ""), ""),
			wrap(pem, "%", ""), wrap(pem, "%00", ""), "no base64"};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		cr_expect_eq(sent_alone(&sent, SLOT_CERT, rows[i]),
			     REASON_CERTIFICATE_MALFORMED, "row %zu", i);
		cr_expect_eq(sent.found.leaf.len, 0, "row %zu", i);
		cr_expect_not_null(sent.found.detail);
	}
}

Test(credential_header, azure_never_vouches)
{
	begin(SOURCE_AZURE);
	sent.rules.front_verifies = true;
	sent_name(&sent, SLOT_VERIFY, "X-Verify");
	sent_put(&sent, SLOT_VERIFY, "SUCCESS");
	sent_put(&sent, SLOT_CERT, base64);
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect_not(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, pem));
}

Test(credential_header, any_other_header)
{
	begin(SOURCE_HEADER);
	sent_name(&sent, SLOT_CERT, "X-Cert");
	cr_assert_eq(sent_alone(&sent, SLOT_CERT, base64), REASON_GRANTED);
	cr_expect_not(sent.found.vouched, "nobody says that it verifies");
	sent.rules.front_verifies = true;
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	sent_name(&sent, SLOT_VERIFY, "X-Verify");
	expect_signal();
}

Test(credential_header, haproxy_as_a_proxy)
{
	begin(SOURCE_HAPROXY);
	expect_signal();
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, base64), REASON_GRANTED);
	sent.request.peer = "192.0.3.1";
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_not_null(sent.found.spoofed);
}

Test(credential_header, haproxy_with_variables_of_its_own)
{
	begin(SOURCE_HAPROXY);
	sent_put(&sent, SLOT_CERT, other);
	sent_put(&sent, SLOT_VERIFY, "SUCCESS");
	sent.request.var[VAR_SSL_CLIENT_CERT] = base64;
	sent.request.var[VAR_SSL_CLIENT_VERIFY] = "0";
	cr_assert_eq(sent_find(&sent), REASON_GRANTED);
	cr_expect(sent_is_leaf(&sent, pem), "not the header's");
	cr_expect(sent.found.vouched);
	sent.request.var[VAR_SSL_CLIENT_CERT] = NULL;
	cr_expect_eq(sent_find(&sent), REASON_CERTIFICATE_MISSING);
	cr_expect_not(sent.found.vouched);
}

Test(credential_header, traefik)
{
	begin(SOURCE_TRAEFIK);
	char *list = base64;

	cr_expect_eq(sent_alone(&sent, SLOT_CERT,
				sent_escape(&sent, base64, "")),
		     REASON_GRANTED, "as old versions do");
	for (size_t i = 0; i <= MAX_CHAIN; i++) {
		cr_assert_eq(sent_alone(&sent, SLOT_CERT, list),
			     REASON_GRANTED, "%zu", i);
		cr_expect(sent_is_leaf(&sent, pem));
		cr_expect_eq(sent.found.sent_count, i);
		list = wrap(list, ",", base64);
	}
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, list),
		     REASON_CERTIFICATE_MALFORMED, "one too many");
}

Test(credential_header, traefik_malformed)
{
	static const char *const behind[] = {",", ",x", ",one,two"};

	begin(SOURCE_TRAEFIK);
	for (size_t i = 0; i < ARRAY_LEN(behind); i++)
		cr_expect_eq(sent_alone(&sent, SLOT_CERT,
					wrap(base64, behind[i], "")),
			     REASON_CERTIFICATE_MALFORMED, "%s", behind[i]);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, wrap(",", base64, "")),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, wrap("x,", base64, "")),
		     REASON_CERTIFICATE_MALFORMED);
	cr_expect_eq(sent_alone(&sent, SLOT_CERT, wrap(base64, ", ", base64)),
		     REASON_SOURCE_CONFLICT, "as servers join two headers");
}

static enum reason cloudflare(const char *hash, const char *verify)
{
	sent_clear(&sent);
	sent_put(&sent, SLOT_CERT, base64);
	if (hash)
		sent_put(&sent, SLOT_HASH, hash);
	if (verify)
		sent_put(&sent, SLOT_VERIFY, verify);
	return sent_find(&sent);
}

Test(credential_header, cloudflare)
{
	static const char *const unverified[] = {NULL, "false", "True", "1",
						 "SUCCESS", "true,true"};
	char *hash;
	char *upper;

	begin(SOURCE_CLOUDFLARE);
	hash = sent_hash(&sent, pem);
	upper = arena_strdup(sent.arena, hash);
	for (char *c = upper; *c; c++)
		*c = (char)toupper((unsigned char)*c);
	cr_assert_eq(cloudflare(hash, "true"), REASON_GRANTED);
	cr_expect(sent.found.vouched);
	cr_expect(sent_is_leaf(&sent, pem));
	cr_expect_eq(cloudflare(upper, "true"), REASON_GRANTED);
	for (size_t i = 0; i < ARRAY_LEN(unverified); i++) {
		cr_expect_eq(cloudflare(hash, unverified[i]), REASON_GRANTED);
		cr_expect_not(sent.found.vouched, "row %zu", i);
	}
	cr_expect_eq(cloudflare(NULL, "true"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(cloudflare("no hash", "true"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(cloudflare(hash + 2, "true"), REASON_SOURCE_CONFLICT);
	cr_expect_eq(cloudflare(sent_hash(&sent, other), "true"),
		     REASON_SOURCE_CONFLICT);
}
