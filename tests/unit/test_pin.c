/* test_pin.c - certificates known by their digest. */
#include "pin.h"

#include <criterion/criterion.h>
#include <string.h>

#include "policy_fixture.h"

#define D1 "1111111111111111111111111111111111111111111111111111111111111111"
#define D63 "111111111111111111111111111111111111111111111111111111111111111"
#define D2 "2222222222222222222222222222222222222222222222222222222222222222"
#define D3 "3333333333333333333333333333333333333333333333333333333333333333"

enum { FROM = 1000, UNTIL = 2000 };

static struct arena *arena;
static struct pin_list pins;
static const struct cert cert = {.sha256 = D1, .spki = D2};

static void start(void)
{
	arena = arena_new();
	cr_assert_not_null(arena);
	pins = (struct pin_list){0};
}

static void end(void)
{
	arena_free(arena);
}

TestSuite(pin, .init = start, .fini = end);

static struct attr_values find(const struct cert *of, int64_t now)
{
	struct attr_values values;

	memset(&values, 0xff, sizeof(values));
	cr_assert_eq(pin_prepare(arena, &pins), ST_OK);
	cr_assert_eq(pin_match(arena, &pins, of, now, &values), ST_OK);
	cr_assert_eq(values.state, ATTR_READ);
	return values;
}

/* Moves the digest of the last pin to its spki lines. */
static void by_spki(void)
{
	struct pin *pin = &pins.list[pins.count - 1];

	pin->spki = pin->sha256;
	pin->spki_count = pin->sha256_count;
	pin->sha256_count = 0;
}

Test(pin, no_pins)
{
	cr_expect_eq(find(&cert, 0).count, 0);
}

Test(pin, by_either_digest)
{
	struct attr_values values;

	fixture_pin(arena, &pins, "cert", D1, SPAN_ALWAYS);
	fixture_pin(arena, &pins, "key-as-cert", D2, SPAN_ALWAYS);
	fixture_pin(arena, &pins, "key", D2, SPAN_ALWAYS);
	by_spki();
	fixture_pin(arena, &pins, "cert-as-key", D1, SPAN_ALWAYS);
	by_spki();
	fixture_pin(arena, &pins, "other", D3, SPAN_ALWAYS);
	values = find(&cert, 0);
	cr_assert_eq(values.count, 2);
	cr_expect_eq(values.list[0].text, pins.list[0].name);
	cr_expect_str_eq(values.list[0].key, "cert");
	cr_expect_eq(values.list[1].text, pins.list[2].name);
	cr_expect_not(values.list[0].stale || values.list[1].stale);
}

Test(pin, any_of_several_lines)
{
	static const char *digests[] = {D3, D2, D1};
	struct pin pin = {.name = "p", .sha256 = digests, .span = SPAN_ALWAYS};

	pins = (struct pin_list){.list = &pin, .count = 1};
	for (size_t count = 0; count <= 3; count++) {
		pin.sha256_count = count;
		cr_expect_eq(find(&cert, 0).count, count == 3);
	}
}

Test(pin, digests_are_compared_whole)
{
	static const char *const near[] = {"", "1", D1 "1", D3, D63 "2",
					   ("2" D63)};

	for (size_t i = 0; i < ARRAY_LEN(near); i++)
		fixture_pin(arena, &pins, "near", near[i], SPAN_ALWAYS);
	cr_expect_eq(find(&cert, 0).count, 0);
}

Test(pin, a_certificate_without_digests_matches_none)
{
	static const struct cert name_alone = {0};

	fixture_pin(arena, &pins, "empty", "", SPAN_ALWAYS);
	fixture_pin(arena, &pins, "key", "", SPAN_ALWAYS);
	by_spki();
	cr_expect_eq(find(&name_alone, 0).count, 0);
}

Test(pin, dates)
{
	static const struct {
		int64_t now;
		bool stale;
	} rows[] = {
		{FROM - 1, true}, {FROM, false}, {UNTIL - 1, false},
		{UNTIL, true},	  {0, true},	 {INT64_MAX, true},
	};

	fixture_pin(arena, &pins, "p", D1, (struct span){FROM, UNTIL});
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct attr_values values = find(&cert, rows[i].now);

		cr_assert_eq(values.count, 1, "it is known all the same");
		cr_expect_eq(values.list[0].stale, rows[i].stale, "%zu", i);
	}
}

Test(pin, a_zeroed_span_is_never_in_force)
{
	fixture_pin(arena, &pins, "p", D1, (struct span){0, 0});
	cr_expect(find(&cert, 0).list[0].stale);
}

static enum match required(const size_t *wanted, size_t count, int64_t now)
{
	struct attr_values values = find(&cert, now);

	return pin_required(wanted, count, &values);
}

Test(pin, required)
{
	static const size_t none[] = {0};
	static const size_t old[] = {1};
	static const size_t good[] = {2};
	static const size_t mixed[] = {0, 1, 2};
	static const size_t no_good[] = {0, 1};

	fixture_pin(arena, &pins, "other", D3, SPAN_ALWAYS);
	fixture_pin(arena, &pins, "old", D1, (struct span){FROM, UNTIL});
	fixture_pin(arena, &pins, "good", D1, SPAN_ALWAYS);
	cr_expect_eq(required(NULL, 0, UNTIL), MATCH_YES, "none is wanted");
	cr_expect_eq(required(none, 1, UNTIL), MATCH_NO);
	cr_expect_eq(required(old, 1, UNTIL), MATCH_STALE);
	cr_expect_eq(required(old, 1, FROM), MATCH_YES);
	cr_expect_eq(required(good, 1, UNTIL), MATCH_YES);
	cr_expect_eq(required(mixed, 3, UNTIL), MATCH_YES);
	cr_expect_eq(required(no_good, 2, UNTIL), MATCH_STALE);
}

Test(pin, nothing_matched_meets_nothing)
{
	static const size_t wanted[] = {0};
	struct attr_values nothing = {0};

	fixture_pin(arena, &pins, "p", D1, SPAN_ALWAYS);
	cr_expect_eq(pin_required(wanted, 1, &nothing), MATCH_NO);
}

Test(pin, without_tables_nothing_is_known)
{
	struct attr_values values;

	cr_expect_eq(pin_match(arena, &pins, &cert, FROM, &values), ST_BAD);
}

Test(pin, wanted_ones_are_sorted)
{
	size_t wanted[] = {5, 2, 9, 2, 5, 5};

	cr_assert_eq(pin_sort(wanted, ARRAY_LEN(wanted)), 3);
	cr_expect(wanted[0] == 2 && wanted[1] == 5 && wanted[2] == 9);
	for (size_t i = 0; i < 12; i++)
		cr_expect_eq(pin_is_wanted(wanted, 3, i),
			     i == 2 || i == 5 || i == 9);
	cr_expect_eq(pin_sort(NULL, 0), 0);
	cr_expect_not(pin_is_wanted(NULL, 0, 0));
}

/* ---- against a loop over the pins ---- */

static bool names(const char **digests, size_t count, const char *digest)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(digests[i], digest) == 0)
			return true;
	return false;
}

static const struct pin *slow_admits(int64_t now)
{
	const struct pin *ended = NULL;

	for (size_t i = 0; i < pins.count; i++) {
		const struct pin *pin = &pins.list[i];

		if (!pin->no_chain || now < pin->span.from ||
		    !names(pin->sha256, pin->sha256_count, D1))
			continue;
		if (span_holds(&pin->span, now))
			return pin;
		ended = ended ? ended : pin;
	}
	return ended;
}

static void random_digests(const char ***ret_list, size_t *ret_count)
{
	static const char *const some[] = {D1, D2, D3, D63 "2"};

	*ret_count = (size_t)rand() % 4;
	*ret_list = arena_alloc(arena, 4 * sizeof(**ret_list));
	for (size_t i = 0; i < *ret_count; i++)
		(*ret_list)[i] = some[(size_t)rand() % ARRAY_LEN(some)];
}

static void random_pins(void)
{
	pins = (struct pin_list){0};
	for (int left = rand() % 12; left > 0; left--) {
		struct pin *pin;

		fixture_pin(arena, &pins, "p", D3,
			    (struct span){rand() % 4, rand() % 6});
		pin = &pins.list[pins.count - 1];
		pin->no_chain = rand() % 2;
		random_digests(&pin->sha256, &pin->sha256_count);
		random_digests(&pin->spki, &pin->spki_count);
	}
}

Test(pin, agrees_with_a_loop)
{
	srand(6);
	for (size_t round = 0; round < 3000; round++) {
		int64_t now = rand() % 6;
		struct attr_values values;
		size_t at = 0;

		random_pins();
		values = find(&cert, now);
		for (size_t i = 0; i < pins.count; i++) {
			const struct pin *pin = &pins.list[i];

			if (!names(pin->sha256, pin->sha256_count, D1) &&
			    !names(pin->spki, pin->spki_count, D2))
				continue;
			cr_assert_lt(at, values.count);
			cr_assert_eq(values.list[at].number, i);
			cr_assert_eq(values.list[at++].stale,
				     !span_holds(&pin->span, now));
		}
		cr_assert_eq(at, values.count, "each once");
		cr_assert_eq(pin_admits(&pins, &cert, now), slow_admits(now));
	}
}

Test(pin, what_admits_without_a_chain)
{
	struct pin *list;

	fixture_pin(arena, &pins, "plain", D1, SPAN_ALWAYS);
	fixture_pin(arena, &pins, "by-key", D2, SPAN_ALWAYS);
	by_spki();
	fixture_pin(arena, &pins, "other", D3, SPAN_ALWAYS);
	fixture_pin(arena, &pins, "first", D1, (struct span){FROM, UNTIL});
	fixture_pin(arena, &pins, "second", D1, SPAN_ALWAYS);
	list = pins.list;
	cr_assert_eq(pin_prepare(arena, &pins), ST_OK);
	cr_expect_null(pin_admits(&pins, &cert, FROM), "none has chain = no");
	for (size_t i = 1; i < pins.count; i++)
		list[i].no_chain = true;
	cr_expect_eq(pin_admits(&pins, &cert, FROM - 1), &list[4]);
	cr_expect_eq(pin_admits(&pins, &cert, FROM), &list[3]);
	cr_expect_eq(pin_admits(&pins, &cert, UNTIL - 1), &list[3]);
	cr_expect_eq(pin_admits(&pins, &cert, UNTIL), &list[4]);
	list[4].no_chain = false;
	cr_expect_eq(pin_admits(&pins, &cert, UNTIL), &list[3],
		     "bound to it for good");
	cr_expect_null(pin_admits(&pins, &cert, FROM - 1), "never by its key");
	cr_expect_null(pin_admits(&pins, &(struct cert){0}, FROM));
}
