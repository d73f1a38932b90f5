/* pin.c - which pins does a certificate match. Certificate in, names out. */
#include "pin.h"

#include <stdlib.h>
#include <string.h>

/* From the last to the first, so that those of one digest are found in the
 * order of the policy. */
static bool add_digests(struct table *table, const char **digests,
			size_t count, size_t pin)
{
	bool done = true;

	for (size_t i = 0; i < count && done; i++)
		done = table_add(table, table_hash(0, digests[i]), digests[i],
				 pin);
	return done;
}

enum status pin_prepare(struct arena *arena, struct pin_list *pins)
{
	size_t sha256 = 0;
	size_t spki = 0;
	bool done;

	for (size_t i = 0; i < pins->count; i++) {
		sha256 += pins->list[i].sha256_count;
		spki += pins->list[i].spki_count;
	}
	done = table_init(arena, sha256, &pins->sha256) == ST_OK &&
	       table_init(arena, spki, &pins->spki) == ST_OK;
	for (size_t i = pins->count; i-- > 0 && done;) {
		const struct pin *pin = &pins->list[i];

		done = add_digests(&pins->sha256, pin->sha256,
				   pin->sha256_count, i) &&
		       add_digests(&pins->spki, pin->spki, pin->spki_count, i);
	}
	pins->ready = done;
	return done ? ST_OK : ST_NOMEM;
}

static const struct table_entry *find(const struct table *table,
				      const char *digest)
{
	if (!digest)
		return NULL;
	return table_find(table, table_hash(0, digest), digest);
}

/* The entry of the same digest for a later pin. */
static const struct table_entry *next(const struct table *table,
				      const struct table_entry *entry)
{
	const struct table_entry *after = entry;

	do
		after = table_next(table, after);
	while (after && (after->number == entry->number ||
			 strcmp(after->text, entry->text) != 0));
	return after;
}

static bool add_pin(struct arena *arena, struct attr_values *values,
		    const struct pin_list *pins, size_t number, int64_t now)
{
	const struct pin *pin = &pins->list[number];
	struct attr_value *list = arena_grow(arena, values->list,
					     values->count, sizeof(*list));

	if (!list)
		return false;
	values->list = list;
	list[values->count++] = (struct attr_value){
		.text = pin->name, .key = pin->name, .number = number,
		.stale = !span_holds(&pin->span, now)};
	return true;
}

enum status pin_match(struct arena *arena, const struct pin_list *pins,
		      const struct cert *cert, int64_t now,
		      struct attr_values *ret_values)
{
	struct attr_values values = {.state = ATTR_READ};
	const struct table_entry *a = find(&pins->sha256, cert->sha256);
	const struct table_entry *b = find(&pins->spki, cert->spki);

	if (!pins->ready)
		return ST_BAD;
	while (a || b) {
		size_t first = a && (!b || a->number <= b->number)
				       ? a->number : b->number;

		if (!add_pin(arena, &values, pins, first, now))
			return ST_NOMEM;
		if (a && a->number == first)
			a = next(&pins->sha256, a);
		if (b && b->number == first)
			b = next(&pins->spki, b);
	}
	*ret_values = values;
	return ST_OK;
}

static int compare(const void *left, const void *right)
{
	const size_t *a = left;
	const size_t *b = right;

	return *a < *b ? -1 : *a > *b;
}

size_t pin_sort(size_t *wanted, size_t count)
{
	size_t kept = 0;

	if (count > 1)
		qsort(wanted, count, sizeof(*wanted), compare);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || wanted[kept - 1] != wanted[i])
			wanted[kept++] = wanted[i];
	return kept;
}

bool pin_is_wanted(const size_t *wanted, size_t count, size_t index)
{
	return count > 0 && bsearch(&index, wanted, count, sizeof(*wanted),
				    compare) != NULL;
}

enum match pin_required(const size_t *wanted, size_t count,
			const struct attr_values *matched)
{
	enum match best = count ? MATCH_NO : MATCH_YES;

	for (size_t i = 0; count && i < matched->count; i++) {
		const struct attr_value *pin = &matched->list[i];

		if (!pin_is_wanted(wanted, count, pin->number))
			continue;
		if (!pin->stale)
			return MATCH_YES;
		best = MATCH_STALE;
	}
	return best;
}

const struct pin *pin_admits(const struct pin_list *pins,
			     const struct cert *cert, int64_t now)
{
	const struct pin *ended = NULL;
	const struct table_entry *entry = find(&pins->sha256, cert->sha256);

	for (; entry; entry = next(&pins->sha256, entry)) {
		const struct pin *pin = &pins->list[entry->number];

		if (!pin->no_chain || now < pin->span.from)
			continue;
		if (span_holds(&pin->span, now))
			return pin;
		if (!ended)
			ended = pin;
	}
	return ended;
}
