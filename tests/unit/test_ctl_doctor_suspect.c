/* test_ctl_doctor_suspect.c - what an alert means, given the client's files. */
#include "ctl_doctor_suspect.h"

#include <criterion/criterion.h>

struct suspect_row {
	struct client_facts facts;
	int alert;
	enum cause cause; /* CAUSE_NONE: nobody is suspected */
	bool sure;
};

#define STRANGER .named = true
#define SOUND .named = true, .advertised = true, .whole = true

static const struct suspect_row rows[] = {
	{{.expired = true, SOUND}, SSL_AD_CERTIFICATE_EXPIRED,
	 CAUSE_CLIENT_CERT_EXPIRED, true},
	{{SOUND}, SSL_AD_CERTIFICATE_EXPIRED, CAUSE_SERVER_CRL, false},
	{{.early = true, SOUND}, SSL_AD_BAD_CERTIFICATE,
	 CAUSE_CLIENT_CERT_NOT_YET_VALID, true},
	{{SOUND}, SSL_AD_CERTIFICATE_REVOKED, CAUSE_CLIENT_CERT_REVOKED, true},
	{{.no_client = "x", SOUND}, SSL_AD_UNSUPPORTED_CERTIFICATE,
	 CAUSE_CLIENT_CERT_PURPOSE, true},
	{{.old_type = true, SOUND}, SSL_AD_UNSUPPORTED_CERTIFICATE,
	 CAUSE_CLIENT_CERT_PURPOSE, true},
	/* a certificate that is weak as well is not what unknown CA is about */
	{{.weak = "x", STRANGER}, SSL_AD_UNKNOWN_CA, CAUSE_CLIENT_CA_UNKNOWN,
	 true},
	{{.weak = "x", SOUND}, SSL_AD_BAD_CERTIFICATE, CAUSE_CLIENT_CERT_WEAK,
	 true},
	{{.weak = "x", SOUND}, TLS_NO_ALERT, CAUSE_CLIENT_CERT_WEAK, true},
	/* good enough for most, but who else says bad of a good chain */
	{{.modest = "x", SOUND}, SSL_AD_BAD_CERTIFICATE,
	 CAUSE_CLIENT_CERT_WEAK, true},
	{{.modest = "x", SOUND}, TLS_NO_ALERT, CAUSE_CLIENT_CERT_REVOKED,
	 true},
	{{.modest = "x", .named = true, .advertised = true,
	  .issuer_advertised = true}, SSL_AD_BAD_CERTIFICATE,
	 CAUSE_CLIENT_CA_NAMESAKE, true},
	{{.extension = "x", SOUND}, SSL_AD_CERTIFICATE_UNKNOWN,
	 CAUSE_CLIENT_CERT_EXTENSION, true},
	{{.extension = "x", SOUND}, TLS_NO_ALERT,
	 CAUSE_CLIENT_CERT_EXTENSION, true},
	{{.extension = "x", STRANGER}, SSL_AD_UNKNOWN_CA,
	 CAUSE_CLIENT_CA_UNKNOWN, true},
	{{.rare_key = true, SOUND}, SSL_AD_ILLEGAL_PARAMETER,
	 CAUSE_KEY_TYPE_NOT_ACCEPTED, true},
	{{.rare_key = true, SOUND}, SSL_AD_UNSUPPORTED_CERTIFICATE,
	 CAUSE_KEY_TYPE_NOT_ACCEPTED, true},
	{{.rare_key = true, SOUND}, TLS_NO_ALERT, CAUSE_CLIENT_CERT_REVOKED,
	 true},
	{{.self_signed = true, STRANGER}, SSL_AD_UNKNOWN_CA,
	 CAUSE_CLIENT_CERT_SELF_SIGNED, true},
	{{.below = true, STRANGER}, SSL_AD_UNKNOWN_CA,
	 CAUSE_CLIENT_CHAIN_INCOMPLETE, true},
	{{.below = true}, TLS_NO_ALERT, CAUSE_CLIENT_CHAIN_INCOMPLETE, true},
	{{.namesake = true, .named = true, .advertised = true,
	  .issuer_advertised = true}, SSL_AD_DECRYPT_ERROR,
	 CAUSE_CLIENT_CA_NAMESAKE, true},
	{{.named = true, .advertised = true, .issuer_advertised = true},
	 SSL_AD_UNKNOWN_CA, CAUSE_CLIENT_CA_NAMESAKE, true},
	{{SOUND, .root_named = true, .between = 1}, SSL_AD_UNKNOWN_CA,
	 CAUSE_SERVER_VERIFY_DEPTH, true},
	{{SOUND, .root_named = true, .between = 1}, SSL_AD_INTERNAL_ERROR,
	 CAUSE_SERVER_VERIFY_DEPTH, true},
	{{SOUND, .between = 1, .issuer_advertised = true}, SSL_AD_UNKNOWN_CA,
	 CAUSE_SERVER_ROOT_MISSING, true},
	{{SOUND}, SSL_AD_UNKNOWN_CA, CAUSE_SERVER_CRL, true},
	{{SOUND}, SSL_AD_CERTIFICATE_UNKNOWN, CAUSE_SERVER_CRL, true},
	{{SOUND}, TLS_NO_ALERT, CAUSE_CLIENT_CERT_REVOKED, true},
	{{0}, SSL_AD_UNKNOWN_CA, CAUSE_CLIENT_CA_UNKNOWN, false},
	{{SOUND}, SSL_AD_UNSUPPORTED_CERTIFICATE, CAUSE_NONE, false},
	{{.bad = "x", SOUND}, SSL_AD_UNSUPPORTED_CERTIFICATE,
	 CAUSE_CLIENT_CERT_BAD, true},
	{{.bad = "x", SOUND, .root_named = true, .between = 1},
	 SSL_AD_UNKNOWN_CA, CAUSE_CLIENT_CERT_BAD, true},
	{{SOUND, .by_apache = true, .root_named = true, .between = 1},
	 SSL_AD_UNKNOWN_CA, CAUSE_SERVER_CRL, true},
	{{SOUND}, SSL_AD_INTERNAL_ERROR, CAUSE_SERVER_VERIFY_DEPTH, true},
	{{SOUND, .by_apache = true}, SSL_AD_HANDSHAKE_FAILURE,
	 CAUSE_SERVER_OCSP, true},
	{{SOUND}, SSL_AD_HANDSHAKE_FAILURE, CAUSE_CLIENT_CERT_REVOKED, true},
	{{STRANGER}, HUNG_UP, CAUSE_CLIENT_CA_UNKNOWN, true},
	{{SOUND}, HUNG_UP, CAUSE_NONE, false},
};

Test(ctl_doctor_suspect, alerts_with_facts)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct suspect_row *row = &rows[i];
		struct suspects found;

		suspects_find(&row->facts, row->alert, &found);
		cr_assert_eq(found.count > 0 ? found.list[0] : CAUSE_NONE,
			     row->cause, "row %zu: %s", i,
			     cause_row(found.list[0])->name);
		cr_assert_eq(found.sure, row->sure, "row %zu", i);
	}
}

Test(ctl_doctor_suspect, each_is_listed_once)
{
	const struct client_facts all = {.expired = true, .early = true,
					 .weak = "x", .no_client = "x",
					 .namesake = true, .named = true,
					 .is_ca = true, .below = true,
					 .issuer_advertised = true};
	struct suspects found;

	suspects_find(&all, TLS_NO_ALERT, &found);
	cr_assert_gt(found.count, 1);
	cr_assert_leq(found.count, MAX_SUSPECTS);
	for (size_t i = 0; i < found.count; i++)
		for (size_t j = 0; j < i; j++)
			cr_assert_neq(found.list[i], found.list[j]);
}
