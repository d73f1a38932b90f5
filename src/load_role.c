/* load_role.c - [role], [block] and [pin]: settings come in, their rules go
 * out. Never lets a section without a condition through: it would match
 * everyone or no one. */
#include <string.h>

#include "hex.h"
#include "loader.h"

/* Blocks that are warned about one by one. */
enum { DIGEST_DIGITS = 64, MOST_EVADABLE = 20 };

void set_default(struct loader *loader, void *object,
		 const struct ini_setting *setting)
{
	struct role_rule *role = object;

	(void)value_yes(loader, setting, &role->is_default);
}

void set_role_pin(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	struct role_rule *role = object;

	add_pins(loader, setting, &role->pins, &role->pin_count);
}

void set_role_from(struct loader *loader, void *object,
		   const struct ini_setting *setting)
{
	struct role_rule *role = object;

	value_from(loader, setting, &role->span.from);
}

void set_role_until(struct loader *loader, void *object,
		    const struct ini_setting *setting)
{
	struct role_rule *role = object;

	value_until(loader, setting, &role->span.until);
}

void finish_role(struct loader *loader, void *object)
{
	const struct role_rule *role = object;
	const struct ini_section *section = loader->section;
	const struct ini_setting *setting = section_find(section, "default");
	bool limited = loader->condition_lines > 0 ||
		       section_find(section, "pin") != NULL;

	value_span_check(loader, &role->span);
	if (role->is_default && limited)
		issue_error(loader->issues, loader->file, setting->line,
			    "default = yes is for certificates without any "
			    "other role: this role has conditions as well");
	if (!limited && !section->broken && !role->is_default &&
	    (setting == NULL || strcmp(setting->value, "no") == 0))
		issue_error(loader->issues, loader->file, section->line,
			    "[role %s] has no condition: give it one, or "
			    "default = yes",
			    role->name);
}

void set_block_from(struct loader *loader, void *object,
		    const struct ini_setting *setting)
{
	struct block *block = object;

	value_from(loader, setting, &block->from);
}

/* An ECDSA signature has a twin that verifies as well: with it a certificate
 * is the same in all but its digest. */
static void warn_digest(struct loader *loader, const struct block *block)
{
	for (size_t i = 0; i < block->conditions.count; i++) {
		const struct condition *one = &block->conditions.all[i];
		const char *name = loader->policy->attrs.list[one->attr].name;

		if (strcmp(name, "sha256") == 0 &&
		    loader->evadable++ < MOST_EVADABLE)
			issue_warning(loader->issues, loader->file, one->line,
				      "[block %s] can be evaded: the holder of "
				      "an ECDSA certificate can change its "
				      "signature, and its sha256 with it; name "
				      "it by serial and issuer, or by spki",
				      block->name);
	}
}

void check_evadable(struct loader *loader)
{
	if (loader->evadable > MOST_EVADABLE)
		issue_warning(loader->issues, loader->file, 0,
			      "%zu more blocks by sha256 can be evaded in the "
			      "same way",
			      loader->evadable - MOST_EVADABLE);
}

void finish_block(struct loader *loader, void *object)
{
	struct block *block = object;

	block->phase = conditions_phase(loader, &block->conditions);
	warn_digest(loader, block);
	if (loader->condition_lines == 0 && !loader->section->broken)
		issue_error(loader->issues, loader->file, loader->section->line,
			    "[block %s] has no condition: it does not say whom "
			    "it blocks",
			    block->name);
}

static void add_digest(struct loader *loader, const struct ini_setting *setting,
		       const char ***list, size_t *count)
{
	const char *digits = NULL;
	enum status status =
		hex_normalize(loader->arena, setting->value, false, &digits);

	if (status == ST_NOMEM)
		loader->issues->failed = true;
	else if (status != ST_OK)
		issue_error(loader->issues, loader->file, setting->line,
			    "%s is hexadecimal digits, colons allowed, and "
			    "nothing else",
			    setting->key);
	else if (strlen(digits) != DIGEST_DIGITS)
		issue_error(loader->issues, loader->file, setting->line,
			    "%s is a SHA-256 digest of 64 hexadecimal digits, "
			    "these are %zu",
			    setting->key, strlen(digits));
	else
		add_text(loader, list, count, digits);
}

void set_pin_sha256(struct loader *loader, void *object,
		    const struct ini_setting *setting)
{
	struct pin *pin = object;

	add_digest(loader, setting, &pin->sha256, &pin->sha256_count);
}

void set_pin_spki(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	struct pin *pin = object;

	add_digest(loader, setting, &pin->spki, &pin->spki_count);
}

void set_pin_chain(struct loader *loader, void *object,
		   const struct ini_setting *setting)
{
	struct pin *pin = object;
	bool chain;

	if (value_yes(loader, setting, &chain))
		pin->no_chain = !chain;
}

void set_pin_from(struct loader *loader, void *object,
		  const struct ini_setting *setting)
{
	struct pin *pin = object;

	value_from(loader, setting, &pin->span.from);
}

void set_pin_until(struct loader *loader, void *object,
		   const struct ini_setting *setting)
{
	struct pin *pin = object;

	value_until(loader, setting, &pin->span.until);
}

void finish_pin(struct loader *loader, void *object)
{
	const struct pin *pin = object;
	const struct ini_section *section = loader->section;

	value_span_check(loader, &pin->span);
	if (!section->broken && section_find(section, "sha256") == NULL &&
	    section_find(section, "spki") == NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "[pin %s] has neither sha256 nor spki", pin->name);
	else if (!section->broken && pin->no_chain &&
		 section_find(section, "sha256") == NULL)
		issue_error(loader->issues, loader->file, section->line,
			    "[pin %s] with chain = no admits by sha256 alone, "
			    "and it has no such line",
			    pin->name);
}
