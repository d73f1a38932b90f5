/* ctl_doctor_front.c - in: an answer; out: the web server that wrote it. And
 * the table of what to write in its configuration. */
#include "ctl_doctor_front.h"

#include <string.h>
#include <strings.h>

#include "base.h"

static const struct {
	const char *name;   /* for people */
	const char *header; /* what its Server header begins with, or NULL */
	const char *page;   /* what stands in its error pages, or NULL */
} fronts[FRONT_COUNT] = {
	[FRONT_UNKNOWN] = {"the web server", NULL, NULL},
	[FRONT_APACHE] = {"Apache", "Apache",
			  "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0"},
	[FRONT_LIGHTTPD] = {"lighttpd", "lighttpd",
			    "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>"},
	[FRONT_NGINX] = {"nginx", "nginx", "<hr><center>nginx"},
	[FRONT_HAPROXY] = {"HAProxy", NULL, "<html><body><h1>"},
	[FRONT_CADDY] = {"Caddy", "Caddy", NULL},
};

enum front front_of(const struct answer *answer)
{
	for (size_t i = 0; answer->server && i < FRONT_COUNT; i++) {
		const char *header = fronts[i].header;

		if (header &&
		    strncasecmp(answer->server, header, strlen(header)) == 0)
			return (enum front)i;
	}
	for (size_t i = 0; !answer->server && i < FRONT_COUNT; i++) {
		const char *page = fronts[i].page;

		if (page && strstr(answer->body, page))
			return (enum front)i;
	}
	return FRONT_UNKNOWN;
}

const char *front_name(enum front front)
{
	return fronts[front].name;
}

struct advice {
	enum cause cause;
	enum front front;
	const char *text;
};

static const struct advice advices[] = {
	{CAUSE_OPEN_NEVER_ASKED, FRONT_APACHE,
	 "the gate must stand in a <Location> that covers this path, in this "
	 "virtual host: FcgidAccessChecker with \"Require all granted\", or "
	 "AuthnzFcgiCheckAuthnProvider with \"Require PROVIDER\" - there "
	 "\"Require all granted\" or another Require that holds skips it; "
	 "FcgidAccessCheckerAuthoritative off opens all while the program does "
	 "not run; an Alias is another path; see .htaccess too"},
	{CAUSE_OPEN_NEVER_ASKED, FRONT_LIGHTTPD,
	 "put the prefix with its final slash into fastcgi.server with "
	 "\"mode\" => \"authorizer\" and \"check-local\" => \"disable\"; load "
	 "mod_fastcgi before mod_proxy; a fastcgi.server inside a condition "
	 "replaces the one outside; an alias.url is another path"},
	{CAUSE_OPEN_NEVER_ASKED, FRONT_NGINX,
	 "put auth_request into the server { }, not into a location; look for "
	 "auth_request off, another auth_request, satisfy any, return and "
	 "rewrite in the location that serves this path"},
	{CAUSE_OPEN_NEVER_ASKED, FRONT_HAPROXY,
	 "http-request lua.mtlsgate_ask and the deny line after it must stand "
	 "before every redirect, return, allow and use_backend, without a "
	 "condition that leaves this path out"},
	{CAUSE_OPEN_NEVER_ASKED, FRONT_CADDY,
	 "forward_auth must stand above what serves this path, inside route; "
	 "another site or handle block needs its own"},
	{CAUSE_OPEN_WITH_CERT, FRONT_APACHE,
	 "take SSLUserName away: it names a user before anybody "
	 "authenticates, \"Require valid-user\" holds, and FcgidAuthorizer or "
	 "AuthnzFcgiCheckAuthnProvider is never asked; FcgidAccessChecker with "
	 "\"Require all granted\" is always asked. Where SSLVerifyClient is "
	 "require, it may as well be that no gate covers this path"},
	{CAUSE_OPEN_WITH_CERT, FRONT_NGINX,
	 "look for satisfy any, and for an if on $ssl_client_verify that "
	 "answers before auth_request"},
	{CAUSE_OPEN_OVERRULED, FRONT_NGINX,
	 "\"satisfy any\" takes another way in for mtlsgate's; an error_page "
	 "for 401 and 403 must keep the status: \"=200\" or \"= @location\" "
	 "makes an answer of a denial (see examples/nginx/gate.conf)"},
	{CAUSE_OPEN_BESIDE, FRONT_NGINX,
	 "a location with a regular expression (~ \\.php$) takes requests out "
	 "of a guarded prefix: put auth_request into the server { }, or guard "
	 "with location ^~"},
	{CAUSE_OPEN_BESIDE, FRONT_APACHE,
	 "guard the whole tree with <Location>: <Files> and <LocationMatch> "
	 "cover only what they match; look for another <LocationMatch> or "
	 "<Files> with Satisfy or Require as well"},
	{CAUSE_OPEN_BESIDE, FRONT_LIGHTTPD,
	 "guard a prefix that ends in a slash, not an ending, and not inside "
	 "a condition on the URL"},
	{CAUSE_OPEN_OVERRULED, FRONT_APACHE,
	 "take \"Satisfy Any\" away, and FcgidAccessCheckerAuthoritative off, "
	 "FcgidAuthorizerAuthoritative off and the like"},
	{CAUSE_OPEN_URL, FRONT_NGINX,
	 "a location for just this URL (location = ..., or a regular "
	 "expression) has auth_request off, satisfy any or return; "
	 "MTLSGATE_URI must be $request_uri, not $uri"},
	{CAUSE_OPEN_URL, FRONT_APACHE,
	 "a <Location>, <LocationMatch> or <Files> for just this URL takes "
	 "the gate away: look for another Require, Satisfy or Authoritative "
	 "there"},
	{CAUSE_OPEN_METHOD, FRONT_APACHE,
	 "take <Limit> and <LimitExcept> away from around the gate: other "
	 "methods go past it"},
	{CAUSE_OPEN_METHOD, FRONT_NGINX,
	 "look for an if on $request_method, and for limit_except"},
	{CAUSE_OPEN_HOST, FRONT_LIGHTTPD,
	 "a $HTTP[\"host\"] condition around fastcgi.server leaves the other "
	 "names open: put the gate outside of it"},
	{CAUSE_OPEN_HOST, FRONT_APACHE,
	 "the default virtual host (the first of the address) serves the same "
	 "files without the gate: give it the gate, or other files"},
	{CAUSE_OPEN_HOST, FRONT_NGINX,
	 "the default server of the address serves the same files without the "
	 "gate: give it the gate, or return 421"},
	{CAUSE_GATE_UNREACHABLE, FRONT_APACHE,
	 "look into Apache's error log. mod_fcgid: the program must be there, "
	 "executable, and able to read its policy as Apache's user; "
	 "mod_authnz_fcgi and mod_proxy_fcgi: the daemon must listen where "
	 "AuthnzFcgiDefineProvider or ProxyPass says; a provider of the kind "
	 "authz also needs a user"},
	{CAUSE_GATE_UNREACHABLE, FRONT_LIGHTTPD,
	 "the \"socket\" of fastcgi.server must be the one that mtlsgate "
	 "listens on, and lighttpd's user must be allowed to connect to it "
	 "(socket mode and group, and the directory above); with bin-path the "
	 "program must be executable"},
	{CAUSE_GATE_UNREACHABLE, FRONT_NGINX,
	 "fastcgi_pass must be the socket that mtlsgate listens on, and "
	 "nginx's user must be allowed to connect to it; what auth_request "
	 "asks must set MTLSGATE_MODE authorizer and MTLSGATE_URI "
	 "$request_uri, or mtlsgate answers what nginx turns into a 500"},
	{CAUSE_GATE_UNREACHABLE, FRONT_HAPROXY,
	 "the server line of the FastCGI backend must be the socket that "
	 "mtlsgate listens on, with proto fcgi and use-fcgi-app, and HAProxy's "
	 "user (inside its chroot) must be allowed to connect to it"},
	{CAUSE_GATE_UNREACHABLE, FRONT_CADDY,
	 "the unix/ address of forward_auth and reverse_proxy must be the "
	 "socket that mtlsgate listens on, with transport fastcgi, and Caddy's "
	 "user must be allowed to connect to it"},
	{CAUSE_CLOSED_BY_SERVER, FRONT_APACHE,
	 "Apache's own Require (or SSLRequire, Require ssl-verify-client, "
	 "file permissions) refuses: beside FcgidAccessChecker there must be "
	 "\"Require all granted\", beside AuthnzFcgiCheckAuthnProvider "
	 "\"Require PROVIDER\" and no SSLUserName"},
	{CAUSE_CLOSED_BY_SERVER, FRONT_NGINX,
	 "nginx's own deny, internal or file permissions refuse, or the page "
	 "for 401 and 403 hides mtlsgate's words: see "
	 "examples/nginx/gate.conf"},
	{CAUSE_CLOSED_BY_SERVER, FRONT_HAPROXY,
	 "http-request deny holds: the Lua action did not get mtlsgate's "
	 "answer. Look whether mtlsgate runs and whether its sockets are where "
	 "haproxy.cfg says"},
	{CAUSE_HANDOFF_NOT_VERIFIED, FRONT_APACHE,
	 "SSLVerifyClient optional_no_ca lets through what nobody has "
	 "verified: use optional or require, with the clients' CA in "
	 "SSLCACertificateFile; or set verify = chain in the policy"},
	{CAUSE_HANDOFF_NOT_VERIFIED, FRONT_NGINX,
	 "ssl_verify_client optional_no_ca lets through what nobody has "
	 "verified: use optional or on, with the clients' CA in "
	 "ssl_client_certificate; or set verify = chain in the policy"},
	{CAUSE_HANDOFF_NOT_VERIFIED, FRONT_LIGHTTPD,
	 "lighttpd could not verify it: put the CA that issued it into "
	 "ssl.verifyclient.ca-file, and look at ssl.verifyclient.depth"},
	{CAUSE_HANDOFF_NOT_VERIFIED, FRONT_HAPROXY,
	 "set-param SSL_CLIENT_VERIFY %[ssl_c_verify] if { ssl_c_used }, and "
	 "neither crt-ignore-err nor ca-ignore-err"},
	{CAUSE_HANDOFF_NOT_VERIFIED, FRONT_CADDY,
	 "Caddy does not say whether it verified: source = caddy and "
	 "front_verifies = yes in the policy, with mode verify_if_given or "
	 "require_and_verify"},
	{CAUSE_HANDOFF_STRANGER, FRONT_CADDY,
	 "with mode request or require Caddy verifies nothing: use "
	 "verify_if_given or require_and_verify, or take front_verifies out "
	 "of the policy and set verify = chain and ca there"},
	{CAUSE_HANDOFF_NO_VERIFY, FRONT_APACHE,
	 "responder: SSLOptions +StdEnvVars; authorizer: SetEnvIfExpr "
	 "\"%{SSL_CLIENT_VERIFY} =~ /^(.+)$/\" SSL_CLIENT_VERIFY=$1"},
	{CAUSE_HANDOFF_NO_VERIFY, FRONT_NGINX,
	 "fastcgi_param SSL_CLIENT_VERIFY $ssl_client_verify;"},
	{CAUSE_HANDOFF_NO_VERIFY, FRONT_HAPROXY,
	 "set-param SSL_CLIENT_VERIFY %[ssl_c_verify] if { ssl_c_used }"},
	{CAUSE_HANDOFF_MALFORMED, FRONT_APACHE,
	 "SetEnvIfExpr \"%{SSL_CLIENT_CERT} =~ /([\\s\\S]+)/\" "
	 "SSL_CLIENT_CERT=$1 - the certificate, not its name"},
	{CAUSE_HANDOFF_MALFORMED, FRONT_NGINX,
	 "fastcgi_param SSL_CLIENT_CERT $ssl_client_raw_cert; - not "
	 "$ssl_client_s_dn, $ssl_client_fingerprint or the like; in a header "
	 "(proxy_set_header) it must be $ssl_client_escaped_cert"},
	{CAUSE_POLICY_HIDDEN, FRONT_NGINX,
	 "look into mtlsgate's audit log, or give --policy here: is the path "
	 "there the one that was asked for? MTLSGATE_URI must be $request_uri, "
	 "not $uri; nginx shows the reason with the error_page lines of "
	 "examples/nginx/gate.conf"},
	{CAUSE_HANDOFF_MALFORMED, FRONT_HAPROXY,
	 "set-param SSL_CLIENT_CERT %[ssl_c_der,base64] if { ssl_c_used }"},
	{CAUSE_HANDOFF_MALFORMED, FRONT_CADDY,
	 "env SSL_CLIENT_CERT {http.request.tls.client.certificate_pem}"},
	{CAUSE_GATE_PASSWORD, FRONT_APACHE,
	 "take AuthBasicProvider away and use FcgidAccessChecker with "
	 "\"Require all granted\", or AuthnzFcgiCheckAuthnProvider with "
	 "\"Require PROVIDER\""},
};

const char *front_advice(enum front front, enum cause cause)
{
	for (size_t i = 0; i < ARRAY_LEN(advices); i++)
		if (advices[i].front == front && advices[i].cause == cause)
			return advices[i].text;
	return cause_row(cause)->todo;
}
