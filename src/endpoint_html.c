/* endpoint_html.c - the frame of all pages and the page of a refusal. An
 * outcome comes in, HTML goes out. It speaks to the person at the browser:
 * nothing of the policy is shown but the name of the reason. */
#include "endpoint_html.h"

#include <string.h>

#include "accept.h"
#include "html.h"
#include "timefmt.h"

/* Bytes of one value on a page of refusal. */
enum { MAX_SHOWN = 300 };

bool endpoint_html_wanted(const struct request *request)
{
	return request && accept_prefers_html(request->var[VAR_HTTP_ACCEPT]);
}

void endpoint_html_headers(struct reply *reply)
{
	char policy[256] = "default-src 'none'; style-src 'sha256-";

	strncat(policy, endpoint_html_style_hash,
		sizeof(policy) - strlen(policy) - 1);
	strncat(policy,
		"'; base-uri 'none'; form-action 'none'; "
		"frame-ancestors 'none'",
		sizeof(policy) - strlen(policy) - 1);
	reply_header(reply, "Content-Security-Policy", policy);
	reply_header(reply, "Referrer-Policy", "no-referrer");
	reply->content_type = "text/html; charset=utf-8";
}

void endpoint_html_open(struct buf *out, const char *title)
{
	/* the charset stands here too, since servers may drop it */
	buf_adds(out, "<!DOCTYPE html>\n"
		      "<html lang=\"en\">\n"
		      "<head>\n"
		      "<meta charset=\"utf-8\">\n"
		      "<meta name=\"viewport\" "
		      "content=\"width=device-width, initial-scale=1\">\n"
		      "<title>");
	html_text(out, title, 0);
	buf_adds(out, "</title>\n<style>");
	buf_adds(out, endpoint_html_style);
	buf_adds(out, "</style>\n</head>\n<body>\n<main>\n<h1>");
	html_text(out, title, 0);
	buf_adds(out, "</h1>\n");
}

void endpoint_html_close(struct buf *out)
{
	buf_adds(out, "</main>\n<footer>mtlsgate</footer>\n</body>\n</html>\n");
}

static const char *title_of(enum reason reason)
{
	if (reason == REASON_CERTIFICATE_MISSING)
		return "A client certificate is needed";
	switch (reason_row(reason)->status) {
	case 400:
		return "This address cannot be used";
	case 401:
		return "Your certificate was not accepted";
	case 403:
		return "Access denied";
	case 404:
		return "Not found";
	case 405:
		return "Not possible at this address";
	default:
		return "This site has a problem";
	}
}

static void put_row(struct buf *out, const char *term, const char *value)
{
	buf_addf(out, "<dt>%s</dt>\n<dd>", term);
	html_value(out, value, MAX_SHOWN);
	buf_adds(out, "</dd>\n");
}

static void put_why(struct buf *out, const struct outcome *outcome)
{
	const struct request *request = outcome->request;

	buf_addf(out, "<p class=\"why\">%s.</p>\n",
		 reason_row(outcome->decision.reason)->message);
	if (!request || !request->path || !request->method_clean)
		return;
	buf_adds(out, "<p>You asked for <code><bdi>");
	html_text(out, request->method, 0);
	buf_adds(out, " ");
	html_text(out, request->path, MAX_SHOWN);
	buf_adds(out, "</bdi></code></p>\n");
}

/* Contact and help_url are the words of the policy. */
static void put_help(struct buf *out, const struct outcome *outcome)
{
	const char *contact = NULL;
	const char *url = NULL;

	if (outcome->policy) {
		contact = outcome->policy->messages.contact;
		url = outcome->policy->messages.help_url;
	}
	buf_addf(out, "<h2>What you can do</h2>\n<p>%s</p>\n",
		 reason_row(outcome->decision.reason)->person);
	if (contact) {
		buf_adds(out, "<p>Contact: ");
		html_value(out, contact, MAX_SHOWN);
		buf_adds(out, "</p>\n");
	}
	if (url) {
		buf_adds(out, "<p>Help: <a rel=\"noreferrer\" href=\"");
		html_text(out, url, 0);
		buf_adds(out, "\">");
		html_text(out, url, MAX_SHOWN);
		buf_adds(out, "</a></p>\n");
	}
}

static void put_dates(struct buf *out, const struct cert *cert)
{
	char from[TIME_TEXT];
	char until[TIME_TEXT];

	if (cert->not_before == INT64_MIN || cert->not_after == INT64_MAX)
		return;
	buf_addf(out, "<dt>Valid</dt>\n<dd>from %s to %s</dd>\n",
		 time_format(cert->not_before, from),
		 time_format(cert->not_after, until));
}

static const char *why_no_certificate(const struct outcome *outcome)
{
	if (outcome->verified.reason == REASON_CERTIFICATE_MISSING)
		return "none was received";
	if (outcome->verified.reason == REASON_CERTIFICATE_MALFORMED)
		return "it cannot be read";
	return "it was not looked at";
}

/* The certificate is shown even when it is refused: it is the client's own,
 * and one of several may have been chosen by mistake. */
static void put_who(struct arena *arena, struct buf *out,
		    const struct outcome *outcome)
{
	const struct cert *cert = &outcome->verified.cert;
	const char *subject = NULL;
	const char *issuer = NULL;

	buf_adds(out, "<h2>Who you are</h2>\n<dl>\n");
	if (outcome->identity.known)
		put_row(out, "Name", outcome->identity.id);
	if (outcome->verified.parsed) {
		subject = name_print(arena, &cert->subject);
		issuer = name_print(arena, &cert->issuer);
		out->failed |= !subject || !issuer;
		put_row(out, "Certificate", subject);
		put_row(out, "Issued by", issuer);
		put_row(out, "Serial number", cert->serial);
		put_dates(out, cert);
	} else {
		put_row(out, "Certificate", why_no_certificate(outcome));
	}
	buf_adds(out, "</dl>\n");
}

void endpoint_html_denial(struct arena *arena, const struct outcome *outcome,
			  struct buf *out)
{
	enum reason reason = outcome->decision.reason;

	endpoint_html_open(out, title_of(reason));
	put_why(out, outcome);
	put_help(out, outcome);
	put_who(arena, out, outcome);
	buf_adds(out, "<h2>For whoever helps you</h2>\n<dl>\n");
	put_row(out, "Reason", reason_row(reason)->name);
	put_row(out, "Decision id", outcome->decision_id);
	buf_adds(out, "</dl>\n");
	endpoint_html_close(out);
}
