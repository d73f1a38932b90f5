/* ctl_fetch_crl.c - in: a policy and certificates; out: the CRLs that they
 * name, as files for mtlsgate to read, and a line about each. It is no part of
 * answering requests, and keeps the old file where anything is in doubt. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "ctl.h"
#include "ctl_crl.h"
#include "ctl_crl_file.h"
#include "ctl_crl_points.h"
#include "ctl_crl_source.h"
#include "ctl_http.h"
#include "ctl_io.h"
#include "ctl_options.h"
#include "timefmt.h"

enum {
	DEFAULT_TIMEOUT = 30,
	MAX_TIMEOUT = 24 * 60 * 60,
	DEFAULT_MAX = 100 * 1024 * 1024
};

struct fetch {
	struct arena *arena;
	const char *policy;
	const char *dir;
	struct ctl_values ca_files;
	struct ctl_values cert_files;
	struct ctl_http_limits limits;
	bool dry_run;
	bool failed; /* a file is not what it should be */
	struct ctl_certs_read cas;
	struct crl_points points;
};

/* One CRL on its way. */
struct work {
	struct arena *arena;
	const struct fetch *fetch;
	const struct crl_point *point;
	const char *path; /* of its file */
	struct ctl_crl crl;
	enum crl_order order;
	const char *why;
};

static const char usage[] =
	"usage: mtlsgatectl fetch-crl [--policy FILE] [--dir DIR] "
	"[--ca FILE|DIR]...\n"
	"           [--cert FILE]... [--timeout DURATION] [--max-size BYTES] "
	"[--dry-run]\n";

static int no_memory(void)
{
	ctl_line(stderr, "mtlsgatectl: out of memory");
	return CTL_UNKNOWN;
}

static const char *set_timeout(void *to, const char *value)
{
	struct fetch *fetch = to;
	int64_t seconds;

	if (!duration_parse(value, &seconds) || seconds <= 0 ||
	    seconds > MAX_TIMEOUT)
		return "not a duration as 30s, up to 1d";
	fetch->limits.timeout = seconds;
	return NULL;
}

static const char *set_max(void *to, const char *value)
{
	struct fetch *fetch = to;
	char *end;
	unsigned long long bytes;

	errno = 0;
	bytes = strtoull(value, &end, 10);
	if (value[0] < '1' || value[0] > '9' || *end || errno != 0 ||
	    bytes > INT32_MAX)
		return "not a number of bytes, up to 2147483647";
	fetch->limits.max = (size_t)bytes;
	return NULL;
}

static int read_options(int argc, char **argv, struct fetch *fetch)
{
	const struct ctl_option rows[] = {
		{"ca", .values = &fetch->ca_files},
		{"cert", .values = &fetch->cert_files},
		{"dir", .text = &fetch->dir},
		{"dry-run", .given = &fetch->dry_run},
		{"max-size", .set = set_max},
		{"policy", .text = &fetch->policy},
		{"timeout", .set = set_timeout},
	};
	const struct ctl_options options = {
		.usage = usage,
		.rows = rows,
		.count = ARRAY_LEN(rows),
		.arena = fetch->arena,
		.wish = fetch,
	};

	return ctl_options_read(&options, argc, argv);
}

/* What the options leave open, the policy says. */
static int read_policy(struct fetch *fetch)
{
	struct crl_source source = {0};
	bool needed = !fetch->dir || fetch->ca_files.count == 0;

	if (needed &&
	    crl_source_read(fetch->arena, fetch->policy, &source) != ST_OK)
		return CTL_UNKNOWN;
	if (!fetch->dir)
		fetch->dir = source.dir;
	if (fetch->ca_files.count == 0)
		fetch->ca_files = (struct ctl_values){source.cas,
						      source.ca_count};
	if (fetch->dir && fetch->ca_files.count > 0)
		return CTL_GO_ON;
	ctl_line(stderr, "mtlsgatectl: %s names no %s: say %s", fetch->policy,
		 fetch->dir ? "ca" : "directory for CRLs (crl = DIR)",
		 fetch->dir ? "--ca" : "--dir");
	return CTL_UNKNOWN;
}

static bool read_certs(struct fetch *fetch, const struct ctl_values *files,
		       struct ctl_certs_read *certs)
{
	for (size_t i = 0; i < files->count; i++)
		if (crl_source_certs(fetch->arena, files->list[i], certs) !=
		    ST_OK)
			return false;
	return true;
}

static int find_points(struct fetch *fetch)
{
	struct ctl_certs_read samples = {0};
	const struct ctl_certs_read *both[] = {&fetch->cas, &samples};

	if (!read_certs(fetch, &fetch->ca_files, &fetch->cas) ||
	    !read_certs(fetch, &fetch->cert_files, &samples))
		return CTL_UNKNOWN;
	for (size_t i = 0; i < ARRAY_LEN(both); i++)
		for (size_t j = 0; j < both[i]->count; j++)
			if (crl_points_of_cert(&fetch->points,
					       &both[i]->list[j]) != ST_OK)
				return no_memory();
	if (fetch->points.count > 0)
		return CTL_GO_ON;
	ctl_line(stderr,
		 "mtlsgatectl: none of %zu certificates names a CRL to "
		 "be had by http://: give a client's with --cert",
		 fetch->cas.count + samples.count);
	return CTL_UNKNOWN;
}

/* One that is not a CRL has nothing to lose. */
static enum status compare_with_old(struct work *work)
{
	const char *text = NULL;
	const char *why = NULL;
	size_t len = 0;
	struct ctl_crl old = {0};
	enum status status = ctl_crl_file_read(work->arena, work->path, &text,
					       &len, &work->why);

	work->order = CRL_NEWER;
	if (status == ST_ABSENT)
		return ST_OK;
	if (status == ST_OK)
		status = ctl_crl_read(work->arena, text, len, &old, &why);
	else
		return status;
	if (status == ST_BAD)
		return ST_OK;
	if (status == ST_OK)
		work->order = ctl_crl_compare(&work->crl, &old, &work->why);
	crl_release(old.crl);
	return status == ST_OK && work->order == CRL_DOUBTFUL ? ST_BAD : status;
}

static enum status store(struct work *work)
{
	const struct fetch *fetch = work->fetch;
	const char *name = ctl_crl_file_name(work->arena, work->point->url);
	enum status status;

	if (name)
		work->path =
			arena_printf(work->arena, "%s/%s", fetch->dir, name);
	if (!work->path)
		return ST_NOMEM;
	status = compare_with_old(work);
	if (status == ST_OK && work->order == CRL_NEWER && !fetch->dry_run)
		status = ctl_crl_file_write(work->arena, fetch->dir, name,
					    work->crl.der, &work->why);
	return status;
}

static enum status fetch_one(struct work *work, struct buf *body)
{
	const struct fetch *fetch = work->fetch;
	enum status status = ctl_http_get(work->arena, work->point->url,
					  &fetch->limits, body, &work->why);

	if (status == ST_OK)
		status = ctl_crl_read(work->arena, body->data, body->len,
				      &work->crl, &work->why);
	if (status == ST_OK)
		status = ctl_crl_judge(work->arena, &work->crl, &fetch->cas,
				       work->point->delta, time(NULL),
				       &work->why);
	return status == ST_OK ? store(work) : status;
}

static void print_good(const struct work *work)
{
	const struct crl_facts *facts = crl_facts(work->crl.crl);
	char until[TIME_TEXT];

	ctl_line(stdout,
		 "%s %s: %s, %snumber %s, %zu entr%s, nextUpdate %s -> %s%s",
		 work->order == CRL_SAME ? "unchanged" : "ok", work->point->url,
		 facts->issuer, facts->delta ? "delta, " : "",
		 facts->number ? facts->number : "(none)", facts->entries,
		 facts->entries == 1 ? "y" : "ies",
		 time_format(facts->next_update, until), work->path,
		 work->fetch->dry_run ? " (not written)" : "");
}

static void fetch_point(struct fetch *fetch, struct crl_point point)
{
	struct work work = {
		.arena = arena_new(), .fetch = fetch, .point = &point};
	struct buf body = {0};
	enum status status = work.arena ? fetch_one(&work, &body) : ST_NOMEM;

	if (status == ST_OK)
		print_good(&work);
	if (status == ST_OK && !point.delta)
		status = crl_points_of_crl(&fetch->points, work.crl.crl);
	if (status != ST_OK) {
		fetch->failed = true;
		ctl_line(stdout, "FAILED %s: %s", point.url,
			 status == ST_NOMEM ? "out of memory" : work.why);
	}
	crl_release(work.crl.crl);
	buf_free(&body);
	arena_free(work.arena);
}

static int fetch_all(struct fetch *fetch)
{
	/* a CRL may add to the points */
	for (size_t i = 0; i < fetch->points.count; i++)
		fetch_point(fetch, fetch->points.list[i]);
	return fetch->failed || fetch->points.doubtful ? CTL_NO : CTL_YES;
}

int ctl_fetch_crl(int argc, char **argv)
{
	struct fetch fetch = {.arena = arena_new(),
			      .policy = ctl_default_policy(),
			      .limits = {DEFAULT_TIMEOUT, DEFAULT_MAX}};
	int result;

	fetch.points.arena = fetch.arena;
	if (!fetch.arena)
		return no_memory();
	(void)signal(SIGPIPE, SIG_IGN);
	result = read_options(argc, argv, &fetch);
	if (result == CTL_GO_ON)
		result = read_policy(&fetch);
	if (result == CTL_GO_ON)
		result = find_points(&fetch);
	if (result == CTL_GO_ON)
		result = fetch_all(&fetch);
	arena_free(fetch.arena);
	return result;
}
