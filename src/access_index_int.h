/* access_index_int.h - what the two halves of the access index share. */
#ifndef MTLSGATE_ACCESS_INDEX_INT_H
#define MTLSGATE_ACCESS_INDEX_INT_H

#include "access_index.h"

enum { NO_RULE = UINT32_MAX };

/* What patterns begin with. Its children stand side by side in the order of
 * their tokens, wildcards last. */
struct node {
	uint32_t first;  /* its children; without any: its end from 1, or 0 */
	uint32_t accept; /* the first rule with a pattern that ends here */
	uint32_t best;   /* the first rule with one that goes through here */
	uint32_t star;   /* of a * or **: its number in the tree; of a root:
			  * how many there are */
	unsigned int token : 10; /* the last of what it stands for */
	unsigned int count : 10; /* children */
	unsigned int wild : 3;   /* of these, wildcards */
};

/* The rest of the one pattern that goes through a node: bytes, at most with a
 * subtree behind them. */
struct end {
	const uint16_t *tokens;
	uint32_t count;
	uint32_t rule;
};

struct access_index {
	struct node *nodes; /* the roots first */
	struct end *ends;
	size_t trees;
};

#endif
