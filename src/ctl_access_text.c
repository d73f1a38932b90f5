/* ctl_access_text.c - in: who may do what, as data; out: tables. It adds
 * nothing to what is there and leaves nothing out that decides. */
#include "ctl_access_text.h"

#include <string.h>

#include "ctl_io.h"
#include "ctl_term.h"

static const char *text_of(const json_t *map, const char *key)
{
	return json_string_value(json_object_get(map, key));
}

static bool is_text(const char *text, const char *wanted)
{
	return text && strcmp(text, wanted) == 0;
}

/* The texts of a list between separators. */
static const char *join(struct json *json, const json_t *list,
			const char *separator)
{
	const char *out = "";

	for (size_t i = 0; out && i < json_array_size(list); i++)
		out = arena_printf(json->arena, "%s%s%s", out,
				   i ? separator : "",
				   json_string_value(json_array_get(list, i)));
	json->failed |= !out;
	return out ? out : "";
}

/* A cell that is empty shows as a dash, so that every row has all columns. */
static const char *shown(const char *text)
{
	return text && *text ? text : "-";
}

/* Adds a part to what must hold. */
static const char *and(struct json *json, const char *all, const char *part)
{
	const char *out = arena_printf(json->arena, "%s%s%s", all,
				       *all ? "; " : "", part);

	json->failed |= !out;
	return out ? out : "";
}

/* " until TIME (over)" and the like; "" where there are no dates. */
static const char *dates(struct json *json, const json_t *map)
{
	const char *from = text_of(map, "from");
	const char *until = text_of(map, "until");
	bool holds = json_is_true(json_object_get(map, "in_force"));
	const char *out;

	if (!from && !until)
		return "";
	out = arena_printf(json->arena, "%s%s%s%s%s%s",
			   from ? "from " : "", from ? from : "",
			   from && until ? " " : "", until ? "until " : "",
			   until ? until : "",
			   holds ? "" : " (not in force)");
	json->failed |= !out;
	return out ? out : "";
}

static const char *pins(struct json *json, const json_t *map)
{
	const json_t *list = json_object_get(map, "pins");
	const char *out = json_array_size(list) ? "pin " : "";

	for (size_t i = 0; out && i < json_array_size(list); i++) {
		const json_t *pin = json_array_get(list, i);
		const char *when = dates(json, pin);

		out = arena_printf(json->arena, "%s%s%s%s%s", out,
				   i ? " or " : "", text_of(pin, "pin"),
				   *when ? " " : "", when);
	}
	json->failed |= !out;
	return out ? out : "";
}

/* Everything that must hold besides. */
static const char *only_if(struct json *json, const json_t *map)
{
	const json_t *list = json_object_get(map, "conditions");
	const char *out = pins(json, map);
	const char *when = dates(json, map);

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *condition = json_array_get(list, i);
		const char *part = arena_printf(
			json->arena, "%s = %s",
			text_of(condition, "attribute"),
			join(json, json_object_get(condition, "any"), " | "));

		json->failed |= !part;
		out = and(json, out, part ? part : "");
	}
	return *when ? and(json, out, when) : out;
}

static const char *who(struct json *json, const json_t *allow)
{
	const json_t *list = json_object_get(allow, "who");
	const char *first = json_string_value(json_array_get(list, 0));

	if (!first)
		return "nobody";
	if (strcmp(first, "*") == 0)
		return "any certificate";
	return strcmp(first, "anyone") == 0 ? "anyone, without certificate"
					    : join(json, list, ", ");
}

static const char *method_list(struct json *json, const json_t *map, bool only)
{
	const json_t *list = json_object_get(map, "methods");
	const char *first = json_string_value(json_array_get(list, 0));

	if (is_text(first, "*"))
		return only ? "all" : "others";
	return join(json, list, ", ");
}

static void rule_rows(struct json *json, struct ctl_table *table,
		      const json_t *rule)
{
	const json_t *paths = json_object_get(rule, "paths");
	const json_t *allow = json_object_get(rule, "allow");
	size_t count = json_array_size(allow);

	for (size_t i = 0; i < json_array_size(paths) * count; i++) {
		const json_t *row = json_array_get(allow, i % count);
		const char *let = who(json, row);
		bool nobody = strcmp(let, "nobody") == 0;

		ctl_cell(table, CTL_PLAIN, "%s",
			 join(json, json_object_get(rule, "sites"), ", "));
		ctl_cell(table, CTL_PLAIN, "%s",
			 json_string_value(json_array_get(paths, i / count)));
		ctl_cell(table, CTL_PLAIN, "%s",
			 method_list(json, row, count == 1));
		ctl_cell(table, nobody ? CTL_RED : CTL_GREEN, "%s", let);
		ctl_cell(table, CTL_YELLOW, "%s",
			 nobody ? "-" : shown(only_if(json, rule)));
		ctl_cell(table, CTL_DIM, "[access %s] line %lld",
			 text_of(rule, "rule"),
			 (long long)json_integer_value(
				 json_object_get(rule, "line")));
	}
}

static void heading(struct ctl_table *table, const char *const *names)
{
	for (size_t i = 0; i < table->columns; i++)
		ctl_cell(table, CTL_PLAIN, "%s", names[i]);
}

static bool print_rules(struct json *json, const json_t *list)
{
	static const char *const names[] = {"SITE", "PATH", "METHODS", "WHO",
					    "ONLY IF", "RULE"};
	static const char *const rest[] = {"*", "(all else)", "all", "nobody",
					   "-", "-"};
	struct ctl_table table = {.arena = json->arena,
				  .columns = ARRAY_LEN(names)};

	heading(&table, names);
	for (size_t i = 0; i < json_array_size(list); i++)
		rule_rows(json, &table, json_array_get(list, i));
	for (size_t i = 0; i < table.columns; i++)
		ctl_cell(&table, i == 3 ? CTL_RED : CTL_PLAIN, "%s", rest[i]);
	ctl_table_print(stdout, &table);
	return !table.failed;
}

static bool print_roles(struct json *json, const json_t *list)
{
	static const char *const names[] = {"ROLE", "WHO HAS IT", "RULE"};
	struct ctl_table table = {.arena = json->arena,
				  .columns = ARRAY_LEN(names)};

	heading(&table, names);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *role = json_array_get(list, i);
		bool other = json_is_true(json_object_get(role, "default"));
		const char *needs = only_if(json, role);

		ctl_cell(&table, CTL_PLAIN, "%s", text_of(role, "role"));
		ctl_cell(&table, CTL_PLAIN, "%s",
			 other ? "whoever has no other" : needs);
		ctl_cell(&table, CTL_DIM, "line %lld",
			 (long long)json_integer_value(
				 json_object_get(role, "line")));
	}
	ctl_put_end(stdout);
	ctl_table_print(stdout, &table);
	return !table.failed;
}

static void print_admin(const json_t *admin)
{
	const char *role = text_of(admin, "role");

	ctl_put_end(stdout);
	if (role)
		ctl_line(stdout, "mtlsgate's own pages %s need the role %s as "
				 "well", text_of(admin, "path"), role);
	else
		ctl_line(stdout, "mtlsgate's own pages %s: nobody, since no "
				 "role is the admin_role",
			 text_of(admin, "path"));
}

static bool same_path(const json_t *row, const json_t *other)
{
	return other &&
	       json_equal(json_object_get(row, "site"),
			  json_object_get(other, "site")) &&
	       json_equal(json_object_get(row, "asked"),
			  json_object_get(other, "asked"));
}

/* The row with * has all that its neighbours do not name. */
static const char *asked_methods(struct json *json, const json_t *list,
				 size_t index)
{
	const json_t *row = json_array_get(list, index);
	const json_t *methods = json_object_get(row, "methods");
	size_t count = json_array_size(methods);
	bool only = !same_path(row, json_array_get(list, index + 1)) &&
		    (index == 0 ||
		     !same_path(row, json_array_get(list, index - 1)));

	if (count && is_text(json_string_value(
				     json_array_get(methods, count - 1)), "*"))
		return only ? "all" : "others";
	return shown(join(json, methods, ", "));
}

static bool print_may(struct json *json, const json_t *list)
{
	static const char *const names[] = {"SITE", "PATH", "METHODS",
					    "DECISION", "REASON", "RULE"};
	struct ctl_table table = {.arena = json->arena,
				  .columns = ARRAY_LEN(names)};

	heading(&table, names);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		const char *rule = text_of(row, "rule");
		const char *site = text_of(row, "site");
		bool granted = is_text(text_of(row, "decision"), "granted");

		ctl_cell(&table, CTL_PLAIN, "%s", *site ? site : "*");
		ctl_cell(&table, CTL_PLAIN, "%s", text_of(row, "path"));
		ctl_cell(&table, CTL_PLAIN, "%s",
			 asked_methods(json, list, i));
		ctl_cell(&table, granted ? CTL_GREEN : CTL_RED, "%s",
			 text_of(row, "decision"));
		ctl_cell(&table, CTL_PLAIN, "%s", text_of(row, "reason"));
		ctl_cell(&table, CTL_DIM, "%s%s%s", rule ? "[access " : "-",
			 rule ? rule : "", rule ? "]" : "");
	}
	ctl_table_print(stdout, &table);
	return !table.failed;
}

static void print_who(struct json *json, const json_t *root)
{
	const char *id = text_of(root, "id");
	const char *reason = text_of(root, "reason");
	const json_t *roles = json_object_get(root, "roles");

	ctl_line(stdout, "id: %s", id ? id : "(nobody)");
	ctl_line(stdout, "roles: %s",
		 json_array_size(roles) ? join(json, roles, ", ") : "(none)");
	if (reason)
		ctl_line(stdout, "refused: %s", reason);
	ctl_put_end(stdout);
}

enum status ctl_access_text(struct json *json, json_t *root)
{
	const json_t *warnings = json_object_get(root, "warnings");
	bool good = !json->failed;

	for (size_t i = 0; good && i < json_array_size(warnings); i++) {
		ctl_put(stdout, CTL_YELLOW, "warning");
		ctl_put(stdout, CTL_PLAIN, ": %s",
			json_string_value(json_array_get(warnings, i)));
		ctl_put_end(stdout);
	}
	if (good && json_object_get(root, "access")) {
		print_who(json, root);
		good = print_may(json, json_object_get(root, "access"));
	} else if (good) {
		good = print_rules(json, json_object_get(root, "rules")) &&
		       print_roles(json, json_object_get(root, "roles"));
		print_admin(json_object_get(root, "admin_pages"));
	}
	json_decref(root);
	return good && !json->failed ? ST_OK : ST_NOMEM;
}
