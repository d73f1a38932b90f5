/* access_index.h - the first of many path patterns that matches, at a cost
 * that their number does not change. */
#ifndef MTLSGATE_ACCESS_INDEX_H
#define MTLSGATE_ACCESS_INDEX_H

#include "glob.h"

/* A pattern of the rule with this number, in the tree with this number: tree 0
 * is looked through for every request, any other for those of its sites. */
struct index_pattern {
	const struct glob *glob; /* of a path: separator '/', with subtree */
	uint32_t tree;
	uint32_t rule;
};

struct access_index;

/* Makes an index of patterns, which it puts in another order; their globs are
 * borrowed. Every tree is below trees, which is 1 or more. ST_NOMEM. */
NODISCARD enum status access_index_build(struct arena *arena,
					 struct index_pattern *patterns,
					 size_t count, size_t trees,
					 const struct access_index **ret_index);

/* The smallest number of a rule with a pattern in tree 0 or in this tree that
 * glob_match would match with path; SIZE_MAX: none. ST_NOMEM: not known. */
NODISCARD enum status access_index_find(struct arena *arena,
					const struct access_index *index,
					size_t tree, const char *path,
					size_t *ret_rule);

/* The smallest number of a rule, less than below, with one pattern there that
 * matches every path that glob matches, as far as is seen: SIZE_MAX does not
 * say that there is none. ST_NOMEM: not known. */
NODISCARD enum status access_index_cover(struct arena *arena,
					 const struct access_index *index,
					 size_t tree, const struct glob *glob,
					 size_t below, size_t *ret_rule);

#endif
