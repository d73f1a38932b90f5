/* test_endpoint_json.c - the bodies of profile and cert-info. */
#include "endpoint.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct policy *policy;
static struct request request;
static struct outcome outcome;
static struct buf out;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	policy = fixture_policy(arena);
	request = (struct request){.role = ROLE_RESPONDER, .method = "GET"};
	out = (struct buf){0};
}

static void end(void)
{
	buf_free(&out);
	arena_free(arena);
}

TestSuite(endpoint_json, .init = start, .fini = end);

/* The body that an endpoint makes of the outcome. */
static const char *body_of(json_t *(*answer)(struct json *json,
					     const struct outcome *outcome))
{
	struct json json = {.arena = arena};

	buf_free(&out);
	json_finish(&json, answer(&json, &outcome), &out);
	cr_assert_not(json.failed || out.failed);
	return out.data;
}

static const char *profile(const char *spec)
{
	outcome = fixture_outcome(policy, &request, spec);
	return body_of(endpoint_profile);
}

static const char *cert_info(const char *spec)
{
	outcome = fixture_outcome(policy, &request, spec);
	return body_of(endpoint_cert_info);
}

#define ALICE                                                                  \
	"subject O=Corp\nsubject OU=Administrators\nsubject CN=alice\n"        \
	"issuer O=Corp\nissuer CN=Corp CA\nserial 0AB1\n"                      \
	"ext subjectAltName=email:alice@corp.test\n"

Test(endpoint_json, profile)
{
	cr_assert_str_eq(profile(ALICE),
			 "{\"user\":{\"id\":\"alice\","
			 "\"email\":\"alice@corp.test\","
			 "\"department\":\"Administrators\","
			 "\"cert_serial\":\"0AB1\","
			 "\"cert_issuer\":\"CN=Corp CA,O=Corp\","
			 "\"role\":\"admin\",\"roles\":[\"admin\"]},"
			 "\"authenticated_via\":\"mTLS\","
			 "\"expires\":\"2026-04-10T00:00:00Z\","
			 "\"expires_in_days\":99}");
}

Test(endpoint_json, profile_with_little_in_it)
{
	policy->identity.role_count = 0;
	cr_assert_str_eq(profile("subject CN=b\n"),
			 "{\"user\":{\"id\":\"b\",\"email\":null,"
			 "\"department\":null,\"cert_serial\":\"1234\","
			 "\"cert_issuer\":null,\"role\":null,\"roles\":[]},"
			 "\"authenticated_via\":\"mTLS\","
			 "\"expires\":\"2026-04-10T00:00:00Z\","
			 "\"expires_in_days\":99}");
}

static const char nobody[] =
	"{\"user\":{\"id\":null,\"email\":null,\"department\":null,"
	"\"cert_serial\":null,\"cert_issuer\":null,\"role\":null,"
	"\"roles\":[]},\"authenticated_via\":null,\"expires\":null,"
	"\"expires_in_days\":null}";

Test(endpoint_json, profile_of_nobody)
{
	cr_assert_str_eq(profile(NULL), nobody);
}

Test(endpoint_json, profile_of_a_refused_certificate)
{
	outcome = fixture_outcome(policy, &request,
				  "subject CN=b\nnot_after 1\n");
	cr_assert(outcome.verified.parsed && !outcome.verified.ok);
	outcome.decision.anonymous = true;
	cr_assert_str_eq(body_of(endpoint_profile), nobody);
}

Test(endpoint_json, profile_of_a_name_alone)
{
	outcome = fixture_outcome(policy, &request, "subject CN=b\n");
	outcome.verified.cert = (struct cert){.not_before = INT64_MIN,
					      .not_after = INT64_MAX};
	cr_assert_str_eq(body_of(endpoint_profile),
			 "{\"user\":{\"id\":\"b\",\"email\":null,"
			 "\"department\":null,\"cert_serial\":null,"
			 "\"cert_issuer\":null,\"role\":\"user\","
			 "\"roles\":[\"user\"]},"
			 "\"authenticated_via\":\"mTLS\",\"expires\":null,"
			 "\"expires_in_days\":null}");
}

Test(endpoint_json, markup_is_escaped)
{
	cr_assert_not_null(strstr(
		profile("subject CN=<script>&\n"),
		"\"id\":\"\\u003cscript\\u003e\\u0026\""));
	cr_expect_null(strpbrk(cert_info("subject CN=<script>&\n"), "<>&"));
}

#define NAMES                                                                  \
	"ext subjectAltName=DNS:a.test,email:x@a.test,DNS:b.test,"             \
	"URI:https://a.test/,IP:192.0.2.1,"                                    \
	"otherName:1.3.6.1.4.1.311.20.2.3;UTF8:bob@corp.test\n"

static const char info[] =
	"{\"subject\":{\"rdnSequence\":["
	"[{\"type\":\"countryName\",\"value\":\"DE\"}],"
	"[{\"type\":\"commonName\",\"value\":\"bob\"},"
	"{\"type\":\"userId\",\"value\":\"b\"}]]},"
	"\"subject_dn\":\"UID=b+CN=bob,C=DE\","
	"\"issuer\":{\"rdnSequence\":["
	"[{\"type\":\"organizationName\",\"value\":\"Corp\"}]]},"
	"\"issuer_dn\":\"O=Corp\","
	"\"serial\":\"0AB1\","
	"\"validity\":{\"not_before\":\"2025-12-31T00:00:00Z\","
	"\"not_after\":\"2026-04-10T00:00:00Z\"},"
	"\"fingerprint_sha256\":\"%s\",\"spki_sha256\":\"%s\","
	"\"san\":[{\"type\":\"dns\",\"value\":\"a.test\"},"
	"{\"type\":\"dns\",\"value\":\"b.test\"},"
	"{\"type\":\"email\",\"value\":\"x@a.test\"},"
	"{\"type\":\"uri\",\"value\":\"https://a.test/\"},"
	"{\"type\":\"ip\",\"value\":\"192.0.2.1\"},"
	"{\"type\":\"upn\",\"value\":\"bob@corp.test\"}],"
	"\"key\":{\"type\":\"EC\",\"bits\":256},"
	"\"signature_algorithm\":\"ecdsa-with-SHA256\","
	"\"eku\":[\"clientAuth\",\"1.2.3.4\"],"
	"\"verified_by\":\"server\"}";

Test(endpoint_json, cert_info)
{
	struct buf wanted = {0};

	cert_info("subject C=DE\nsubject CN=bob\n+subject UID=b\n"
		  "issuer O=Corp\nserial 0AB1\n"
		  "ext extendedKeyUsage=clientAuth,1.2.3.4\n" NAMES);
	buf_addf(&wanted, info, outcome.verified.cert.sha256,
		 outcome.verified.cert.spki);
	cr_expect_str_eq(out.data, wanted.data);
	buf_free(&wanted);
}

Test(endpoint_json, cert_info_with_little_in_it)
{
	const char *text = cert_info("subject 1.2.3.4=x\n");

	cr_expect_not_null(strstr(text,
				  "{\"subject\":{\"rdnSequence\":[["
				  "{\"type\":\"1.2.3.4\",\"value\":\"x\"}]]},"
				  "\"subject_dn\":\"1.2.3.4=x\","
				  "\"issuer\":null,\"issuer_dn\":null,"));
	cr_expect_not_null(strstr(text, "\"san\":[],"));
	cr_expect_not_null(strstr(text, "\"eku\":[],"));
}

static const char nothing[] =
	"{\"subject\":null,\"subject_dn\":null,\"issuer\":null,"
	"\"issuer_dn\":null,\"serial\":null,\"validity\":null,"
	"\"fingerprint_sha256\":null,\"spki_sha256\":null,\"san\":[],"
	"\"key\":null,\"signature_algorithm\":null,\"eku\":[],"
	"\"verified_by\":null}";

Test(endpoint_json, cert_info_of_nobody)
{
	cr_assert_str_eq(cert_info(NULL), nothing);
}

Test(endpoint_json, cert_info_of_a_refused_certificate)
{
	cr_assert_str_eq(cert_info("subject CN=b\nnot_after 1\n"), nothing,
			 "nobody vouches for it");
}

Test(endpoint_json, cert_info_of_a_name_alone)
{
	static const char begin[] =
		"{\"subject\":{\"rdnSequence\":[["
		"{\"type\":\"commonName\",\"value\":\"b\"}]]},"
		"\"subject_dn\":\"CN=b\",\"issuer\":null,"
		"\"issuer_dn\":null,\"serial\":null,"
		"\"validity\":{\"not_before\":null,\"not_after\":null},";
	const char *text;

	outcome = fixture_outcome(policy, &request, "subject CN=b\n");
	outcome.verified.cert =
		(struct cert){.subject = outcome.verified.cert.subject,
			      .not_before = INT64_MIN,
			      .not_after = INT64_MAX};
	text = body_of(endpoint_cert_info);
	cr_expect_eq(strncmp(text, begin, strlen(begin)), 0);
	cr_expect_not_null(strstr(text, "\"key\":null,"));
	cr_expect_not_null(strstr(text, "\"verified_by\":\"server\"}"));
}

Test(endpoint_json, what_cannot_be_read_is_shown_as_null)
{
	outcome = fixture_outcome(policy, &request,
				  "subject CN=b\nraw 2.5.29.17=ff\n");
	outcome.verified.ok = true; /* a policy that uses no email */
	cr_assert_not_null(strstr(
		body_of(endpoint_cert_info),
		"\"san\":[{\"type\":\"dns\",\"value\":null},"
		"{\"type\":\"email\",\"value\":null},"
		"{\"type\":\"uri\",\"value\":null},"
		"{\"type\":\"ip\",\"value\":null},"
		"{\"type\":\"upn\",\"value\":null}]"));
}

Test(endpoint_json, values_that_are_not_clean)
{
	const char *text = cert_info("subject O:utf8=a\\x00b\nsubject CN=b\n");

	cr_expect_not_null(strstr(text, "{\"type\":\"organizationName\","
					"\"value\":\"a\\\\x00b\"}"));
	cr_expect_null(strchr(text, '\n'));
}

Test(endpoint_json, a_failure_is_not_a_body)
{
	struct json json = {.arena = arena, .failed = true};

	outcome = fixture_outcome(policy, &request, ALICE);
	json_finish(&json, endpoint_profile(&json, &outcome), &out);
	cr_expect(out.failed);
	out = (struct buf){0};
	json_finish(&json, endpoint_cert_info(&json, &outcome), &out);
	cr_expect(out.failed);
	cr_expect(json.failed);
}
