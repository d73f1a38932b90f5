/* test_reason.c - the table of reasons. */
#include "reason.h"

#include <criterion/criterion.h>
#include <string.h>

static const struct {
	enum reason reason;
	const char *name;
	int status;
} rows[] = {
	{REASON_INTERNAL_ERROR, "internal_error", 500},
	{REASON_GRANTED, "granted", 200},
	{REASON_CERTIFICATE_MISSING, "certificate_missing", 401},
	{REASON_CERTIFICATE_MALFORMED, "certificate_malformed", 401},
	{REASON_NOT_VERIFIED, "not_verified", 401},
	{REASON_NOT_YET_VALID, "not_yet_valid", 401},
	{REASON_EXPIRED, "expired", 401},
	{REASON_WRONG_PURPOSE, "wrong_purpose", 401},
	{REASON_WEAK_KEY, "weak_key", 401},
	{REASON_LIFETIME_TOO_LONG, "lifetime_too_long", 401},
	{REASON_ISSUER_NOT_TRUSTED, "issuer_not_trusted", 401},
	{REASON_BLOCKED, "blocked", 401},
	{REASON_UNCLEAN_ATTRIBUTE, "unclean_attribute", 401},
	{REASON_IDENTITY_MISSING, "identity_missing", 401},
	{REASON_IDENTITY_AMBIGUOUS, "identity_ambiguous", 401},
	{REASON_SOURCE_CONFLICT, "source_conflict", 401},
	{REASON_SPOOFED_HEADER, "spoofed_header", 401},
	{REASON_UNTRUSTED_ISSUER, "untrusted_issuer", 401},
	{REASON_CHAIN_INCOMPLETE, "chain_incomplete", 401},
	{REASON_BAD_SIGNATURE, "bad_signature", 401},
	{REASON_CA_EXPIRED, "ca_expired", 401},
	{REASON_CA_NOT_ALLOWED, "ca_not_allowed", 401},
	{REASON_CA_AS_CLIENT, "ca_as_client", 401},
	{REASON_PATH_TOO_LONG, "path_too_long", 401},
	{REASON_POLICY_REQUIRED, "policy_required", 401},
	{REASON_NAME_CONSTRAINT, "name_constraint", 401},
	{REASON_CHAIN_INVALID, "chain_invalid", 401},
	{REASON_REVOKED, "revoked", 401},
	{REASON_CRL_MISSING, "crl_missing", 401},
	{REASON_CRL_EXPIRED, "crl_expired", 401},
	{REASON_CRL_INVALID, "crl_invalid", 401},
	{REASON_OCSP_UNKNOWN, "ocsp_unknown", 401},
	{REASON_OCSP_UNAVAILABLE, "ocsp_unavailable", 401},
	{REASON_NO_RULE, "no_rule", 403},
	{REASON_DENY_PROBE, "deny_probe", 403},
	{REASON_ROLE_REQUIRED, "role_required", 403},
	{REASON_ROLE_EXPIRED, "role_expired", 403},
	{REASON_RULE_EXPIRED, "rule_expired", 403},
	{REASON_PIN_REQUIRED, "pin_required", 403},
	{REASON_CONDITION_FAILED, "condition_failed", 403},
	{REASON_METHOD_NOT_ALLOWED, "method_not_allowed", 405},
	{REASON_BAD_PATH, "bad_path", 400},
	{REASON_PASSWORD_NOT_SUPPORTED, "password_not_supported", 403},
	{REASON_SECRET_REQUIRED, "secret_required", 403},
	{REASON_POLICY_INVALID, "policy_invalid", 500},
	{REASON_NOT_FOUND, "not_found", 404},
};

Test(reason, names_and_statuses)
{
	cr_expect_eq(ARRAY_LEN(rows), REASON_COUNT, "a row of its own each");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct reason_row *row = reason_row(rows[i].reason);

		cr_expect_str_eq(row->name, rows[i].name);
		cr_expect_eq(row->status, rows[i].status, "%s", row->name);
		cr_expect_eq(reason_is_certificate(rows[i].reason),
			     rows[i].status == 401, "%s", row->name);
	}
}

Test(reason, zero_is_a_denial)
{
	enum reason nobody_set_it = {0};

	cr_expect_eq(nobody_set_it, REASON_INTERNAL_ERROR);
	cr_expect_eq(reason_row(nobody_set_it)->status, 500);
}

Test(reason, only_granted_is_a_success)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		int status = reason_row((enum reason)i)->status;

		if (i == REASON_GRANTED)
			cr_expect_eq(status, 200);
		else
			cr_expect_geq(status, 400, "reason %d", i);
	}
}

Test(reason, every_row_says_something)
{
	for (int i = 0; i < REASON_COUNT; i++) {
		const struct reason_row *row = reason_row((enum reason)i);

		cr_expect_gt(strlen(row->message), 0, "%s", row->name);
		cr_expect_gt(strlen(row->advice), 0, "%s", row->name);
		cr_expect_gt(strlen(row->person), 0, "%s", row->name);
		/* it is put into pages as it is */
		cr_expect_null(strpbrk(row->message, "<>&"));
		cr_expect_null(strpbrk(row->person, "<>&"));
		for (int j = 0; j < i; j++)
			cr_expect_str_neq(row->name,
					  reason_row((enum reason)j)->name);
	}
}

Test(reason, out_of_range_is_an_internal_error)
{
	static const int odd[] = {REASON_COUNT, REASON_COUNT + 1, 100000, -1};

	for (size_t i = 0; i < ARRAY_LEN(odd); i++) {
		enum reason reason = (enum reason)odd[i];

		cr_expect_str_eq(reason_row(reason)->name, "internal_error");
		cr_expect_not(reason_is_certificate(reason));
	}
}

Test(reason, what_passes_by_itself)
{
	static const enum reason passing[] = {
		REASON_INTERNAL_ERROR, REASON_POLICY_INVALID,
		REASON_CRL_MISSING,    REASON_CRL_EXPIRED,
		REASON_CRL_INVALID,    REASON_OCSP_UNKNOWN,
		REASON_OCSP_UNAVAILABLE};

	for (int i = 0; i < REASON_COUNT; i++) {
		bool listed = false;

		for (size_t j = 0; j < ARRAY_LEN(passing); j++)
			listed |= (int)passing[j] == i;
		cr_expect_eq(reason_is_passing((enum reason)i), listed,
			     "reason %d", i);
	}
}
