/* attr_ext.c - attributes from extensions. A certificate comes in, values go
 * out; "absent" is said only when OpenSSL has proven it. */
#include "attr_ext.h"

#include <arpa/inet.h>
#include <string.h>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "hex.h"

/* NID of the Microsoft user principal name, an otherName (MS-PKCA). */
#define UPN_NID NID_ms_upn

/* X509_get_ext_d2i answers NULL for three different things. */
static enum status get_ext(const struct cert *cert, int nid, void **ret_ext)
{
	int critical = 0;

	ERR_clear_error();
	*ret_ext = X509_get_ext_d2i(cert->x509, nid, &critical, NULL);
	if (*ret_ext)
		return ST_OK;
	if (ERR_GET_REASON(ERR_peek_last_error()) == ERR_R_MALLOC_FAILURE)
		return ST_NOMEM;
	return critical == -1 ? ST_ABSENT : ST_BAD;
}

static enum status add_string(struct arena *arena, const struct attr *attr,
			      struct attr_values *values,
			      const ASN1_STRING *from)
{
	const char *bytes = (const char *)ASN1_STRING_get0_data(from);
	size_t len = (size_t)ASN1_STRING_length(from);
	char *text;

	if (memchr(bytes, 0, len))
		return ST_BAD;
	text = arena_strndup(arena, bytes, len);
	return text ? attr_add(arena, attr->compare, values, text) : ST_NOMEM;
}

static enum status add_ip(struct arena *arena, const struct attr *attr,
			  struct attr_values *values, const ASN1_STRING *from)
{
	char text[INET6_ADDRSTRLEN];
	int len = ASN1_STRING_length(from);
	char *copy;

	if (len != 4 && len != 16)
		return ST_BAD;
	if (!inet_ntop(len == 4 ? AF_INET : AF_INET6,
		       ASN1_STRING_get0_data(from), text, sizeof(text)))
		return ST_BAD;
	copy = arena_strdup(arena, text);
	return copy ? attr_add(arena, attr->compare, values, copy) : ST_NOMEM;
}

static enum status add_upn(struct arena *arena, const struct attr *attr,
			   struct attr_values *values, const OTHERNAME *other)
{
	if (OBJ_obj2nid(other->type_id) != UPN_NID)
		return ST_OK;
	if (other->value->type != V_ASN1_UTF8STRING)
		return ST_BAD;
	return add_string(arena, attr, values, other->value->value.utf8string);
}

static enum status add_name(struct arena *arena, const struct attr *attr,
			    struct attr_values *values, int type,
			    const GENERAL_NAME *name)
{
	if (name->type != type)
		return ST_OK;
	if (type == GEN_IPADD)
		return add_ip(arena, attr, values, name->d.iPAddress);
	if (type == GEN_OTHERNAME)
		return add_upn(arena, attr, values, name->d.otherName);
	return add_string(arena, attr, values, name->d.ia5);
}

static enum status read_san(struct arena *arena, const struct cert *cert,
			    const struct attr *attr,
			    struct attr_values *values, int type)
{
	void *ext;
	GENERAL_NAMES *names;
	enum status status = get_ext(cert, NID_subject_alt_name, &ext);

	if (status != ST_OK)
		return status == ST_ABSENT ? ST_OK : status;
	names = ext;
	if (sk_GENERAL_NAME_num(names) == 0)
		status = ST_BAD;
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && status == ST_OK; i++)
		status = add_name(arena, attr, values, type,
				  sk_GENERAL_NAME_value(names, i));
	GENERAL_NAMES_free(names);
	return status;
}

enum status attr_ext_san_dns(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values)
{
	return read_san(arena, cert, attr, values, GEN_DNS);
}

enum status attr_ext_san_email(struct arena *arena, const struct cert *cert,
			       const struct attr *attr,
			       struct attr_values *values)
{
	return read_san(arena, cert, attr, values, GEN_EMAIL);
}

enum status attr_ext_san_uri(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values)
{
	return read_san(arena, cert, attr, values, GEN_URI);
}

enum status attr_ext_san_ip(struct arena *arena, const struct cert *cert,
			    const struct attr *attr,
			    struct attr_values *values)
{
	return read_san(arena, cert, attr, values, GEN_IPADD);
}

enum status attr_ext_san_upn(struct arena *arena, const struct cert *cert,
			     const struct attr *attr,
			     struct attr_values *values)
{
	return read_san(arena, cert, attr, values, GEN_OTHERNAME);
}

static enum status add_oid(struct arena *arena, const struct attr *attr,
			   struct attr_values *values, const ASN1_OBJECT *from)
{
	char dotted[256];
	int len = OBJ_obj2txt(dotted, sizeof(dotted), from, 1);
	char *copy;

	if (len <= 0 || (size_t)len >= sizeof(dotted))
		return ST_BAD;
	copy = arena_strdup(arena, dotted);
	return copy ? attr_add(arena, attr->compare, values, copy) : ST_NOMEM;
}

enum status attr_ext_eku(struct arena *arena, const struct cert *cert,
			 const struct attr *attr, struct attr_values *values)
{
	void *ext;
	EXTENDED_KEY_USAGE *list;
	enum status status = get_ext(cert, NID_ext_key_usage, &ext);

	if (status != ST_OK)
		return status == ST_ABSENT ? ST_OK : status;
	list = ext;
	if (sk_ASN1_OBJECT_num(list) == 0)
		status = ST_BAD; /* SIZE (1..MAX): must not read as absent */
	for (int i = 0; i < sk_ASN1_OBJECT_num(list) && status == ST_OK; i++)
		status = add_oid(arena, attr, values,
				 sk_ASN1_OBJECT_value(list, i));
	EXTENDED_KEY_USAGE_free(list);
	return status;
}

enum status attr_ext_policy(struct arena *arena, const struct cert *cert,
			    const struct attr *attr,
			    struct attr_values *values)
{
	void *ext;
	CERTIFICATEPOLICIES *list;
	enum status status = get_ext(cert, NID_certificate_policies, &ext);

	if (status != ST_OK)
		return status == ST_ABSENT ? ST_OK : status;
	list = ext;
	if (sk_POLICYINFO_num(list) == 0)
		status = ST_BAD;
	for (int i = 0; i < sk_POLICYINFO_num(list) && status == ST_OK; i++)
		status = add_oid(arena, attr, values,
				 sk_POLICYINFO_value(list, i)->policyid);
	CERTIFICATEPOLICIES_free(list);
	return status;
}

enum status attr_ext_raw(struct arena *arena, const struct cert *cert,
			 const struct attr *attr, struct attr_values *values)
{
	ASN1_OBJECT *oid = OBJ_txt2obj(attr->param, 1);
	const ASN1_OCTET_STRING *data;
	int at;
	char *hex;

	if (!oid)
		return ST_NOMEM;
	at = X509_get_ext_by_OBJ(cert->x509, oid, -1);
	if (at >= 0 && X509_get_ext_by_OBJ(cert->x509, oid, at) >= 0)
		at = -2;
	ASN1_OBJECT_free(oid);
	if (at < 0)
		return at == -1 ? ST_OK : ST_BAD;
	data = X509_EXTENSION_get_data(X509_get_ext(cert->x509, at));
	if (ASN1_STRING_length(data) == 0)
		return ST_BAD;
	hex = hex_encode(arena, ASN1_STRING_get0_data(data),
			 (size_t)ASN1_STRING_length(data), false);
	return hex ? attr_add(arena, attr->compare, values, hex) : ST_NOMEM;
}

bool attr_ext_key_usage_signs(const struct cert *cert)
{
	void *ext;
	ASN1_BIT_STRING *bits;
	bool signs;
	enum status status = get_ext(cert, NID_key_usage, &ext);

	if (status != ST_OK)
		return status == ST_ABSENT;
	bits = ext;
	/* bit 0 is digitalSignature, bit 4 keyAgreement */
	signs = ASN1_BIT_STRING_get_bit(bits, 0) ||
		ASN1_BIT_STRING_get_bit(bits, 4);
	ASN1_BIT_STRING_free(bits);
	return signs;
}
