/* load_certificate.c - [certificate]: settings come in, the rules of sources
 * and checks go out. Never trusts anything that the section does not name. */
#include <string.h>

#include "loader.h"
#include "oid.h"

enum { MIN_RSA_BITS = 512, MAX_RSA_BITS = 16384 };

static void refuse_source(struct loader *loader,
			  const struct ini_setting *setting, const char *name)
{
	struct suggest suggest = SUGGEST_FOR(name);
	const char *all = "";

	for (int i = 0; i < SOURCE_COUNT && all != NULL; i++) {
		const char *known = source_row((enum source)i)->name;

		suggest_try(&suggest, known);
		all = arena_printf(loader->arena, "%s%s%s", all,
				   i > 0 ? ", " : "", known);
	}
	if (all == NULL)
		loader->issues->failed = true;
	else if (suggest.best != NULL)
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no source '%s': did you mean '%s'?",
			    name, suggest.best);
	else
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no source '%s': the sources are %s",
			    name, all);
}

static void add_source(struct loader *loader, const struct ini_setting *setting,
		       const char *name)
{
	struct source_rules *rules = &loader->policy->source;
	enum source source = source_from_name(name);

	if (source == SOURCE_COUNT) {
		refuse_source(loader, setting, name);
		return;
	}
	for (size_t i = 0; i < rules->count; i++)
		if (rules->list[i] == source) {
			issue_error(loader->issues, loader->file, setting->line,
				    "source %s is there already", name);
			return;
		}
	rules->list[rules->count++] = source;
}

void set_source(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	struct words words;

	(void)object;
	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++)
		add_source(loader, setting, words.list[i]);
}

void set_verify(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	static const char *const words[] = {"server", "chain", "both", NULL};
	static const enum verify_mode modes[] = {VERIFY_SERVER, VERIFY_CHAIN,
						 VERIFY_BOTH};
	size_t word = value_word(loader, setting, words,
				 "server, chain or both");

	(void)object;
	if (word != SIZE_MAX)
		loader->policy->trust.verify = modes[word];
}

void set_dn_slash(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting, &loader->policy->trust.dn_slash);
}

/* Names of other things have object identifiers as well: CN is none that a
 * certificate can be used for. */
static bool is_usage(const char *dotted)
{
	static const char *const arcs[] = {
		"1.3.6.1.5.5.7.3.",      "1.3.6.1.5.2.3.",
		"1.3.6.1.4.1.311.10.3.", "1.3.6.1.4.1.311.20.2.",
		"2.16.840.1.113730.4.",  "1.3.6.1.4.1.11129.2.4.",
	};

	for (size_t i = 0; i < ARRAY_LEN(arcs); i++)
		if (strncmp(dotted, arcs[i], strlen(arcs[i])) == 0)
			return true;
	return false;
}

static void refuse_purpose(struct loader *loader,
			   const struct ini_setting *setting)
{
	static const char *const known[] = {
		"any",         "clientAuth",       "serverAuth",
		"codeSigning", "emailProtection",  "timeStamping",
		"OCSPSigning", "msSmartcardLogin", NULL};
	const char *best = suggest_from(setting->value, known);

	issue_error(loader->issues, loader->file, setting->line,
		    "'%s' is no extended key usage%s%s%s", setting->value,
		    best ? ": did you mean '" : "", best ? best : "",
		    best ? "'?" : "");
}

void set_purpose(struct loader *loader, void *object,
		 const struct ini_setting *setting)
{
	struct trust_rules *trust = &loader->policy->trust;
	const char *value = setting->value;
	const char *dotted = NULL;
	bool is_dotted = value[strspn(value, "0123456789.")] == '\0';

	(void)object;
	if (strcmp(value, "any") == 0) {
		trust->purpose_any = true;
		return;
	}
	enum status status = oid_from_name(loader->arena, value, &dotted);
	if (status == ST_NOMEM)
		loader->issues->failed = true;
	else if (status != ST_OK || (!is_dotted && !is_usage(dotted)))
		refuse_purpose(loader, setting);
	else
		trust->purpose = dotted;
}

void set_issuer(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	(void)object;
	condition_add(loader, &loader->policy->trust.issuer, setting, false);
}

void set_min_rsa_bits(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	long bits;

	(void)object;
	if (value_number(loader, setting, MIN_RSA_BITS, MAX_RSA_BITS, &bits))
		loader->policy->trust.min_rsa_bits = (int)bits;
}

void set_max_lifetime(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	(void)object;
	(void)value_duration(loader, setting,
			     &loader->policy->trust.max_lifetime);
}

void set_warn_expiring(struct loader *loader, void *object,
		       const struct ini_setting *setting)
{
	(void)object;
	(void)value_duration(loader, setting,
			     &loader->policy->trust.warn_expiring);
}
