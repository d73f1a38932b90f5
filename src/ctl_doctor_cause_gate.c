/* ctl_doctor_cause_gate.c - causes between the web server and mtlsgate: it is
 * not reached, not asked, not heeded, or told of another certificate. */
#include "ctl_doctor_cause.h"

const struct cause_row cause_rows_gate[CAUSE_COUNT] = {
	[CAUSE_GATE_UNREACHABLE] =
		{"gate_unreachable",
		 "the web server gets no usable answer from mtlsgate",
		 "look into the web server's error log: mtlsgate must run, at "
		 "the socket or port that the web server is told, and the web "
		 "server's user must be allowed to connect to it"},
	[CAUSE_GATE_POLICY_INVALID] =
		{"gate_policy_invalid",
		 "the mtlsgate that runs there has no usable policy",
		 "mtlsgatectl check, as the user that mtlsgate runs as, says "
		 "what is wrong with it"},
	[CAUSE_GATE_ERROR] =
		{"gate_error", "mtlsgate could not decide",
		 "look into its error log for the decision id above: memory, "
		 "the audit log or too large a request is the usual cause"},
	[CAUSE_GATE_SECRET] =
		{"gate_secret",
		 "the web server does not send mtlsgate the secret that its "
		 "policy wants over TCP",
		 "send MTLSGATE_SECRET as [server] secret has it, or connect "
		 "through a UNIX socket"},
	[CAUSE_GATE_PASSWORD] =
		{"gate_password",
		 "the web server asks mtlsgate about a password, not about a "
		 "certificate",
		 "use mtlsgate as an access checker or authorizer, not as a "
		 "provider of passwords (AuthBasicProvider)"},
	[CAUSE_GATE_RESPONDER] =
		{"gate_responder",
		 "mtlsgate is asked for a page that it does not have",
		 "it answers only what is below [endpoints] prefix, /api by "
		 "default: correct the URL or the prefix; a path that it shall "
		 "guard needs it as an authorizer (lighttpd: \"mode\" => "
		 "\"authorizer\"; Apache: FcgidAccessChecker; others: "
		 "MTLSGATE_MODE authorizer)"},
	[CAUSE_CLOSED_BY_SERVER] =
		{"closed_by_server",
		 "the web server itself refuses, not mtlsgate",
		 "look at the web server's own access rules for this path"},
	[CAUSE_BACKEND_ERROR] =
		{"backend_error",
		 "mtlsgate lets the request through, but what is behind it "
		 "answers with an error",
		 "look at the web application, and at the web server's error "
		 "log"},
	[CAUSE_OPEN_NEVER_ASKED] =
		{"open_never_asked",
		 "the web server answers without asking mtlsgate",
		 "let it ask mtlsgate about this path before it answers"},
	[CAUSE_OPEN_WITH_CERT] =
		{"open_with_cert",
		 "with a certificate, any certificate, the web server answers "
		 "without asking mtlsgate",
		 "let it ask mtlsgate about everybody: something satisfies it "
		 "before that (Apache: SSLUserName with Require valid-user)"},
	[CAUSE_OPEN_WITHOUT_CERT] =
		{"open_without_cert",
		 "without a certificate the web server answers without asking "
		 "mtlsgate",
		 "let it ask mtlsgate about everybody: a condition on the "
		 "certificate, or another way to authenticate, goes past it"},
	[CAUSE_OPEN_OVERRULED] =
		{"open_overruled",
		 "mtlsgate denies, and the web server answers all the same",
		 "its word must be the last one: Apache's Satisfy Any and "
		 "...Authoritative off, or nginx's satisfy any, overrule it"},
	[CAUSE_OPEN_URL] =
		{"open_url",
		 "the web server asks mtlsgate about paths beside this URL, "
		 "but not about the URL itself",
		 "something with a closer match takes the gate away for just "
		 "this URL; or the web server hands mtlsgate a path that it "
		 "has tidied up, not the one that was sent"},
	[CAUSE_OPEN_BESIDE] =
		{"open_beside",
		 "the web server asks mtlsgate about this URL, but not about "
		 "others beside or below it",
		 "guard the whole tree, not single files or endings"},
	[CAUSE_OPEN_METHOD] =
		{"open_method",
		 "with another method the web server answers without asking "
		 "mtlsgate",
		 "let it ask mtlsgate whatever the method"},
	[CAUSE_OPEN_HOST] =
		{"open_host",
		 "with another Host header the web server serves the same "
		 "without asking mtlsgate",
		 "guard every site of this address that serves these files"},
	[CAUSE_OPEN_SLASH] =
		{"open_slash",
		 "without its final slash the web server serves the URL "
		 "without asking mtlsgate",
		 "guard both spellings: a prefix that ends in a slash does not "
		 "cover the name alone"},
	[CAUSE_OPEN_ALSO] =
		{"open_also",
		 "the other URL (--also) is answered more openly than the "
		 "first",
		 "guard that path too, and give it a rule of its own: the "
		 "policy judges a URL as it was sent, whatever it is "
		 "rewritten to"},
	[CAUSE_SPOOF_HEADER] =
		{"spoof_header",
		 "a certificate that a client writes into a header is believed",
		 "drop the header in front of mtlsgate, in every spelling, and "
		 "let only your proxy's address be a trusted_proxy, with a "
		 "proxy_secret; never hand HTTP_ variables or "
		 "FcgidPassHeader SSL_... on as SSL_CLIENT_CERT"},
	[CAUSE_SPOOF_URI] =
		{"spoof_uri",
		 "a header of the client decides about which path or method "
		 "mtlsgate is asked",
		 "hand over the request as it was sent (nginx: MTLSGATE_URI "
		 "$request_uri), never X-Forwarded-Uri, X-Original-URL or the "
		 "like from a client"},
	[CAUSE_SPOOF_PASSWORD] =
		{"spoof_password",
		 "any password opens what a certificate guards",
		 "take the password's way away: Satisfy Any, satisfy any or "
		 "an AuthBasicProvider that accepts all"},
};
