/* dates_fixture.c - policies with dates. A seed comes in, a policy goes out
 * and which of its dates may widen what is granted. */
#include "dates_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load.h"
#include "pki_spec.h"

/* Numbers that are the same everywhere (a 32-bit xorshift). */
static unsigned draw(struct dates *dates, unsigned below)
{
	dates->seed ^= dates->seed << 13;
	dates->seed ^= dates->seed >> 17;
	dates->seed ^= dates->seed << 5;
	return dates->seed % below;
}

static void shuffle(struct dates *dates)
{
	for (size_t i = 0; i < DATES_ROOM; i++)
		dates->order[i] = FIXTURE_NOW + 60 * (int64_t)(i + 1);
	for (size_t i = DATES_ROOM - 1; i > 0; i--) {
		size_t j = draw(dates, (unsigned)i + 1);
		int64_t swapped = dates->order[i];

		dates->order[i] = dates->order[j];
		dates->order[j] = swapped;
	}
}

static void put_date(struct dates *dates, const char *key, int64_t when)
{
	char text[TIME_TEXT];

	buf_addf(&dates->text, "%s = %s\n", key, time_format(when, text));
}

static void put_from(struct dates *dates, int64_t when)
{
	put_date(dates, "from", when);
	dates->from[dates->from_count++] = when;
}

/* A date that must not let anybody in: until, and the from of a block. */
static void put_other(struct dates *dates, const char *key, int64_t when)
{
	put_date(dates, key, when);
	dates->others[dates->other_count++] = when;
}

/* Neither, one or both; from before until. */
static void put_dates(struct dates *dates)
{
	int64_t a = dates->order[dates->used];
	int64_t b = dates->order[dates->used + 1];
	unsigned kind = draw(dates, 4);

	dates->used += 2;
	if (kind == 3) {
		put_from(dates, a < b ? a : b);
		put_other(dates, "until", a < b ? b : a);
	} else if (kind == 2) {
		put_from(dates, a);
	} else if (kind == 1) {
		put_other(dates, "until", a);
	}
}

static void put_section(struct dates *dates, const char *head,
			const char *lines)
{
	buf_addf(&dates->text, "\n[%s]\n%s", head, lines);
	put_dates(dates);
}

static void put_block(struct dates *dates, const char *head,
		      const char *lines)
{
	if (draw(dates, 2))
		return;
	buf_addf(&dates->text, "\n[%s]\n%s", head, lines);
	if (draw(dates, 3))
		put_other(dates, "from", dates->order[dates->used++]);
}

/* Sometimes the line, sometimes not. */
static const char *maybe(struct dates *dates, const char *line)
{
	return draw(dates, 2) ? line : "";
}

static void put_roles(struct dates *dates)
{
	put_section(dates, "role staff", "subject.CN = leaf\n");
	put_section(dates, "role known", "pin = known\n");
	put_section(dates, "role both",
		    "pin = known, glass\nsubject.CN = *\n");
	put_section(dates, "role ca", "ca.subject.CN = Root\n");
	if (draw(dates, 3))
		put_section(dates, "role rest", "default = yes\n");
	else
		put_section(dates, "role rest", "subject.CN = other\n");
}

static void put_access(struct dates *dates)
{
	put_section(dates, "access one",
		    draw(dates, 2) ? "path = /one\nallow = staff, known\n"
				   : "path = /one\nallow = both\n"
				     "pin = glass\n");
	put_section(dates, "access two",
		    draw(dates, 2) ? "path = /two\nallow = *\n"
				   : "path = /two\nallow = rest\n"
				     "pin = known\n");
	/* hidden behind the one before, whatever its dates */
	put_section(dates, "access again", "path = /two\nallow = anyone\n");
	put_section(dates, "access all",
		    draw(dates, 2) ? "path = /*\nallow = anyone\n"
				   : "path = /*\nallow = rest, ca\n");
}

void dates_draw(struct dates *dates, unsigned seed,
		const struct dates_pki *pki)
{
	char lines[300];

	memset(dates, 0, sizeof(*dates));
	dates->seed = seed * 2654435761u + 1;
	shuffle(dates);
	buf_addf(&dates->text, "[certificate]\nverify = chain\nca = %s\n",
		 pki->ca_file);
	snprintf(lines, sizeof(lines), "subject.CN = leaf\n%sid = subject.CN\n",
		 maybe(dates, "pin = known\n"));
	put_section(dates, "identity staff", lines);
	put_section(dates, "identity", "id = sha256\n");
	put_roles(dates);
	snprintf(lines, sizeof(lines), "sha256 = %s\n", pki->leaf_sha256);
	put_section(dates, "pin known", lines);
	snprintf(lines, sizeof(lines), "sha256 = %s\n%s%s%schain = no\n",
		 pki->glass_sha256, pki->other_sha256 ? "sha256 = " : "",
		 pki->other_sha256 ? pki->other_sha256 : "",
		 pki->other_sha256 ? "\n" : "");
	put_section(dates, "pin glass", lines);
	put_block(dates, "block pinned", "pin = known\n");
	put_block(dates, "block named", "subject.CN = other\n");
	put_block(dates, "block late", "id = leaf\n");
	put_block(dates, "block root", "ca.subject.CN = Root\n");
	put_access(dates);
}

void dates_settle(int fd)
{
	const struct timespec old[2] = {{.tv_sec = FIXTURE_NOW},
					{.tv_sec = FIXTURE_NOW}};

	if (futimens(fd, old) != 0)
		spec_fail("futimens");
}

struct policy *dates_load(struct arena *arena, const struct dates *dates)
{
	struct load_options options = {.now = FIXTURE_NOW, .one_shot = true};
	struct issues issues = {.arena = arena};
	struct policy *policy = NULL;
	char file[] = "/tmp/dates-XXXXXX";
	int fd = mkstemp(file);

	if (fd < 0 || dates->text.failed ||
	    write(fd, dates->text.data, dates->text.len) !=
		    (ssize_t)dates->text.len)
		spec_fail("cannot write a policy");
	dates_settle(fd);
	close(fd);
	if (policy_load(file, &options, &issues, &policy) != ST_OK)
		for (size_t i = 0; i < issues.count; i++)
			fprintf(stderr, "%zu: %s\n", issues.list[i].line,
				issues.list[i].text);
	unlink(file);
	return policy;
}
