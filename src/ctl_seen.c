/* ctl_seen.c - in: decisions of an audit log, one at a time; out: what there
 * was of each certificate and reason. What it holds grows with the number of
 * certificates, not of decisions. */
#include "ctl_seen.h"

#include <stdlib.h>
#include <string.h>

#include "ctl_logline.h"
#include "timefmt.h"

enum { FIRST_ROOM = 1024, DAY = 24 * 60 * 60, DIGEST = 64 };

static size_t slot_of(const struct ctl_seen *seen, const char *sha256)
{
	uint64_t hash = 14695981039346656037u;

	for (; *sha256; sha256++)
		hash = (hash ^ (unsigned char)*sha256) * 1099511628211u;
	return (size_t)(hash % seen->room);
}

static struct ctl_seen_cert *find(const struct ctl_seen *seen,
				  const char *sha256)
{
	size_t at = seen->room ? seen->heads[slot_of(seen, sha256)] : SIZE_MAX;

	while (at != SIZE_MAX) {
		struct ctl_seen_cert *cert = &seen->certs[at];

		if (strcmp(cert->sha256, sha256) == 0)
			return cert;
		at = cert->next;
	}
	return NULL;
}

static void link_in(struct ctl_seen *seen, size_t index)
{
	size_t slot = slot_of(seen, seen->certs[index].sha256);

	seen->certs[index].next = seen->heads[slot];
	seen->heads[slot] = index;
}

/* Twice the room, and every certificate in its place there. */
static enum status grow(struct ctl_seen *seen)
{
	size_t room = seen->room ? seen->room * 2 : FIRST_ROOM;
	struct ctl_seen_cert *certs =
		reallocarray(seen->certs, room, sizeof(*certs));
	size_t *heads;

	if (!certs)
		return ST_NOMEM;
	seen->certs = certs;
	heads = reallocarray(seen->heads, room, sizeof(*heads));
	if (!heads)
		return ST_NOMEM;
	seen->heads = heads;
	seen->room = room;
	for (size_t i = 0; i < room; i++)
		heads[i] = SIZE_MAX;
	for (size_t i = 0; i < seen->count; i++)
		link_in(seen, i);
	return ST_OK;
}

static bool has_room(const struct ctl_seen *seen, bool verified)
{
	if (verified)
		return seen->count - seen->unverified < MAX_VERIFIED;
	return seen->unverified < MAX_UNVERIFIED;
}

/* The place for a certificate, made if need be. ST_ABSENT: there is none. */
static enum status place(struct ctl_seen *seen, const char *sha256,
			 bool verified, struct ctl_seen_cert **ret_cert)
{
	struct ctl_seen_cert *cert = find(seen, sha256);

	if (!cert) {
		if (!has_room(seen, verified))
			return ST_ABSENT;
		if (seen->count == seen->room && grow(seen) != ST_OK)
			return ST_NOMEM;
		cert = &seen->certs[seen->count];
		*cert = (struct ctl_seen_cert){.until = SEEN_UNKNOWN,
					       .last = INT64_MIN};
		memcpy(cert->sha256, sha256, DIGEST + 1);
		link_in(seen, seen->count++);
		seen->unverified++;
	}
	if (verified && !cert->verified) {
		cert->verified = true;
		seen->unverified--;
	}
	*ret_cert = cert;
	return ST_OK;
}

/* Replaces *text by what the line has, if it has it. */
static enum status take_text(char **text, const json_t *line, const char *key)
{
	const char *value = ctl_logline_text(line, key);
	char *copy;

	if (!value || (*text && strcmp(*text, value) == 0))
		return ST_OK;
	copy = strdup(value);
	if (!copy)
		return ST_NOMEM;
	free(*text);
	*text = copy;
	return ST_OK;
}

static enum status update(struct ctl_seen_cert *cert, const json_t *line,
			  int64_t when, bool granted)
{
	int64_t days = ctl_logline_number(line, "days_left", SEEN_UNKNOWN);

	cert->count++;
	cert->denied += !granted;
	/* each line says that it is valid until then at least */
	if (days > -1000 * 1000 && days < 1000 * 1000 * 10 &&
	    when + days * DAY > cert->until)
		cert->until = when + days * DAY;
	if (when < cert->last)
		return ST_OK;
	cert->last = when;
	if (take_text(&cert->serial, line, "serial") != ST_OK)
		return ST_NOMEM;
	return take_text(&cert->id, line, "id");
}

static enum status add_cert(struct ctl_seen *seen, const json_t *line,
			    int64_t when, bool granted)
{
	const char *sha256 = ctl_logline_text(line, "sha256");
	bool verified = ctl_logline_text(line, "verified_by") != NULL;
	struct ctl_seen_cert *cert;
	enum status status;

	if (!sha256 || strlen(sha256) != DIGEST)
		return ST_OK;
	status = place(seen, sha256, verified, &cert);
	if (status == ST_ABSENT) {
		seen->unlisted++;
		seen->unlisted_verified += verified;
		return ST_OK;
	}
	return status == ST_OK ? update(cert, line, when, granted) : status;
}

static void add_refusal(struct ctl_seen *seen, const json_t *line,
			int64_t when)
{
	const char *name = ctl_logline_text(line, "reason");
	size_t reason = 0;

	while (reason < REASON_COUNT &&
	       (!name || strcmp(reason_row((enum reason)reason)->name, name)))
		reason++;
	seen->refusals[reason].count++;
	if (when > seen->refusals[reason].last)
		seen->refusals[reason].last = when;
}

enum status ctl_seen_add(struct ctl_seen *seen, const json_t *line,
			 int64_t since)
{
	const char *decision = ctl_logline_text(line, "decision");
	bool granted = decision && strcmp(decision, "granted") == 0;
	const char *text = ctl_logline_text(line, "time");
	bool date_only;
	int64_t when;

	if (!text || !time_parse(text, &when, &date_only))
		return ST_BAD;
	if (when < since) {
		seen->early++;
		return ST_OK;
	}
	if (seen->granted + seen->denied == 0 || when < seen->first)
		seen->first = when;
	if (seen->granted + seen->denied == 0 || when > seen->last)
		seen->last = when;
	seen->granted += granted;
	seen->denied += !granted;
	if (!granted)
		add_refusal(seen, line, when);
	return add_cert(seen, line, when, granted);
}

static int by_end(const void *a, const void *b)
{
	const struct ctl_seen_cert *one = a, *two = b;
	bool unknown = one->until == SEEN_UNKNOWN;

	if (unknown != (two->until == SEEN_UNKNOWN))
		return unknown ? 1 : -1;
	if (one->until != two->until)
		return one->until < two->until ? -1 : 1;
	return strcmp(one->sha256, two->sha256);
}

void ctl_seen_sort(struct ctl_seen *seen)
{
	if (seen->count)
		qsort(seen->certs, seen->count, sizeof(*seen->certs), by_end);
}

int64_t ctl_seen_days(const struct ctl_seen_cert *cert, int64_t now)
{
	int64_t left;

	if (cert->until == SEEN_UNKNOWN)
		return SEEN_UNKNOWN;
	left = cert->until - now;
	return left >= 0 ? left / DAY : -((-left + DAY - 1) / DAY);
}

bool ctl_seen_expires(const struct ctl_seen_cert *cert, int64_t now,
		      int64_t within)
{
	return cert->verified && cert->until != SEEN_UNKNOWN &&
	       cert->until - now < within;
}

void ctl_seen_free(struct ctl_seen *seen)
{
	for (size_t i = 0; i < seen->count; i++) {
		free(seen->certs[i].serial);
		free(seen->certs[i].id);
	}
	free(seen->certs);
	free(seen->heads);
	*seen = (struct ctl_seen){0};
}
