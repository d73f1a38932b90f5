/* reason.c - the table of reasons. */
#include "reason.h"

/* What many of them tell the person at a browser. */
#define TELL \
	"Tell the people who run this site, with the decision id below."
#define CHOOSE_AGAIN \
	"To choose another certificate, close all windows of the browser and " \
	"try again."
#define ASK_FOR_ACCESS \
	"If you need this page, ask the people who run this site for access, " \
	"with the decision id below."
#define TRY_LATER \
	"This site cannot find out whether your certificate was revoked. Try " \
	"again later. " TELL
#define YOURS_IS_FINE \
	"There is nothing that you can do: this site is not set up right. " TELL

static const struct reason_row rows[REASON_COUNT] = {
	[REASON_INTERNAL_ERROR] =
		{"internal_error", 500, "The request could not be decided",
		 "Read mtlsgate's error log for this decision id; memory, the "
		 "audit log or too large a request is the usual cause.",
		 "Try again in a minute. " TELL},
	[REASON_GRANTED] =
		{"granted", 200, "Granted", "Nothing to do.",
		 "Nothing."},
	[REASON_CERTIFICATE_MISSING] =
		{"certificate_missing", 401, "Client certificate required",
		 "Send a client certificate. If one is sent, the web server "
		 "does not hand it over: see the example for that server.",
		 "Choose your certificate when the browser asks for one. If "
		 "it does not ask, install the certificate in the browser or "
		 "insert your smart card, close all windows of the browser, "
		 "and try again."},
	[REASON_CERTIFICATE_MALFORMED] =
		{"certificate_malformed", 401,
		 "The client certificate cannot be read",
		 "Look at how the web server hands the certificate over; the "
		 "detail in the audit log says what was wrong with the text.",
		 "Try another certificate, if you have one. " TELL},
	[REASON_NOT_VERIFIED] =
		{"not_verified", 401,
		 "The web server did not verify the client certificate",
		 "Let the web server verify against your CA and hand over "
		 "SSL_CLIENT_VERIFY; only SUCCESS counts.",
		 "Your certificate may have expired, or come from an issuer "
		 "that this site does not know. " CHOOSE_AGAIN},
	[REASON_NOT_YET_VALID] =
		{"not_yet_valid", 401,
		 "The client certificate is not valid yet",
		 "Wait for its notBefore, or set the clocks right.",
		 "Look whether the clock of your device is right. If it is, "
		 "wait for the first day of the certificate."},
	[REASON_EXPIRED] =
		{"expired", 401,
		 "The client certificate has expired",
		 "Renew the certificate.",
		 "Get a new certificate from whoever issued this one. "
		 CHOOSE_AGAIN},
	[REASON_WRONG_PURPOSE] =
		{"wrong_purpose", 401,
		 "The certificate is not meant for client authentication",
		 "Issue it with the extended key usage that [certificate] "
		 "purpose asks for (clientAuth by default).",
		 "This certificate was issued for something else, such as "
		 "signing mail. " CHOOSE_AGAIN},
	[REASON_WEAK_KEY] =
		{"weak_key", 401,
		 "The key of the client certificate is too small",
		 "Issue it with a key of at least min_rsa_bits.",
		 "Ask whoever issued this certificate for one with a larger "
		 "key."},
	[REASON_LIFETIME_TOO_LONG] =
		{"lifetime_too_long", 401,
		 "The client certificate is valid for too long a time",
		 "Issue certificates within max_lifetime.",
		 "Ask whoever issued this certificate for one with a shorter "
		 "life."},
	[REASON_ISSUER_NOT_TRUSTED] =
		{"issuer_not_trusted", 401,
		 "The issuer of the client certificate is not accepted here",
		 "Use a certificate of the issuer that the issuer lines of "
		 "[certificate] name.",
		 CHOOSE_AGAIN},
	[REASON_BLOCKED] =
		{"blocked", 401,
		 "This client certificate is blocked",
		 "A [block] section names it; its line is in the "
		 "audit log.",
		 "Do not use this certificate any more. If you did not expect "
		 "this, it may have been stolen. " TELL},
	[REASON_UNCLEAN_ATTRIBUTE] =
		{"unclean_attribute", 401,
		 "The client certificate has an attribute that cannot be "
		 "relied on",
		 "Issue it without NUL or control characters, doubled "
		 "extensions or broken encodings in what the policy reads.",
		 "Ask whoever issued this certificate for a new one. " TELL},
	[REASON_IDENTITY_MISSING] =
		{"identity_missing", 401,
		 "The client certificate names nobody",
		 "No [identity] section matches, or the attribute that its id "
		 "names is absent or does not fit the template.",
		 "This site knows nobody by this certificate. " CHOOSE_AGAIN},
	[REASON_IDENTITY_AMBIGUOUS] =
		{"identity_ambiguous", 401,
		 "The client certificate names more than one identity",
		 "The attribute that id names has two different values; use "
		 "one that is unique, or issue the certificate with one.",
		 CHOOSE_AGAIN},
	[REASON_SOURCE_CONFLICT] =
		{"source_conflict", 401,
		 "The web server handed over contradicting certificates",
		 "Two variables that should describe one certificate differ; "
		 "look at the web server's configuration.",
		 YOURS_IS_FINE},
	[REASON_SPOOFED_HEADER] =
		{"spoofed_header", 401,
		 "A certificate header came from where none may come from",
		 "If the peer is your proxy, name it in trusted_proxy and send "
		 "proxy_secret; otherwise somebody tries to be someone else.",
		 YOURS_IS_FINE},
	[REASON_UNTRUSTED_ISSUER] =
		{"untrusted_issuer", 401,
		 "The client certificate comes from no CA that is trusted here",
		 "Add the CA to ca, or issue the certificate from one that is "
		 "there; the detail names the issuer that was looked for.",
		 CHOOSE_AGAIN},
	[REASON_CHAIN_INCOMPLETE] =
		{"chain_incomplete", 401,
		 "A certificate between the client's and the CA is missing",
		 "Let the client send it, or add it to intermediates.",
		 "Install the CA certificates that came with your own, or ask "
		 "whoever issued it for them."},
	[REASON_BAD_SIGNATURE] =
		{"bad_signature", 401,
		 "A signature in the certificate chain is wrong",
		 "Look whether two CAs bear the same name, and whether the "
		 "certificate was altered.",
		 CHOOSE_AGAIN},
	[REASON_CA_EXPIRED] =
		{"ca_expired", 401,
		 "A CA certificate of the chain is out of its dates",
		 "Renew the CA certificate that the detail names.",
		 "Ask whoever issued this certificate for a new one. "
		 CHOOSE_AGAIN},
	[REASON_CA_NOT_ALLOWED] =
		{"ca_not_allowed", 401,
		 "A certificate of the chain may not issue client certificates",
		 "Look at basicConstraints, keyUsage and extendedKeyUsage of "
		 "the certificate that the detail names.",
		 CHOOSE_AGAIN},
	[REASON_CA_AS_CLIENT] =
		{"ca_as_client", 401,
		 "A CA certificate was used as a client certificate",
		 "Issue a certificate of its own for the client, or set "
		 "ca_as_client = allow.",
		 CHOOSE_AGAIN},
	[REASON_PATH_TOO_LONG] =
		{"path_too_long", 401, "The certificate chain is too long",
		 "See max_depth, and pathLenConstraint of the CAs.",
		 CHOOSE_AGAIN},
	[REASON_POLICY_REQUIRED] =
		{"policy_required", 401,
		 "The chain is not valid for a certificate policy that is "
		 "needed",
		 "See require_policy and explicit_policy, and the "
		 "certificatePolicies of each certificate.",
		 CHOOSE_AGAIN},
	[REASON_NAME_CONSTRAINT] =
		{"name_constraint", 401,
		 "A name is outside what the CA may issue for",
		 "See nameConstraints of the CA certificates.",
		 CHOOSE_AGAIN},
	[REASON_CHAIN_INVALID] =
		{"chain_invalid", 401, "The certificate chain is not valid",
		 "The detail is OpenSSL's word for what is wrong.",
		 CHOOSE_AGAIN},
	[REASON_REVOKED] =
		{"revoked", 401,
		 "The client certificate has been revoked",
		 "Issue a new certificate.",
		 "Do not use this certificate any more. Ask whoever issued it "
		 "for a new one."},
	[REASON_CRL_MISSING] =
		{"crl_missing", 401,
		 "There is no revocation list for an issuer",
		 "Add the CRL of the issuer that the detail names to crl, or "
		 "run mtlsgatectl fetch-crl.",
		 TRY_LATER},
	[REASON_CRL_EXPIRED] =
		{"crl_expired", 401, "A revocation list is out of date",
		 "Get a new CRL (mtlsgatectl fetch-crl), or see crl_stale.",
		 TRY_LATER},
	[REASON_CRL_INVALID] =
		{"crl_invalid", 401, "A revocation list cannot be used",
		 "The detail says why: its signature, its dates or an "
		 "extension.",
		 TRY_LATER},
	[REASON_OCSP_UNKNOWN] =
		{"ocsp_unknown", 401,
		 "The OCSP responder does not know the client certificate",
		 "Look whether the responder serves the CA that issued it.",
		 TRY_LATER},
	[REASON_OCSP_UNAVAILABLE] =
		{"ocsp_unavailable", 401,
		 "The OCSP responder gave no usable answer",
		 "Look whether it can be reached and whether its answer is "
		 "current; ocsp = prefer lets such certificates in.",
		 TRY_LATER},
	[REASON_NO_RULE] =
		{"no_rule", 403, "No rule allows this path",
		 "Add an [access] section for the path and site.",
		 "Look whether the address is right. " ASK_FOR_ACCESS},
	[REASON_DENY_PROBE] =
		{"deny_probe", 403, "This path is always denied",
		 "It is there to prove that mtlsgate is asked. It is.",
		 "Nothing: nobody gets in here. The address is there for "
		 "tests."},
	[REASON_ROLE_REQUIRED] =
		{"role_required", 403, "A role that you do not have is needed",
		 "See the allow line of the rule, and which [role] sections "
		 "the certificate matches.",
		 ASK_FOR_ACCESS},
	[REASON_ROLE_EXPIRED] =
		{"role_expired", 403, "Your role is out of its dates",
		 "Look at from and until of the [role] sections.",
		 "Your access has ended, or has not begun. " ASK_FOR_ACCESS},
	[REASON_RULE_EXPIRED] =
		{"rule_expired", 403, "The rule is out of its dates",
		 "Look at from and until of the [access] section.",
		 "Nobody has access at this time. " ASK_FOR_ACCESS},
	[REASON_PIN_REQUIRED] =
		{"pin_required", 403, "A pinned certificate is needed",
		 "The certificate matches none of the rule's pins that is "
		 "within its dates; see mtlsgatectl fingerprint.",
		 ASK_FOR_ACCESS},
	[REASON_CONDITION_FAILED] =
		{"condition_failed", 403,
		 "A condition of the rule does not hold",
		 "The detail names the attribute of the [access] section that "
		 "did not match.",
		 ASK_FOR_ACCESS},
	[REASON_METHOD_NOT_ALLOWED] =
		{"method_not_allowed", 405, "This method is not allowed here",
		 "See method and allow.METHOD of the rule; methods are "
		 "upper-case.",
		 "Go back, and open the page by its address."},
	[REASON_BAD_PATH] =
		{"bad_path", 400, "The path is not acceptable",
		 "Ask for the path without dot segments, "
		 "semicolons, backslashes or encoded slashes.",
		 "Look whether the address is right."},
	[REASON_PASSWORD_NOT_SUPPORTED] =
		{"password_not_supported", 403,
		 "Passwords are not checked here",
		 "The web server asks whether a password is right "
		 "(AuthBasicProvider); use the access checker instead.",
		 YOURS_IS_FINE},
	[REASON_SECRET_REQUIRED] =
		{"secret_required", 403,
		 "The web server did not prove itself",
		 "Over TCP only the AUTHORIZER role is answered, unless the "
		 "server sends MTLSGATE_SECRET as [server] secret has it.",
		 YOURS_IS_FINE},
	[REASON_POLICY_INVALID] =
		{"policy_invalid", 500, "No usable policy is in force",
		 "Run mtlsgatectl check and correct what it names.",
		 "Try again in a few minutes. " TELL},
	[REASON_NOT_FOUND] =
		{"not_found", 404, "There is nothing here",
		 "See the list of endpoints in mtlsgate(8).",
		 "Look whether the address is right."},
};

const struct reason_row *reason_row(enum reason reason)
{
	if ((size_t)reason >= REASON_COUNT || !rows[reason].name)
		return &rows[REASON_INTERNAL_ERROR];
	return &rows[reason];
}

bool reason_is_certificate(enum reason reason)
{
	return reason_row(reason)->status == 401;
}

bool reason_is_passing(enum reason reason)
{
	return reason == REASON_INTERNAL_ERROR ||
	       reason == REASON_POLICY_INVALID ||
	       reason == REASON_CRL_MISSING || reason == REASON_CRL_EXPIRED ||
	       reason == REASON_CRL_INVALID ||
	       reason == REASON_OCSP_UNKNOWN ||
	       reason == REASON_OCSP_UNAVAILABLE;
}
