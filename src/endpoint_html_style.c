/* endpoint_html_style.c - how pages look: light and dark, on any width, with
 * the fonts that are there. The unit test says what the hash must be when the
 * style has changed. */
#include "endpoint_html.h"

const char endpoint_html_style_hash[] =
	"WBMrydzC3pUzFpaXiOBjQTS8WSaFLI6EwKMe0WOClzE=";

const char endpoint_html_style[] =
	":root{color-scheme:light dark;--page:#f3f5f7;--card:#fff;"
	"--ink:#1a232c;--soft:#4d5a66;--line:#d9dfe5;--mark:#a3341a;"
	"--link:#0a58a6}\n"
	"@media (prefers-color-scheme:dark){:root{--page:#12161a;"
	"--card:#1b2026;--ink:#e8ecef;--soft:#a8b3bd;--line:#333c45;"
	"--mark:#ff9f85;--link:#8fc4ff}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;padding:1.5rem 1rem;background:var(--page);"
	"color:var(--ink);font:1rem/1.5 system-ui,\"Segoe UI\","
	"\"Helvetica Neue\",Arial,sans-serif;overflow-wrap:anywhere}\n"
	"main{max-width:44rem;margin:0 auto;padding:2rem;"
	"background:var(--card);border:1px solid var(--line);"
	"border-radius:.5rem}\n"
	"h1{margin:0 0 1rem;font-size:1.6rem;line-height:1.2}\n"
	"h2,h3{margin:2rem 0 .5rem;padding-top:1.25rem;"
	"border-top:1px solid var(--line);font-size:1.1rem;line-height:1.3}"
	"\n"
	"h3{font-size:1rem}\n"
	"p{margin:.5rem 0}\n"
	"a{color:var(--link)}\n"
	".why{padding-left:.75rem;border-left:.25rem solid var(--mark);"
	"font-size:1.1rem;font-weight:600}\n"
	"code{font:.95em ui-monospace,\"DejaVu Sans Mono\",Menlo,Consolas,"
	"monospace}\n"
	"dl{display:grid;grid-template-columns:minmax(7rem,11rem) minmax(0,"
	"1fr);gap:.4rem 1.25rem;margin:0}\n"
	"dt{color:var(--soft)}\n"
	"dd{margin:0}\n"
	"footer{max-width:44rem;margin:1rem auto 0;color:var(--soft);"
	"font-size:.875rem;text-align:right}\n"
	"@media (max-width:32rem){body{padding:0}main{padding:1.25rem 1rem;"
	"border:0;border-radius:0}dl{display:block}dd{margin:0 0 .75rem}"
	"footer{padding:0 1rem 1rem}}\n";
