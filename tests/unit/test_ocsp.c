/* test_ocsp.c - what is asked, and what each kind of answer is worth. */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "ocsp_fixture.h"

#define NONCE ((const unsigned char *)"0123456789abcdef")

enum { NONCE_LEN = 16 };

static struct arena *arena;

static void start(void)
{
	arena = arena_new();
	(void)ocsp_pki();
}

static void stop(void)
{
	arena_free(arena);
}

TestSuite(ocsp, .init = start, .fini = stop, .timeout = 60);

static struct ocsp_question about_leaf(void)
{
	static const struct ocsp_rules rules;

	return (struct ocsp_question){.leaf = ocsp_pki()->leaf,
				      .issuer = ocsp_pki()->ca,
				      .rules = &rules, .now = OCSP_NOW};
}

/* --- where to ask --------------------------------------------------------- */

struct url_row {
	const char *aia; /* the extension's value */
	const char *responder; /* of the rules */
	const char *url; /* NULL: none */
	enum status status;
};

static const struct url_row url_rows[] = {
	{"OCSP;URI:http://a.example/", NULL, "http://a.example/", ST_OK},
	{"caIssuers;URI:http://b.example/", NULL, NULL, ST_OK},
	{"OCSP;URI:https://a.example/", NULL, NULL, ST_BAD},
	{"OCSP;URI:ldap://a.example/", NULL, NULL, ST_BAD},
	{"OCSP;URI:https://a.example/,OCSP;URI:HTTP://c.example/x?y", NULL,
	 "http://c.example/x?y", ST_OK},
	{"OCSP;URI:http://a.example/,OCSP;URI:http://c.example/", NULL,
	 "http://a.example/", ST_OK},
	{"OCSP;URI:http://a.example/ HTTP/1.0", NULL, NULL, ST_BAD},
	{"OCSP;URI:http://", NULL, NULL, ST_BAD},
	{"OCSP;DNS:a.example", NULL, NULL, ST_OK},
	{NULL, NULL, NULL, ST_OK},
	{NULL, "http://r.example:8080/o", "http://r.example:8080/o", ST_OK},
	{"OCSP;URI:http://a.example/", "http://r.example", "http://r.example",
	 ST_OK},
	{"OCSP;URI:http://a.example/", "https://r.example", NULL, ST_BAD},
};

ParameterizedTestParameters(ocsp, urls)
{
	static size_t at[ARRAY_LEN(url_rows)];

	for (size_t i = 0; i < ARRAY_LEN(url_rows); i++)
		at[i] = i;
	return cr_make_param_array(size_t, at, ARRAY_LEN(url_rows));
}

ParameterizedTest(size_t *at, ocsp, urls)
{
	const struct url_row *row = &url_rows[*at];
	const struct ocsp_rules rules = {.responder = row->responder};
	const struct ocsp_pki *pki = ocsp_pki();
	struct ocsp_question question = about_leaf();
	const char *url = "";
	char ext[256];

	snprintf(ext, sizeof(ext), "authorityInfoAccess=%s",
		 row->aia ? row->aia : "");
	question.rules = &rules;
	question.leaf = ocsp_cert("x", 3, pki->other_key, pki->ca, pki->key,
				  row->aia ? ext : NULL);
	cr_assert_eq(ocsp_url(arena, &question, &url), row->status, "%s", ext);
	if (row->url)
		cr_assert_str_eq(url, row->url);
	else
		cr_assert_null(url);
	X509_free(question.leaf);
}

Test(ocsp, a_very_long_url_is_not_asked)
{
	struct ocsp_question question = about_leaf();
	struct ocsp_rules rules = {0};
	char text[4096];
	const char *url = "";

	memset(text, 'a', sizeof(text));
	memcpy(text, "http://", 7);
	text[sizeof(text) - 1] = '\0';
	rules.responder = text;
	question.rules = &rules;
	cr_assert_eq(ocsp_url(arena, &question, &url), ST_BAD);
	cr_assert_null(url);
	text[2048] = '\0';
	cr_assert_eq(ocsp_url(arena, &question, &url), ST_OK);
}

/* --- what to ask ---------------------------------------------------------- */

Test(ocsp, the_request_names_the_certificate_by_sha1)
{
	struct ocsp_question question = about_leaf();
	const unsigned char *der = NULL;
	size_t len = 0;
	OCSP_REQUEST *request;
	OCSP_CERTID *id, *own;
	ASN1_OBJECT *digest = NULL;

	cr_assert_eq(ocsp_request(arena, &question, NONCE, NONCE_LEN, &der,
				  &len), ST_OK);
	request = d2i_OCSP_REQUEST(NULL, &der, (long)len);
	cr_assert(request);
	cr_assert_eq(OCSP_request_onereq_count(request), 1);
	id = OCSP_onereq_get0_id(OCSP_request_onereq_get0(request, 0));
	own = OCSP_cert_to_id(EVP_sha1(), question.leaf, question.issuer);
	cr_assert_eq(OCSP_id_cmp(id, own), 0);
	OCSP_id_get0_info(NULL, &digest, NULL, NULL, id);
	cr_assert_eq(OBJ_obj2nid(digest), NID_sha1);
	cr_assert(OCSP_REQUEST_get_ext_by_NID(request, NID_id_pkix_OCSP_Nonce,
					      -1) >= 0);
	OCSP_CERTID_free(own);
	OCSP_REQUEST_free(request);
}

Test(ocsp, no_nonce_is_sent_unless_given)
{
	struct ocsp_question question = about_leaf();
	const unsigned char *der = NULL;
	size_t len = 0;
	OCSP_REQUEST *request;

	cr_assert_eq(ocsp_request(arena, &question, NULL, 0, &der, &len),
		     ST_OK);
	request = d2i_OCSP_REQUEST(NULL, &der, (long)len);
	cr_assert(request);
	cr_assert_eq(OCSP_REQUEST_get_ext_count(request), 0);
	OCSP_REQUEST_free(request);
}

/* --- what an answer is worth ---------------------------------------------- */

enum about { ABOUT_LEAF = 0, ABOUT_SECOND, ABOUT_OTHER_KEY, ABOUT_OTHER_CA };
enum by { BY_CA = 0, BY_OTHER_CA };
enum digest { ID_SHA1 = 0, ID_SHA256, ID_SHA512, ID_MD5 };

struct row {
	struct ocsp_recipe recipe;
	enum ocsp_state state;
	const char *detail; /* a part of it; NULL: none */
	enum about about;
	enum by by;
	enum digest digest;
	bool no_nonce; /* none was sent */
};

#define GOOD V_OCSP_CERTSTATUS_GOOD
#define REVOKED V_OCSP_CERTSTATUS_REVOKED
#define UNKNOWN V_OCSP_CERTSTATUS_UNKNOWN
#define NO OCSP_UNAVAILABLE

static const struct row rows[] = {
	{.recipe = {.status = GOOD}, .state = OCSP_GOOD},
	{.recipe = {.status = REVOKED}, .state = OCSP_REVOKED,
	 .detail = "2025-12-31T23:00:00Z, reason keyCompromise"},
	{.recipe = {.status = UNKNOWN}, .state = OCSP_UNKNOWN,
	 .detail = "does not know"},
	{.recipe = {.by_key = true}, .state = OCSP_GOOD},
	/* about whom */
	{.digest = ID_SHA256, .state = OCSP_GOOD},
	{.digest = ID_SHA512, .state = OCSP_GOOD},
	{.digest = ID_MD5, .state = NO, .detail = "does not speak of"},
	{.about = ABOUT_SECOND, .state = NO, .detail = "does not speak of"},
	{.about = ABOUT_OTHER_KEY, .state = NO, .detail = "not speak of"},
	{.about = ABOUT_OTHER_CA, .state = NO, .detail = "not speak of"},
	/* by whom */
	{.by = BY_OTHER_CA, .state = NO, .detail = "not from the CA"},
	{.recipe = {.broken = true},
	 .state = NO, .detail = "changed since"},
	{.recipe = {.status = REVOKED, .broken = true},
	 .state = NO, .detail = "changed since"},
	/* of several entries the worst counts */
	{.recipe = {.second_status = REVOKED}, .state = OCSP_REVOKED,
	 .detail = "keyCompromise"},
	{.recipe = {.status = REVOKED, .second_status = UNKNOWN},
	 .state = OCSP_UNKNOWN, .detail = "does not know"},
	/* when */
	{.recipe = {.age = -300}, .state = OCSP_GOOD},
	{.recipe = {.age = -301},
	 .state = NO, .detail = "future"},
	{.recipe = {.status = REVOKED, .age = -301},
	 .state = NO, .detail = "future"},
	{.recipe = {.age = 86400}, .state = OCSP_GOOD},
	{.recipe = {.age = 86401},
	 .state = NO, .detail = "out of date"},
	{.recipe = {.age = 864000, .next = 1}, .state = OCSP_GOOD},
	{.recipe = {.age = 864000, .next = -300}, .state = OCSP_GOOD},
	{.recipe = {.age = 864000, .next = -301},
	 .state = NO, .detail = "out of date"},
	{.recipe = {.age = 10, .next = -20},
	 .state = NO, .detail = "out of date"},
	/* the nonce */
	{.recipe = {.nonce = "0123456789abcdef"}, .state = OCSP_GOOD},
	{.recipe = {.nonce = "0123456789abcdeX"},
	 .state = NO, .detail = "nonce"},
	{.recipe = {.nonce = "0123456789abcde"},
	 .state = NO, .detail = "nonce"},
	{.recipe = {.status = REVOKED, .nonce = "other"},
	 .state = NO, .detail = "nonce"},
	{.recipe = {.nonce = "unasked"}, .state = OCSP_GOOD, .no_nonce = true},
	/* what is not understood */
	{.recipe = {.critical = true},
	 .state = NO, .detail = "critical extension"},
	{.recipe = {.single_critical = true},
	 .state = NO, .detail = "critical extension"},
	/* responders that do not answer */
	{.recipe = {.response_status = OCSP_RESPONSE_STATUS_MALFORMEDREQUEST},
	 .state = NO, .detail = "malformedrequest"},
	{.recipe = {.response_status = OCSP_RESPONSE_STATUS_INTERNALERROR},
	 .state = NO, .detail = "internalerror"},
	{.recipe = {.response_status = OCSP_RESPONSE_STATUS_TRYLATER},
	 .state = NO, .detail = "trylater"},
	{.recipe = {.response_status = OCSP_RESPONSE_STATUS_UNAUTHORIZED},
	 .state = NO, .detail = "unauthorized"},
};

ParameterizedTestParameters(ocsp, answers)
{
	/* numbers: another process runs the test, and has texts elsewhere */
	static size_t at[ARRAY_LEN(rows)];

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		at[i] = i;
	return cr_make_param_array(size_t, at, ARRAY_LEN(rows));
}

static void complete(const struct row *row, struct ocsp_recipe *recipe)
{
	const struct ocsp_pki *pki = ocsp_pki();
	const EVP_MD *digests[] = {EVP_sha1(), EVP_sha256(), EVP_sha512(),
				   EVP_md5()};

	recipe->id_md = digests[row->digest];
	if (row->about == ABOUT_SECOND)
		recipe->about = pki->second;
	else if (row->about == ABOUT_OTHER_KEY)
		recipe->about_issuer = pki->same_name;
	else if (row->about == ABOUT_OTHER_CA)
		recipe->about = recipe->about_issuer = pki->other_ca;
	if (row->by == BY_OTHER_CA)
		recipe->signer = pki->other_ca;
}

ParameterizedTest(size_t *at, ocsp, answers)
{
	const struct row *row = &rows[*at];
	struct ocsp_question question = about_leaf();
	struct ocsp_recipe recipe = row->recipe;
	struct ocsp_answer answer;
	unsigned char *der;
	size_t len;

	complete(row, &recipe);
	der = ocsp_response(&recipe, &len);
	ocsp_judge(arena, &question, row->no_nonce ? NULL : NONCE,
		   row->no_nonce ? 0 : NONCE_LEN, der, len, &answer);
	cr_assert_eq(answer.state, row->state, "row %zu: %d %s", *at,
		     answer.state, answer.detail ? answer.detail : "");
	if (row->detail)
		cr_assert(strstr(answer.detail, row->detail), "row %zu: %s",
			  *at, answer.detail);
	else
		cr_assert_null(answer.detail);
	OPENSSL_free(der);
}

static struct ocsp_answer judge(const struct ocsp_recipe *recipe)
{
	struct ocsp_question question = about_leaf();
	struct ocsp_answer answer;
	size_t len;
	unsigned char *der = ocsp_response(recipe, &len);

	ocsp_judge(arena, &question, NULL, 0, der, len, &answer);
	OPENSSL_free(der);
	return answer;
}

Test(ocsp, how_long_an_answer_counts)
{
	const struct ocsp_pki *pki = ocsp_pki();
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *signer = ocsp_cert("OCSP", 7, key, pki->ca, pki->key,
				 "extendedKeyUsage=OCSPSigning");
	struct ocsp_recipe open = {.age = 100};
	struct ocsp_recipe dated = {.age = 100, .next = 7 * 86400};
	struct ocsp_recipe delegated = dated;

	delegated.signer = signer;
	delegated.key = key;
	cr_assert_eq(judge(&open).this_update, OCSP_NOW - 100);
	cr_assert_eq(judge(&open).next_update, OCSP_NOW + 3600);
	cr_assert_eq(judge(&dated).next_update, OCSP_NOW + 7 * 86400);
	/* not longer than its signer's certificate */
	cr_assert_eq(judge(&delegated).next_update, OCSP_NOW + 86400);
	X509_free(signer);
	EVP_PKEY_free(key);
}

/* Every shorter form of a good answer, and longer ones, are none. */
Test(ocsp, bytes_that_are_no_response)
{
	const struct ocsp_recipe recipe = {0};
	struct ocsp_question question = about_leaf();
	struct ocsp_answer answer;
	size_t len;
	unsigned char *der = ocsp_response(&recipe, &len);
	unsigned char *longer = malloc(len + 1);

	for (size_t i = 0; i < len; i++) {
		ocsp_judge(arena, &question, NULL, 0, der, i, &answer);
		cr_assert_eq(answer.state, OCSP_UNAVAILABLE, "%zu bytes", i);
		cr_assert(answer.detail);
	}
	memcpy(longer, der, len);
	longer[len] = 0;
	ocsp_judge(arena, &question, NULL, 0, longer, len, &answer);
	cr_assert_eq(answer.state, OCSP_GOOD);
	ocsp_judge(arena, &question, NULL, 0, longer, len + 1, &answer);
	cr_assert_eq(answer.state, OCSP_UNAVAILABLE);
	free(longer);
	OPENSSL_free(der);
}

/* No byte of a good answer can be changed so that it says something else. */
Test(ocsp, no_changed_byte_makes_another_answer)
{
	const struct ocsp_recipe recipe = {.status = REVOKED,
					   .without_cert = true};
	struct ocsp_question question = about_leaf();
	struct ocsp_answer answer;
	size_t len;
	unsigned char *der = ocsp_response(&recipe, &len);

	for (size_t i = 0; i < len; i++)
		for (unsigned bit = 1; bit < 256; bit <<= 2) {
			der[i] ^= (unsigned char)bit;
			ocsp_judge(arena, &question, NULL, 0, der, len,
				   &answer);
			cr_assert(answer.state == OCSP_UNAVAILABLE ||
				  answer.state == OCSP_REVOKED,
				  "byte %zu ^ %u", i, bit);
			der[i] ^= (unsigned char)bit;
		}
	OPENSSL_free(der);
}

/* --- what an answer is remembered by -------------------------------------- */

Test(ocsp, the_key_tells_certificates_apart)
{
	const struct ocsp_pki *pki = ocsp_pki();
	struct ocsp_question question = about_leaf();
	unsigned char key[OCSP_KEY], again[OCSP_KEY], other[OCSP_KEY];

	cr_assert(ocsp_key(&question, key));
	question.now++;
	cr_assert(ocsp_key(&question, again));
	cr_assert_eq(memcmp(key, again, OCSP_KEY), 0);
	question.leaf = pki->second;
	cr_assert(ocsp_key(&question, other));
	cr_assert_neq(memcmp(key, other, OCSP_KEY), 0);
	question.leaf = pki->leaf;
	question.issuer = pki->same_name;
	cr_assert(ocsp_key(&question, other));
	cr_assert_neq(memcmp(key, other, OCSP_KEY), 0);
	question.issuer = pki->other_ca;
	cr_assert(ocsp_key(&question, again));
	cr_assert_neq(memcmp(again, other, OCSP_KEY), 0, "the same key");
}
