/* load_check_chain.c - a policy that was read comes in, what its lines about
 * chains and revocation mean together goes out as issues. Never changes what a
 * line says. */
#include <string.h>

#include "chain_lists.h"
#include "loader.h"

/* A line that means nothing without another. */
static const struct {
	const char *key;
	const char *needs;
} needs[] = {
	{"crl_check", "crl"},
	{"crl_stale", "crl"},
	{"ocsp_responder", "ocsp"},
	{"ocsp_timeout", "ocsp"},
};

static void check_needs(struct loader *loader,
			const struct ini_section *section)
{
	const struct ini_setting *verify = section_find(section, "verify");

	if (loader->policy->trust.verify != VERIFY_SERVER &&
	    section_find(section, "ca") == NULL)
		issue_error(loader->issues, loader->file, verify->line,
			    "verify = %s needs ca: the roots that chains may "
			    "end in",
			    verify->value);
	for (size_t i = 0; i < ARRAY_LEN(needs); i++) {
		const struct ini_setting *setting =
			section_find(section, needs[i].key);

		if (setting != NULL &&
		    section_find(section, needs[i].needs) == NULL)
			issue_error(loader->issues, loader->file, setting->line,
				    "%s means nothing without %s",
				    setting->key, needs[i].needs);
	}
}

/* Does the condition tell one root's certificates from another's? A digest, a
 * pin and an identity do: who chose them has chosen a certificate, or has an
 * [identity] section to say it in. */
static bool tells_roots(const struct attr *attr)
{
	return attr->origin == ORIGIN_CHAIN || attr->origin == ORIGIN_PIN ||
	       attr->origin == ORIGIN_IDENTITY || attr->compare == COMPARE_HEX;
}

static bool names_a_root(const struct loader *loader,
			 const struct role_rule *role)
{
	for (size_t i = 0; i < role->conditions.count; i++) {
		size_t attr = role->conditions.all[i].attr;

		if (tells_roots(&loader->policy->attrs.list[attr]))
			return true;
	}
	return role->is_default || role->pin_count > 0;
}

static void check_roles(struct loader *loader)
{
	const struct identity_rules *rules = &loader->policy->identity;
	size_t keys = chain_anchor_keys(&loader->policy->trust.chain);

	for (size_t i = 0; i < rules->role_count && keys > 1; i++)
		if (!names_a_root(loader, &rules->roles[i]))
			issue_warning(
				loader->issues, loader->file,
				rules->roles[i].line,
				"there are %zu roots in ca, and each of them "
				"can give the role %s: name one with anchor.X "
				"or ca.X, or an identity that does",
				keys, rules->roles[i].name);
}

/* The line that named the file, or the directory it is in. */
static size_t line_of(struct loader *loader, const struct ini_section *section,
		      const char *file)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];

		if (strcmp(setting->key, "crl") != 0)
			continue;
		const char *path = value_path(loader, setting->value);
		size_t len = path != NULL ? strlen(path) : 0;
		if (path != NULL && strncmp(file, path, len) == 0 &&
		    (file[len] == '\0' || file[len] == '/'))
			return setting->line;
	}
	return section->line;
}

static void check_dates(struct loader *loader, size_t line, const char *file,
			const struct crl_facts *facts)
{
	char text[TIME_TEXT];
	int64_t now = loader->options->now;

	if (facts->next_update == TIME_NEVER)
		issue_warning(loader->issues, loader->file, line,
			      "%s: the CRL of %s has no nextUpdate: nothing "
			      "will say that it is old",
			      file, facts->issuer);
	else if (facts->next_update <= now)
		issue_warning(loader->issues, loader->file, line,
			      "%s: the CRL of %s is out of date since %s", file,
			      facts->issuer,
			      time_format(facts->next_update, text));
	if (facts->this_update > now)
		issue_warning(loader->issues, loader->file, line,
			      "%s: the CRL of %s is not in force before %s",
			      file, facts->issuer,
			      time_format(facts->this_update, text));
}

static void check_crl(struct loader *loader, size_t line, size_t i)
{
	const struct chain_rules *rules = &loader->policy->trust.chain;
	struct crl *crl = rules->crls[i];
	const char *file = rules->crl_files[i];
	const char *issuer = crl_facts(crl)->issuer;

	check_dates(loader, line, file, crl_facts(crl));
	if (!chain_knows_issuer(rules, crl))
		issue_warning(loader->issues, loader->file, line,
			      "%s: the issuer of this CRL, %s, is in neither "
			      "ca nor intermediates",
			      file, issuer);
	else if (!loader->options->one_shot && !chain_signed_crl(rules, crl))
		issue_warning(loader->issues, loader->file, line,
			      "%s: no certificate in ca or intermediates with "
			      "the name %s has signed this CRL",
			      file, issuer);
}

static void check_covered(struct loader *loader, size_t line,
			  const struct chain_file_cert *list, size_t count)
{
	const struct chain_rules *rules = &loader->policy->trust.chain;

	for (size_t i = 0; i < count; i++) {
		struct x509_st *x509 = list[i].x509;

		if (!chain_lacks_crl(rules, x509))
			continue;
		const char *subject = chain_subject(loader->arena, x509);
		issue_warning(loader->issues, loader->file, line,
			      "there is no CRL of %s (%s): its certificates "
			      "will be refused (crl_missing)",
			      subject != NULL ? subject : "a CA", list[i].file);
	}
}

void check_chain_settings(struct loader *loader)
{
	const struct ini_section *section =
		find_section(loader, KIND_CERTIFICATE);
	const struct chain_rules *rules = &loader->policy->trust.chain;

	if (!loader->chain)
		return;
	check_needs(loader, section);
	check_roles(loader);
	const struct ini_setting *crl = section_find(section, "crl");
	if (crl == NULL)
		return;
	for (size_t i = 0; i < rules->crl_count; i++)
		check_crl(loader,
			  line_of(loader, section, rules->crl_files[i]), i);
	/* what is missing may be in a file that could not be read */
	if (loader->issues->errors > 0)
		return;
	check_covered(loader, crl->line, rules->anchors, rules->anchor_count);
	check_covered(loader, crl->line, rules->intermediates,
		      rules->intermediate_count);
}
