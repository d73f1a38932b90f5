/* ctl_seen_print.c - in: what was seen in a log; out: the same as tables or
 * JSON. It counts nothing itself. */
#include "ctl_seen_print.h"

#include "ctl_io.h"
#include "ctl_term.h"
#include "json.h"
#include "timefmt.h"

enum { SHORT_DIGEST = 16 };

static bool expires(const struct ctl_seen_view *view,
		    const struct ctl_seen_cert *cert)
{
	return view->within >= 0 &&
	       ctl_seen_expires(cert, view->now, view->within);
}

static void heading(struct ctl_table *table, const char *const *names)
{
	for (size_t i = 0; i < table->columns; i++)
		ctl_cell(table, CTL_PLAIN, "%s", names[i]);
}

static void cert_row(struct ctl_table *table, const struct ctl_seen_view *view,
		     const struct ctl_seen_cert *cert)
{
	int64_t days = ctl_seen_days(cert, view->now);
	enum ctl_style style = expires(view, cert) ? CTL_RED : CTL_PLAIN;
	int digits = ctl_term_aligned(stdout) ? SHORT_DIGEST : 64;
	char when[TIME_TEXT];

	ctl_cell(table, style, "%s", cert->id ? cert->id : "-");
	ctl_cell(table, CTL_PLAIN, "%s", cert->serial ? cert->serial : "-");
	ctl_cell(table, CTL_PLAIN, "%.*s", digits, cert->sha256);
	ctl_cell(table, CTL_PLAIN, "%s", time_format(cert->last, when));
	ctl_cell(table, CTL_PLAIN, "%llu", (unsigned long long)cert->count);
	ctl_cell(table, CTL_PLAIN, "%llu", (unsigned long long)cert->denied);
	if (days == SEEN_UNKNOWN)
		ctl_cell(table, CTL_PLAIN, "-");
	else
		ctl_cell(table, style, "%lld", (long long)days);
	ctl_cell(table, CTL_DIM, "%s", cert->verified ? "yes" : "no");
}

static bool print_certs(struct arena *arena, const struct ctl_seen_view *view)
{
	static const char *const names[] = {
		"ID", "SERIAL", "SHA256", "LAST SEEN", "COUNT", "DENIED",
		"DAYS LEFT", "VERIFIED",
	};
	struct ctl_table table = {.arena = arena, .columns = ARRAY_LEN(names)};

	heading(&table, names);
	for (size_t i = 0; i < view->seen->count; i++)
		cert_row(&table, view, &view->seen->certs[i]);
	ctl_table_print(stdout, &table);
	return !table.failed;
}

static const char *reason_name(size_t reason)
{
	return reason < REASON_COUNT ? reason_row((enum reason)reason)->name
				     : "(unknown)";
}

static const char *reason_message(size_t reason)
{
	return reason < REASON_COUNT ? reason_row((enum reason)reason)->message
				     : "A reason that this version lacks";
}

static bool print_refusals(struct arena *arena, const struct ctl_seen *seen)
{
	static const char *const names[] = {"REFUSED FOR", "COUNT", "LAST",
					    "WHICH MEANS"};
	struct ctl_table table = {.arena = arena, .columns = ARRAY_LEN(names)};
	char when[TIME_TEXT];

	heading(&table, names);
	for (size_t i = 0; i <= REASON_COUNT; i++) {
		const struct ctl_seen_refusal *refusal = &seen->refusals[i];

		if (!refusal->count)
			continue;
		ctl_cell(&table, CTL_PLAIN, "%s", reason_name(i));
		ctl_cell(&table, CTL_PLAIN, "%llu",
			 (unsigned long long)refusal->count);
		ctl_cell(&table, CTL_PLAIN, "%s",
			 time_format(refusal->last, when));
		ctl_cell(&table, CTL_DIM, "%s", reason_message(i));
	}
	ctl_table_print(stdout, &table);
	return !table.failed;
}

static void print_sum(const struct ctl_seen_view *view)
{
	const struct ctl_seen *seen = view->seen;
	uint64_t all = seen->granted + seen->denied;
	char from[TIME_TEXT], until[TIME_TEXT];

	ctl_put(stdout, CTL_PLAIN, "%llu decisions, %llu granted, %llu denied",
		(unsigned long long)all, (unsigned long long)seen->granted,
		(unsigned long long)seen->denied);
	if (all)
		ctl_put(stdout, CTL_PLAIN, ", from %s to %s",
			time_format(seen->first, from),
			time_format(seen->last, until));
	ctl_put_end(stdout);
	if (view->lines->foreign || view->lines->cut)
		ctl_line(stdout, "%zu lines of something else, %zu cut",
			 view->lines->foreign, view->lines->cut);
	if (seen->unlisted)
		ctl_line(stdout, "%llu decisions about certificates that are "
				 "not listed: there are too many",
			 (unsigned long long)seen->unlisted);
	if (view->within < 0)
		return;
	ctl_put(stdout, view->expiring ? CTL_RED : CTL_GREEN,
		"%zu certificates expire in that time, or have expired",
		view->expiring);
	ctl_put_end(stdout);
}

enum status ctl_seen_text(struct arena *arena,
			  const struct ctl_seen_view *view)
{
	if (view->seen->count) {
		if (!print_certs(arena, view))
			return ST_NOMEM;
		ctl_put_end(stdout);
	}
	if (view->seen->denied) {
		if (!print_refusals(arena, view->seen))
			return ST_NOMEM;
		ctl_put_end(stdout);
	}
	print_sum(view);
	return ST_OK;
}

static json_t *cert_json(struct json *json, const struct ctl_seen_view *view,
			 const struct ctl_seen_cert *cert)
{
	int64_t days = ctl_seen_days(cert, view->now);
	json_t *map = json_map(json);

	json_put_text(json, map, "id", cert->id);
	json_put_text(json, map, "serial", cert->serial);
	json_put_text(json, map, "sha256", cert->sha256);
	json_put_time(json, map, "last_seen", cert->last);
	json_put_int(json, map, "count", (int64_t)cert->count);
	json_put_int(json, map, "denied", (int64_t)cert->denied);
	if (days == SEEN_UNKNOWN)
		json_put_text(json, map, "days_left", NULL);
	else
		json_put_int(json, map, "days_left", days);
	json_put_bool(json, map, "verified", cert->verified);
	json_put_bool(json, map, "expiring", expires(view, cert));
	return map;
}

static json_t *certs_json(struct json *json, const struct ctl_seen_view *view)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i < view->seen->count; i++)
		json_append(json, list,
			    cert_json(json, view, &view->seen->certs[i]));
	return list;
}

static json_t *refusals_json(struct json *json, const struct ctl_seen *seen)
{
	json_t *list = json_list(json);

	for (size_t i = 0; i <= REASON_COUNT; i++) {
		const struct ctl_seen_refusal *refusal = &seen->refusals[i];
		json_t *map;

		if (!refusal->count)
			continue;
		map = json_map(json);
		json_put_text(json, map, "reason", reason_name(i));
		json_put_int(json, map, "count", (int64_t)refusal->count);
		json_put_time(json, map, "last", refusal->last);
		json_put_text(json, map, "message", reason_message(i));
		json_append(json, list, map);
	}
	return list;
}

static void put_time(struct json *json, json_t *root, const char *key,
		     bool known, int64_t when)
{
	if (known)
		json_put_time(json, root, key, when);
	else
		json_put_text(json, root, key, NULL);
}

static void put_sum(struct json *json, json_t *root,
		    const struct ctl_seen_view *view)
{
	const struct ctl_seen *seen = view->seen;
	bool any = seen->granted + seen->denied > 0;

	json_put_int(json, root, "granted", (int64_t)seen->granted);
	json_put_int(json, root, "denied", (int64_t)seen->denied);
	put_time(json, root, "first", any, seen->first);
	put_time(json, root, "last", any, seen->last);
	json_put_int(json, root, "foreign_lines",
		     (int64_t)view->lines->foreign);
	json_put_int(json, root, "cut_lines", (int64_t)view->lines->cut);
	json_put_int(json, root, "unlisted", (int64_t)seen->unlisted);
	if (view->within >= 0)
		json_put_int(json, root, "expiring", (int64_t)view->expiring);
	else
		json_put_text(json, root, "expiring", NULL);
}

enum status ctl_seen_json(struct arena *arena,
			  const struct ctl_seen_view *view)
{
	struct json json = {.arena = arena};
	json_t *root = json_map(&json);

	json_put_time(&json, root, "at", view->now);
	put_time(&json, root, "since", view->since != TIME_ALWAYS,
		 view->since);
	json_put(&json, root, "certificates", certs_json(&json, view));
	json_put(&json, root, "refusals", refusals_json(&json, view->seen));
	put_sum(&json, root, view);
	return ctl_print_json(&json, root);
}
