/* ctl_doctor_cause_tls.c - causes on the way to the server, in its
 * certificate, in its request for ours and in its refusal. */
#include "ctl_doctor_cause.h"

const struct cause_row cause_rows_tls[CAUSE_COUNT] = {
	[CAUSE_NAME_NOT_FOUND] =
		{"name_not_found", "the server's name does not resolve",
		 "look for a slip in the URL, at DNS and /etc/hosts; "
		 "--connect HOST:PORT goes round the look-up"},
	[CAUSE_CONNECTION_REFUSED] =
		{"connection_refused", "nothing listens on that port",
		 "start the server, or give the port that it listens on; a "
		 "server may also listen on another address, such as ::1"},
	[CAUSE_CONNECTION_TIMEOUT] =
		{"connection_timeout", "the server does not answer at all",
		 "look at firewalls and at the address; a filter that drops "
		 "packets looks the same as a machine that is off"},
	[CAUSE_UNREACHABLE] =
		{"unreachable", "there is no way to the server's address",
		 "look at the routes and addresses of this machine"},
	[CAUSE_PLAIN_HTTP] =
		{"plain_http", "the port speaks plain HTTP, not HTTPS",
		 "give the port of HTTPS, or switch TLS on for this one "
		 "(Apache: SSLEngine on; lighttpd: ssl.engine = \"enable\"; "
		 "nginx: listen ... ssl)"},
	[CAUSE_NOT_TLS] =
		{"not_tls", "the port speaks something that is not TLS",
		 "give the port of the web server; the first bytes are shown "
		 "above"},
	[CAUSE_TLS_TIMEOUT] =
		{"tls_timeout", "the port is open, but nobody answers on it",
		 "the process hangs, is busy, or waits for the client to "
		 "speak another protocol"},
	[CAUSE_TLS_CLOSED] =
		{"tls_closed",
		 "the server hangs up in the handshake without a word",
		 "look at the server's log; a firewall, a TCP proxy with no "
		 "server behind it, or one that wants the PROXY protocol "
		 "does this"},
	[CAUSE_TLS_VERSION] =
		{"tls_version",
		 "client and server have no TLS version in common",
		 "allow TLS 1.2 and 1.3 at the server (Apache: SSLProtocol; "
		 "nginx: ssl_protocols; lighttpd: MinProtocol)"},
	[CAUSE_TLS_CIPHER] =
		{"tls_cipher",
		 "client and server have no cipher suite in common",
		 "take the server's list of ciphers back to its default; an "
		 "ECDSA certificate also needs ECDSA suites"},
	[CAUSE_TLS_FAILED] =
		{"tls_failed", "the TLS handshake fails",
		 "look at the alert above and at the server's log; an internal "
		 "error is one of the server's own: a certificate, chain, key "
		 "or CRL that it cannot use (lighttpd: a CRL out of date, or "
		 "the CA of its own certificate in neither ssl.pemfile nor "
		 "ssl.verifyclient.ca-file)"},
	[CAUSE_SNI_NEEDED] =
		{"sni_needed",
		 "the server needs the name of the site in the handshake (SNI)",
		 "use the site's name in the URL, and --connect for the "
		 "address: an address sends no name"},
	[CAUSE_SERVER_NAME_UNKNOWN] =
		{"server_name_unknown",
		 "the server has no site of the name in the URL",
		 "use the name that its certificate or configuration has, or "
		 "add a site of this name"},
	[CAUSE_CLOCK_SKEW] =
		{"clock_skew",
		 "the clocks of this machine and of the server disagree",
		 "set both by NTP: certificates look expired, or not yet "
		 "valid, to the one that is wrong"},
	[CAUSE_SERVER_CERT_EXPIRED] =
		{"server_cert_expired", "the server's certificate has expired",
		 "renew it and reload the server"},
	[CAUSE_SERVER_CERT_NOT_YET_VALID] =
		{"server_cert_not_yet_valid",
		 "the server's certificate is not valid yet",
		 "look at the clocks, of this machine and of the CA; else "
		 "wait or issue it again"},
	[CAUSE_SERVER_CERT_NAME] =
		{"server_cert_name",
		 "the server's certificate is for another name",
		 "use a name that it has, or issue it with this one as a "
		 "subjectAltName (an address as an IP name); the default site "
		 "may have answered"},
	[CAUSE_SERVER_CERT_SELF_SIGNED] =
		{"server_cert_self_signed",
		 "the server's certificate is self-signed and not trusted",
		 "give it with --cacert if it is the right one, or have it "
		 "issued by a CA"},
	[CAUSE_SERVER_CERT_PURPOSE] =
		{"server_cert_purpose",
		 "the server's certificate is not one for a server",
		 "issue one whose extendedKeyUsage, if any, has serverAuth"},
	[CAUSE_SERVER_CERT_WEAK] =
		{"server_cert_weak",
		 "the server's certificate has a key or signature too weak "
		 "for clients of today",
		 "issue it with RSA of 2048 bits or EC, and SHA-256"},
	[CAUSE_SERVER_CERT_BAD] =
		{"server_cert_bad", "the server's certificate does not verify",
		 "what is wrong with it is said above"},
	[CAUSE_SERVER_CA_UNKNOWN] =
		{"server_ca_unknown",
		 "the server's certificate is from a CA that this client does "
		 "not trust",
		 "give that CA with --cacert (and to your clients)"},
	[CAUSE_SERVER_CA_EXPIRED] =
		{"server_ca_expired",
		 "a CA certificate above the server's has expired",
		 "renew it, at the server or in --cacert as said above"},
	[CAUSE_SERVER_CA_NAMESAKE] =
		{"server_ca_namesake",
		 "the server's certificate is from another CA of the same "
		 "name as the trusted one",
		 "give the CA that really signed it with --cacert: a CA that "
		 "was made anew has another key under the old name"},
	[CAUSE_SERVER_CHAIN_INCOMPLETE] =
		{"server_chain_incomplete",
		 "the server does not send its intermediate certificate",
		 "append the intermediate to the file with the server's "
		 "certificate (Apache: SSLCertificateFile; nginx: "
		 "ssl_certificate; lighttpd: ssl.pemfile)"},
	[CAUSE_CLIENT_CERT_MISSING] =
		{"client_cert_missing",
		 "the server insists on a client certificate and none was "
		 "given",
		 "give yours with --cert and --key"},
	[CAUSE_CERT_NOT_REQUESTED] =
		{"cert_not_requested",
		 "the server asks for no client certificate",
		 "switch it on for this site (Apache: SSLVerifyClient, in the "
		 "virtual host: in a <Location> it comes after mtlsgate was "
		 "asked; nginx: "
		 "ssl_verify_client; lighttpd: ssl.verifyclient.activate; "
		 "HAProxy: verify on the bind line), and reload it"},
	[CAUSE_CERT_REQUESTED_OTHER_PATH] =
		{"cert_requested_other_path",
		 "the server asks for a client certificate, but not for this "
		 "path",
		 "set it for the whole site, not for one location, or "
		 "correct the path"},
	[CAUSE_CERT_REQUESTED_OTHER_NAME] =
		{"cert_requested_other_name",
		 "the server asks for a client certificate, but on another of "
		 "its sites",
		 "switch it on in the site that has this name, or use the "
		 "other name"},
	[CAUSE_PHA_NEEDED] =
		{"pha_needed",
		 "the server asks for the certificate only after the "
		 "handshake (TLS 1.3 post-handshake authentication)",
		 "most clients cannot do that, browsers for one: ask in the "
		 "server-wide or virtual host section (Apache: "
		 "SSLVerifyClient optional outside of Location)"},
	[CAUSE_RENEGOTIATION_NEEDED] =
		{"renegotiation_needed",
		 "the server asks for the certificate only by renegotiation "
		 "(TLS 1.2), for some paths",
		 "many clients refuse to, and TLS 1.3 has none: ask in the "
		 "server-wide or virtual host section (Apache: "
		 "SSLVerifyClient optional outside of Location)"},
	[CAUSE_CERT_OPTIONAL] =
		{"cert_optional",
		 "the server asks for a client certificate, but serves "
		 "clients that have none as well",
		 "make it insist (Apache: require; nginx: on; lighttpd: "
		 "enforce), or put mtlsgate in front of what is served"},
	[CAUSE_ISSUER_NOT_ADVERTISED] =
		{"issuer_not_advertised",
		 "the CA of the client certificate is not among those that "
		 "the server names",
		 "add the CA to what the server sends as acceptable names "
		 "(Apache: SSLCADNRequestFile or SSLCACertificateFile; nginx: "
		 "ssl_client_certificate; lighttpd: "
		 "ssl.verifyclient.ca-dn-file): browsers then offer the "
		 "certificate"},
	[CAUSE_KEY_TYPE_NOT_ACCEPTED] =
		{"key_type_not_accepted",
		 "the server accepts no signature that the client's key can "
		 "make",
		 "widen the server's signature algorithms, or use a key of "
		 "another kind (RSA of 2048 bits, EC P-256)"},
	[CAUSE_SERVER_VERIFY_DEPTH] =
		{"server_verify_depth",
		 "the chain of the client certificate is longer than the "
		 "server allows",
		 "raise it (Apache: SSLVerifyDepth, 1 by default; nginx: "
		 "ssl_verify_depth, 1 by default; lighttpd: "
		 "ssl.verifyclient.depth)"},
	[CAUSE_SERVER_ROOT_MISSING] =
		{"server_root_missing",
		 "the server knows the intermediate CA of the client "
		 "certificate, but not the root above it",
		 "add the root to the server's file of client CAs"},
	[CAUSE_SERVER_CRL] =
		{"server_crl",
		 "the server's CRL for the client's CA is missing or out of "
		 "date",
		 "fetch it again (mtlsgatectl fetch-crl) and reload the "
		 "server; every CA of the chain needs one where the server "
		 "checks the chain"},
	[CAUSE_SERVER_OCSP] =
		{"server_ocsp",
		 "the server gets no good answer from the OCSP responder of "
		 "the client's CA",
		 "look whether the server reaches it (Apache: "
		 "SSLOCSPDefaultResponder, SSLOCSPOverrideResponder), and "
		 "whether it knows the certificate"},
	[CAUSE_CERT_REFUSED] =
		{"cert_refused",
		 "the server refuses the client certificate",
		 "the likely causes are above; the server's error log says "
		 "more than it tells clients"},
	[CAUSE_HTTP_NO_ANSWER] =
		{"http_no_answer",
		 "TLS is fine, but no HTTP answer comes",
		 "look whether what listens there is a web server, and "
		 "whether the backend hangs"},
	[CAUSE_HTTP_GARBAGE] =
		{"http_garbage",
		 "TLS is fine, but the answer is not HTTP/1.1",
		 "look at what listens there; the first bytes are shown "
		 "above"},
	[CAUSE_POLICY_INVALID] =
		{"policy_invalid", "the policy has an error",
		 "mtlsgatectl check says which; the old policy stays in force "
		 "until it loads"},
};
