/* attr.c - the table of attributes. A parsed certificate comes in, values go
 * out; whatever cannot be read is said to be unreadable, never absent. */
#include "attr.h"

#include <arpa/inet.h>
#include <string.h>

#include "attr_ext.h"
#include "hex.h"
#include "oid.h"
#include "utf8.h"

/* Adds the attribute's values; ST_BAD: it cannot be read. */
typedef enum status read_fn(struct arena *arena, const struct cert *cert,
			    const struct attr *attr,
			    struct attr_values *values);

struct attr_row {
	const char *name; /* ends in '.': takes the name of a type or an OID */
	enum attr_compare compare;
	enum attr_origin origin;
	read_fn *read; /* NULL: not of the certificate */
};

static enum status read_type(struct arena *arena, const struct name *name,
			     const struct attr *attr,
			     struct attr_values *values)
{
	for (size_t i = 0; i < name->count; i++) {
		const struct ava *ava = &name->avas[i];
		enum status status;

		if (strcmp(ava->oid, attr->param) != 0)
			continue;
		if (!ava->clean)
			return ST_BAD;
		status = attr_add(arena, attr->compare, values, ava->value);
		if (status != ST_OK)
			return status;
	}
	return ST_OK;
}

static enum status read_subject_type(struct arena *arena,
				     const struct cert *cert,
				     const struct attr *attr,
				     struct attr_values *values)
{
	return read_type(arena, &cert->subject, attr, values);
}

static enum status read_issuer_type(struct arena *arena,
				    const struct cert *cert,
				    const struct attr *attr,
				    struct attr_values *values)
{
	return read_type(arena, &cert->issuer, attr, values);
}

static enum status read_name(struct arena *arena, const struct name *name,
			     const struct attr *attr,
			     struct attr_values *values)
{
	char *text = name_print(arena, name);
	struct name *own = arena_alloc(arena, sizeof(*own));
	enum status status;

	if (!text || !own)
		return ST_NOMEM;
	for (size_t i = 0; i < name->count; i++)
		if (!name->avas[i].clean)
			return ST_BAD;
	/* the certificate is handed on by value: its own name would not stay
	 * where it is now */
	*own = *name;
	status = attr_add(arena, attr->compare, values, text);
	if (status == ST_OK)
		values->list[values->count - 1].name = own;
	return status;
}

static enum status read_subject(struct arena *arena, const struct cert *cert,
				const struct attr *attr,
				struct attr_values *values)
{
	return read_name(arena, &cert->subject, attr, values);
}

static enum status read_issuer(struct arena *arena, const struct cert *cert,
			       const struct attr *attr,
			       struct attr_values *values)
{
	return read_name(arena, &cert->issuer, attr, values);
}

static enum status read_serial(struct arena *arena, const struct cert *cert,
			       const struct attr *attr,
			       struct attr_values *values)
{
	return attr_add(arena, attr->compare, values, cert->serial);
}

static enum status read_sha256(struct arena *arena, const struct cert *cert,
			       const struct attr *attr,
			       struct attr_values *values)
{
	return attr_add(arena, attr->compare, values, cert->sha256);
}

static enum status read_spki(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values)
{
	return attr_add(arena, attr->compare, values, cert->spki);
}

static enum status read_key_type(struct arena *arena, const struct cert *cert,
				 const struct attr *attr,
				 struct attr_values *values)
{
	const char *type;
	int bits;
	enum status status = cert_key(arena, cert, &type, &bits);

	if (status != ST_OK)
		return status;
	return type ? attr_add(arena, attr->compare, values, type) : ST_BAD;
}

static enum status read_key_bits(struct arena *arena, const struct cert *cert,
				 const struct attr *attr,
				 struct attr_values *values)
{
	const char *type;
	char *text;
	int bits;
	enum status status = cert_key(arena, cert, &type, &bits);

	if (status != ST_OK)
		return status;
	if (!type)
		return ST_BAD;
	text = arena_printf(arena, "%d", bits);
	return text ? attr_add(arena, attr->compare, values, text) : ST_NOMEM;
}

static const struct attr_row rows[] = {
	{"subject", COMPARE_NAME, ORIGIN_SUBJECT, read_subject},
	{"subject.", COMPARE_EXACT, ORIGIN_SUBJECT, read_subject_type},
	{"issuer", COMPARE_NAME, ORIGIN_WORDS, read_issuer},
	{"issuer.", COMPARE_EXACT, ORIGIN_WORDS, read_issuer_type},
	{"san.dns", COMPARE_DNS, ORIGIN_CERT, attr_ext_san_dns},
	{"san.email", COMPARE_EMAIL, ORIGIN_CERT, attr_ext_san_email},
	{"san.uri", COMPARE_URI, ORIGIN_CERT, attr_ext_san_uri},
	{"san.ip", COMPARE_IP, ORIGIN_CERT, attr_ext_san_ip},
	{"san.upn", COMPARE_EXACT, ORIGIN_CERT, attr_ext_san_upn},
	{"serial", COMPARE_SERIAL, ORIGIN_WORDS, read_serial},
	{"sha256", COMPARE_HEX, ORIGIN_CERT, read_sha256},
	{"spki", COMPARE_HEX, ORIGIN_CERT, read_spki},
	{"eku", COMPARE_OID, ORIGIN_CERT, attr_ext_eku},
	{"policy", COMPARE_OID, ORIGIN_CERT, attr_ext_policy},
	{"key.type", COMPARE_EXACT, ORIGIN_CERT, read_key_type},
	{"key.bits", COMPARE_EXACT, ORIGIN_CERT, read_key_bits},
	{"ext.", COMPARE_BYTES, ORIGIN_CERT, attr_ext_raw},
	{"anchor.subject", COMPARE_NAME, ORIGIN_CHAIN, read_subject},
	{"anchor.subject.", COMPARE_EXACT, ORIGIN_CHAIN, read_subject_type},
	{"anchor.sha256", COMPARE_HEX, ORIGIN_CHAIN, read_sha256},
	{"anchor.spki", COMPARE_HEX, ORIGIN_CHAIN, read_spki},
	{"ca.subject", COMPARE_NAME, ORIGIN_CHAIN, read_subject},
	{"ca.subject.", COMPARE_EXACT, ORIGIN_CHAIN, read_subject_type},
	{"ca.sha256", COMPARE_HEX, ORIGIN_CHAIN, read_sha256},
	{"ca.spki", COMPARE_HEX, ORIGIN_CHAIN, read_spki},
	{"pin", COMPARE_PIN, ORIGIN_PIN, NULL},
	{"identity", COMPARE_EXACT, ORIGIN_IDENTITY, NULL},
	{"id", COMPARE_EXACT, ORIGIN_IDENTITY, NULL},
};

const char *attr_table_name(size_t i)
{
	return i < ARRAY_LEN(rows) ? rows[i].name : NULL;
}

static const struct attr_row *find_row(const char *name, const char **param)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t len = strlen(rows[i].name);
		bool open = rows[i].name[len - 1] == '.';

		*param = open ? name + len : NULL;
		if (open && strncmp(name, rows[i].name, len) == 0 && name[len])
			return &rows[i];
		if (!open && strcmp(name, rows[i].name) == 0)
			return &rows[i];
	}
	return NULL;
}

enum status attr_parse(struct arena *arena, const char *name,
		       struct attr *ret_attr, const char **ret_why)
{
	const char *param;
	const struct attr_row *row = find_row(name, &param);
	struct attr attr = {.row = row};
	enum status status;

	*ret_why = "there is no such attribute";
	if (!row)
		return ST_BAD;
	attr.compare = row->compare;
	attr.origin = row->origin;
	attr.name = arena_strdup(arena, name);
	if (!attr.name)
		return ST_NOMEM;
	if (param) {
		*ret_why = "what follows the dot is neither a name that "
			   "OpenSSL knows nor a dotted OID";
		status = oid_from_name(arena, param, &attr.param);
		if (status != ST_OK)
			return status;
		if (row->compare == COMPARE_EXACT &&
		    strcmp(attr.param, OID_EMAIL_ADDRESS) == 0)
			attr.compare = COMPARE_EMAIL;
	}
	*ret_attr = attr;
	return ST_OK;
}

/* Of a certificate of words only what was said is known. */
static bool knows(const struct cert *cert, const struct attr *attr)
{
	if (cert->x509 || attr->origin == ORIGIN_SUBJECT)
		return true;
	return attr->origin == ORIGIN_WORDS &&
	       (attr->row->compare == COMPARE_SERIAL ? cert->serial != NULL
						     : cert->issuer.count > 0);
}

bool attr_is_anchor(const struct attr *attr)
{
	return strncmp(attr->row->name, "anchor.", strlen("anchor.")) == 0;
}

bool attr_is_policy(const struct attr *attr)
{
	return attr->row->read == attr_ext_policy;
}

enum status attr_read(struct arena *arena, const struct cert *cert,
		      const struct attr *attr, struct attr_values *ret_values)
{
	struct attr_values values = {0};
	enum status status = ST_BAD;

	if (attr->row->read && knows(cert, attr))
		status = attr->row->read(arena, cert, attr, &values);
	if (status == ST_NOMEM)
		return ST_NOMEM;
	values.state = status == ST_OK ? ATTR_READ : ATTR_UNCLEAN;
	*ret_values = values;
	return ST_OK;
}

enum status attr_add(struct arena *arena, enum attr_compare compare,
		     struct attr_values *values, const char *text)
{
	struct attr_value *list;
	const char *key;
	enum status status;

	if (values->count >= MAX_VALUES || !utf8_clean(text, strlen(text)))
		return ST_BAD;
	status = attr_key(arena, compare, text, &key);
	if (status != ST_OK)
		return status;
	list = arena_grow(arena, values->list, values->count, sizeof(*list));
	if (!list)
		return ST_NOMEM;
	values->list = list;
	list[values->count++] = (struct attr_value){.text = text, .key = key};
	return ST_OK;
}

static enum status fold(struct arena *arena, const char *value,
			const char *from, const char **ret_key)
{
	char *key = arena_strdup(arena, value);

	if (!key)
		return ST_NOMEM;
	for (char *c = key + (from - value); *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	*ret_key = key;
	return ST_OK;
}

static enum status ip_key(struct arena *arena, const char *value,
			  const char **ret_key)
{
	unsigned char address[sizeof(struct in6_addr)];
	char text[INET6_ADDRSTRLEN];
	int family = strchr(value, ':') ? AF_INET6 : AF_INET;

	if (inet_pton(family, value, address) != 1 ||
	    !inet_ntop(family, address, text, sizeof(text)))
		return ST_BAD;
	*ret_key = arena_strdup(arena, text);
	return *ret_key ? ST_OK : ST_NOMEM;
}

/* ASN.1 allows negative serials and CAs have made them. */
static enum status serial_key(struct arena *arena, const char *value,
			      const char **ret_key)
{
	bool negative = *value == '-';
	enum status status = hex_normalize(arena, value + negative, true,
					   ret_key);

	if (status != ST_OK || !negative)
		return status;
	*ret_key = arena_printf(arena, "-%s", *ret_key);
	return *ret_key ? ST_OK : ST_NOMEM;
}

enum status attr_key(struct arena *arena, enum attr_compare compare,
		     const char *value, const char **ret_key)
{
	const char *at;

	switch (compare) {
	case COMPARE_DNS:
		return fold(arena, value, value, ret_key);
	case COMPARE_EMAIL:
		at = strrchr(value, '@');
		return fold(arena, value, at ? at : value + strlen(value),
			    ret_key);
	case COMPARE_IP:
		return ip_key(arena, value, ret_key);
	case COMPARE_HEX:
	case COMPARE_BYTES:
		return hex_normalize(arena, value, false, ret_key);
	case COMPARE_SERIAL:
		return serial_key(arena, value, ret_key);
	case COMPARE_OID:
		return oid_from_name(arena, value, ret_key);
	case COMPARE_EXACT:
	case COMPARE_URI:
	case COMPARE_NAME:
	case COMPARE_PIN:
		break;
	}
	*ret_key = value;
	return ST_OK;
}
