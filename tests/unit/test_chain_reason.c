/* test_chain_reason.c - OpenSSL's results as reasons. */
#include "chain_reason.h"

#include <criterion/criterion.h>
#include <string.h>

#include <openssl/x509_vfy.h>

Test(chain_reason, rows)
{
	static const struct {
		int error;
		int depth;
		enum reason reason;
	} rows[] = {
		{X509_V_ERR_CERT_HAS_EXPIRED, 0, REASON_EXPIRED},
		{X509_V_ERR_CERT_HAS_EXPIRED, 1, REASON_CA_EXPIRED},
		{X509_V_ERR_CERT_NOT_YET_VALID, 0, REASON_NOT_YET_VALID},
		{X509_V_ERR_CERT_NOT_YET_VALID, 2, REASON_CA_EXPIRED},
		{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, 0,
		 REASON_UNTRUSTED_ISSUER},
		{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, 0,
		 REASON_UNTRUSTED_ISSUER},
		{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, 2,
		 REASON_UNTRUSTED_ISSUER},
		{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, 1,
		 REASON_CHAIN_INCOMPLETE},
		{X509_V_ERR_CERT_SIGNATURE_FAILURE, 0, REASON_BAD_SIGNATURE},
		{X509_V_ERR_EE_KEY_TOO_SMALL, 0, REASON_WEAK_KEY},
		{X509_V_ERR_CA_KEY_TOO_SMALL, 1, REASON_WEAK_KEY},
		{X509_V_ERR_CA_MD_TOO_WEAK, 1, REASON_WEAK_KEY},
		{X509_V_ERR_PATH_LENGTH_EXCEEDED, 1, REASON_PATH_TOO_LONG},
		{X509_V_ERR_CERT_CHAIN_TOO_LONG, 3, REASON_PATH_TOO_LONG},
		{X509_V_ERR_INVALID_PURPOSE, 0, REASON_WRONG_PURPOSE},
		{X509_V_ERR_INVALID_PURPOSE, 1, REASON_CA_NOT_ALLOWED},
		{X509_V_ERR_INVALID_CA, 1, REASON_CA_NOT_ALLOWED},
		{X509_V_ERR_NO_EXPLICIT_POLICY, 0, REASON_POLICY_REQUIRED},
		{X509_V_ERR_PERMITTED_VIOLATION, 0, REASON_NAME_CONSTRAINT},
		{X509_V_ERR_EXCLUDED_VIOLATION, 0, REASON_NAME_CONSTRAINT},
		{X509_V_ERR_CERT_REVOKED, 0, REASON_REVOKED},
		{X509_V_ERR_CERT_REVOKED, 1, REASON_REVOKED},
		{X509_V_ERR_UNABLE_TO_GET_CRL, 0, REASON_CRL_MISSING},
		{X509_V_ERR_CRL_HAS_EXPIRED, 0, REASON_CRL_EXPIRED},
		{X509_V_ERR_CRL_NOT_YET_VALID, 0, REASON_CRL_INVALID},
		{X509_V_ERR_CRL_SIGNATURE_FAILURE, 0, REASON_CRL_INVALID},
		{X509_V_ERR_OUT_OF_MEM, 0, REASON_INTERNAL_ERROR},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(chain_reason(rows[i].error, rows[i].depth),
			     rows[i].reason, "error %d", rows[i].error);
}

/* Whatever OpenSSL may come to say, it is never a pass. */
Test(chain_reason, nothing_is_a_pass)
{
	for (int error = -5; error < 300; error++)
		for (int depth = -1; depth < 3; depth++)
			cr_expect_neq(chain_reason(error, depth),
				      REASON_GRANTED, "error %d", error);
}

/* A result that says OK where there was an error is nonsense, and no OK. */
Test(chain_reason, ok_is_no_reason)
{
	cr_expect_eq(chain_reason(X509_V_OK, 0), REASON_CHAIN_INVALID);
	cr_expect_eq(chain_reason(X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, 0),
		     REASON_CHAIN_INVALID);
	cr_expect_eq(chain_reason(12345, 0), REASON_CHAIN_INVALID);
}

/* What was refused is said with a status that refuses. */
Test(chain_reason, every_reason_is_a_certificate_reason)
{
	for (int error = 1; error < 120; error++) {
		enum reason reason = chain_reason(error, 0);

		if (reason != REASON_INTERNAL_ERROR)
			cr_expect(reason_is_certificate(reason), "error %d",
				  error);
	}
}
