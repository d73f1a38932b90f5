/* test_condition.c - "attribute = pattern" lines, and whether they hold. */
#include "condition.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "policy_fixture.h"

static struct arena *arena;
static struct attr_list attrs;
static struct attr_set set;
static struct conditions conditions;

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	attrs = (struct attr_list){0};
	conditions = (struct conditions){0};
	set.attrs = &attrs;
	set.values = arena_alloc(arena, 16 * sizeof(*set.values));
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(condition, .init = start, .fini = end);

/* Gives the certificate one more value; NULL: it was read, nothing is added. */
static void give(const char *name, const char *text)
{
	size_t i = fixture_attr(arena, &attrs, name);
	struct attr_values *values = &set.values[i];

	values->state = ATTR_READ;
	if (text)
		cr_assert_eq(attr_add(arena, attrs.list[i].compare, values,
				      text),
			     ST_OK, "%s", text);
}

static void want(const char *name, const char *pattern)
{
	fixture_condition(arena, &attrs, &conditions, name, pattern);
}

static enum match match(void)
{
	return conditions_match(&conditions, &set, NULL);
}

Test(condition, zero_is_no)
{
	enum match zero = {0};

	cr_expect_eq(zero, MATCH_NO);
}

Test(condition, none_hold)
{
	const struct condition *failed = &(struct condition){0};

	cr_expect_eq(conditions_match(&conditions, &set, &failed), MATCH_YES);
	cr_expect_null(failed);
}

Test(condition, any_pattern_and_any_value)
{
	want("subject.OU", "A");
	want("subject.OU", "B");
	give("subject.OU", NULL);
	cr_expect_eq(match(), MATCH_NO, "no value");
	give("subject.OU", "x");
	cr_expect_eq(match(), MATCH_NO);
	give("subject.OU", "B");
	cr_expect_eq(match(), MATCH_YES);
}

Test(condition, all_attributes_must_hold)
{
	const struct condition *failed;

	want("subject.OU", "A");
	want("subject.O", "Corp");
	want("subject.C", "DE");
	give("subject.OU", "A");
	give("subject.O", "Other");
	give("subject.C", "FR");
	cr_expect_eq(conditions_match(&conditions, &set, &failed), MATCH_NO);
	cr_expect_eq(failed, &conditions.all[1], "the first that fails");
	give("subject.O", "Corp");
	cr_expect_eq(conditions_match(&conditions, &set, &failed), MATCH_NO);
	cr_expect_eq(failed, &conditions.all[2]);
	give("subject.C", "DE");
	cr_expect_eq(conditions_match(&conditions, &set, &failed), MATCH_YES);
	cr_expect_null(failed);
}

/* Makes the attribute pin hold (stale or not), be absent or unreadable. */
static void set_state(const char *name, enum match state)
{
	size_t i = fixture_attr(arena, &attrs, name);
	struct attr_values values = {.state = ATTR_READ};
	struct attr_value *value = arena_alloc(arena, sizeof(*value));

	*value = (struct attr_value){.text = "x", .key = "x",
				     .stale = state == MATCH_STALE};
	values.list = value;
	values.count = state != MATCH_NO;
	if (state == MATCH_UNCLEAN)
		values.state = ATTR_UNCLEAN;
	set.values[i] = values;
}

Test(condition, unclean_before_no_before_stale_before_yes)
{
	static const enum match states[] = {MATCH_YES, MATCH_STALE, MATCH_NO,
					    MATCH_UNCLEAN};
	static const char *const names[] = {"pin", "subject.OU"};

	want("pin", "x");
	want("subject.OU", "x");
	for (size_t i = 0; i < ARRAY_LEN(states); i++)
		for (size_t j = 0; j < ARRAY_LEN(states); j++) {
			size_t worst = i > j ? i : j;

			set_state(names[0], states[i]);
			set_state(names[1], states[j]);
			cr_expect_eq(match(), states[worst], "%zu, %zu", i, j);
		}
}

Test(condition, an_attribute_that_nobody_read_is_unclean)
{
	const struct condition *failed;

	want("subject.OU", "A");
	cr_expect_eq(set.values[0].state, ATTR_UNREAD);
	cr_expect_eq(conditions_match(&conditions, &set, &failed),
		     MATCH_UNCLEAN);
	cr_expect_eq(failed, &conditions.all[0]);
}

Test(condition, a_value_in_force_goes_before_a_stale_one)
{
	size_t i = fixture_attr(arena, &attrs, "pin");
	struct attr_value values[] = {
		{.text = "old", .key = "old", .stale = true},
		{.text = "new", .key = "new"}};

	set.values[i] = (struct attr_values){ATTR_READ, values, 2};
	want("pin", "old");
	cr_expect_eq(match(), MATCH_STALE);
	want("pin", "new");
	cr_expect_eq(match(), MATCH_YES);
}

struct row {
	const char *name;
	const char *pattern;
	const char *value;
	bool matches;
};

#define HEX64                                                                  \
	"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"
#define UPPER64                                                                \
	"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"                     \
	":00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF"

static const struct row rows[] = {
	{"subject.OU", "Ops", "Ops", true},
	{"subject.OU", "Ops", "ops", false},
	{"subject.OU", "Ops", "Ops ", false},
	{"subject.OU", "O*", "Ops/a.b", true},
	{"subject.OU", "O?s", "Ops", true},
	{"subject.OU", "O\\*s", "Ops", false},
	{"subject.OU", "O\\*s", "O*s", true},
	{"subject.OU", "*", "", true},
	{"subject.emailAddress", "Bob@A.test", "Bob@a.TEST", true},
	{"subject.emailAddress", "bob@a.test", "Bob@a.test", false},
	{"subject.emailAddress", "*@A.Test", "x@a.test", true},
	{"subject.emailAddress", "a\\*b\\?", "a*b?", true},
	{"subject.emailAddress", "a\\*b", "axb", false},
	{"san.dns", "*.Example.com", "WWW.example.COM", true},
	{"san.dns", "*.example.com", "a.b.example.com", false},
	{"san.dns", "**.example.com", "a.b.example.com", true},
	{"san.dns", "WWW.example.com", "www.EXAMPLE.com", true},
	{"san.dns", "example.com", "example.com.", false},
	{"san.email", "*@A.test", "x@sub.a.test", false},
	{"san.email", "*@A.test", "X@A.TEST", true},
	{"san.uri", "spiffe://d/*", "spiffe://d/a", true},
	{"san.uri", "spiffe://d/*", "spiffe://d/a/b", false},
	{"san.uri", "spiffe://d/**", "spiffe://d/a/b", true},
	{"san.uri", "spiffe://D/a", "spiffe://d/a", false},
	{"san.ip", "2001:db8:0::1", "2001:DB8::1", true},
	{"san.ip", "10.0.0.1", "10.0.0.10", false},
	{"serial", "00:1C:E2", "1ce2", true},
	{"serial", "1CE2", "11CE2", false},
	{"serial", "-1C", "-1c", true},
	{"serial", "1C", "-1c", false},
	{"sha256", UPPER64, HEX64, true},
	{"spki", HEX64, UPPER64, true},
	{"eku", "clientAuth", "1.3.6.1.5.5.7.3.2", true},
	{"eku", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2", false},
	{"eku", "1.3.6.**", "1.3.6.1.5.5.7.3.2", true},
	{"policy", "2.5.29.32.0", "2.5.29.32.0", true},
	{"ext.1.2.3", "0C:0A", "0c0a", true},
	{"ext.1.2.3", "0c*", "0c0a", true},
	{"ext.1.2.3", "0C*", "0c0a", true},
	{"san.email", "*@*.A.TEST", "x@sub.a.test", true},
	{"key.bits", "2048", "2048", true},
	{"key.bits", "2048", "20480", false},
	{"pin", "build", "build", true},
};

Test(condition, how_values_compare)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		end();
		start();
		want(rows[i].name, rows[i].pattern);
		give(rows[i].name, rows[i].value);
		cr_expect_eq(match(), rows[i].matches ? MATCH_YES : MATCH_NO,
			     "%s = %s and %s", rows[i].name, rows[i].pattern,
			     rows[i].value);
	}
}

#define HEX63 (&HEX64[1])

Test(condition, patterns_that_are_refused)
{
	static const struct {
		const char *name;
		const char *pattern;
	} bad[] = {
		{"sha256", "abc"},	   {"sha256", HEX63},
		{"sha256", HEX64 "00"},	   {"sha256", "*"},
		{"spki", "xyz"},	   {"spki", "00*"},
		{"serial", "12?"},	   {"serial", "xyz"},
		{"serial", "123456789012345678901234567890123456789012"},
		{"pin", "build*"},	   {"subject", "no name"},
		{"subject", "CN=a*,FOO=b"}, {"issuer", ""},
		{"san.ip", "10.0.0"},	   {"san.ip", "10.0.0.0/8"},
		{"san.ip", "10.0.0.*"},	   {"san.ip", "2001:db8::?"},
		{"san.email", "*.a.test"},  {"ext.1.2.3", "0c:*"},
		{"eku", "noSuchPurpose"},  {"subject.OU", "a\\"},
		{"subject.OU", "\xff"},	   {"ext.1.2.3", "xyz"},
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct pattern pattern = {.text = "untouched"};
		struct attr attr;
		const char *why = NULL;

		cr_assert_eq(attr_parse(arena, bad[i].name, &attr, &why),
			     ST_OK);
		why = NULL;
		cr_expect_eq(pattern_compile(arena, &attr, bad[i].pattern,
					     &pattern, &why),
			     ST_BAD, "%s = %s", bad[i].name, bad[i].pattern);
		cr_expect_not_null(why);
		cr_expect_str_eq(pattern.text, "untouched");
	}
}

Test(condition, a_serial_of_forty_digits)
{
	want("serial", "1234567890123456789012345678901234567890");
	give("serial", "1234567890123456789012345678901234567890");
	cr_expect_eq(match(), MATCH_YES);
}

Test(condition, whole_names_compare_as_names)
{
	struct cert cert = fixture_cert(arena,
					"subject O=Corp\nsubject CN=a,b\n");
	struct name empty = {0};
	struct attr_value value = {.text = "CN=a\\,b,O=Corp",
				   .name = &cert.subject};

	want("subject", "CN=a\\2Cb, O=Corp");
	set.values[0] = (struct attr_values){ATTR_READ, &value, 1};
	cr_expect_eq(match(), MATCH_YES, "another spelling, the same name");
	value.name = &empty;
	cr_expect_eq(match(), MATCH_NO);
	value.name = NULL;
	cr_expect_eq(match(), MATCH_NO, "text alone is no name");
}

Test(condition, list_files)
{
	static const char *keys[] = {"*", "alice", "bob"};
	struct value_file file = {.file = "list"};
	struct pattern pattern = {.text = "@list", .file = &file};
	struct condition one = {.any = &pattern, .count = 1};
	static const struct {
		const char *value;
		enum match match;
	} values[] = {
		{"alice", MATCH_YES}, {"bob", MATCH_YES}, {"*", MATCH_YES},
		{"Alice", MATCH_NO},  {"al", MATCH_NO},	  {"alicee", MATCH_NO},
		{"", MATCH_NO},	      {"carol", MATCH_NO},
	};

	cr_assert_eq(table_init(arena, ARRAY_LEN(keys), &file.keys), ST_OK);
	for (size_t i = 0; i < ARRAY_LEN(keys); i++)
		cr_assert(table_add(&file.keys, table_hash(0, keys[i]),
				    keys[i], i));
	conditions = (struct conditions){&one, 1};
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		set.values[0] = (struct attr_values){0};
		give("subject.CN", values[i].value);
		cr_expect_eq(match(), values[i].match, "%s", values[i].value);
	}
	file.keys = (struct table){0};
	give("subject.CN", "alice");
	cr_expect_eq(match(), MATCH_NO, "an empty list");
}

Test(condition, a_zeroed_pattern_matches_nothing)
{
	struct pattern pattern = {0};
	struct condition one = {.any = &pattern, .count = 1};

	conditions = (struct conditions){&one, 1};
	give("subject.CN", "");
	give("subject.CN", "a");
	cr_expect_eq(match(), MATCH_NO);
	one.count = 0;
	cr_expect_eq(match(), MATCH_NO, "and neither does none");
}
