/* load_chain.c - the settings of [certificate] about chains and OCSP come in,
 * their rules go out. Never takes a certificate that could not do what its
 * line is for. */
#include <stdlib.h>
#include <string.h>

#include <openssl/http.h>

#include "chain_lists.h"
#include "loader.h"
#include "oid.h"

#define LABEL "CERTIFICATE"
#define POLICIES "2.5.29.32" /* RFC 5280 section 4.2.1.4 */

enum {
	MAX_BUNDLE_BYTES = 64 * 1024 * 1024,
	MAX_DEPTH = 100,
	MAX_LEVEL = 5,
};

/* Parses one and adds it, once; *ret_cert is as parsed. */
static enum status add_cert(struct loader *loader, const char *path,
			    unsigned char *bytes, size_t len,
			    struct chain_file_cert **list, size_t *count,
			    struct cert *ret_cert, const char **ret_why)
{
	enum status status = cert_parse(
		loader->arena, (struct der){bytes, len}, ret_cert, ret_why);

	free(bytes);
	if (status != ST_OK || chain_has(*list, *count, ret_cert))
		return status;
	struct chain_file_cert *grown =
		loader_grow(loader, *list, *count, sizeof(*grown));
	if (grown == NULL)
		return ST_NOMEM;
	grown[(*count)++] =
		(struct chain_file_cert){ret_cert->x509, path};
	*list = grown;
	return ST_OK;
}

static enum status take_anchor(struct loader *loader, const char *path,
			       unsigned char *bytes, size_t len,
			       const char **ret_why)
{
	struct chain_rules *rules = &loader->policy->trust.chain;
	struct cert cert;
	enum status status =
		add_cert(loader, path, bytes, len, &rules->anchors,
			 &rules->anchor_count, &cert, ret_why);

	if (status != ST_OK || chain_is_root(&cert) ||
	    section_says(loader->section, "partial_chain", "yes"))
		return status;
	const char *subject = chain_subject(loader->arena, cert.x509);
	*ret_why = arena_printf(loader->arena,
				"%s is no root (it did not sign itself) and "
				"can end no chain: put it into intermediates, "
				"or set partial_chain = yes",
				subject != NULL ? subject : "this");
	return *ret_why != NULL ? ST_BAD : ST_NOMEM;
}

static enum status take_intermediate(struct loader *loader, const char *path,
				     unsigned char *bytes, size_t len,
				     const char **ret_why)
{
	struct chain_rules *rules = &loader->policy->trust.chain;
	struct cert cert;

	return add_cert(loader, path, bytes, len, &rules->intermediates,
			&rules->intermediate_count, &cert, ret_why);
}

void set_ca(struct loader *loader, void *object,
	    const struct ini_setting *setting)
{
	static const struct der_files kind = {LABEL, MAX_BUNDLE_BYTES, NULL,
					      take_anchor};

	(void)object;
	der_files_read(loader, setting, &kind);
}

void set_intermediates(struct loader *loader, void *object,
		       const struct ini_setting *setting)
{
	static const struct der_files kind = {LABEL, MAX_BUNDLE_BYTES, NULL,
					      take_intermediate};

	(void)object;
	der_files_read(loader, setting, &kind);
}

void set_strict(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting, &loader->policy->trust.chain.strict);
}

void set_partial_chain(struct loader *loader, void *object,
		       const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting,
			&loader->policy->trust.chain.partial_chain);
}

void set_max_depth(struct loader *loader, void *object,
		   const struct ini_setting *setting)
{
	long depth;

	(void)object;
	if (value_number(loader, setting, 0, MAX_DEPTH, &depth))
		loader->policy->trust.chain.max_depth = (int)depth;
}

void set_security_level(struct loader *loader, void *object,
			const struct ini_setting *setting)
{
	long level;

	(void)object;
	if (value_number(loader, setting, 0, MAX_LEVEL, &level))
		loader->policy->trust.chain.security_level = (int)level;
}

/* A policy that must be there is asked for explicitly, unless the section says
 * that it shall not be. */
void set_require_policy(struct loader *loader, void *object,
			const struct ini_setting *setting)
{
	struct chain_rules *rules = &loader->policy->trust.chain;
	const char *value = setting->value;
	bool is_dotted = value[strspn(value, "0123456789.")] == '\0';
	const char *dotted = NULL;
	enum status status = oid_from_name(loader->arena, value, &dotted);

	(void)object;
	if (status == ST_NOMEM) {
		loader->issues->failed = true;
		return;
	}
	if (status != ST_OK ||
	    (!is_dotted && strncmp(dotted, POLICIES, strlen(POLICIES)) != 0)) {
		issue_error(loader->issues, loader->file, setting->line,
			    "require_policy is the object identifier of a "
			    "certificate policy like 1.3.6.1.4.1.99999.1, not "
			    "'%s'",
			    value);
		return;
	}
	add_text(loader, &rules->require_policy, &rules->require_policy_count,
		 dotted);
	if (section_find(loader->section, "explicit_policy") == NULL)
		rules->explicit_policy = true;
}

void set_explicit_policy(struct loader *loader, void *object,
			 const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting,
			&loader->policy->trust.chain.explicit_policy);
}

void set_inhibit_any_policy(struct loader *loader, void *object,
			    const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting,
			&loader->policy->trust.chain.inhibit_any_policy);
}

void set_inhibit_policy_mapping(struct loader *loader, void *object,
				const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting,
			&loader->policy->trust.chain.inhibit_policy_mapping);
}

void set_ca_as_client(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	static const char *const words[] = {"deny", "allow", NULL};

	(void)object;
	loader->policy->trust.chain.ca_as_client =
		value_word(loader, setting, words, "deny or allow") == 1;
}

void set_crl_check(struct loader *loader, void *object,
		   const struct ini_setting *setting)
{
	static const char *const words[] = {"leaf", "chain", NULL};

	(void)object;
	loader->policy->trust.chain.crl_check =
		value_word(loader, setting, words, "leaf or chain") == 0
			? CRL_CHECK_LEAF
			: CRL_CHECK_CHAIN;
}

void set_crl_stale(struct loader *loader, void *object,
		   const struct ini_setting *setting)
{
	static const char *const words[] = {"deny", "warn", NULL};
	struct chain_rules *rules = &loader->policy->trust.chain;
	size_t len = strlen("grace ");

	(void)object;
	if (strncmp(setting->value, "grace ", len) == 0) {
		rules->crl_stale = CRL_STALE_GRACE;
		if (!duration_parse(setting->value + len, &rules->crl_grace))
			issue_error(loader->issues, loader->file, setting->line,
				    "'%s' is no duration like 30d, 12h, 5m or "
				    "10s",
				    setting->value + len);
	} else if (value_word(loader, setting, words,
			  "deny, warn, or grace and a duration") == 1) {
		rules->crl_stale = CRL_STALE_WARN;
	}
}

void set_ocsp(struct loader *loader, void *object,
	      const struct ini_setting *setting)
{
	static const char *const words[] = {"off", "prefer", "require", NULL};
	static const enum ocsp_mode modes[] = {OCSP_OFF, OCSP_PREFER,
					       OCSP_REQUIRE};
	size_t chosen =
		value_word(loader, setting, words, "off, prefer or require");

	(void)object;
	if (chosen != SIZE_MAX)
		loader->policy->trust.ocsp.mode = modes[chosen];
}

void set_ocsp_responder(struct loader *loader, void *object,
			const struct ini_setting *setting)
{
	static const char scheme[] = "http://";
	const char *value = setting->value;
	int tls = 0;

	(void)object;
	loader->policy->trust.ocsp.responder = value;
	if (strncmp(value, scheme, strlen(scheme)) == 0 &&
	    strcspn(value + strlen(scheme), "/:?#") > 0 &&
	    strpbrk(value, " @") == NULL &&
	    OSSL_HTTP_parse_url(value, &tls, NULL, NULL, NULL, NULL, NULL, NULL,
				NULL) == 1)
		return;
	issue_error(loader->issues, loader->file, setting->line,
		    "ocsp_responder is an address like "
		    "http://ocsp.example.com/ (answers are signed: no "
		    "https), not '%s'",
		    value);
}

void set_ocsp_timeout(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	(void)object;
	(void)value_duration(loader, setting,
			     &loader->policy->trust.ocsp.timeout);
}
