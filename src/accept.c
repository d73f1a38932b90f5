/* accept.c - reads an Accept header. Text from the client comes in, a choice
 * between two forms goes out; never more than that. */
#include "accept.h"

#include <string.h>
#include <strings.h>

/* How a media range fits a type; of those that do the most exact one counts. */
enum fit { FIT_NOT = 0, FIT_ANY, FIT_TYPE, FIT_WHOLE };

/* What the header says of one type. */
struct taste {
	const char *type; /* "text" */
	const char *sub;  /* "html" */
	enum fit fit;     /* of the range that gave quality */
	int quality;      /* in thousandths */
};

/* One media range, as parts of the header. */
struct range {
	const char *type;
	size_t type_len;
	const char *sub;
	size_t sub_len;
	bool narrowed; /* a parameter that neither form has */
	int quality;
};

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* RFC 9110 section 5.6.2. */
static size_t token_len(const char *at)
{
	return strspn(at, "!#$%&'*+-.^_`|~0123456789"
			  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz");
}

/* The end of the quoted string that begins at at, or NULL. */
static const char *quoted_end(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : NULL;
}

static bool is_word(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

/* A qvalue (section 12.4.2) of len bytes in thousandths, or -1. */
static int read_quality(const char *text, size_t len)
{
	int scale = 1000;
	int quality;

	if (len == 0 || len > 5 || (*text != '0' && *text != '1'))
		return -1;
	if (len > 1 && text[1] != '.')
		return -1;
	quality = (*text - '0') * 1000;
	for (size_t i = 2; i < len; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		scale /= 10;
		quality += (text[i] - '0') * scale;
	}
	return quality <= 1000 ? quality : -1;
}

/* Reads "name=value" at at; its end, or NULL. */
static const char *read_parameter(const char *at, struct range *range)
{
	size_t name_len = token_len(at);
	const char *value = at + name_len + 1;
	size_t value_len;
	const char *end;

	if (name_len == 0 || value[-1] != '=')
		return NULL;
	end = *value == '"' ? quoted_end(value) : value + token_len(value);
	if (!end || end == value)
		return NULL;
	value_len = (size_t)(end - value);
	if (is_word(at, name_len, "q")) {
		range->quality = read_quality(value, value_len);
		return range->quality < 0 ? NULL : end;
	}
	if (!is_word(at, name_len, "charset") ||
	    (!is_word(value, value_len, "utf-8") &&
	     !is_word(value, value_len, "\"utf-8\"")))
		range->narrowed = true;
	return end;
}

/* Reads one element of the list; its end, or NULL. */
static const char *read_range(const char *at, struct range *range)
{
	*range = (struct range){.type = at, .type_len = token_len(at),
				.quality = 1000};
	if (range->type_len == 0 || at[range->type_len] != '/')
		return NULL;
	range->sub = at + range->type_len + 1;
	range->sub_len = token_len(range->sub);
	if (range->sub_len == 0)
		return NULL;
	at = skip_blanks(range->sub + range->sub_len);
	while (at && *at == ';') {
		at = skip_blanks(at + 1);
		if (*at && *at != ';' && *at != ',')
			at = read_parameter(at, range);
		if (at)
			at = skip_blanks(at);
	}
	return at && (*at == ',' || !*at) ? at : NULL;
}

static enum fit fit_of(const struct range *range, const struct taste *taste)
{
	bool any_sub = is_word(range->sub, range->sub_len, "*");

	if (range->narrowed)
		return FIT_NOT;
	if (is_word(range->type, range->type_len, "*"))
		return any_sub ? FIT_ANY : FIT_NOT;
	if (!is_word(range->type, range->type_len, taste->type))
		return FIT_NOT;
	if (any_sub)
		return FIT_TYPE;
	return is_word(range->sub, range->sub_len, taste->sub) ? FIT_WHOLE
							       : FIT_NOT;
}

static void apply(const struct range *range, struct taste *taste)
{
	enum fit fit = fit_of(range, taste);

	if (fit == FIT_NOT || fit < taste->fit)
		return;
	if (fit > taste->fit || range->quality > taste->quality)
		taste->quality = range->quality;
	taste->fit = fit;
}

/* The comma that ends an element that cannot be read, or the end. */
static const char *skip_element(const char *at)
{
	while (*at && *at != ',') {
		const char *end = *at == '"' ? quoted_end(at) : at + 1;

		at = end ? end : at + strlen(at);
	}
	return at;
}

bool accept_prefers_html(const char *header)
{
	struct taste html = {"text", "html", FIT_NOT, 0};
	struct taste json = {"application", "json", FIT_NOT, 0};
	struct range range;

	for (const char *at = header; at && *at; at += *at == ',') {
		const char *start = skip_blanks(at);

		at = read_range(start, &range);
		if (at) {
			apply(&range, &html);
			apply(&range, &json);
		} else {
			at = skip_element(start);
		}
	}
	return html.quality > json.quality;
}
