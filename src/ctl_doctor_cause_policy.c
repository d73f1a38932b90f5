/* ctl_doctor_cause_policy.c - causes that lie in the policy, or in a
 * certificate that it does not want. */
#include "ctl_doctor_cause.h"

const struct cause_row cause_rows_policy[CAUSE_COUNT] = {
	[CAUSE_POLICY_NO_RULE] =
		{"policy_no_rule",
		 "the certificate is good, but no [access] rule has this path",
		 "add an [access] section with a path for it; path = /x/* "
		 "covers /x too"},
	[CAUSE_POLICY_SITE] =
		{"policy_site",
		 "the certificate is good, but the rule for this path is for "
		 "another site",
		 "let the web server set MTLSGATE_SITE to the name that the "
		 "site line of the rule has"},
	[CAUSE_POLICY_ROLE] =
		{"policy_role",
		 "the certificate is good, but it lacks the role that the "
		 "rule wants",
		 "see the allow line of the rule and the conditions of that "
		 "[role]; admin endpoints want [endpoints] admin_role too"},
	[CAUSE_POLICY_ROLE_EXPIRED] =
		{"policy_role_expired",
		 "every role of the certificate is out of its dates",
		 "see from and until of the [role] sections"},
	[CAUSE_POLICY_RULE_EXPIRED] =
		{"policy_rule_expired", "the [access] rule is out of its dates",
		 "see from and until of the rule"},
	[CAUSE_POLICY_PIN] =
		{"policy_pin",
		 "the certificate is good, but the rule wants a pinned one",
		 "add it to the [pin] of the rule, with the line that "
		 "mtlsgatectl fingerprint prints; see the pin's dates"},
	[CAUSE_POLICY_CONDITION] =
		{"policy_condition",
		 "the certificate is good, but a condition of the [access] "
		 "rule does not hold",
		 "compare the rule's conditions with the certificate"},
	[CAUSE_POLICY_METHOD] =
		{"policy_method", "the rule does not allow this method",
		 "see method and allow.METHOD of the rule"},
	[CAUSE_POLICY_PATH] =
		{"policy_path", "mtlsgate takes no path of this form",
		 "ask for the path without dot segments, semicolons, "
		 "backslashes or encoded slashes; or the web server hands over "
		 "something else as the path"},
	[CAUSE_POLICY_PROBE] =
		{"policy_probe",
		 "this path is the probe, which is always denied",
		 "ask for a real page"},
	[CAUSE_POLICY_BLOCKED] =
		{"policy_blocked", "a [block] section refuses the certificate",
		 "see the [block] sections; a blocked certificate is replaced, "
		 "not let in"},
	[CAUSE_POLICY_ISSUER] =
		{"policy_issuer",
		 "the policy does not accept the issuer of the certificate",
		 "see the issuer lines of [certificate]"},
	[CAUSE_POLICY_IDENTITY] =
		{"policy_identity",
		 "the policy can make no identity of the certificate",
		 "see id of the [identity] sections: it must name exactly one "
		 "value of the certificate, and fit its template"},
	[CAUSE_POLICY_ATTRIBUTE] =
		{"policy_attribute",
		 "the certificate has an attribute that cannot be relied on",
		 "issue it without control characters, doubled extensions or "
		 "broken encodings"},
	[CAUSE_POLICY_LIFETIME] =
		{"policy_lifetime",
		 "the certificate is valid for longer than max_lifetime",
		 "issue it for a shorter time"},
	[CAUSE_POLICY_CHAIN] =
		{"policy_chain",
		 "mtlsgate's own check of the certificate chain fails",
		 "see ca, intermediates and the other settings of the chain "
		 "in [certificate]"},
	[CAUSE_POLICY_CRL] =
		{"policy_crl",
		 "a revocation list that the policy wants is missing, out of "
		 "date or bad",
		 "run mtlsgatectl fetch-crl, and see crl and crl_stale"},
	[CAUSE_POLICY_OCSP] =
		{"policy_ocsp",
		 "the OCSP responder gives mtlsgate no good answer",
		 "see ocsp and ocsp_responder, and whether it can be reached"},
	[CAUSE_POLICY_DIFFERS] =
		{"policy_differs",
		 "the policy in force is another than the one given",
		 "mtlsgate reloads a changed file within two seconds if it is "
		 "good: look at MTLSGATE_POLICY or --policy of the running "
		 "program, and at reload_error of admin/status"},
	[CAUSE_POLICY_NOT_LOADED] =
		{"policy_not_loaded",
		 "the policy there was changed and does not load: the old one "
		 "stays in force",
		 "mtlsgatectl check says what is wrong with it"},
	[CAUSE_POLICY_HIDDEN] =
		{"policy_hidden",
		 "the policy refuses the certificate or the path, and the web "
		 "server hides why",
		 "look into mtlsgate's audit log, or give --policy here; nginx "
		 "shows the reason with the error_page lines of "
		 "examples/nginx/gate.conf"},
};
