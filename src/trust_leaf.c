/* trust_leaf.c - the checks of a certificate by itself. Each looks at one
 * thing and says what it saw. */
#include <string.h>

#include "attr_ext.h"
#include "companion.h"
#include "trust_int.h"

#define OID_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"

enum { DAY = 24 * 60 * 60 };

enum check_result check_status(enum status status)
{
	if (status == ST_OK)
		return CHECK_PASSED;
	return status == ST_NOMEM ? CHECK_ERROR : CHECK_REFUSED;
}

enum check_result check_refuse(struct check *check, const char *detail)
{
	check->detail = detail;
	return CHECK_REFUSED;
}

/* What a check saw is text for the trace alone; without one it costs nothing.
 */
static void say_name(struct check *check, const struct name *name)
{
	if (check->trace)
		check->detail = name_print(check->arena, name);
}

static void say_time(struct check *check, const char *what, int64_t when)
{
	char text[TIME_TEXT];

	if (when == INT64_MIN || when == INT64_MAX)
		return;
	check->detail = arena_printf(check->arena, "%s %s", what,
				     time_format(when, text));
}

enum check_result check_parse(struct check *check)
{
	struct verified *v = check->v;
	enum status status;

	if (v->name_only)
		status = companion_cert(check->arena, &check->credential->also,
					check->rules->dn_slash, &v->cert,
					&check->detail);
	else
		status = cert_parse_in(check->arena, check->rules->keyless,
				       check->credential->leaf, &v->cert,
				       &check->detail);
	v->parsed = status == ST_OK;
	if (v->parsed)
		say_name(check, &v->cert.subject);
	return check_status(status);
}

enum check_result check_name_text(struct check *check)
{
	const char *what;

	if (companion_compare(check->arena, &check->credential->also,
			      &check->v->cert, &what) != ST_OK)
		return CHECK_ERROR;
	return what ? check_refuse(check, what) : CHECK_PASSED;
}

/* Reads what the policy uses; whether all of it is clean is a check of its
 * own, after those that give a better reason. */
enum check_result check_read(struct check *check)
{
	struct verified *v = check->v;
	const struct attr_list *attrs = check->attrs;
	enum status status = ST_OK;

	v->set.attrs = attrs;
	v->set.values = arena_alloc(check->arena,
				    (attrs->count + 1) *
					    sizeof(*v->set.values));
	if (!v->set.values)
		return CHECK_ERROR;
	if (pin_match(check->arena, &check->rules->pins, &v->cert, check->now,
		      &v->pins) != ST_OK)
		return CHECK_ERROR;
	for (size_t i = 0; i < attrs->count && status == ST_OK; i++) {
		const struct attr *attr = &attrs->list[i];

		if (attr->origin == ORIGIN_PIN)
			v->set.values[i] = v->pins;
		else if (attr->origin != ORIGIN_CHAIN &&
			 attr->origin != ORIGIN_IDENTITY)
			status = attr_read(check->arena, &v->cert, attr,
					   &v->set.values[i]);
	}
	return check_status(status);
}

enum check_result check_blocks(struct check *check, enum block_phase phase)
{
	const struct block *block;
	bool unclean;

	if (block_find(check->rules, &check->v->set, phase, check->now, &block,
		       &unclean) != ST_OK)
		return CHECK_ERROR;
	if (!block)
		return CHECK_PASSED;
	check->v->block = block->name;
	check->v->line = block->line;
	return check_refuse(check, arena_printf(check->arena, "[block %s]",
						block->name));
}

enum check_result check_blocked(struct check *check)
{
	return check_blocks(check, BLOCK_OWN);
}

enum check_result check_vouched(struct check *check)
{
	const char *verify = check->credential->verify;

	if (check->rules->verify == VERIFY_CHAIN) {
		check->detail = "not asked: verify = chain";
		return CHECK_PASSED;
	}
	check->detail = arena_printf(check->arena, "SSL_CLIENT_VERIFY is %s",
				     verify ? verify : "not set");
	return check->credential->vouched ? CHECK_PASSED : CHECK_REFUSED;
}

enum check_result check_not_before(struct check *check)
{
	say_time(check, "valid from", check->v->cert.not_before);
	return check->now >= check->v->cert.not_before ? CHECK_PASSED
						       : CHECK_REFUSED;
}

/* RFC 5280 section 4.1.2.5: notBefore through notAfter, inclusive. */
enum check_result check_not_after(struct check *check)
{
	say_time(check, "valid until", check->v->cert.not_after);
	return check->now <= check->v->cert.not_after ? CHECK_PASSED
						      : CHECK_REFUSED;
}

/* RFC 5280 section 4.2.1.12: no extended key usage means any purpose. */
enum check_result check_purpose(struct check *check)
{
	static const struct attr eku = {.name = "eku", .compare = COMPARE_OID};
	const struct cert *cert = &check->v->cert;
	const char *purpose = check->rules->purpose;
	struct attr_values values = {0};
	enum status status;

	if (check->rules->purpose_any)
		return CHECK_PASSED;
	if (!purpose)
		return CHECK_ERROR;
	if (strcmp(purpose, OID_CLIENT_AUTH) == 0 &&
	    !attr_ext_key_usage_signs(cert))
		return check_refuse(check,
				    "its key usage allows no TLS client");
	check->detail = "its extended key usage cannot be read";
	status = attr_ext_eku(check->arena, cert, &eku, &values);
	if (status != ST_OK)
		return check_status(status);
	check->detail = "its extended key usage names the purpose";
	for (size_t i = 0; i < values.count; i++)
		if (strcmp(values.list[i].key, purpose) == 0)
			return CHECK_PASSED;
	check->detail = "it has no extended key usage, so any";
	if (values.count == 0)
		return CHECK_PASSED;
	return check_refuse(check, "its extended key usage does not name the "
				   "purpose");
}

enum check_result check_key(struct check *check)
{
	const char *type;
	int bits;

	if (check->rules->min_rsa_bits == 0 && !check->trace)
		return CHECK_PASSED;
	if (cert_key(check->arena, &check->v->cert, &type, &bits) != ST_OK)
		return CHECK_ERROR;
	check->detail = arena_printf(check->arena, "%s of %d bits",
				     type ? type : "unreadable", bits);
	if (check->rules->min_rsa_bits == 0)
		return CHECK_PASSED;
	if (!type)
		return check_refuse(check, "its key cannot be read");
	if (strncmp(type, "RSA", 3) != 0 ||
	    bits >= check->rules->min_rsa_bits)
		return CHECK_PASSED;
	return CHECK_REFUSED;
}

enum check_result check_lifetime(struct check *check)
{
	const struct cert *cert = &check->v->cert;
	int64_t lifetime = cert->not_after - cert->not_before;

	if (check->rules->max_lifetime == 0)
		return CHECK_PASSED;
	check->detail = arena_printf(check->arena, "%lld days",
				     (long long)(lifetime / DAY));
	return lifetime <= check->rules->max_lifetime ? CHECK_PASSED
						      : CHECK_REFUSED;
}

enum check_result check_clean(struct check *check)
{
	for (size_t i = 0; i < check->attrs->count; i++) {
		const struct attr *attr = &check->attrs->list[i];

		if (attr->origin == ORIGIN_IDENTITY ||
		    check->v->set.values[i].state == ATTR_READ)
			continue;
		return check_refuse(check, arena_printf(check->arena,
							"%s cannot be read",
							attr->name));
	}
	return CHECK_PASSED;
}

enum check_result check_issuer(struct check *check)
{
	const struct condition *failed;
	enum match match = conditions_match(&check->rules->issuer,
					    &check->v->set, &failed);

	if (!check->v->name_only)
		say_name(check, &check->v->cert.issuer);
	if (match == MATCH_YES)
		return CHECK_PASSED;
	return check_refuse(check, arena_printf(
		check->arena, "%s does not match",
		failed ? check->attrs->list[failed->attr].name : "issuer"));
}
