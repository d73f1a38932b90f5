/* verdict_line.c - what an audit line says of a verdict: the members that are
 * the same for each request of one certificate. */
#include "verdict.h"

void verdict_line_judged(struct line *line, const struct verified *verified)
{
	line_put_text(line, "verified_by", verified->verified_by);
	line_put_text(line, "warning", verified->warning);
	line_put_text(line, "spoofed_header", verified->spoofed);
}

void verdict_line_who(struct line *line, enum source source,
		      const struct verified *verified,
		      const struct identity *who)
{
	bool parsed = verified->parsed;

	line_put_text(line, "source", source_row(source)->name);
	line_put_text(line, "id", who->id);
	line_put_text(line, "role", who->role_count ? who->roles[0] : NULL);
	line_put_texts(line, "roles", who->roles, who->role_count);
	line_put_text(line, "serial", parsed ? verified->cert.serial : NULL);
	line_put_text(line, "sha256", parsed ? verified->cert.sha256 : NULL);
}
