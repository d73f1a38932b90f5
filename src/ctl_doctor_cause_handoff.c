/* ctl_doctor_cause_handoff.c - causes on the certificate's way from the web
 * server to mtlsgate. */
#include "ctl_doctor_cause.h"

#define SETENVIF \
	"SetEnvIfExpr \"%{SSL_CLIENT_CERT} =~ /([\\s\\S]+)/\" " \
	"SSL_CLIENT_CERT=$1 and SetEnvIfExpr \"%{SSL_CLIENT_VERIFY} =~ " \
	"/^(.+)$/\" SSL_CLIENT_VERIFY=$1"

const struct cause_row cause_rows_handoff[CAUSE_COUNT] = {
	[CAUSE_HANDOFF_APACHE_AUTHORIZER] =
		{"handoff_apache_authorizer",
		 "Apache does not hand the certificate to the authorizer: the "
		 "SetEnvIfExpr lines are missing",
		 "add to the virtual host: " SETENVIF " (authorizers are asked "
		 "before SSLOptions take effect)"},
	[CAUSE_HANDOFF_APACHE_RESPONDER] =
		{"handoff_apache_responder",
		 "Apache does not hand the certificate to the program: "
		 "SSLOptions +ExportCertData is missing",
		 "add to the <Location>: SSLOptions +StdEnvVars "
		 "+ExportCertData"},
	[CAUSE_HANDOFF_APACHE_LOCATION] =
		{"handoff_apache_location",
		 "Apache asks for the certificate only in a <Location>: it "
		 "arrives after mtlsgate was asked",
		 "put SSLVerifyClient optional into the virtual host, outside "
		 "of any <Location> or <Directory>, and take the inner one "
		 "away"},
	[CAUSE_HANDOFF_LIGHTTPD] =
		{"handoff_lighttpd",
		 "lighttpd does not hand the certificate over: "
		 "ssl.verifyclient.exportcert is missing",
		 "add ssl.verifyclient.exportcert = \"enable\" where the "
		 "other ssl.verifyclient lines are"},
	[CAUSE_HANDOFF_NGINX] =
		{"handoff_nginx",
		 "nginx does not hand the certificate over: fastcgi_param "
		 "SSL_CLIENT_CERT is missing",
		 "add fastcgi_param SSL_CLIENT_CERT $ssl_client_raw_cert; and "
		 "fastcgi_param SSL_CLIENT_VERIFY $ssl_client_verify; where "
		 "fastcgi_pass to mtlsgate is (one fastcgi_param in a location "
		 "takes away all of those from outside)"},
	[CAUSE_HANDOFF_HAPROXY] =
		{"handoff_haproxy",
		 "HAProxy does not hand the certificate over: set-param "
		 "SSL_CLIENT_CERT is missing",
		 "add to the fcgi-app: set-param SSL_CLIENT_CERT "
		 "%[ssl_c_der,base64] if { ssl_c_used } and set-param "
		 "SSL_CLIENT_VERIFY %[ssl_c_verify] if { ssl_c_used }"},
	[CAUSE_HANDOFF_CADDY] =
		{"handoff_caddy",
		 "Caddy does not hand the certificate over: env "
		 "SSL_CLIENT_CERT is missing",
		 "add to transport fastcgi: env SSL_CLIENT_CERT "
		 "{http.request.tls.client.certificate_pem}"},
	[CAUSE_HANDOFF_MISSING] =
		{"handoff_missing",
		 "the web server does not hand the certificate over",
		 "see the example for that server; a proxy in front must pass "
		 "on the certificate that it took, in the header that "
		 "[certificate] source reads, and trusted_proxy must have its "
		 "address: a header from elsewhere counts as none"},
	[CAUSE_HANDOFF_NO_VERIFY] =
		{"handoff_no_verify",
		 "the web server hands the certificate over, but not whether "
		 "it verified it: SSL_CLIENT_VERIFY is missing",
		 "hand SSL_CLIENT_VERIFY over beside SSL_CLIENT_CERT"},
	[CAUSE_HANDOFF_NOT_VERIFIED] =
		{"handoff_not_verified",
		 "the web server hands over a certificate that it did not "
		 "verify",
		 "let it verify against your CA, or set verify = chain and ca "
		 "in the policy"},
	[CAUSE_HANDOFF_MALFORMED] =
		{"handoff_malformed",
		 "what the web server hands over as the certificate is none",
		 "hand over the whole certificate in PEM, or base64 of DER"},
	[CAUSE_HANDOFF_CHAIN] =
		{"handoff_chain",
		 "the client sends its intermediate certificate, and the web "
		 "server does not hand it over",
		 "hand SSL_CLIENT_CERT_CHAIN_0 and the next over (Apache: the "
		 "SetEnvIfExpr lines of examples/apache/tls.conf; for a "
		 "program SSLOptions +ExportCertData), or give the "
		 "intermediate to the policy with intermediates in "
		 "[certificate]: nginx hands no chain over"},
	[CAUSE_HANDOFF_HIDDEN] =
		{"handoff_hidden",
		 "mtlsgate refuses the certificate, and the web server hides "
		 "why",
		 "look into mtlsgate's audit log; nginx shows the reason with "
		 "the error_page lines of examples/nginx/gate.conf; the usual "
		 "cause is that the certificate is not handed over "
		 "(fastcgi_param SSL_CLIENT_CERT, SSL_CLIENT_VERIFY)"},
	[CAUSE_HANDOFF_OTHER_CERT] =
		{"handoff_other_cert",
		 "mtlsgate sees another certificate than the client's",
		 "a proxy on the way shows its own (nginx: "
		 "proxy_ssl_certificate; Apache: SSLProxyMachineCertificate"
		 "File): let the server that takes the client's certificate "
		 "hand it over, in a header with a source for it"},
	[CAUSE_HANDOFF_OWN_CERT] =
		{"handoff_own_cert",
		 "without any certificate the client is taken for somebody",
		 "a proxy on the way shows its own certificate (nginx: "
		 "proxy_ssl_certificate; Apache: SSLProxyMachineCertificate"
		 "File), or one is written into the configuration: whoever "
		 "comes that way is that somebody"},
	[CAUSE_HANDOFF_STRANGER] =
		{"handoff_stranger",
		 "a certificate that nobody has issued is taken for a good one",
		 "the web server says SUCCESS of what it has not verified: "
		 "hand over what it found (SSL_CLIENT_VERIFY), never a fixed "
		 "word; let it verify (not optional_no_ca), or set "
		 "verify = chain and ca in the policy"},
	[CAUSE_HANDOFF_CONFLICT] =
		{"handoff_conflict",
		 "the web server hands over variables about two different "
		 "certificates",
		 "look for a second SSL_CLIENT_ variable or header, of a proxy "
		 "or of another directive"},
	[CAUSE_HANDOFF_PROXY] =
		{"handoff_proxy",
		 "a header with a certificate comes from a machine that the "
		 "policy does not trust",
		 "name the proxy's address in trusted_proxy, as the web server "
		 "sees it, and send proxy_secret if the policy has one"},
};
