/* metrics.c - names, labels and numbers come in, lines of text go out. What the
 * numbers mean is not known here. */
#include "metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "utf8.h"

enum { NS = 1000000000 };

void metrics_begin(struct metrics *metrics, const char *name, const char *type,
		   const char *help)
{
	buf_addf(metrics->out, "# HELP %s %s\n# TYPE %s %s\n", name, help,
		 name, type);
}

/* Names in certificates are what others wrote. */
static void add_value(struct metrics *metrics, const char *value)
{
	const char *shown = value ? utf8_show(metrics->arena, value,
					      strlen(value))
				  : "";

	if (!shown) {
		metrics->out->failed = true;
		return;
	}
	for (const char *c = shown; *c; c++) {
		if (*c == '"' || *c == '\\')
			buf_adds(metrics->out, "\\");
		buf_add(metrics->out, c, 1);
	}
}

void metrics_text(struct metrics *metrics, const char *name,
		  const struct label *labels, size_t count, const char *value)
{
	buf_adds(metrics->out, name);
	for (size_t i = 0; i < count; i++) {
		buf_addf(metrics->out, "%s%s=\"", i ? "," : "{",
			 labels[i].name);
		add_value(metrics, labels[i].value);
		buf_adds(metrics->out, "\"");
	}
	buf_addf(metrics->out, "%s %s\n", count ? "}" : "", value);
}

void metrics_count(struct metrics *metrics, const char *name,
		   const struct label *labels, size_t count, uint64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRIu64, value);
	metrics_text(metrics, name, labels, count, text);
}

void metrics_number(struct metrics *metrics, const char *name,
		    const struct label *labels, size_t count, int64_t value)
{
	char text[24];

	snprintf(text, sizeof(text), "%" PRId64, value);
	metrics_text(metrics, name, labels, count, text);
}

void metrics_one(struct metrics *metrics, const char *name, const char *type,
		 const char *help, int64_t value)
{
	metrics_begin(metrics, name, type, help);
	metrics_number(metrics, name, NULL, 0, value);
}

const char *metrics_seconds(uint64_t ns, char ret_text[METRICS_SECONDS])
{
	size_t len;

	len = (size_t)snprintf(ret_text, METRICS_SECONDS,
			       "%" PRIu64 ".%09" PRIu64, ns / NS, ns % NS);
	while (ret_text[len - 1] == '0')
		len--;
	if (ret_text[len - 1] == '.')
		len--;
	ret_text[len] = '\0';
	return ret_text;
}
