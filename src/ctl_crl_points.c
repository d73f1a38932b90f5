/* ctl_crl_points.c - certificates and CRLs come in, the URLs of the CRLs that
 * they name go out. Never passes over a name in silence. */
#include "ctl_crl_points.h"

#include <string.h>
#include <strings.h>

#include <openssl/x509v3.h>

#include "ctl_io.h"

#define HTTP "http://"

/* One extension being read. */
struct reading {
	struct crl_points *points;
	const char *who; /* whose it is */
	bool delta;
};

static enum status pass_over(struct reading *reading, const char *what,
			     const char *why)
{
	struct crl_points *points = reading->points;
	const char **list;

	for (size_t i = 0; i < points->passed_count; i++)
		if (strcmp(points->passed_over[i], what) == 0)
			return ST_OK;
	list = arena_grow(points->arena, points->passed_over,
			  points->passed_count, sizeof(*list));
	if (!list)
		return ST_NOMEM;
	points->passed_over = list;
	list[points->passed_count++] = what;
	ctl_line(stderr, "mtlsgatectl: warning: %s: named by %s: %s", what,
		 reading->who, why);
	return ST_OK;
}

static enum status add_point(struct reading *reading, char *url)
{
	struct crl_points *points = reading->points;
	struct crl_point *list;

	memcpy(url, HTTP, strlen(HTTP));
	for (size_t i = 0; i < points->count; i++)
		if (strcmp(points->list[i].url, url) == 0 &&
		    points->list[i].delta == reading->delta)
			return ST_OK;
	list = arena_grow(points->arena, points->list, points->count,
			  sizeof(*list));
	if (!list)
		return ST_NOMEM;
	points->list = list;
	list[points->count++] = (struct crl_point){url, reading->delta};
	return ST_OK;
}

/* A URL goes into a request as it is: nothing in it may end a line there. */
static bool is_plain(const unsigned char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i] <= 0x20 || bytes[i] >= 0x7f)
			return false;
	return true;
}

static enum status take_name(struct reading *reading, const GENERAL_NAME *name)
{
	const ASN1_IA5STRING *uri = name->d.uniformResourceIdentifier;
	const unsigned char *bytes;
	size_t len;
	char *text;

	if (name->type != GEN_URI)
		return pass_over(reading, "a distribution point",
				 "not supported: it has a name that is no URL");
	bytes = ASN1_STRING_get0_data(uri);
	len = (size_t)ASN1_STRING_length(uri);
	text = arena_strndup(reading->points->arena, (const char *)bytes, len);
	if (!text)
		return ST_NOMEM;
	if (!is_plain(bytes, len)) {
		reading->points->doubtful = true;
		return pass_over(reading, text,
				 "it has characters that no URL has");
	}
	if (strncasecmp(text, HTTP, strlen(HTTP)) != 0)
		return pass_over(reading, text,
				 "not supported: only http:// is");
	return add_point(reading, text);
}

static enum status take_point(struct reading *reading, const DIST_POINT *point)
{
	const GENERAL_NAMES *names;
	enum status status = ST_OK;

	/* type 1 is a name relative to the issuer's, for a directory */
	if (!point->distpoint || point->distpoint->type != 0)
		return pass_over(reading, "a distribution point",
				 "not supported: it has no URL");
	names = point->distpoint->name.fullname;
	for (int i = 0; i < sk_GENERAL_NAME_num(names) && status == ST_OK; i++)
		status = take_name(reading, sk_GENERAL_NAME_value(names, i));
	return status;
}

/* Takes over what X509_get_ext_d2i and the like gave, with its verdict. */
static enum status take_extension(struct reading *reading,
				  CRL_DIST_POINTS *list, int found)
{
	enum status status = ST_OK;

	if (!list && found != -1) {
		reading->points->doubtful = true;
		ctl_line(stderr,
			 "mtlsgatectl: %s: the extension %s cannot be read, or "
			 "is there twice",
			 reading->who,
			 reading->delta ? "freshestCRL"
					: "cRLDistributionPoints");
	}
	for (int i = 0; i < sk_DIST_POINT_num(list) && status == ST_OK; i++)
		status = take_point(reading, sk_DIST_POINT_value(list, i));
	CRL_DIST_POINTS_free(list);
	return status;
}

enum status crl_points_of_cert(struct crl_points *points,
			       const struct cert *cert)
{
	const char *who = name_print(points->arena, &cert->subject);
	struct reading reading = {points, who, false};
	int found = -1;
	CRL_DIST_POINTS *list;
	enum status status;

	if (!who)
		return ST_NOMEM;
	list = X509_get_ext_d2i(cert->x509, NID_crl_distribution_points, &found,
				NULL);
	status = take_extension(&reading, list, found);
	if (status != ST_OK)
		return status;
	reading.delta = true;
	list = X509_get_ext_d2i(cert->x509, NID_freshest_crl, &found, NULL);
	return take_extension(&reading, list, found);
}

enum status crl_points_of_crl(struct crl_points *points, const struct crl *crl)
{
	const char *who = arena_printf(points->arena, "the CRL of %s",
				       crl_facts(crl)->issuer);
	struct reading reading = {points, who, true};
	int found = -1;
	CRL_DIST_POINTS *list;

	if (!who)
		return ST_NOMEM;
	list = X509_CRL_get_ext_d2i(crl_x509(crl), NID_freshest_crl, &found,
				    NULL);
	return take_extension(&reading, list, found);
}
