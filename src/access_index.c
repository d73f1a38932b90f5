/* access_index.c - the path patterns of a policy as trees, in which patterns
 * share what they begin with. A path is walked once with the set of nodes that
 * it may stand at (a literal or a subtree alone: one node), so the cost is at
 * most the length of the path times the nodes that it reaches, and no pattern
 * is gone back in. Never recurses. */
#include "access_index.h"

#include <string.h>

#include "access_index_int.h"
#include "utf8.h"

enum { FEW = 32 };

/* Nodes that the text may stand at. */
struct places {
	uint32_t *list;
	size_t count;
	size_t room;
	uint32_t few[FEW];
};

/* A walk along symbols, which end in 0: the bytes of a path, or the tokens of
 * a pattern, where a place is one that every path of the pattern gets to. */
struct walk {
	struct arena *arena;
	const struct access_index *index;
	uint32_t best;
	bool failed;
	uint64_t *on; /* by number: the stars in the set */
	/* where the walk is, and where it comes to with the next symbol: a
	 * star stays, anything else is left */
	struct places plain[2];
	struct places stars[2];
	size_t now; /* which of the two */
};

static void add(struct walk *walk, struct places *places, uint32_t id)
{
	if (places->count == places->room) {
		size_t size = places->room * sizeof(*places->list);
		uint32_t *list = arena_alloc(walk->arena, size * 2);

		if (!list) {
			walk->failed = true;
			return;
		}
		memcpy(list, places->list, size);
		places->list = list;
		places->room *= 2;
	}
	places->list[places->count++] = id;
}

static void take(struct walk *walk, uint32_t rule)
{
	if (rule < walk->best)
		walk->best = rule;
}

static bool ends_subtree(uint16_t symbol)
{
	return symbol == 0 || symbol == '/' || symbol == TOKEN_SUBTREE;
}

/* Does the rest of the symbols be what the one pattern left wants? */
static void try_end(struct walk *walk, const struct end *end,
		    const uint16_t *rest)
{
	for (size_t i = 0; i < end->count; i++) {
		if (end->tokens[i] == TOKEN_SUBTREE && ends_subtree(rest[i])) {
			take(walk, end->rule);
			return;
		}
		if (end->tokens[i] != rest[i])
			return;
	}
	if (rest[end->count] == 0)
		take(walk, end->rule);
}

/* Comes to a star, which stays until the next slash or for good. */
static void reach_star(struct walk *walk, uint32_t id)
{
	const struct node *node = &walk->index->nodes[id];
	uint64_t bit = UINT64_C(1) << (node->star % 64);

	if (walk->on[node->star / 64] & bit)
		return;
	walk->on[node->star / 64] |= bit;
	if (node->token == TOKEN_ALL)
		take(walk, node->accept);
	add(walk, &walk->stars[!walk->now], id);
}

/* What a node leads to before the next symbol. */
static void settle(struct walk *walk, const struct node *node,
		   const uint16_t *rest)
{
	uint32_t last = node->first + node->count;

	if (node->count == 0 && node->first != 0)
		try_end(walk, &walk->index->ends[node->first - 1], rest);
	for (uint32_t id = last - node->wild; id < last; id++) {
		const struct node *child = &walk->index->nodes[id];

		if (child->best >= walk->best)
			continue;
		if (child->token == TOKEN_SUBTREE && ends_subtree(*rest))
			take(walk, child->accept);
		else if (child->token == TOKEN_STAR ||
			 child->token == TOKEN_ALL)
			reach_star(walk, id);
	}
}

static void reach(struct walk *walk, uint32_t id, const uint16_t *rest)
{
	const struct node *node = &walk->index->nodes[id];

	if (node->best >= walk->best)
		return;
	if (*rest == 0)
		take(walk, node->accept);
	settle(walk, node, rest);
	if (node->count > 0 || node->token == TOKEN_CHAR)
		add(walk, &walk->plain[!walk->now], id);
}

static bool continues(uint16_t symbol)
{
	return symbol < TOKEN_CHAR && (symbol & 0xc0) == 0x80;
}

/* The child for a byte, or SIZE_MAX. */
static size_t find_child(const struct walk *walk, const struct node *node,
			 uint16_t byte)
{
	const struct node *nodes = walk->index->nodes;
	size_t low = node->first;
	size_t high = low + node->count - node->wild;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (nodes[middle].token == byte)
			return middle;
		if (nodes[middle].token < byte)
			low = middle + 1;
		else
			high = middle;
	}
	return SIZE_MAX;
}

/* Where a node comes to with a symbol, but for a star that stays. */
static void advance(struct walk *walk, uint32_t id, const uint16_t *at)
{
	const struct node *node = &walk->index->nodes[id];
	uint32_t wild = node->first + node->count - node->wild;
	size_t child = SIZE_MAX;

	if (*at < TOKEN_CHAR)
		child = find_child(walk, node, *at);
	if (child != SIZE_MAX)
		reach(walk, (uint32_t)child, at + 1);
	if (node->token == TOKEN_CHAR && continues(*at))
		reach(walk, id, at + 1);
	/* ? is the first of the wildcards */
	if (node->wild && walk->index->nodes[wild].token == TOKEN_CHAR &&
	    *at <= TOKEN_CHAR && *at != '/' && !continues(*at))
		reach(walk, wild, at + 1);
}

/* The stars that are still there behind a symbol. */
static void keep_stars(struct walk *walk, uint16_t symbol)
{
	struct places *stars = &walk->stars[walk->now];
	bool across = symbol == '/' || symbol > TOKEN_STAR;

	for (size_t i = 0; i < stars->count; i++) {
		uint32_t id = stars->list[i];
		const struct node *node = &walk->index->nodes[id];

		if (node->best >= walk->best)
			continue;
		if (node->token == TOKEN_ALL || !across)
			add(walk, &walk->stars[!walk->now], id);
		else
			walk->on[node->star / 64] &=
				~(UINT64_C(1) << (node->star % 64));
	}
}

/* Stars that settle may add others behind them. */
static void settle_stars(struct walk *walk, const uint16_t *rest)
{
	const struct places *stars = &walk->stars[!walk->now];

	for (size_t i = 0; i < stars->count; i++) {
		const struct node *node = &walk->index->nodes[stars->list[i]];

		if (node->best >= walk->best)
			continue;
		if (*rest == 0)
			take(walk, node->accept);
		settle(walk, node, rest);
	}
}

static void step(struct walk *walk, const uint16_t *at)
{
	const struct places *plain = &walk->plain[walk->now];
	const struct places *stars = &walk->stars[walk->now];

	walk->plain[!walk->now].count = 0;
	walk->stars[!walk->now].count = 0;
	keep_stars(walk, *at);
	for (size_t i = 0; i < plain->count; i++)
		advance(walk, plain->list[i], at);
	for (size_t i = 0; i < stars->count; i++)
		advance(walk, stars->list[i], at);
	settle_stars(walk, at + 1);
	walk->now = !walk->now;
}

/* From a root as far as there is but one way to go; false: it ends there. */
static bool slide(const struct walk *walk, size_t *id, const uint16_t **at)
{
	const struct node *node = &walk->index->nodes[*id];

	while (**at && node->count > 0 && !node->wild) {
		*id = find_child(walk, node, **at);
		if (*id == SIZE_MAX)
			return false;
		node = &walk->index->nodes[*id];
		if (node->best >= walk->best)
			return false;
		*at += 1;
	}
	return true;
}

static void walk_tree(struct walk *walk, size_t tree, const uint16_t *symbols)
{
	size_t id = tree;
	size_t words = walk->index->nodes[tree].star / 64 + 1;

	walk->on = arena_alloc(walk->arena, words * sizeof(*walk->on));
	walk->failed |= !walk->on;
	for (int i = 0; i < 2; i++)
		walk->plain[i].count = walk->stars[i].count = 0;
	if (walk->failed || !slide(walk, &id, &symbols))
		return;
	reach(walk, (uint32_t)id, symbols);
	settle_stars(walk, symbols);
	walk->now = !walk->now;
	for (; *symbols && !walk->failed &&
	       walk->plain[walk->now].count + walk->stars[walk->now].count > 0;
	     symbols++)
		step(walk, symbols);
}

static enum status walk_both(struct arena *arena,
			     const struct access_index *index, size_t tree,
			     const uint16_t *symbols, size_t below,
			     size_t *ret_rule)
{
	struct walk walk;

	walk.arena = arena;
	walk.index = index;
	below = below < NO_RULE ? below : NO_RULE;
	walk.best = (uint32_t)below;
	walk.failed = false;
	walk.now = 0;
	for (int i = 0; i < 2; i++) {
		walk.plain[i].list = walk.plain[i].few;
		walk.stars[i].list = walk.stars[i].few;
		walk.plain[i].room = walk.stars[i].room = FEW;
	}
	walk_tree(&walk, 0, symbols);
	if (tree > 0 && tree < index->trees)
		walk_tree(&walk, tree, symbols);
	*ret_rule = walk.best < below ? walk.best : SIZE_MAX;
	return walk.failed ? ST_NOMEM : ST_OK;
}

enum status access_index_find(struct arena *arena,
			      const struct access_index *index, size_t tree,
			      const char *path, size_t *ret_rule)
{
	size_t len = strlen(path);
	uint16_t *symbols;

	*ret_rule = SIZE_MAX;
	/* no pattern matches what is no UTF-8: a literal is UTF-8 itself */
	if (!utf8_valid(path, len))
		return ST_OK;
	symbols = arena_alloc(arena, (len + 1) * sizeof(*symbols));
	if (!symbols)
		return ST_NOMEM;
	for (size_t i = 0; i < len; i++)
		symbols[i] = (unsigned char)path[i];
	return walk_both(arena, index, tree, symbols, NO_RULE, ret_rule);
}

enum status access_index_cover(struct arena *arena,
			       const struct access_index *index, size_t tree,
			       const struct glob *glob, size_t below,
			       size_t *ret_rule)
{
	uint16_t *symbols = arena_alloc(arena, (glob->count + 1) *
						       sizeof(*symbols));

	*ret_rule = SIZE_MAX;
	if (!symbols)
		return ST_NOMEM;
	memcpy(symbols, glob->tokens, glob->count * sizeof(*symbols));
	return walk_both(arena, index, tree, symbols, below, ret_rule);
}
