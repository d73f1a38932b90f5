/* suggest.h - what was probably meant by a word that is none of those known.
 */
#ifndef MTLSGATE_SUGGEST_H
#define MTLSGATE_SUGGEST_H

#include "base.h"

/* The best candidate so far; begin with SUGGEST_FOR(word). */
struct suggest {
	const char *word;
	const char *best; /* NULL: nothing is near enough */
	size_t distance;
};

#define SUGGEST_FOR(w) ((struct suggest){.word = (w), .distance = SIZE_MAX})

/* Looks at one candidate, which must outlive suggest. Near enough are as many
 * edits (a letter more, less, other, or two swapped; case counts nothing) as
 * a third of the word, at least one and at most three; and what begins with
 * all of a word of four letters or more. */
void suggest_try(struct suggest *suggest, const char *candidate);

/* The same for a list that ends in NULL; returns best. */
const char *suggest_from(const char *word, const char *const *list);

#endif
