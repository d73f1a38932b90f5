/* companion.c - words about a certificate come in; a certificate of words, or
 * what they contradict, goes out. */
#include "companion.h"

#include <ctype.h>
#include <string.h>

#include "attr.h"
#include "dn.h"
#include "hex.h"
#include "timefmt.h"

/* Servers cut names at 255 bytes. */
enum { DN_CUT = 255 };

/* "May  8 12:30:02 2019 GMT" as "2019-05-08T12:30:02Z". */
static bool rewrite_time(const char *text, char out[TIME_TEXT])
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char month[4] = "";
	const char *at;
	const char *t = text;
	size_t len = strlen(text);

	if (len != 24 || strcmp(text + 20, " GMT") != 0 || text[3] != ' ' ||
	    text[6] != ' ' || text[15] != ' ')
		return false;
	memcpy(month, text, 3);
	at = strstr(months, month);
	if (!at || (at - months) % 3 != 0)
		return false;
	memcpy(out, "yyyy-mm-ddThh:mm:ssZ", 21);
	memcpy(out, t + 16, 4);
	out[5] = (char)('0' + ((at - months) / 3 + 1) / 10);
	out[6] = (char)('0' + ((at - months) / 3 + 1) % 10);
	out[8] = t[4] == ' ' ? '0' : t[4];
	out[9] = t[5];
	memcpy(out + 11, t + 7, 8);
	return true;
}

static bool read_time(const char *text, int64_t *ret_time)
{
	char rewritten[TIME_TEXT];
	bool date_only = false;

	if (rewrite_time(text, rewritten))
		text = rewritten;
	return time_parse(text, ret_time, &date_only) && !date_only;
}

static enum status read_serial(struct arena *arena, const char *text,
			       const char **ret_serial)
{
	bool negative = *text == '-';
	const char *hex;
	char *upper;
	enum status status = hex_normalize(arena, text + negative, true, &hex);

	if (status != ST_OK)
		return status;
	upper = arena_printf(arena, "%s%s%s", negative ? "-" : "",
			     strlen(hex) % 2 ? "0" : "", hex);
	for (char *c = upper; c && *c; c++)
		*c = (char)toupper((unsigned char)*c);
	*ret_serial = upper;
	return upper ? ST_OK : ST_NOMEM;
}

static enum status read_name(struct arena *arena, const struct companions *also,
			     const char *text, bool slash_ok,
			     struct name *ret_name, const char **ret_why)
{
	enum dn_form form;
	enum status status = dn_parse(arena, text, ret_name, &form, ret_why);

	if (status == ST_OK && form == DN_RFC4514 && also->either_end &&
	    name_looks_turned(ret_name))
		return name_turn(arena, ret_name, ret_name);
	if (status != ST_OK || form != DN_SLASH || slash_ok)
		return status;
	*ret_why = "the slash form of a name can be forged: let the server "
		   "print another, or see dn_slash";
	return ST_BAD;
}

enum status companion_cert(struct arena *arena, const struct companions *also,
			   bool slash_ok, struct cert *ret_cert,
			   const char **ret_why)
{
	struct cert cert = {.not_before = INT64_MIN, .not_after = INT64_MAX};
	enum status status;

	*ret_why = "there is neither a certificate nor a name";
	if (!also->subject)
		return ST_BAD;
	status = read_name(arena, also, also->subject, slash_ok, &cert.subject,
			   ret_why);
	if (status == ST_OK && also->issuer)
		status = read_name(arena, also, also->issuer, slash_ok,
				   &cert.issuer, ret_why);
	if (status != ST_OK)
		return status;
	*ret_why = "the serial number is not hexadecimal";
	if (also->serial)
		status = read_serial(arena, also->serial, &cert.serial);
	if (status != ST_OK)
		return status;
	*ret_why = "a date is not one";
	if ((also->not_before && !read_time(also->not_before,
					    &cert.not_before)) ||
	    (also->not_after && !read_time(also->not_after, &cert.not_after)))
		return ST_BAD;
	*ret_cert = cert;
	return ST_OK;
}

static bool is_clean(const struct name *name)
{
	for (size_t i = 0; i < name->count; i++)
		if (!name->avas[i].clean)
			return false;
	return true;
}

static enum status name_differs(struct arena *arena, bool either_end,
				const char *text, const struct name *name,
				bool *ret_differs)
{
	struct name read;
	struct name turned;
	enum dn_form form;
	const char *why;
	enum status status;

	if (!text || strlen(text) >= DN_CUT || !is_clean(name))
		return ST_OK;
	status = dn_parse(arena, text, &read, &form, &why);
	if (status == ST_NOMEM)
		return ST_NOMEM;
	*ret_differs =
		status == ST_OK && form != DN_SLASH && !name_equal(&read, name);
	if (!*ret_differs || !either_end)
		return ST_OK;
	status = name_turn(arena, &read, &turned);
	*ret_differs = status == ST_OK && !name_equal(&turned, name);
	return status;
}

static enum status serial_differs(struct arena *arena, const char *text,
				  const struct cert *cert, bool *ret_differs)
{
	const char *a;
	const char *b;
	enum status status;

	if (!text)
		return ST_OK;
	status = attr_key(arena, COMPARE_SERIAL, text, &a);
	if (status == ST_OK)
		status = attr_key(arena, COMPARE_SERIAL, cert->serial, &b);
	*ret_differs = status != ST_OK || strcmp(a, b) != 0;
	return status == ST_NOMEM ? ST_NOMEM : ST_OK;
}

static bool time_differs(const char *text, int64_t when)
{
	int64_t said;

	return text && (!read_time(text, &said) || said != when);
}

enum status companion_compare(struct arena *arena,
			      const struct companions *also,
			      const struct cert *cert, const char **ret_what)
{
	bool subject = false;
	bool issuer = false;
	bool serial = false;

	*ret_what = NULL;
	if (name_differs(arena, also->either_end, also->subject, &cert->subject,
			 &subject) ||
	    name_differs(arena, also->either_end, also->issuer, &cert->issuer,
			 &issuer) ||
	    serial_differs(arena, also->serial, cert, &serial))
		return ST_NOMEM;
	if (time_differs(also->not_before, cert->not_before) ||
	    time_differs(also->not_after, cert->not_after))
		*ret_what = "the dates beside the certificate are not its own";
	if (serial)
		*ret_what = "the serial number beside the certificate is not "
			    "its own";
	if (issuer)
		*ret_what = "the issuer beside the certificate is not its own";
	if (subject)
		*ret_what = "the subject beside the certificate is not its "
			    "own";
	return ST_OK;
}
