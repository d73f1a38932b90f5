/* trust_block.c - the blocks: those that a certificate's values may match are
 * found by hash, and the first in the order of the policy decides. */
#include "trust.h"

static enum status prepare_phase(struct arena *arena, struct arena *scratch,
				 struct trust_rules *rules, size_t attr_count,
				 enum block_phase phase)
{
	struct candidate *list =
		arena_alloc(scratch, (rules->block_count + 1) * sizeof(*list));
	size_t count = 0;

	if (!list)
		return ST_NOMEM;
	for (size_t i = 0; i < rules->block_count; i++) {
		const struct block *block = &rules->blocks[i];

		if (block->phase == phase)
			list[count++] = (struct candidate){
				.number = i,
				.conditions = &block->conditions,
				.from = block->from};
	}
	return candidates_build(arena, list, count, attr_count,
				&rules->block_index[phase]);
}

enum status trust_prepare(struct arena *arena, struct trust_rules *rules,
			  size_t attr_count)
{
	struct arena *scratch = arena_new();
	enum status status = scratch ? pin_prepare(arena, &rules->pins)
				     : ST_NOMEM;

	for (int phase = 0; phase < BLOCK_PHASES && status == ST_OK; phase++)
		status = prepare_phase(arena, scratch, rules, attr_count,
				       (enum block_phase)phase);
	arena_free(scratch);
	return status;
}

enum status block_find(const struct trust_rules *rules,
		       const struct attr_set *set, enum block_phase phase,
		       int64_t now, const struct block **ret_block,
		       bool *ret_unclean)
{
	const struct candidates *index = &rules->block_index[phase];
	struct candidate_walk walk = {.candidates = index, .set = set};
	size_t best = SIZE_MAX;
	size_t number;

	*ret_block = NULL;
	*ret_unclean = true;
	if (!index->ready)
		return ST_BAD;
	while (candidates_next(&walk, &number)) {
		const struct block *block = &rules->blocks[number];
		enum match match;

		if (number >= best || now < block->from)
			continue;
		match = conditions_match(&block->conditions, set, NULL);
		if (match == MATCH_YES || match == MATCH_STALE)
			best = number;
	}
	if (best != SIZE_MAX)
		*ret_block = &rules->blocks[best];
	*ret_unclean = candidates_unclean(index, set, now) < best;
	return ST_OK;
}
