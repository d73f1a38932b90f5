/* test_ctl_doctor_stranger.c - a certificate that nobody has issued. */
#include "ctl_doctor_gate.h"

#include <criterion/criterion.h>
#include <openssl/x509.h>

Test(ctl_doctor_stranger, is_signed_by_itself_and_by_nobody_else)
{
	struct tls_identity one;
	struct tls_identity other;

	cr_assert(stranger_make(&one));
	cr_assert(stranger_make(&other));
	cr_assert_eq(X509_check_private_key(one.cert, one.key), 1);
	cr_assert_eq(X509_verify(one.cert, one.key), 1);
	cr_assert_neq(X509_verify(one.cert, other.key), 1);
	cr_assert_eq(X509_NAME_cmp(X509_get_subject_name(one.cert),
				   X509_get_issuer_name(one.cert)), 0);
	stranger_free(&one);
	stranger_free(&other);
	cr_assert_null(one.cert);
}
