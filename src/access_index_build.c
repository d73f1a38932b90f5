/* access_index_build.c - the path patterns of a policy come in, the trees that
 * access_index.c walks go out. Each node is made of a range of the sorted
 * patterns, so nothing is looked for twice. */
#include <stdlib.h>
#include <string.h>

#include "access_index_int.h"

/* The patterns from low to before high go through a node, which stands for the
 * first depth tokens of each. */
struct range {
	size_t low;
	size_t high;
	size_t depth;
};

struct build {
	struct arena *scratch;
	const struct index_pattern *patterns;
	struct node *nodes;
	struct range *ranges; /* of each node */
	size_t node_count;
	struct end *ends;
	size_t end_count;
	uint32_t *stars; /* in each tree */
};

static int compare_tokens(const struct glob *a, const struct glob *b)
{
	size_t count = a->count < b->count ? a->count : b->count;

	for (size_t i = 0; i < count; i++)
		if (a->tokens[i] != b->tokens[i])
			return a->tokens[i] < b->tokens[i] ? -1 : 1;
	return a->count < b->count ? -1 : a->count > b->count;
}

static int compare(const void *left, const void *right)
{
	const struct index_pattern *a = left;
	const struct index_pattern *b = right;
	int order;

	if (a->tree != b->tree)
		return a->tree < b->tree ? -1 : 1;
	order = compare_tokens(a->glob, b->glob);
	if (order != 0)
		return order;
	return a->rule < b->rule ? -1 : a->rule > b->rule;
}

/* Sorts, and leaves the first rule's of patterns that are the same. */
static size_t sort(struct index_pattern *patterns, size_t count)
{
	size_t kept = 0;

	if (count > 0)
		qsort(patterns, count, sizeof(*patterns), compare);
	for (size_t i = 0; i < count; i++) {
		const struct index_pattern *last = &patterns[kept - (kept > 0)];

		if (kept > 0 && last->tree == patterns[i].tree &&
		    compare_tokens(last->glob, patterns[i].glob) == 0)
			continue;
		patterns[kept++] = patterns[i];
	}
	return kept;
}

static bool add_node(struct build *b, unsigned int token, struct range range)
{
	struct node *nodes = arena_grow(b->scratch, b->nodes, b->node_count,
					sizeof(*nodes));
	struct range *ranges = arena_grow(b->scratch, b->ranges, b->node_count,
					  sizeof(*ranges));
	struct node node = {.accept = NO_RULE, .best = NO_RULE,
			    .token = token};

	if (!nodes || !ranges || b->node_count >= UINT32_MAX)
		return false;
	for (size_t i = range.low; i < range.high; i++)
		if (b->patterns[i].rule < node.best)
			node.best = b->patterns[i].rule;
	if (token == TOKEN_STAR || token == TOKEN_ALL)
		node.star = b->stars[b->patterns[range.low].tree]++;
	b->nodes = nodes;
	b->ranges = ranges;
	ranges[b->node_count] = range;
	nodes[b->node_count++] = node;
	return true;
}

static bool add_roots(struct build *b, size_t count, size_t trees)
{
	size_t low = 0;

	for (size_t tree = 0; tree < trees; tree++) {
		size_t high = low;

		while (high < count && b->patterns[high].tree == tree)
			high++;
		if (!add_node(b, 0, (struct range){low, high, 0}))
			return false;
		low = high;
	}
	return true;
}

/* Bytes, and a subtree at most behind them. */
static bool is_plain(const struct glob *glob, size_t from)
{
	for (size_t i = from; i < glob->count; i++)
		if (glob->tokens[i] >= TOKEN_CHAR &&
		    (glob->tokens[i] != TOKEN_SUBTREE || i + 1 < glob->count))
			return false;
	return true;
}

static bool add_end(struct build *b, struct node *node,
		    const struct index_pattern *pattern, size_t depth)
{
	struct end *ends = arena_grow(b->scratch, b->ends, b->end_count,
				      sizeof(*ends));

	if (!ends)
		return false;
	b->ends = ends;
	ends[b->end_count++] = (struct end){
		pattern->glob->tokens + depth,
		(uint32_t)(pattern->glob->count - depth), pattern->rule};
	node->first = (uint32_t)b->end_count;
	return true;
}

static bool add_children(struct build *b, size_t id, struct range range)
{
	size_t first = b->node_count;

	while (range.low < range.high) {
		struct range child = {range.low, range.low, range.depth + 1};
		unsigned int token =
			b->patterns[range.low].glob->tokens[range.depth];

		while (child.high < range.high &&
		       b->patterns[child.high].glob->tokens[range.depth] ==
			       token)
			child.high++;
		if (!add_node(b, token, child))
			return false;
		b->nodes[id].wild += token >= TOKEN_CHAR;
		range.low = child.high;
	}
	b->nodes[id].first = (uint32_t)first;
	b->nodes[id].count = (unsigned int)(b->node_count - first) & 0x3ff;
	return true;
}

/* Gives a node what is below it. */
static bool fill(struct build *b, size_t id)
{
	struct range range = b->ranges[id];
	struct node *node = &b->nodes[id];
	const struct index_pattern *pattern = &b->patterns[range.low];

	if (range.low < range.high && pattern->glob->count == range.depth) {
		node->accept = pattern->rule;
		range.low++;
		pattern++;
	}
	if (range.low == range.high)
		return true;
	if (range.high - range.low == 1 &&
	    is_plain(pattern->glob, range.depth))
		return add_end(b, node, pattern, range.depth);
	return add_children(b, id, range);
}

/* Takes the result over from the memory that it was made in. */
static enum status keep(struct arena *arena, const struct build *b,
			size_t trees, const struct access_index **ret_index)
{
	struct access_index *index = arena_alloc(arena, sizeof(*index));
	size_t nodes_size = b->node_count * sizeof(*b->nodes);
	size_t ends_size = b->end_count * sizeof(*b->ends);

	if (!index)
		return ST_NOMEM;
	index->trees = trees;
	index->nodes = arena_alloc(arena, nodes_size);
	index->ends = arena_alloc(arena, ends_size);
	if (!index->nodes || !index->ends)
		return ST_NOMEM;
	memcpy(index->nodes, b->nodes, nodes_size);
	if (ends_size > 0)
		memcpy(index->ends, b->ends, ends_size);
	for (size_t tree = 0; tree < trees; tree++)
		index->nodes[tree].star = b->stars[tree];
	*ret_index = index;
	return ST_OK;
}

enum status access_index_build(struct arena *arena,
			       struct index_pattern *patterns, size_t count,
			       size_t trees,
			       const struct access_index **ret_index)
{
	struct build b = {.scratch = arena_new(), .patterns = patterns};
	enum status status = ST_NOMEM;
	bool done;

	if (!b.scratch)
		return ST_NOMEM;
	count = sort(patterns, count);
	b.stars = arena_alloc(b.scratch, trees * sizeof(*b.stars));
	done = b.stars && add_roots(&b, count, trees);
	for (size_t id = 0; done && id < b.node_count; id++)
		done = fill(&b, id);
	if (done)
		status = keep(arena, &b, trees, ret_index);
	arena_free(b.scratch);
	return status;
}
