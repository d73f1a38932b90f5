/* load_settings.c - the table of settings: sections and lines of INI text come
 * in, each goes to the parser of its row. Never skips a line in silence. */
#include <string.h>

#include "load.h"
#include "loader.h"

enum flag {
	MANY = 0,        /* may be repeated */
	ONCE = 1,        /* a second one in a section is an error */
	CERTIFICATE = 2, /* needs more than the text of a name */
	CHAIN = 4,       /* needs verify = chain or both */
};

/* A key that ends in '.' takes a parameter. */
struct setting_row {
	enum kind kind;
	const char *key;
	unsigned int flags;
	setting_fn *set;
	const char *help;
};


static const struct setting_row rows[] = {
	{KIND_CERTIFICATE, "source", MANY, set_source,
	 "where the certificate comes from"},
	{KIND_CERTIFICATE, "verify", ONCE, set_verify,
	 "who verifies it: the web server, mtlsgate, or both"},
	{KIND_CERTIFICATE, "purpose", ONCE | CERTIFICATE, set_purpose,
	 "the extended key usage it must allow, or any"},
	{KIND_CERTIFICATE, "issuer", MANY, set_issuer,
	 "the whole name of an issuer it must have"},
	{KIND_CERTIFICATE, "issuer.", MANY, set_issuer,
	 "a part of the name of its issuer"},
	{KIND_CERTIFICATE, "min_rsa_bits", ONCE | CERTIFICATE, set_min_rsa_bits,
	 "the smallest RSA key taken"},
	{KIND_CERTIFICATE, "max_lifetime", ONCE | CERTIFICATE, set_max_lifetime,
	 "the longest time from notBefore to notAfter"},
	{KIND_CERTIFICATE, "warn_expiring", ONCE | CERTIFICATE,
	 set_warn_expiring, "warn when it expires within this time"},
	{KIND_CERTIFICATE, "dn_slash", ONCE, set_dn_slash,
	 "is the slash form of a name taken"},
	{KIND_CERTIFICATE, "ca", MANY | CHAIN, set_ca, "trusted roots"},
	{KIND_CERTIFICATE, "intermediates", MANY | CHAIN, set_intermediates,
	 "certificates to build chains with"},
	{KIND_CERTIFICATE, "strict", ONCE | CHAIN, set_strict,
	 "refuse what RFC 5280 forbids"},
	{KIND_CERTIFICATE, "partial_chain", ONCE | CHAIN, set_partial_chain,
	 "trust an intermediate by itself"},
	{KIND_CERTIFICATE, "max_depth", ONCE | CHAIN, set_max_depth,
	 "the longest chain"},
	{KIND_CERTIFICATE, "security_level", ONCE | CHAIN, set_security_level,
	 "OpenSSL's security level"},
	{KIND_CERTIFICATE, "require_policy", MANY | CHAIN, set_require_policy,
	 "a certificate policy the chain must have"},
	{KIND_CERTIFICATE, "explicit_policy", ONCE | CHAIN, set_explicit_policy,
	 "RFC 5280 initial-explicit-policy"},
	{KIND_CERTIFICATE, "inhibit_any_policy", ONCE | CHAIN,
	 set_inhibit_any_policy, "RFC 5280 initial-any-policy-inhibit"},
	{KIND_CERTIFICATE, "inhibit_policy_mapping", ONCE | CHAIN,
	 set_inhibit_policy_mapping, "RFC 5280 initial-policy-mapping-inhibit"},
	{KIND_CERTIFICATE, "ca_as_client", ONCE | CHAIN, set_ca_as_client,
	 "may a CA certificate be a client's"},
	{KIND_CERTIFICATE, "crl", MANY | CHAIN, set_crl, "revocation lists"},
	{KIND_CERTIFICATE, "crl_check", ONCE | CHAIN, set_crl_check,
	 "which certificates of a chain are looked up"},
	{KIND_CERTIFICATE, "crl_stale", ONCE | CHAIN, set_crl_stale,
	 "what an outdated revocation list means"},
	{KIND_CERTIFICATE, "ocsp", ONCE | CHAIN, set_ocsp,
	 "ask a responder about revocation"},
	{KIND_CERTIFICATE, "ocsp_responder", ONCE | CHAIN, set_ocsp_responder,
	 "which responder"},
	{KIND_CERTIFICATE, "ocsp_timeout", ONCE | CHAIN, set_ocsp_timeout,
	 "how long to wait for it"},
	{KIND_CERTIFICATE, "trusted_proxy", MANY, set_trusted_proxy,
	 "peers whose headers are read"},
	{KIND_CERTIFICATE, "proxy_secret", ONCE, set_proxy_secret,
	 "what a proxy proves itself with"},
	{KIND_CERTIFICATE, "header.", ONCE, set_header,
	 "another name for a source's header"},
	{KIND_CERTIFICATE, "front_verifies", ONCE, set_front_verifies,
	 "does the front verify where it does not say so"},
	{KIND_CERTIFICATE, "alb_mode", ONCE, set_alb_mode,
	 "mutual TLS of the load balancer: verify or passthrough"},
	{KIND_CERTIFICATE, "xfcc_element", ONCE, set_xfcc_element,
	 "which element of X-Forwarded-Client-Cert"},

	{KIND_IDENTITY, "id", MANY, set_id,
	 "the attribute that is the id, or a part of it"},
	{KIND_IDENTITY, "email", MANY, set_email,
	 "the attribute that is the email address"},
	{KIND_IDENTITY, "department", MANY, set_department,
	 "the attribute that is the department"},
	{KIND_IDENTITY, "prefix", ONCE, set_prefix,
	 "text in front of every id of this section"},
	{KIND_IDENTITY, "from", ONCE, set_identity_from, "the first day"},
	{KIND_IDENTITY, "until", ONCE, set_identity_until, "its last day"},

	{KIND_ROLE, "default", ONCE, set_default,
	 "given when no other role matches"},
	{KIND_ROLE, "pin", MANY, set_role_pin, "pins, one of which must match"},
	{KIND_ROLE, "from", ONCE, set_role_from, "the first day"},
	{KIND_ROLE, "until", ONCE, set_role_until, "its last day"},

	{KIND_BLOCK, "from", ONCE, set_block_from, "the first day"},

	{KIND_PIN, "sha256", MANY, set_pin_sha256,
	 "SHA-256 of the certificate"},
	{KIND_PIN, "spki", MANY, set_pin_spki, "SHA-256 of the public key"},
	{KIND_PIN, "chain", ONCE, set_pin_chain,
	 "does the pinned certificate need a chain"},
	{KIND_PIN, "from", ONCE, set_pin_from, "the first day"},
	{KIND_PIN, "until", ONCE, set_pin_until, "its last day"},

	{KIND_ACCESS, "path", MANY, set_path, "the paths it decides about"},
	{KIND_ACCESS, "site", MANY, set_site, "the sites it decides about"},
	{KIND_ACCESS, "method", MANY, set_method, "the methods there are"},
	{KIND_ACCESS, "allow", MANY, set_allow,
	 "roles, * for any certificate, or anyone"},
	{KIND_ACCESS, "allow.", MANY, set_allow_method,
	 "the same for one method, in its place"},
	{KIND_ACCESS, "pin", MANY, set_access_pin,
	 "pins, one of which must match"},
	{KIND_ACCESS, "from", ONCE, set_access_from, "the first day"},
	{KIND_ACCESS, "until", ONCE, set_access_until, "its last day"},

	{KIND_ENDPOINTS, "prefix", ONCE, set_endpoint_prefix,
	 "the path above the endpoints"},
	{KIND_ENDPOINTS, "admin_role", ONCE, set_admin_role,
	 "the role that admin endpoints need"},

	{KIND_AUDIT, "log", ONCE, set_log, "stderr, syslog or a file"},
	{KIND_AUDIT, "level", ONCE, set_level, "info or debug"},
	{KIND_AUDIT, "on_error", ONCE, set_on_error,
	 "deny or continue when the log cannot be written"},
	{KIND_AUDIT, "capture", ONCE, set_capture,
	 "off, or denied: keep refused requests"},
	{KIND_AUDIT, "capture_file", ONCE, set_capture_file,
	 "the file that they are kept in"},

	{KIND_SERVER, "threads", ONCE, set_threads,
	 "requests in flight at a time"},
	{KIND_SERVER, "backlog", ONCE, set_backlog,
	 "connections that may wait"},
	{KIND_SERVER, "secret", ONCE, set_secret,
	 "what the web server sends as MTLSGATE_SECRET"},
	{KIND_SERVER, "cache", ONCE, set_cache,
	 "verdicts on certificates that are kept"},
	{KIND_SERVER, "max_connections", ONCE, set_max_connections,
	 "connections at a time"},
	{KIND_SERVER, "request_timeout", ONCE, set_request_timeout,
	 "time for a request"},

	{KIND_MESSAGES, "contact", ONCE, set_contact,
	 "whom a refused person may ask"},
	{KIND_MESSAGES, "help_url", ONCE, set_help_url,
	 "where a refused person finds help"},
};

static bool row_has(const struct setting_row *row, const char *key)
{
	size_t len = strlen(row->key);

	if (row->key[len - 1] == '.')
		return strncmp(key, row->key, len) == 0 && key[len] != '\0';
	return strcmp(key, row->key) == 0;
}

static const struct setting_row *find_row(enum kind kind, const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == kind && row_has(&rows[i], key))
			return &rows[i];
	return NULL;
}

void settings_suggest(enum kind kind, struct suggest *suggest)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (rows[i].kind == kind)
			suggest_try(suggest, rows[i].key);
}

const char *settings_elsewhere(const char *key)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (row_has(&rows[i], key))
			return kind_name(rows[i].kind);
	return NULL;
}

bool setting_needs_certificate(const char *key)
{
	const struct setting_row *row = find_row(KIND_CERTIFICATE, key);

	return row != NULL && (row->flags & CERTIFICATE) != 0;
}

static bool is_repeated(struct loader *loader,
			const struct ini_setting *setting)
{
	const struct ini_setting *first =
		section_find(loader->section, setting->key);

	if (first == NULL || first->line == setting->line)
		return false;
	issue_error(loader->issues, loader->file, setting->line,
		    "%s is there already, in line %zu", setting->key,
		    first->line);
	return true;
}

bool setting_read(struct loader *loader, enum kind kind, void *object,
		  const struct ini_setting *setting)
{
	const struct setting_row *row = find_row(kind, setting->key);

	if (row == NULL)
		return false;
	if ((row->flags & CHAIN) != 0 && !loader->chain)
		issue_error(loader->issues, loader->file, setting->line,
			    "%s needs verify = chain or both: with verify = "
			    "server the web server alone judges chains",
			    setting->key);
	else if ((row->flags & ONCE) == 0 || !is_repeated(loader, setting))
		row->set(loader, object, setting);
	return true;
}

bool setting_table_row(size_t i, const char **ret_section, const char **ret_key)
{
	if (i >= ARRAY_LEN(rows))
		return false;
	*ret_section = kind_name(rows[i].kind);
	*ret_key = rows[i].key;
	return true;
}

const char *setting_table_help(size_t i)
{
	return i < ARRAY_LEN(rows) ? rows[i].help : NULL;
}
