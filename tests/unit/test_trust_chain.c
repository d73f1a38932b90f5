/* test_trust_chain.c - the checks that look beyond the certificate, through
 * trust_check; and that no date of a policy widens what it grants. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dates_fixture.h"
#include "load.h"
#include "policy_fixture.h"
#include "trust.h"

enum { POLICIES = 60 };

static struct arena *arena;
static struct trust_rules rules;
static struct attr_list attrs;
static struct pki root;
static struct pki leaf;
static struct pki glass;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	rules = (struct trust_rules){.purpose = "1.3.6.1.5.5.7.3.2",
				     .pin_attr = SIZE_MAX,
				     .verify = VERIFY_CHAIN};
	attrs = (struct attr_list){0};
	rules.chain = pki_rules();
	root = pki_make(arena, "Root", NULL, "root");
	leaf = pki_make(arena, "leaf", &root, "");
	glass = pki_make(arena, "glass", NULL,
			 "ext basicConstraints=critical,CA:TRUE\n");
	pki_trust(arena, &rules.chain, &root);
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(trust_chain, .init = start, .fini = end);

static struct verified judge(const struct pki *cert, pki_list sent)
{
	struct credential credential = pki_credential(arena, cert, sent);

	if (!rules.chain.store)
		cr_assert_eq(chain_prepare(arena, &rules.chain), ST_OK);
	return fixture_verified(arena, &rules, &attrs, &credential,
				FIXTURE_NOW);
}

static const char *sha256_of(const struct pki *cert)
{
	struct credential credential = pki_credential(arena, cert, NULL);
	struct cert parsed;
	const char *why;

	cr_assert_eq(cert_parse(arena, credential.leaf, &parsed, &why), ST_OK);
	return parsed.sha256;
}

static const char *value(const struct verified *v, size_t attr)
{
	const struct attr_values *values = &v->set.values[attr];

	cr_expect_eq(values->state, ATTR_READ);
	return values->count == 1 ? values->list[0].text : NULL;
}

Test(trust_chain, both_needs_both)
{
	struct credential credential = pki_credential(arena, &leaf, NULL);
	struct pki self = pki_make(arena, "leaf", NULL, "");
	struct verified v;

	rules.verify = VERIFY_BOTH;
	cr_expect_eq(judge(&leaf, NULL).reason, REASON_NOT_VERIFIED);
	credential.vouched = true;
	v = fixture_verified(arena, &rules, &attrs, &credential, FIXTURE_NOW);
	cr_expect(v.ok);
	cr_expect_str_eq(v.verified_by, "both");
	credential = pki_credential(arena, &self, NULL);
	credential.vouched = true;
	v = fixture_verified(arena, &rules, &attrs, &credential, FIXTURE_NOW);
	cr_expect_eq(v.reason, REASON_UNTRUSTED_ISSUER);
}

Test(trust_chain, attributes_of_the_chain)
{
	struct pki middle = pki_make(arena, "Middle", &root, "ca");
	struct pki below = pki_make(arena, "below", &middle, "");
	size_t anchor = fixture_attr(arena, &attrs, "anchor.subject.CN");
	size_t anchor_sha = fixture_attr(arena, &attrs, "anchor.sha256");
	size_t ca = fixture_attr(arena, &attrs, "ca.subject.CN");
	size_t ca_sha = fixture_attr(arena, &attrs, "ca.sha256");
	struct verified v = judge(&below, (pki_list){&middle, NULL});

	cr_assert(v.ok, "%s", v.detail);
	cr_expect_str_eq(value(&v, anchor), "Root");
	cr_expect_str_eq(value(&v, anchor_sha), sha256_of(&root));
	cr_expect_str_eq(value(&v, ca), "Middle");
	cr_expect_str_eq(value(&v, ca_sha), sha256_of(&middle));
	v = judge(&leaf, (pki_list){&middle, NULL});
	cr_assert(v.ok);
	cr_expect_str_eq(value(&v, ca), "Root", "the direct issuer");
}

/* A leaf that is an anchor itself has no CA above it. */
Test(trust_chain, leaf_as_anchor)
{
	size_t anchor = fixture_attr(arena, &attrs, "anchor.subject.CN");
	size_t ca = fixture_attr(arena, &attrs, "ca.subject.CN");
	struct verified v;

	rules.chain = pki_rules();
	rules.chain.partial_chain = true;
	pki_trust(arena, &rules.chain, &leaf);
	v = judge(&leaf, NULL);
	cr_assert(v.ok, "%s", v.detail);
	cr_expect_str_eq(value(&v, anchor), "leaf");
	cr_expect_null(value(&v, ca));
}

Test(trust_chain, policies_are_the_validated_ones)
{
	struct pki with = pki_make(arena, "M", &root,
				   "ca\next certificatePolicies=1.2.3.4\n");
	struct pki claims = pki_make(arena, "a", &with,
				     "ext certificatePolicies=1.2.3.4,"
				     "1.2.3.5\n");
	size_t policy = fixture_attr(arena, &attrs, "policy");
	struct verified v = judge(&claims, (pki_list){&with, NULL});

	cr_assert(v.ok, "%s", v.detail);
	cr_expect_str_eq(value(&v, policy), "1.2.3.4");
}

Test(trust_chain, required_policy)
{
	static const char *wanted[] = {"1.2.3.4"};
	struct pki with = pki_make(arena, "M", &root,
				   "ca\next certificatePolicies=1.2.3.4\n");
	struct pki good = pki_make(arena, "a", &with,
				   "ext certificatePolicies=1.2.3.4\n");
	struct pki bad = pki_make(arena, "a", &with,
				  "ext certificatePolicies=1.2.3.5\n");

	rules.chain.explicit_policy = true;
	cr_expect(judge(&good, (pki_list){&with, NULL}).ok);
	cr_expect_eq(judge(&bad, (pki_list){&with, NULL}).reason,
		     REASON_POLICY_REQUIRED);
	rules.chain.require_policy = wanted;
	rules.chain.require_policy_count = 1;
	cr_expect(judge(&good, (pki_list){&with, NULL}).ok);
	wanted[0] = "1.2.3.5";
	cr_expect_eq(judge(&good, (pki_list){&with, NULL}).reason,
		     REASON_POLICY_REQUIRED);
}

Test(trust_chain, name_constraints)
{
	struct pki with = pki_make(arena, "M", &root,
				   "ca\next nameConstraints=critical,"
				   "permitted;DNS:good.example\n");
	struct pki good = pki_make(arena, "a", &with,
				   "ext subjectAltName=DNS:a.good.example\n");
	struct pki bad = pki_make(arena, "a", &with,
				  "ext subjectAltName=DNS:evil.example\n");

	cr_expect(judge(&good, (pki_list){&with, NULL}).ok);
	cr_expect_eq(judge(&bad, (pki_list){&with, NULL}).reason,
		     REASON_NAME_CONSTRAINT);
}

Test(trust_chain, blocks_of_the_chain)
{
	struct block block = {.name = "root", .from = TIME_ALWAYS,
			      .phase = BLOCK_CHAIN, .line = 7};

	fixture_condition(arena, &attrs, &block.conditions,
			  "anchor.subject.CN", "Root");
	rules.blocks = &block;
	rules.block_count = 1;
	cr_expect_eq(judge(&leaf, NULL).reason, REASON_BLOCKED);
	cr_expect_eq(judge(&glass, NULL).reason, REASON_UNTRUSTED_ISSUER,
		     "no chain, nothing to block");
}

Test(trust_chain, pin_without_chain)
{
	size_t ca = fixture_attr(arena, &attrs, "ca.subject.CN");
	struct pki evil = pki_make(arena, "glass", NULL, "");
	struct pki server = pki_make(arena, "glass", NULL,
				     "ext extendedKeyUsage=serverAuth\n");
	struct verified v;

	fixture_pin(arena, &rules.pins, "glass", sha256_of(&glass),
		    SPAN_ALWAYS);
	cr_expect_eq(judge(&glass, NULL).reason, REASON_UNTRUSTED_ISSUER,
		     "a pin alone admits nobody");
	rules.pins.list[0].no_chain = true;
	v = judge(&glass, NULL);
	cr_assert(v.ok, "%s", v.detail);
	cr_expect_str_eq(v.pin->name, "glass");
	cr_expect_str_eq(v.verified_by, "pin");
	cr_expect_null(value(&v, ca));
	cr_expect_eq(judge(&evil, NULL).reason, REASON_UNTRUSTED_ISSUER);
	rules.pins.list[0].sha256[0] = sha256_of(&server);
	cr_expect_eq(judge(&server, NULL).reason, REASON_WRONG_PURPOSE);
}

/* ---- OCSP ---- */

static struct ocsp_answer told;
static size_t questions;

static void tell(struct ocsp_service *self, struct arena *of,
		 const struct ocsp_question *question,
		 struct ocsp_answer *ret_answer)
{
	(void)self;
	(void)of;
	questions++;
	cr_expect_eq(X509_cmp(question->issuer, root.x509), 0);
	cr_expect_eq(X509_cmp(question->leaf, leaf.x509), 0);
	*ret_answer = told;
}

static enum reason ask(enum ocsp_mode mode, enum ocsp_state state)
{
	struct credential credential = pki_credential(arena, &leaf, NULL);
	struct ocsp_service service = {.ask = tell};
	struct verified v;

	told = (struct ocsp_answer){.state = state, .detail = "told"};
	rules.ocsp.mode = mode;
	if (!rules.chain.store)
		cr_assert_eq(chain_prepare(arena, &rules.chain), ST_OK);
	cr_assert_eq(trust_prepare(arena, &rules, attrs.count), ST_OK);
	trust_check(arena, &rules, &attrs, &credential, &service, FIXTURE_NOW,
		    NULL, &v);
	cr_expect_eq(v.ok && state == OCSP_UNAVAILABLE && mode != OCSP_OFF,
		     v.warning != NULL);
	return v.reason;
}

Test(trust_chain, ocsp)
{
	static const struct {
		enum ocsp_mode mode;
		enum ocsp_state state;
		enum reason reason;
	} rows[] = {
		{OCSP_OFF, OCSP_REVOKED, REASON_GRANTED},
		{OCSP_PREFER, OCSP_GOOD, REASON_GRANTED},
		{OCSP_PREFER, OCSP_REVOKED, REASON_REVOKED},
		{OCSP_PREFER, OCSP_UNKNOWN, REASON_OCSP_UNKNOWN},
		{OCSP_PREFER, OCSP_UNAVAILABLE, REASON_GRANTED},
		{OCSP_REQUIRE, OCSP_GOOD, REASON_GRANTED},
		{OCSP_REQUIRE, OCSP_REVOKED, REASON_REVOKED},
		{OCSP_REQUIRE, OCSP_UNKNOWN, REASON_OCSP_UNKNOWN},
		{OCSP_REQUIRE, OCSP_UNAVAILABLE, REASON_OCSP_UNAVAILABLE},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(ask(rows[i].mode, rows[i].state), rows[i].reason,
			     "row %zu", i);
	cr_expect_eq(questions, ARRAY_LEN(rows) - 1);
	rules.ocsp.mode = OCSP_REQUIRE;
	cr_expect_eq(judge(&leaf, NULL).reason, REASON_OCSP_UNAVAILABLE,
		     "nobody to ask");
}

/* ---- dates ---- */

static const char *const paths[] = {"/one", "/two", "/three"};

/* What is granted to who asks with this text as a certificate. */
static struct outcome decide(struct arena *of, const struct policy *policy,
			     const char *pem, const char *path, int64_t now)
{
	char *env[] = {arena_printf(of, "SSL_CLIENT_CERT=%s", pem),
		       arena_printf(of, "REQUEST_URI=%s", path),
		       "REQUEST_METHOD=GET", NULL};
	struct gate_input input = {.policy = policy, .role = ROLE_AUTHORIZER,
				   .env = env, .decision_id = "x",
				   .facts = {.now = now}};
	struct outcome outcome;

	cr_assert_eq(gate_decide(of, &input, &outcome), ST_OK);
	return outcome;
}

static bool had_role(const struct outcome *outcome, const char *role)
{
	for (size_t i = 0; i < outcome->identity.role_count; i++)
		if (strcmp(outcome->identity.roles[i], role) == 0)
			return true;
	return false;
}

/* Is more granted after than before: the request, or as whom? */
static bool widens(const struct outcome *before, const struct outcome *after)
{
	if (!after->decision.granted)
		return false;
	if (!before->decision.granted)
		return true;
	if (after->decision.anonymous)
		return false;
	if (before->decision.anonymous)
		return true;
	for (size_t i = 0; i < after->identity.role_count; i++)
		if (!had_role(before, after->identity.roles[i]))
			return true;
	return strcmp(before->identity.id, after->identity.id) != 0;
}

struct answers {
	size_t grants;
	size_t narrowed;
	size_t widened; /* by a from */
};

static void cross(const struct dates *dates, const struct policy *policy,
		  const char *pem, int64_t date, bool may_widen,
		  struct answers *tally)
{
	struct arena *own = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
		struct outcome before = decide(own, policy, pem, paths[i],
					       date - 1);
		struct outcome after = decide(own, policy, pem, paths[i],
					      date);

		tally->grants += after.decision.granted;
		tally->narrowed += widens(&after, &before);
		if (!widens(&before, &after))
			continue;
		tally->widened++;
		cr_expect(may_widen, "%s at %lld: %s, then %s\n%s", paths[i],
			  (long long)date,
			  reason_row(before.decision.reason)->name,
			  reason_row(after.decision.reason)->name,
			  dates->text.data);
	}
	arena_free(own);
}

Test(trust_chain, dates_never_widen)
{
	char ca[] = "/tmp/dates-ca-XXXXXX";
	int fd = mkstemp(ca);
	struct pki other = pki_make(arena, "other", &root, "");
	const char *pem = pki_pem(arena, &root);
	const char *const who[] = {pki_pem(arena, &leaf),
				   pki_pem(arena, &other),
				   pki_pem(arena, &glass)};
	struct dates_pki pki = {ca, sha256_of(&leaf), sha256_of(&glass), NULL};
	struct answers tally = {0};
	struct dates dates;

	cr_assert_eq(write(fd, pem, strlen(pem)), (ssize_t)strlen(pem));
	dates_settle(fd);
	close(fd);
	for (unsigned seed = 1; seed <= POLICIES; seed++) {
		struct policy *policy;

		/* the pin may name a certificate that has a chain as well */
		pki.other_sha256 = seed % 2 ? sha256_of(&other) : NULL;
		dates_draw(&dates, seed, &pki);
		policy = dates_load(arena, &dates);
		cr_assert_not_null(policy, "%s", dates.text.data);
		for (size_t i = 0; i < ARRAY_LEN(who) * dates.from_count; i++)
			cross(&dates, policy, who[i % ARRAY_LEN(who)],
			      dates.from[i / ARRAY_LEN(who)], true, &tally);
		for (size_t i = 0; i < ARRAY_LEN(who) * dates.other_count; i++)
			cross(&dates, policy, who[i % ARRAY_LEN(who)],
			      dates.others[i / ARRAY_LEN(who)], false, &tally);
		policy_free(policy);
		buf_free(&dates.text);
	}
	unlink(ca);
	cr_expect_gt(tally.grants, POLICIES, "it must grant something");
	cr_expect_gt(tally.narrowed, POLICIES / 4);
	cr_expect_gt(tally.widened, POLICIES / 4);
}
