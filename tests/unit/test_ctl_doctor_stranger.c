/* test_ctl_doctor_stranger.c - a certificate that nobody has issued. */
#include "ctl_doctor_gate.h"

#include <criterion/criterion.h>
#include <openssl/x509v3.h>

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

Test(ctl_doctor_stranger, says_what_another_says_and_has_another_key)
{
	struct tls_identity one;
	struct tls_identity like;

	cr_assert(stranger_make(&one));
	cr_assert(stranger_make_like(one.cert, &like));
	cr_assert_eq(X509_check_private_key(like.cert, like.key), 1);
	cr_assert_neq(X509_check_private_key(like.cert, one.key), 1);
	cr_assert_neq(X509_verify(like.cert, one.key), 1);
	cr_assert_eq(X509_NAME_cmp(X509_get_subject_name(one.cert),
				   X509_get_subject_name(like.cert)), 0);
	/* by which whoever has the issuer sees that it is another */
	cr_assert(X509_get0_authority_key_id(like.cert));
	cr_assert_null(X509_get0_subject_key_id(like.cert));
	stranger_free(&one);
	stranger_free(&like);
}
