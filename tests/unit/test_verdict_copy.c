/* test_verdict_copy.c - a copy that needs nothing of what it was made from. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "policy_fixture.h"
#include "verdict.h"

static const char *dup(const char *text)
{
	char *copy = strdup(text);

	cr_assert_not_null(copy);
	return copy;
}

/* Overwrites and frees what dup gave. */
static void spoil(const char *text)
{
	memset((char *)text, '#', strlen(text));
	free((char *)text);
}

static void expect_all(struct verdict to, const char *pin)
{
	cr_expect_eq(to.source, SOURCE_CADDY);
	cr_expect_str_eq(to.verified.detail, "detail");
	cr_expect_str_eq(to.verified.cert.serial, "01");
	cr_expect_str_eq(to.verified.cert.sha256, "ab");
	cr_expect_eq(to.verified.cert.not_after, 2);
	cr_expect_str_eq(to.verified.cert.issuer.avas[0].value, "CA");
	cr_expect_str_eq(to.verified.cert.subject.avas[0].value, "CA");
	cr_expect_str_eq(to.verified.set.values[0].list[0].text, "Text");
	cr_expect_str_eq(to.verified.set.values[0].list[0].key, "key");
	cr_expect(to.verified.set.values[0].list[0].stale);
	cr_expect_str_eq(to.verified.set.values[0].list[0].name->avas[0].oid,
			 "2.5.4.3");
	cr_expect_eq(to.verified.set.values[2].state, ATTR_UNCLEAN);
	cr_expect_eq(to.verified.pins.list[0].text, pin, "as it stands");
	cr_expect_eq(to.verified.set.values[1].list[0].key, pin);
	cr_expect_str_eq(to.verified.warning, "warning");
	cr_expect_str_eq(to.identity.id, "id");
	cr_expect_str_eq(to.identity.email, "mail");
	cr_expect_null(to.identity.department);
	cr_expect(!to.identity.has_role[0] && to.identity.has_role[2]);
	cr_expect_str_eq(to.identity.roles[1], "three");
	cr_expect_eq(memcmp(to.text[TEXT_WHO].bytes, "ready", 5), 0);
	cr_expect_eq(to.text[TEXT_WHO].id_at[0], 3);
	cr_expect_null(to.text[TEXT_GRANT].bytes);
}

Test(verdict_copy, stands_alone)
{
	struct ava ava = {dup("2.5.4.3"), dup("CA"), 0, true};
	struct name name = {&ava, 1};
	struct attr_value value = {dup("Text"), dup("key"), &name,
				   .stale = true};
	struct attr_value pin = {"name", "name", .stale = true};
	struct attr_values values[3] = {{ATTR_READ, &value, 1},
					{ATTR_READ, &pin, 1},
					{.state = ATTR_UNCLEAN}};
	struct attr attrs[3] = {{.name = "a"},
				{.name = "pin", .origin = ORIGIN_PIN},
				{.name = "c"}};
	struct attr_list list = {attrs, 3};
	bool has_role[3] = {false, true, true};
	const char *roles[] = {"two", "three"};
	char text[] = "ready";
	struct verdict from = {.source = SOURCE_CADDY}, to;
	char *room;
	size_t size;

	from.verified = (struct verified){
		.ok = true, .parsed = true, .detail = dup("detail"),
		.cert = {.subject = name, .issuer = name,
			 .serial = dup("01"), .sha256 = dup("ab"),
			 .not_before = 1,
			 .not_after = 2},
		.set = {&list, values}, .pins = values[1],
		.warning = dup("warning")};
	from.identity = (struct identity){
		.known = true, .id = dup("id"), .email = dup("mail"),
		.has_role = has_role, .roles = roles, .role_count = 2};
	from.text[TEXT_WHO] = (struct verdict_text){text, 5, {3, 0}, 1};
	size = verdict_copy(&from, 3, NULL, &to);
	room = malloc(size);
	cr_assert_not_null(room);
	cr_assert_eq(verdict_copy(&from, 3, room, &to), size);
	spoil(ava.oid);
	spoil(ava.value);
	spoil(value.text);
	spoil(value.key);
	spoil(from.verified.detail);
	spoil(from.verified.cert.serial);
	spoil(from.verified.cert.sha256);
	spoil(from.verified.warning);
	spoil(from.identity.id);
	spoil(from.identity.email);
	memset(values, 0, sizeof(values));
	memset(has_role, 0, sizeof(has_role));
	memset(text, '#', 5);
	memset(&ava, 0, sizeof(ava));
	memset(&value, 0, sizeof(value));
	expect_all(to, pin.text);
	free(room);
}

Test(verdict_copy, of_nothing)
{
	struct verdict nothing = {0}, to;
	_Alignas(16) char room[64];

	cr_assert_leq(verdict_copy(&nothing, 5, NULL, &to), sizeof(room));
	verdict_copy(&nothing, 5, room, &to);
	cr_expect_null(to.identity.has_role);
	cr_expect_null(to.verified.set.values);
	cr_expect_not(to.verified.ok);
}
