/* candidates.c - which of many sections may match. Conditions come in, a table
 * of the values that they want; later a certificate's values, and sections go
 * out. Of the conditions of a section the one is taken whose values the fewest
 * others want: of "issuer and serial" the serial. */
#include "candidates.h"

#include <string.h>

/* In the place of an attribute's number: the names of pins. */
#define PINS SIZE_MAX

/* What is chosen of a section: a condition, or its pins; neither: nothing. */
struct choice {
	const struct condition *condition;
	bool pins;
};

struct build {
	struct arena *arena;
	struct arena *scratch;
	const struct candidate *list;
	size_t count;
	struct table wanted; /* the number of an entry: how often */
	struct choice *choices;
	struct candidates out;
};

static bool has_hashes(const struct condition *condition)
{
	for (size_t i = 0; i < condition->count; i++)
		if (!pattern_is_value(&condition->any[i]))
			return false;
	return true;
}

/* ---- how often is a value wanted ---- */

static bool want(struct build *b, uint64_t hash)
{
	const struct table_entry *entry = table_first(&b->wanted, hash);

	if (!entry)
		return table_add(&b->wanted, hash, "", 1);
	b->wanted.list[entry - b->wanted.list].number++;
	return true;
}

static bool want_all(struct build *b, const struct candidate *section)
{
	bool done = true;

	for (size_t i = 0; i < section->conditions->count; i++) {
		const struct condition *one = &section->conditions->all[i];

		for (size_t j = 0; has_hashes(one) && j < one->count; j++)
			done &= want(b, pattern_hash(one->attr, &one->any[j]));
	}
	for (size_t i = 0; i < section->pin_count; i++)
		done &= want(b, table_hash(PINS, section->pins[i]));
	return done;
}

static bool count_all(struct build *b)
{
	size_t room = 0;
	bool done = true;

	for (size_t i = 0; i < b->count; i++) {
		const struct conditions *conditions = b->list[i].conditions;

		room += b->list[i].pin_count;
		for (size_t j = 0; j < conditions->count; j++)
			room += conditions->all[j].count;
	}
	if (table_init(b->scratch, room, &b->wanted) != ST_OK)
		return false;
	for (size_t i = 0; i < b->count; i++)
		done &= want_all(b, &b->list[i]);
	return done;
}

static size_t often(const struct build *b, uint64_t hash)
{
	const struct table_entry *entry = table_first(&b->wanted, hash);

	return entry ? entry->number : 0;
}

/* ---- choosing ---- */

static size_t condition_cost(const struct build *b,
			     const struct condition *condition)
{
	size_t cost = 0;

	for (size_t i = 0; i < condition->count; i++) {
		size_t times = often(b, pattern_hash(condition->attr,
						     &condition->any[i]));

		cost = times > cost ? times : cost;
	}
	return cost;
}

static size_t pins_cost(const struct build *b,
			const struct candidate *section)
{
	size_t cost = 0;

	for (size_t i = 0; i < section->pin_count; i++) {
		size_t times = often(b, table_hash(PINS, section->pins[i]));

		cost = times > cost ? times : cost;
	}
	return cost;
}

static struct choice choose(const struct build *b,
			    const struct candidate *section)
{
	struct choice choice = {NULL, section->pin_count > 0};
	size_t best = choice.pins ? pins_cost(b, section) : SIZE_MAX;

	for (size_t i = 0; i < section->conditions->count; i++) {
		const struct condition *one = &section->conditions->all[i];
		size_t cost = has_hashes(one) ? condition_cost(b, one)
					      : SIZE_MAX;

		if (cost >= best)
			continue;
		best = cost;
		choice = (struct choice){one, false};
	}
	return choice;
}

static bool choose_all(struct build *b)
{
	size_t room = 0;

	b->choices = arena_alloc(b->scratch,
				 (b->count + 1) * sizeof(*b->choices));
	for (size_t i = 0; b->choices && i < b->count; i++) {
		struct choice choice = choose(b, &b->list[i]);

		room += choice.condition ? choice.condition->count
					 : b->list[i].pin_count;
		b->choices[i] = choice;
	}
	return b->choices &&
	       table_init(b->arena, room, &b->out.table) == ST_OK;
}

/* ---- what is kept ---- */

static bool note_attr(struct build *b, size_t attr)
{
	size_t *attrs;

	for (size_t i = 0; i < b->out.attr_count; i++)
		if (b->out.attrs[i] == attr)
			return true;
	attrs = arena_grow(b->arena, b->out.attrs, b->out.attr_count,
			   sizeof(*attrs));
	if (!attrs)
		return false;
	b->out.attrs = attrs;
	attrs[b->out.attr_count++] = attr;
	return true;
}

static bool add_section(struct build *b, const struct candidate *section,
			struct choice choice)
{
	const struct condition *one = choice.condition;
	bool done = true;

	if (!one && !choice.pins) {
		b->out.rest[b->out.rest_count++] = section->number;
		return true;
	}
	if (!note_attr(b, one ? one->attr : PINS))
		return false;
	for (size_t i = 0; one && i < one->count; i++)
		done &= table_add(&b->out.table,
				  pattern_hash(one->attr, &one->any[i]), "",
				  section->number);
	for (size_t i = 0; !one && i < section->pin_count; i++)
		done &= table_add(&b->out.table,
				  table_hash(PINS, section->pins[i]), "",
				  section->number);
	return done;
}

/* Only sections that begin before all of those that came first. */
static bool note_speaker(struct build *b, const struct candidate *section,
			 size_t attr, bool *spoken, int64_t *earliest)
{
	struct candidates *out = &b->out;
	struct speaker *speakers;

	if (spoken[attr] && section->from >= earliest[attr])
		return true;
	speakers = arena_grow(b->arena, out->speakers, out->speaker_count,
			      sizeof(*speakers));
	if (!speakers)
		return false;
	spoken[attr] = true;
	earliest[attr] = section->from;
	out->speakers = speakers;
	speakers[out->speaker_count++] = (struct speaker){
		attr, section->number, section->from};
	return true;
}

static bool note_speakers(struct build *b, size_t attr_count)
{
	bool *spoken = arena_alloc(b->scratch, attr_count + 1);
	int64_t *earliest = arena_alloc(b->scratch, (attr_count + 1) *
							    sizeof(*earliest));
	bool done = spoken && earliest;

	for (size_t i = 0; i < b->count; i++) {
		const struct conditions *conditions = b->list[i].conditions;

		for (size_t j = 0; j < conditions->count && done; j++)
			done = note_speaker(b, &b->list[i],
					    conditions->all[j].attr, spoken,
					    earliest);
	}
	return done;
}

enum status candidates_build(struct arena *arena,
			     const struct candidate *list, size_t count,
			     size_t attr_count,
			     struct candidates *ret_candidates)
{
	struct build b = {.arena = arena, .scratch = arena_new(),
			  .list = list, .count = count};
	bool done;

	b.out.rest = arena_alloc(arena, (count + 1) * sizeof(*b.out.rest));
	done = b.scratch && b.out.rest && count_all(&b) && choose_all(&b) &&
	       note_speakers(&b, attr_count);
	for (size_t i = 0; i < count && done; i++)
		done = add_section(&b, &list[i], b.choices[i]);
	arena_free(b.scratch);
	if (!done)
		return ST_NOMEM;
	b.out.ready = true;
	*ret_candidates = b.out;
	return ST_OK;
}

/* ---- looking ---- */

/* The next value of the certificate that is asked about; false: none. */
static bool next_value(struct candidate_walk *walk, uint64_t *ret_hash)
{
	const struct candidates *candidates = walk->candidates;

	for (; walk->attr < candidates->attr_count; walk->attr++) {
		size_t attr = candidates->attrs[walk->attr];
		const struct attr_values *values =
			attr == PINS ? walk->pins : &walk->set->values[attr];

		if (values->state == ATTR_READ &&
		    walk->value < values->count) {
			*ret_hash = value_hash(attr,
					       &values->list[walk->value++]);
			return true;
		}
		walk->value = 0;
	}
	return false;
}

bool candidates_next(struct candidate_walk *walk, size_t *ret_number)
{
	const struct candidates *candidates = walk->candidates;
	uint64_t hash;

	if (walk->entry)
		walk->entry = table_next(&candidates->table, walk->entry);
	while (!walk->entry && next_value(walk, &hash))
		walk->entry = table_first(&candidates->table, hash);
	if (walk->entry) {
		*ret_number = walk->entry->number;
		return true;
	}
	if (walk->rest >= candidates->rest_count)
		return false;
	*ret_number = candidates->rest[walk->rest++];
	return true;
}

size_t candidates_unclean(const struct candidates *candidates,
			  const struct attr_set *set, int64_t now)
{
	for (size_t i = 0; i < candidates->speaker_count; i++) {
		const struct speaker *speaker = &candidates->speakers[i];

		if (now >= speaker->from &&
		    set->values[speaker->attr].state != ATTR_READ)
			return speaker->number;
	}
	return SIZE_MAX;
}
