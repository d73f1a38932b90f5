/* load_source.c - the settings of [certificate] about fronts: text comes in,
 * peers, secrets and names of variables go out. Never trusts a peer that no
 * line names. */
#include <ctype.h>
#include <string.h>

#include "loader.h"

enum { SHORT_SECRET = 16 };

static void warn_everybody(struct loader *loader,
			   const struct ini_setting *setting,
			   const struct peer_net *net)
{
	if (!net->local && net->prefix == 0)
		issue_warning(loader->issues, loader->file, setting->line,
			      "every address is trusted: whoever can reach "
			      "the web server can hand over any certificate");
}

static void add_peer(struct loader *loader, const struct ini_setting *setting,
		     const char *text)
{
	struct source_rules *rules = &loader->policy->source;
	struct peer_net net;
	const char *why;

	if (peer_parse(text, &net, &why) != ST_OK) {
		issue_error(loader->issues, loader->file, setting->line,
			    "trusted_proxy = %s: %s", text, why);
		return;
	}
	struct peer_net *list = loader_grow(
		loader, rules->trusted, rules->trusted_count, sizeof(*list));
	if (list == NULL)
		return;
	rules->trusted = list;
	list[rules->trusted_count++] = net;
	warn_everybody(loader, setting, &net);
}

void set_trusted_proxy(struct loader *loader, void *object,
		       const struct ini_setting *setting)
{
	struct words words;

	(void)object;
	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++)
		add_peer(loader, setting, words.list[i]);
}

void set_proxy_secret(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	(void)object;
	loader->policy->source.secret = setting->value;
	if (strlen(setting->value) < SHORT_SECRET)
		issue_warning(loader->issues, loader->file, setting->line,
			      "this secret is short: 16 characters or more are"
			      " hard to guess");
}

/* RFC 9110 section 5.6.2. */
static bool is_token(const char *text)
{
	static const char marks[] = "!#$%&'*+-.^_`|~";

	for (; *text != '\0'; text++)
		if (!isalnum((unsigned char)*text) &&
		    strchr(marks, *text) == NULL)
			return false;
	return true;
}

const char *header_variable(struct loader *loader, const char *header)
{
	char *name = arena_printf(loader->arena, "HTTP_%s", header);

	if (name == NULL)
		loader->issues->failed = true;
	for (char *c = name; c != NULL && *c != '\0'; c++)
		*c = *c == '-' ? '_' : (char)toupper((unsigned char)*c);
	return name;
}

static void refuse_slot(struct loader *loader,
			const struct ini_setting *setting, const char *name)
{
	struct suggest suggest = SUGGEST_FOR(name);

	for (int i = 0; i < SLOT_COUNT; i++)
		suggest_try(&suggest, slot_name((enum slot)i));
	issue_error(loader->issues, loader->file, setting->line,
		    "there is no setting '%s'%s%s%s", setting->key,
		    suggest.best ? ": did you mean 'header." : "",
		    suggest.best ? suggest.best : "", suggest.best ? "'?" : "");
}

void set_header(struct loader *loader, void *object,
		const struct ini_setting *setting)
{
	const char *name = setting->key + strlen("header.");
	enum slot slot = slot_from_name(name);

	(void)object;
	if (slot == SLOT_COUNT)
		refuse_slot(loader, setting, name);
	else if (!is_token(setting->value))
		issue_error(loader->issues, loader->file, setting->line,
			    "'%s' cannot be the name of a header (RFC 9110, "
			    "section 5.1)",
			    setting->value);
	else
		loader->policy->source.header[slot] =
			header_variable(loader, setting->value);
}

void set_front_verifies(struct loader *loader, void *object,
			const struct ini_setting *setting)
{
	(void)object;
	(void)value_yes(loader, setting,
			&loader->policy->source.front_verifies);
}

void set_alb_mode(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	(void)object;
	(void)value_choice(loader, setting, "verify", "passthrough",
			   &loader->policy->source.passthrough);
}

void set_xfcc_element(struct loader *loader, void *object,
		      const struct ini_setting *setting)
{
	/* in the order of the enum, from its second on */
	static const char *const words[] = {"only", "first", "last", NULL};
	size_t word = value_word(loader, setting, words, "only, first or last");

	(void)object;
	if (word != SIZE_MAX)
		loader->policy->source.xfcc =
			(enum xfcc_element)(XFCC_ONLY + word);
}
