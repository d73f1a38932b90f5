/* endpoint_json.c - the bodies of the endpoints. An outcome comes in, JSON
 * goes out; absent attributes are null, never left out. */
#include <string.h>

#include "attr_ext.h"
#include "endpoint.h"
#include "oid.h"

static bool is_somebody(const struct outcome *outcome)
{
	return outcome->identity.known && !outcome->decision.anonymous;
}

/* What is known of the certificate, or NULL where nothing is vouched for. */
static const struct cert *vouched_cert(const struct outcome *outcome)
{
	return outcome->verified.ok && !outcome->decision.anonymous
		       ? &outcome->verified.cert : NULL;
}

static void put_roles(struct json *json, json_t *user,
		      const struct identity *who)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < who->role_count; i++)
		json_append_text(json, list, who->roles[i]);
	json_put_text(json, user, "role", who->role_count ? who->roles[0]
							  : NULL);
	json_put(json, user, "roles", list);
}

static void put_issuer(struct json *json, json_t *user, const struct cert *cert)
{
	const char *text = NULL;

	if (cert && cert->issuer.count > 0) {
		text = name_print(json->arena, &cert->issuer);
		json->failed |= !text;
	}
	json_put_text(json, user, "cert_issuer", text);
}

static void put_expiry(struct json *json, json_t *body,
		       const struct outcome *outcome)
{
	const struct cert *cert = vouched_cert(outcome);

	if (cert && cert->not_after != INT64_MAX) {
		json_put_time(json, body, "expires", cert->not_after);
		json_put_int(json, body, "expires_in_days",
			     outcome->verified.days_left);
	} else {
		json_put_text(json, body, "expires", NULL);
		json_put_text(json, body, "expires_in_days", NULL);
	}
}

json_t *endpoint_profile(struct json *json, const struct outcome *outcome)
{
	static const struct identity nobody;
	bool somebody = is_somebody(outcome);
	const struct identity *who = somebody ? &outcome->identity : &nobody;
	const struct cert *cert = somebody ? vouched_cert(outcome) : NULL;
	json_t *body = json_map(json);
	json_t *user = json_map(json);

	json_put_text(json, user, "id", who->id);
	json_put_text(json, user, "email", who->email);
	json_put_text(json, user, "department", who->department);
	json_put_text(json, user, "cert_serial", cert ? cert->serial : NULL);
	put_issuer(json, user, cert);
	put_roles(json, user, who);
	json_put(json, body, "user", user);
	json_put_text(json, body, "authenticated_via",
		      somebody ? "mTLS" : NULL);
	put_expiry(json, body, outcome);
	return body;
}

static json_t *make_ava(struct json *json, const struct ava *ava)
{
	json_t *item = json_map(json);
	const char *short_name = NULL;
	const char *long_name = NULL;

	if (oid_names(json->arena, ava->oid, &short_name, &long_name) != ST_OK)
		json->failed = true;
	json_put_text(json, item, "type", long_name);
	json_put_text(json, item, "value", ava->value);
	return item;
}

static void put_name(struct json *json, json_t *body, const char *key,
		     const char *text_key, const struct name *name)
{
	json_t *object = name ? json_map(json) : json_null();
	json_t *sequence = name ? json_list(json) : NULL;
	json_t *rdn = NULL;
	char *text = name ? name_print(json->arena, name) : NULL;

	for (size_t i = 0; name && i < name->count; i++) {
		if (i == 0 || name->avas[i].rdn != name->avas[i - 1].rdn) {
			rdn = json_list(json);
			json_append(json, sequence, rdn);
		}
		if (!json->failed)
			json_append(json, rdn, make_ava(json, &name->avas[i]));
	}
	if (name)
		json_put(json, object, "rdnSequence", sequence);
	json->failed |= name && !text;
	json_put(json, body, key, object);
	json_put_text(json, body, text_key, text);
}

static json_t *make_san(struct json *json, const char *type, const char *value)
{
	json_t *item = json_map(json);

	json_put_text(json, item, "type", type);
	json_put_text(json, item, "value", value);
	return item;
}

/* A kind of name that cannot be read shows as null, not as nothing. */
static void add_san(struct json *json, json_t *list, const struct cert *cert,
		    const char *attr_name)
{
	struct attr attr;
	struct attr_values values;
	const char *why;

	if (attr_parse(json->arena, attr_name, &attr, &why) != ST_OK ||
	    attr_read(json->arena, cert, &attr, &values) != ST_OK) {
		json->failed = true;
		return;
	}
	attr_name += strlen("san.");
	if (values.state != ATTR_READ)
		json_append(json, list, make_san(json, attr_name, NULL));
	for (size_t i = 0; i < values.count; i++)
		json_append(json, list,
			    make_san(json, attr_name, values.list[i].text));
}

static void put_sans(struct json *json, json_t *body, const struct cert *cert)
{
	static const char *const kinds[] = {"san.dns", "san.email", "san.uri",
					    "san.ip", "san.upn"};
	json_t *list = json_list(json);

	for (size_t i = 0; i < ARRAY_LEN(kinds) && cert; i++)
		add_san(json, list, cert, kinds[i]);
	json_put(json, body, "san", list);
}

static void put_key(struct json *json, json_t *body, const struct cert *cert)
{
	json_t *key = cert ? json_map(json) : json_null();
	const char *type = NULL;
	int bits = 0;

	if (cert) {
		if (cert_key(json->arena, cert, &type, &bits) != ST_OK)
			json->failed = true;
		json_put_text(json, key, "type", type);
		json_put_int(json, key, "bits", bits);
	}
	json_put(json, body, "key", key);
}

static void put_eku(struct json *json, json_t *body, const struct cert *cert)
{
	static const struct attr eku = {.name = "eku", .compare = COMPARE_OID};
	struct attr_values values = {0};
	json_t *list = json_list(json);
	const char *short_name;
	const char *long_name;

	if (cert && attr_ext_eku(json->arena, cert, &eku, &values) ==
			    ST_NOMEM)
		json->failed = true;
	for (size_t i = 0; i < values.count; i++) {
		if (oid_names(json->arena, values.list[i].key, &short_name,
			      &long_name) == ST_OK)
			json_append_text(json, list, short_name);
		else
			json->failed = true;
	}
	json_put(json, body, "eku", list);
}

static void put_date(struct json *json, json_t *validity, const char *key,
		     int64_t when)
{
	if (when == INT64_MIN || when == INT64_MAX)
		json_put_text(json, validity, key, NULL);
	else
		json_put_time(json, validity, key, when);
}

static void put_validity(struct json *json, json_t *body,
			 const struct cert *cert)
{
	json_t *validity = cert ? json_map(json) : json_null();

	if (cert) {
		put_date(json, validity, "not_before", cert->not_before);
		put_date(json, validity, "not_after", cert->not_after);
	}
	json_put(json, body, "validity", validity);
}

json_t *endpoint_cert_info(struct json *json, const struct outcome *outcome)
{
	const struct cert *known = vouched_cert(outcome);
	const struct cert *cert = known && known->x509 ? known : NULL;
	json_t *body = json_map(json);

	put_name(json, body, "subject", "subject_dn",
		 known ? &known->subject : NULL);
	put_name(json, body, "issuer", "issuer_dn",
		 known && known->issuer.count > 0 ? &known->issuer : NULL);
	json_put_text(json, body, "serial", known ? known->serial : NULL);
	put_validity(json, body, known);
	json_put_text(json, body, "fingerprint_sha256",
		      cert ? cert->sha256 : NULL);
	json_put_text(json, body, "spki_sha256", cert ? cert->spki : NULL);
	put_sans(json, body, cert);
	put_key(json, body, cert);
	json_put_text(json, body, "signature_algorithm",
		      cert ? cert_signature_algorithm(cert) : NULL);
	put_eku(json, body, cert);
	json_put_text(json, body, "verified_by",
		      known ? outcome->verified.verified_by : NULL);
	return body;
}
