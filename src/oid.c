/* oid.c - names of object identifiers. A name or a dotted OID comes in, the
 * other goes out. Never adds to OpenSSL's table, never takes a dotted form that
 * could be written another way. */
#include "oid.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <string.h>

/* OpenSSL cuts the dotted type of an attribute at 79 characters when it prints
 * a name; what is cut is another type. */
enum { MAX_DOTTED = 255, MAX_TYPE = 78 };

/* Types that servers print and OpenSSL's table does not have. */
static const char *const aliases[][2] = {
	{"E", "emailAddress"}, {"Email", "emailAddress"},
	{"S", "ST"},           {"G", "GN"},
	{"T", "title"},        {"I", "initials"},
	{"D", "description"},  {"SERIALNUMBER", "serialNumber"},
	{"STREET", "street"},  {"POSTALCODE", "postalCode"},
};

/* Reads a number without leading zeros; its end, or NULL. *ret_small is the
 * number, 100 for all that are larger. */
static const char *read_arc(const char *at, int *ret_small)
{
	const char *start = at;
	int number = 0;

	for (; *at >= '0' && *at <= '9'; at++) {
		number = number * 10 + (*at - '0');
		if (number > 100)
			number = 100;
	}
	if (at == start || (*start == '0' && at - start > 1))
		return NULL;
	*ret_small = number;
	return at;
}

/* X.660: the first arc is 0, 1 or 2, and below 0 and 1 there are 40. */
static bool is_dotted(const char *text)
{
	int first;
	int second;
	int rest;

	if (strnlen(text, MAX_DOTTED + 1) > MAX_DOTTED)
		return false;
	text = read_arc(text, &first);
	if (!text || *text != '.' || first > 2)
		return false;
	text = read_arc(text + 1, &second);
	if (!text || (first < 2 && second > 39))
		return false;
	while (text && *text == '.')
		text = read_arc(text + 1, &rest);
	return text && *text == '\0';
}

enum status oid_from_name(struct arena *arena, const char *name,
			  const char **ret_dotted)
{
	char text[MAX_DOTTED + 1];
	const char *dotted = name;
	int nid = OBJ_sn2nid(name);

	if (nid == NID_undef)
		nid = OBJ_ln2nid(name);
	if (nid == NID_undef && !is_dotted(name))
		return ST_BAD;
	if (nid != NID_undef) {
		int len = OBJ_obj2txt(text, sizeof(text), OBJ_nid2obj(nid), 1);

		/* Some rows of the table are names of algorithms only. */
		if (len <= 0 || len > MAX_DOTTED)
			return ST_BAD;
		dotted = text;
	}
	dotted = arena_strdup(arena, dotted);
	if (!dotted)
		return ST_NOMEM;
	*ret_dotted = dotted;
	return ST_OK;
}

enum status oid_from_type(struct arena *arena, const char *type, size_t len,
			  const char **ret_dotted)
{
	char name[MAX_TYPE + 1] = "";
	enum status st;

	if (len == 0 || len > MAX_TYPE)
		return ST_BAD;
	memcpy(name, type, len);
	st = oid_from_name(arena, name, ret_dotted);
	for (size_t i = 0; st == ST_BAD && i < ARRAY_LEN(aliases); i++)
		if (strcmp(name, aliases[i][0]) == 0)
			return oid_from_name(arena, aliases[i][1], ret_dotted);
	return st;
}

enum status oid_names(struct arena *arena, const char *dotted,
		      const char **ret_short, const char **ret_long)
{
	const char *copy = arena_strdup(arena, dotted);
	ASN1_OBJECT *object;
	int nid = NID_undef;

	if (!copy)
		return ST_NOMEM;
	if (is_dotted(dotted)) {
		object = OBJ_txt2obj(dotted, 1);
		if (!object) {
			ERR_clear_error();
			return ST_NOMEM;
		}
		nid = OBJ_obj2nid(object);
		ASN1_OBJECT_free(object);
	}
	*ret_short = nid == NID_undef ? copy : OBJ_nid2sn(nid);
	*ret_long = nid == NID_undef ? copy : OBJ_nid2ln(nid);
	return ST_OK;
}
