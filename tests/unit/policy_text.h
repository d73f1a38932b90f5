/* policy_text.h - policies for tests, loaded from text. */
#ifndef MTLSGATE_POLICY_TEXT_H
#define MTLSGATE_POLICY_TEXT_H

#include "load.h"

/* What every policy needs, three lines of it. */
#define PLAIN_IDENTITY "[identity]\nid = subject.CN\n\n"

#define DIGEST_A \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct loaded {
	char dir[64]; /* holds policy.ini and what policy_put adds */
	struct issues issues;
	struct load_options options; /* now is set by policy_take */
	struct policy *policy; /* NULL: refused */
	enum status status;
};

/* Makes an empty directory. What goes wrong ends the program. */
void policy_dir(struct loaded *loaded);
/* Writes a file there, with a time that is long past. */
void policy_put(const struct loaded *loaded, const char *name,
		const void *bytes, size_t len);
/* Loads a file at FIXTURE_NOW. */
void policy_take(struct loaded *loaded, const char *file);
/* Writes policy.ini there and loads it. */
void policy_again(struct loaded *loaded, const char *text);
/* All of that for one text. End with policy_end. */
void policy_text(struct loaded *loaded, const char *text);
void policy_end(struct loaded *loaded);

/* Are the errors (or the warnings) those that expect lists, all and only: lines
 * "LINE: SUBSTRING"? False: they are printed to stderr. */
bool issues_match(const struct issues *issues, bool warnings,
		  const char *expect);

/* Loads text and compares its errors; expect "" also wants a policy. */
bool policy_errors(const char *text, const char *expect);
/* Loads a good text and compares its warnings. */
bool policy_warnings(const char *text, const char *expect);

#endif
