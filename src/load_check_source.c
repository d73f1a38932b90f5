/* load_check_source.c - a policy that was read comes in, what its lines about
 * sources and fronts mean together goes out as issues, and the variables of
 * the headers that no line names. Never changes what a line says. */
#include <string.h>

#include "loader.h"

/* What a source can also be told to read. */
static const unsigned optional[SOURCE_COUNT] = {
	[SOURCE_GCP] = 1u << SLOT_CHAIN | 1u << SLOT_ERROR,
	[SOURCE_HEADER] = 1u << SLOT_VERIFY,
};

static const char *name_of(enum source source)
{
	return source_row(source)->name;
}

static bool lists(const struct loader *loader, enum source source)
{
	const struct source_rules *rules = &loader->policy->source;

	for (size_t i = 0; i < rules->count; i++)
		if (rules->list[i] == source)
			return true;
	return false;
}

static bool can_read(enum source source, enum slot slot)
{
	const struct source_row *row = source_row(source);

	return row->defaults[slot] != NULL ||
	       ((row->required | optional[source]) & 1u << slot) != 0;
}

static bool reads_variables(enum source source)
{
	return !source_row(source)->headers;
}

static bool any_reads(const struct loader *loader, enum slot slot)
{
	const struct source_rules *rules = &loader->policy->source;

	for (size_t i = 0; i < rules->count; i++)
		if (can_read(rules->list[i], slot))
			return true;
	return false;
}

/* Is name one of the words between commas? */
static bool has_word(const char *words, const char *name)
{
	size_t len = strlen(name);

	while (*words != '\0') {
		words += strspn(words, ", ");
		size_t word = strcspn(words, ", ");

		if (word == len && strncmp(words, name, len) == 0)
			return true;
		words += word;
	}
	return false;
}

static void complain(struct loader *loader, enum source source,
		     const char *text)
{
	const struct ini_section *section =
		find_section(loader, KIND_CERTIFICATE);
	size_t line = 0;

	if (text == NULL) {
		loader->issues->failed = true;
		return;
	}
	for (size_t i = 0; i < section->count && line == 0; i++)
		if (strcmp(section->list[i].key, "source") == 0 &&
		    has_word(section->list[i].value, name_of(source)))
			line = section->list[i].line;
	issue_error(loader->issues, loader->file, line, "source %s %s",
		    name_of(source), text);
}

static void complain_both(struct loader *loader, enum source a, enum source b,
			  const char *text)
{
	complain(loader, b,
		 text == NULL ? NULL
			      : arena_printf(loader->arena, "and %s %s",
					     name_of(a), text));
}

/* api-gateway has the certificate only where a line says in which header. */
static bool is_name_only(const struct loader *loader, enum source source)
{
	return source_row(source)->name_only ||
	       (source == SOURCE_API_GATEWAY &&
		!loader->policy->source.gateway_pem);
}

/* The certificate of two sources is compared only if both were read from
 * texts of their own. */
static void check_pair(struct loader *loader, enum source a, enum source b)
{
	if (is_name_only(loader, a) || is_name_only(loader, b))
		return; /* said already */
	if (reads_variables(a) && reads_variables(b)) {
		complain_both(loader, a, b,
			      "both read the server's own "
			      "variables: list one of them");
		return;
	}
	if (!reads_variables(a) && reads_variables(b)) {
		complain_both(loader, a, b,
			      "are in the wrong order: what the server "
			      "itself says comes first");
		return;
	}
	for (int i = 0; i < SLOT_SECRET; i++) {
		if (!can_read(a, (enum slot)i) || !can_read(b, (enum slot)i))
			continue;
		complain_both(loader, a, b,
			      arena_printf(loader->arena,
					   "both read header.%s: list one of "
					   "them",
					   slot_name((enum slot)i)));
		return;
	}
}

static void check_pairs(struct loader *loader)
{
	const struct source_rules *rules = &loader->policy->source;

	for (size_t i = 0; i < rules->count; i++)
		for (size_t j = i + 1; j < rules->count; j++)
			check_pair(loader, rules->list[i], rules->list[j]);
}

static void check_front(struct loader *loader, enum source source)
{
	const struct source_rules *rules = &loader->policy->source;
	const struct source_row *row = source_row(source);

	if (row->headers && section_find(find_section(loader, KIND_CERTIFICATE),
					 "trusted_proxy") == NULL)
		complain(loader, source,
			 "needs trusted_proxy: the addresses of the fronts "
			 "whose headers are read");
	for (int i = 0; i < SLOT_COUNT; i++)
		if ((row->required & 1u << i) != 0 && rules->header[i] == NULL)
			complain(loader, source,
				 arena_printf(loader->arena,
					      "needs header.%s: no header has "
					      "a name of its own here",
					      slot_name((enum slot)i)));
}

/* Why nobody in front would ever say that a certificate is verified; NULL:
 * somebody may. */
static const char *lacks_word(const struct source_rules *rules,
			      enum source source)
{
	switch (source_row(source)->vouch) {
	case VOUCH_NEVER:
		return "does not verify certificates: it needs verify = chain";
	case VOUCH_POLICY:
		if (rules->front_verifies)
			return NULL;
		if (source == SOURCE_CADDY)
			return "needs verify = chain, or front_verifies = yes "
			       "if its client_auth mode verifies";
		if (rules->header[SLOT_VERIFY] != NULL)
			return NULL;
		return "needs verify = chain, header.verify or "
		       "front_verifies = yes: who has verified?";
	case VOUCH_PRESENCE:
		if (source == SOURCE_AWS_ALB && rules->passthrough)
			return "with alb_mode = passthrough does not verify "
			       "certificates: it needs verify = chain";
		return NULL;
	case VOUCH_SIGNAL:
		break;
	}
	return NULL;
}

static void check_words(struct loader *loader, enum source source)
{
	const char *why = lacks_word(&loader->policy->source, source);

	if (why != NULL && loader->policy->trust.verify != VERIFY_CHAIN)
		complain(loader, source, why);
}

/* Every header has its variable, and every variable one use. */
static void check_header(struct loader *loader,
			 const struct ini_setting *setting)
{
	const struct source_rules *rules = &loader->policy->source;
	enum slot slot = slot_from_name(setting->key + strlen("header."));

	if (slot == SLOT_COUNT || rules->header[slot] == NULL)
		return;
	if (!any_reads(loader, slot)) {
		issue_error(loader->issues, loader->file, setting->line,
			    "no source that is listed reads %s", setting->key);
		return;
	}
	if (rules->trusted_count == 0 && lists(loader, SOURCE_HAPROXY))
		issue_error(loader->issues, loader->file, setting->line,
			    "%s needs trusted_proxy", setting->key);
	for (int i = 0; i < SLOT_COUNT; i++)
		if (i != (int)slot && rules->header[i] != NULL &&
		    strcmp(rules->header[i], rules->header[slot]) == 0)
			issue_error(loader->issues, loader->file, setting->line,
				    "%s is the header of header.%s as well "
				    "(servers tell neither case nor - and _)",
				    setting->value, slot_name((enum slot)i));
}

/* What a line needs and has not: something that goes by it. */
static const char *lacks_reader(const struct loader *loader, const char *key)
{
	const struct source_rules *rules = &loader->policy->source;

	if (strcmp(key, "trusted_proxy") == 0 &&
	    !any_reads(loader, SLOT_SECRET))
		return "a source that reads headers";
	if (strcmp(key, "proxy_secret") == 0 && rules->trusted_count == 0)
		return "trusted_proxy";
	if (strcmp(key, "xfcc_element") == 0 &&
	    !lists(loader, SOURCE_ENVOY_XFCC))
		return "source = envoy-xfcc";
	if (strcmp(key, "alb_mode") == 0 && !lists(loader, SOURCE_AWS_ALB))
		return "source = aws-alb";
	if (strcmp(key, "front_verifies") == 0 &&
	    !lists(loader, SOURCE_CADDY) &&
	    (!lists(loader, SOURCE_HEADER) ||
	     rules->header[SLOT_VERIFY] != NULL))
		return "source = caddy, or header without header.verify";
	if (strcmp(key, "dn_slash") == 0 && !lists(loader, SOURCE_SERVER_DN))
		return "source = server-dn: it is about names that come as "
		       "text";
	return NULL;
}

static void check_reader(struct loader *loader,
			 const struct ini_setting *setting)
{
	const char *needs = lacks_reader(loader, setting->key);

	if (needs != NULL)
		issue_error(loader->issues, loader->file, setting->line,
			    "%s needs %s", setting->key, needs);
}

static void check_section(struct loader *loader,
			  const struct ini_section *section)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];

		if (strncmp(setting->key, "header.", strlen("header.")) == 0)
			check_header(loader, setting);
		else
			check_reader(loader, setting);
	}
}

/* The variables of headers that no line names. */
static void fill_headers(struct loader *loader)
{
	struct source_rules *rules = &loader->policy->source;

	rules->gateway_pem = lists(loader, SOURCE_API_GATEWAY) &&
			     rules->header[SLOT_CERT] != NULL;
	for (size_t i = 0; i < rules->count; i++) {
		const struct source_row *row = source_row(rules->list[i]);

		for (int slot = 0; slot < SLOT_COUNT; slot++)
			if (rules->header[slot] == NULL &&
			    row->defaults[slot] != NULL)
				rules->header[slot] = header_variable(
					loader, row->defaults[slot]);
	}
}

/* Words about a certificate know nothing else of it, and nothing proves that
 * they are whole: what needs more would never hold, or hold wrongly. */
static const char *words_known(enum source source)
{
	return source == SOURCE_SERVER_DN
		       ? "source = server-dn knows the subject's name only"
		       : "source = api-gateway without header.cert knows names "
			 "and serial numbers only";
}

static bool is_known(enum source source, const struct attr *attr)
{
	return attr->origin == ORIGIN_SUBJECT ||
	       attr->origin == ORIGIN_IDENTITY ||
	       (attr->origin == ORIGIN_WORDS && source == SOURCE_API_GATEWAY);
}

static void check_settings(struct loader *loader,
			   const struct ini_section *section, const char *why)
{
	for (size_t i = 0; i < section->count; i++) {
		const struct ini_setting *setting = &section->list[i];

		if (setting_needs_certificate(setting->key) ||
		    (loader->chain && strcmp(setting->key, "verify") == 0))
			issue_error(loader->issues, loader->file, setting->line,
				    "%s needs the certificate: %s",
				    setting->key, why);
	}
}

static void check_name_only(struct loader *loader, enum source source)
{
	const struct policy *policy = loader->policy;
	const char *why = words_known(source);

	check_settings(loader, find_section(loader, KIND_CERTIFICATE), why);
	for (size_t i = 0; i < loader->use_count; i++) {
		const struct attr *attr =
			&policy->attrs.list[loader->uses[i].attr];

		if (!is_known(source, attr))
			issue_error(loader->issues, loader->file,
				    loader->uses[i].line,
				    "%s needs the certificate: %s", attr->name,
				    why);
	}
	for (size_t i = 0; i < policy->trust.pins.count; i++)
		issue_error(loader->issues, loader->file,
			    policy->trust.pins.list[i].line,
			    "a pin needs the certificate: %s", why);
}

static void check_source(struct loader *loader, enum source source)
{
	check_front(loader, source);
	check_words(loader, source);
	if (!is_name_only(loader, source))
		return;
	if (loader->policy->source.count > 1)
		complain(loader, source,
			 source == SOURCE_SERVER_DN
				 ? "stands alone, never beside another"
				 : "without header.cert stands alone, never "
				   "beside another");
	else
		check_name_only(loader, source);
}

void check_sources(struct loader *loader)
{
	struct source_rules *rules = &loader->policy->source;
	const struct ini_section *section =
		find_section(loader, KIND_CERTIFICATE);

	if (section == NULL || section_find(section, "source") == NULL)
		rules->list[rules->count++] = SOURCE_SERVER;
	fill_headers(loader);
	if (section != NULL && rules->count > 0)
		check_section(loader, section);
	for (size_t i = 0; i < rules->count; i++)
		check_source(loader, rules->list[i]);
	check_pairs(loader);
}
