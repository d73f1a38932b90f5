/* ctl_facts.c - in: the outcome of a request; out: notes about its
 * certificate, as the policy sees it. It judges nothing. */
#include "ctl_facts.h"

#include "timefmt.h"

enum { MAX_SHOWN = 20 };

static void add_name(struct trace *trace, const char *what,
		     const struct name *name)
{
	const char *text = name_print(trace->arena, name);

	if (text)
		trace_add(trace, "cert", what, STEP_NOTE, "%s",
			  *text ? text : "(empty)");
}

static void add_cert(struct trace *trace, const struct cert *cert)
{
	char from[TIME_TEXT];
	char until[TIME_TEXT];

	add_name(trace, "subject", &cert->subject);
	if (!cert->x509)
		return;
	add_name(trace, "issuer", &cert->issuer);
	trace_add(trace, "cert", "serial", STEP_NOTE, "%s", cert->serial);
	trace_add(trace, "cert", "sha256", STEP_NOTE, "%s", cert->sha256);
	trace_add(trace, "cert", "valid", STEP_NOTE, "%s to %s",
		  time_format(cert->not_before, from),
		  time_format(cert->not_after, until));
}

/* The values between commas, in quotes; more than a screen of them is cut. */
static const char *join(struct arena *arena, const struct attr_values *values)
{
	const char *text = values->count ? "" : "(none)";

	for (size_t i = 0; text && i < values->count && i < MAX_SHOWN; i++)
		text = arena_printf(arena, "%s%s\"%s\"%s", text,
				    i ? ", " : "", values->list[i].text,
				    values->list[i].stale ? " (stale)" : "");
	if (text && values->count > MAX_SHOWN)
		text = arena_printf(arena, "%s and %zu more", text,
				    values->count - MAX_SHOWN);
	return text;
}

static void add_attr(struct trace *trace, const struct attr *attr,
		     const struct attr_values *values)
{
	const char *text;

	if (values->state == ATTR_UNREAD)
		return;
	if (values->state == ATTR_UNCLEAN) {
		trace_add(trace, "attribute", attr->name, STEP_WARN,
			  "cannot be read");
		return;
	}
	text = join(trace->arena, values);
	if (text)
		trace_add(trace, "attribute", attr->name, STEP_NOTE, "%s",
			  text);
}

void ctl_facts_add(struct trace *trace, const struct outcome *outcome)
{
	const struct verified *verified = &outcome->verified;

	if (!verified->parsed)
		return;
	add_cert(trace, &verified->cert);
	for (size_t i = 0; verified->set.values &&
			   i < verified->set.attrs->count; i++)
		add_attr(trace, &verified->set.attrs->list[i],
			 &verified->set.values[i]);
}

void ctl_facts_steps(struct trace *trace, const struct trace *stages)
{
	for (size_t i = 0; i < stages->count; i++) {
		const struct step *step = &stages->steps[i];

		trace_add(trace, step->stage, step->name, step->result, "%s",
			  step->value);
	}
}
