/* trust.c - the table of checks. A credential comes in, a verified certificate
 * goes out or the reason of the first check that refused it. */
#include "trust.h"

#include <string.h>

#include "attr_ext.h"
#include "dn.h"

#define STAGE "trust"
#define OID_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"

enum { DN_CUT = 255, DAY = 24 * 60 * 60 };

enum check_result { CHECK_ERROR = 0, CHECK_REFUSED, CHECK_PASSED };

struct check {
	struct arena *arena;
	const struct trust_rules *rules;
	const struct attr_list *attrs;
	const struct credential *credential;
	int64_t now;
	struct verified *v;
	const char *detail; /* what a check has to say when it refuses */
};

static enum check_result from_status(enum status status)
{
	if (status == ST_OK)
		return CHECK_PASSED;
	return status == ST_NOMEM ? CHECK_ERROR : CHECK_REFUSED;
}

/* A detail that finds no memory is left out; the refusal stands. */
static enum check_result refuse(struct check *check, const char *detail)
{
	check->detail = detail;
	return CHECK_REFUSED;
}

static enum check_result check_parse(struct check *check)
{
	const struct credential *credential = check->credential;
	struct verified *v = check->v;
	struct name name;
	enum status status;

	v->name_only = source_row(credential->source)->name_only;
	if (v->name_only) {
		status = dn_parse(check->arena, credential->dn, &name, NULL,
				  &check->detail);
		if (status == ST_OK)
			cert_from_name(&name, &v->cert);
	} else {
		status = cert_parse(check->arena, credential->leaf, &v->cert,
				    &check->detail);
	}
	v->parsed = status == ST_OK;
	return from_status(status);
}

/* The server's text of the name may be cut or ambiguous; only where it can
 * mean one name alone does it count against the certificate. */
static enum check_result check_name_text(struct check *check)
{
	const char *text = check->credential->dn;
	const char *why;
	struct name name;
	enum dn_form form;
	enum status status;

	if (!text || check->v->name_only || strlen(text) >= DN_CUT)
		return CHECK_PASSED;
	status = dn_parse(check->arena, text, &name, &form, &why);
	if (status == ST_NOMEM)
		return CHECK_ERROR;
	if (status != ST_OK || form == DN_SLASH)
		return CHECK_PASSED;
	for (size_t i = 0; i < check->v->cert.subject.count; i++)
		if (!check->v->cert.subject.avas[i].clean)
			return CHECK_PASSED;
	if (name_equal(&name, &check->v->cert.subject))
		return CHECK_PASSED;
	return refuse(check, "SSL_CLIENT_S_DN names another subject than "
			     "SSL_CLIENT_CERT");
}

/* Reads what the policy uses; whether all of it is clean is a check of its
 * own, after those that give a better reason. */
static enum check_result check_read(struct check *check)
{
	struct verified *v = check->v;
	const struct attr_list *attrs = check->attrs;
	enum status status;

	v->set.attrs = attrs;
	v->set.values = arena_alloc(check->arena,
				    (attrs->count + 1) *
					    sizeof(*v->set.values));
	if (!v->set.values)
		return CHECK_ERROR;
	status = pin_match(check->arena, &check->rules->pins, &v->cert,
			   check->now, &v->pins);
	for (size_t i = 0; i < attrs->count && status == ST_OK; i++) {
		const struct attr *attr = &attrs->list[i];

		if (attr->origin == ORIGIN_PIN)
			v->set.values[i] = v->pins;
		else if (attr->origin != ORIGIN_IDENTITY)
			status = attr_read(check->arena, &v->cert, attr,
					   &v->set.values[i]);
	}
	return from_status(status);
}

static enum check_result check_blocked(struct check *check)
{
	bool unclean;
	const struct block *block = block_find(check->rules, &check->v->set,
					       false, check->now, &unclean);

	if (!block)
		return CHECK_PASSED;
	check->v->block = block->name;
	check->v->line = block->line;
	return refuse(check, arena_printf(check->arena, "[block %s]",
					  block->name));
}

static enum check_result check_vouched(struct check *check)
{
	const char *verify = check->credential->verify;

	if (check->credential->vouched)
		return CHECK_PASSED;
	return refuse(check, arena_printf(check->arena,
					  "SSL_CLIENT_VERIFY is %s",
					  verify ? verify : "not set"));
}

static enum check_result check_not_before(struct check *check)
{
	char text[TIME_TEXT];

	if (check->now >= check->v->cert.not_before)
		return CHECK_PASSED;
	return refuse(check, arena_printf(check->arena, "valid from %s",
					  time_format(check->v->cert.not_before,
						      text)));
}

/* RFC 5280 section 4.1.2.5: notBefore through notAfter, inclusive. */
static enum check_result check_not_after(struct check *check)
{
	char text[TIME_TEXT];

	if (check->now <= check->v->cert.not_after)
		return CHECK_PASSED;
	return refuse(check, arena_printf(check->arena, "valid until %s",
					  time_format(check->v->cert.not_after,
						      text)));
}

/* RFC 5280 section 4.2.1.12: no extended key usage means any purpose. */
static enum check_result check_purpose(struct check *check)
{
	static const struct attr eku = {.name = "eku", .compare = COMPARE_OID};
	const struct cert *cert = &check->v->cert;
	const char *purpose = check->rules->purpose;
	struct attr_values values = {0};
	enum status status;

	if (check->rules->purpose_any)
		return CHECK_PASSED;
	if (strcmp(purpose, OID_CLIENT_AUTH) == 0 &&
	    !attr_ext_key_usage_signs(cert))
		return refuse(check, "its key usage allows no TLS client");
	check->detail = "its extended key usage cannot be read";
	status = attr_ext_eku(check->arena, cert, &eku, &values);
	if (status != ST_OK)
		return from_status(status);
	for (size_t i = 0; i < values.count; i++)
		if (strcmp(values.list[i].key, purpose) == 0)
			return CHECK_PASSED;
	if (values.count == 0)
		return CHECK_PASSED;
	return refuse(check, "its extended key usage does not name the "
			     "purpose");
}

static enum check_result check_key(struct check *check)
{
	const char *type;
	int bits;
	enum status status;

	if (check->rules->min_rsa_bits == 0)
		return CHECK_PASSED;
	status = cert_key(check->arena, &check->v->cert, &type, &bits);
	if (status != ST_OK)
		return CHECK_ERROR;
	if (!type)
		return refuse(check, "its key cannot be read");
	if (strncmp(type, "RSA", 3) != 0 ||
	    bits >= check->rules->min_rsa_bits)
		return CHECK_PASSED;
	return refuse(check, arena_printf(check->arena, "%s of %d bits", type,
					  bits));
}

static enum check_result check_lifetime(struct check *check)
{
	const struct cert *cert = &check->v->cert;
	int64_t days = (cert->not_after - cert->not_before) / DAY;

	if (check->rules->max_lifetime == 0 ||
	    cert->not_after - cert->not_before <= check->rules->max_lifetime)
		return CHECK_PASSED;
	return refuse(check, arena_printf(check->arena, "%lld days",
					  (long long)days));
}

static enum check_result check_clean(struct check *check)
{
	for (size_t i = 0; i < check->attrs->count; i++) {
		const struct attr *attr = &check->attrs->list[i];

		if (attr->origin == ORIGIN_IDENTITY ||
		    check->v->set.values[i].state == ATTR_READ)
			continue;
		return refuse(check, arena_printf(check->arena,
						  "%s cannot be read",
						  attr->name));
	}
	return CHECK_PASSED;
}

static enum check_result check_issuer(struct check *check)
{
	const struct condition *failed;
	enum match match = conditions_match(&check->rules->issuer,
					    &check->v->set, &failed);

	if (match == MATCH_YES)
		return CHECK_PASSED;
	return refuse(check, arena_printf(
		check->arena, "%s does not match",
		failed ? check->attrs->list[failed->attr].name : "issuer"));
}

/* In this order; the first that refuses gives the reason. of_name: also asked
 * of a certificate of which only the name is known. */
static const struct {
	const char *name;
	enum check_result (*run)(struct check *check);
	enum reason reason;
	bool of_name;
} checks[] = {
	{"readable", check_parse, REASON_CERTIFICATE_MALFORMED, true},
	{"name as text", check_name_text, REASON_SOURCE_CONFLICT, false},
	{"attributes", check_read, REASON_INTERNAL_ERROR, true},
	{"not blocked", check_blocked, REASON_BLOCKED, true},
	{"verified by server", check_vouched, REASON_NOT_VERIFIED, true},
	{"notBefore", check_not_before, REASON_NOT_YET_VALID, false},
	{"notAfter", check_not_after, REASON_EXPIRED, false},
	{"purpose", check_purpose, REASON_WRONG_PURPOSE, false},
	{"key size", check_key, REASON_WEAK_KEY, false},
	{"lifetime", check_lifetime, REASON_LIFETIME_TOO_LONG, false},
	{"clean attributes", check_clean, REASON_UNCLEAN_ATTRIBUTE, true},
	{"issuer", check_issuer, REASON_ISSUER_NOT_TRUSTED, true},
};

const struct block *block_find(const struct trust_rules *rules,
			       const struct attr_set *set, bool late,
			       int64_t now, bool *ret_unclean)
{
	*ret_unclean = false;
	for (size_t i = 0; i < rules->block_count; i++) {
		const struct block *block = &rules->blocks[i];
		enum match match;

		if (block->late != late || now < block->from)
			continue;
		match = conditions_match(&block->conditions, set, NULL);
		if (match == MATCH_UNCLEAN)
			*ret_unclean = true;
		else if (match != MATCH_NO)
			return block;
	}
	return NULL;
}

static void note_days(const struct trust_rules *rules, int64_t now,
		      struct verified *v)
{
	int64_t left = v->cert.not_after - now;

	if (v->name_only || !v->parsed)
		return;
	v->days_left = left / DAY - (left % DAY < 0);
	v->expiring = v->ok && rules->warn_expiring > 0 &&
		      left < rules->warn_expiring;
}

void trust_check(struct arena *arena, const struct trust_rules *rules,
		 const struct attr_list *attrs,
		 const struct credential *credential, int64_t now,
		 struct trace *trace, struct verified *ret_verified)
{
	struct verified v = {0};
	struct check check = {arena, rules, attrs, credential, now, &v, NULL};
	enum check_result result = CHECK_ERROR;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++) {
		if (v.name_only && !checks[i].of_name)
			continue;
		check.detail = NULL;
		result = checks[i].run(&check);
		trace_add(trace, STAGE, checks[i].name,
			  result == CHECK_PASSED ? STEP_OK : STEP_FAIL, "%s",
			  result == CHECK_PASSED || !check.detail
				  ? "" : check.detail);
		if (result == CHECK_PASSED)
			continue;
		v.detail = check.detail;
		if (result == CHECK_REFUSED)
			v.reason = checks[i].reason;
		break;
	}
	if (result == CHECK_PASSED) {
		v.reason = REASON_GRANTED;
		v.ok = true;
	}
	note_days(rules, now, &v);
	*ret_verified = v;
}
