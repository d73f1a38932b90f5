/* trust.c - the table of checks. A credential comes in, a verified certificate
 * goes out or the reason of the first check that refused it. */
#include "trust.h"

#include "trust_int.h"

#define STAGE "trust"

enum { DAY = 24 * 60 * 60 };

enum { OF_NAME = 1, OF_PIN = 2 };

/* In this order; the first that refuses gives the reason. OF_NAME: also asked
 * of a certificate of which only the name is known. OF_PIN: also of one that a
 * pin admits without a chain. */
static const struct {
	const char *name;
	enum check_result (*run)(struct check *check);
	enum reason reason;
	int flags;
} checks[] = {
	{"readable", check_parse, REASON_CERTIFICATE_MALFORMED,
	 OF_NAME | OF_PIN},
	{"name as text", check_name_text, REASON_SOURCE_CONFLICT, OF_PIN},
	{"attributes", check_read, REASON_INTERNAL_ERROR, OF_NAME | OF_PIN},
	{"not blocked", check_blocked, REASON_BLOCKED, OF_NAME | OF_PIN},
	{"pin without chain", check_pinned, REASON_INTERNAL_ERROR, OF_PIN},
	{"verified by server", check_vouched, REASON_NOT_VERIFIED, OF_NAME},
	{"notBefore", check_not_before, REASON_NOT_YET_VALID,
	 OF_NAME | OF_PIN},
	{"notAfter", check_not_after, REASON_EXPIRED, OF_NAME | OF_PIN},
	{"purpose", check_purpose, REASON_WRONG_PURPOSE, OF_PIN},
	{"key size", check_key, REASON_WEAK_KEY, 0},
	{"lifetime", check_lifetime, REASON_LIFETIME_TOO_LONG, 0},
	{"chain", check_chain, REASON_INTERNAL_ERROR, 0},
	{"chain not blocked", check_chain_blocked, REASON_BLOCKED, 0},
	{"ocsp", check_ocsp, REASON_OCSP_UNAVAILABLE, 0},
	{"clean attributes", check_clean, REASON_UNCLEAN_ATTRIBUTE,
	 OF_NAME | OF_PIN},
	{"issuer", check_issuer, REASON_ISSUER_NOT_TRUSTED, OF_NAME},
};

void trust_note_days(const struct trust_rules *rules, int64_t now,
		     struct verified *v)
{
	int64_t left = v->cert.not_after - now;

	if (!v->parsed || v->cert.not_after == INT64_MAX)
		return;
	v->days_left = left / DAY - (left % DAY < 0);
	v->expiring = v->ok && rules->warn_expiring > 0 &&
		      left < rules->warn_expiring;
}

static const char *judge_name(const struct check *check)
{
	static const char *const names[] = {"server", "chain", "both"};

	return check->v->pin ? "pin" : names[check->rules->verify];
}

/* True if the row is to be asked of this certificate. */
static bool applies(int flags, const struct verified *v)
{
	return (!v->name_only || (flags & OF_NAME)) &&
	       (!v->pin || (flags & OF_PIN));
}

static enum check_result run_row(struct check *check, size_t row)
{
	enum check_result result;

	check->detail = NULL;
	check->reason = checks[row].reason;
	result = checks[row].run(check);
	trace_add(check->trace, STAGE, checks[row].name,
		  result == CHECK_PASSED ? STEP_OK : STEP_FAIL, "%s",
		  check->detail ? check->detail : "");
	return result;
}

void trust_check(struct arena *arena, const struct trust_rules *rules,
		 const struct attr_list *attrs,
		 const struct credential *credential,
		 struct ocsp_service *ocsp, int64_t now, struct trace *trace,
		 struct verified *ret_verified)
{
	struct verified v = {0};
	struct check check = {.arena = arena, .rules = rules, .attrs = attrs,
			      .credential = credential, .ocsp = ocsp,
			      .now = now, .trace = trace, .v = &v};
	enum check_result result = CHECK_ERROR;

	v.name_only = credential->leaf.len == 0;
	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		if (!applies(checks[i].flags, &v))
			continue;
		result = run_row(&check, i);
		if (result == CHECK_PASSED)
			continue;
		v.detail = check.detail;
		if (result == CHECK_REFUSED)
			v.reason = check.reason;
		break;
	}
	if (result == CHECK_PASSED) {
		v.reason = REASON_GRANTED;
		v.ok = true;
		v.verified_by = judge_name(&check);
	}
	v.passing |= result == CHECK_ERROR;
	trust_note_days(rules, now, &v);
	*ret_verified = v;
}
