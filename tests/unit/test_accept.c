/* test_accept.c - which form of an answer does the client want? */
#include "accept.h"

#include <criterion/criterion.h>

/* What they send: Chromium, Firefox and Safari; curl, wget, Python, axios. */
static const struct {
	const char *header;
	bool html;
} rows[] = {
	{NULL, false},
	{"", false},
	{"*/*", false},
	{"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,"
	 "image/webp,image/apng,*/*;q=0.8,"
	 "application/signed-exchange;v=b3;q=0.7", true},
	{"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
	 true},
	{"application/json, text/plain, */*", false},
	{"image/avif,image/webp,*/*;q=0.8", false},
	/* quality */
	{"text/html", true},
	{"text/html;q=0", false},
	{"text/html;q=0.000", false},
	{"text/html;q=0.001", true},
	{"text/html, application/json", false},
	{"application/json, text/html", false},
	{"text/html;q=0.9, application/json;q=0.8", true},
	{"text/html;q=0.8, application/json;q=0.9", false},
	{"text/html;q=0.899, application/json;q=0.9", false},
	{"text/html;q=1.000, application/json;q=0.999", true},
	{"text/html;Q=0.5", true},
	{"text/html ; q=0.5 , application/json ; q=0.4", true},
	{"text/html\t;\tq=0.5", true},
	/* the most exact range counts, in whatever order */
	{"text/*", true},
	{"text/*;q=0.5, */*;q=0.4", true},
	{"text/*;q=0.4, */*;q=0.5", false},
	{"text/html;q=0.5, */*", false},
	{"*/*, text/html;q=0.5", false},
	{"application/*;q=0.1, */*", true},
	{"application/json;q=0.1, */*", true},
	{"application/json;q=0, */*;q=0.1", true},
	{"text/*, text/html;q=0.1, application/json;q=0.2", false},
	{"text/html;q=0.1, text/*, application/json;q=0.2", false},
	{"*/*, text/html;q=0", false},
	{"text/html, text/html;q=0.1, application/json;q=0.5", true},
	{"text/html;q=0.1, text/html, application/json;q=0.5", true},
	/* names without case; other types */
	{"TEXT/HTML", true},
	{"Text/Html, APPLICATION/JSON;q=0.5", true},
	{"text/htmlx", false},
	{"text/htm", false},
	{"xtext/html", false},
	{"*/html", false},
	{"application/xhtml+xml", false},
	/* parameters */
	{"text/html;charset=utf-8", true},
	{"text/html;charset=\"UTF-8\"", true},
	{"text/html;charset=iso-8859-1", false},
	{"text/html;level=1", false},
	{"text/html;level=1, text/html;q=0.3, application/json;q=0.4", false},
	{"text/html;;q=0.5;", true},
	{"text/html;x=\"a,b;q=0\", text/html", true},
	{"text/html;q=0.5;ext=1", false},
	/* what cannot be read is left out, and the rest stands */
	{"text/html;q=2", false},
	{"text/html;q=1.001", false},
	{"text/html;q=0.0001", false},
	{"text/html;q=.5", false},
	{"text/html;q=0,5", false},
	{"text/html;q=-1", false},
	{"text/html;q=", false},
	{"text/html;q", false},
	{"text/html;q = 1", false},
	{"text /html", false},
	{"text/", false},
	{"/html", false},
	{"text", false},
	{"text/html/x", false},
	{"text/html application/json", false},
	{",", false},
	{",,text/html,,", true},
	{"text/html;q=x, text/html;q=0.5", true},
	{"\"text/html\"", false},
	{"\"a,text/html", false},
	{"\"a\\\",b\",text/html", true},
	{"text/html;x=\"", false},
	{"text/html;x=\"\\", false},
	{"text/html\x01", false},
	{"text/html\xff, application/json;q=0.5", false},
};

Test(accept, who_gets_html)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		cr_expect_eq(accept_prefers_html(rows[i].header),
			     rows[i].html, "%s",
			     rows[i].header ? rows[i].header : "(none)");
}
