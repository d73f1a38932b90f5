/* suggest.c - a word and candidates come in, the nearest candidate goes out.
 * Never more than a hint for a message. */
#include "suggest.h"

#include <string.h>

enum { LONGEST = 48, MOST_EDITS = 3, SHORTEST_START = 4 };

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* The optimal string alignment distance, row by row. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	size_t rows[3][LONGEST + 1] = {{0}};

	for (size_t j = 0; j <= b_len; j++)
		rows[0][j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i + 2) % 3];
		const size_t *higher = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			char x = lower(a[i - 1]);
			char y = lower(b[j - 1]);

			row[j] = least(above[j] + 1, row[j - 1] + 1);
			row[j] = least(row[j], above[j - 1] + (x != y));
			if (i > 1 && j > 1 && x == lower(b[j - 2]) &&
			    y == lower(a[i - 2]))
				row[j] = least(row[j], higher[j - 2] + 1);
		}
	}
	return rows[a_len % 3][b_len];
}

void suggest_try(struct suggest *suggest, const char *candidate)
{
	size_t word_len = strlen(suggest->word);
	size_t len = strlen(candidate);
	size_t most = least(word_len / 3, MOST_EDITS);

	if (word_len > LONGEST || len > LONGEST)
		return;
	if (most == 0)
		most = 1;
	size_t edits = distance(suggest->word, word_len, candidate, len);
	/* an abbreviation: "email" of "emailAddress" */
	if (word_len >= SHORTEST_START && word_len < len &&
	    distance(suggest->word, word_len, candidate, word_len) == 0)
		edits = most;
	if (edits <= most && edits < len && edits < suggest->distance) {
		suggest->best = candidate;
		suggest->distance = edits;
	}
}

const char *suggest_from(const char *word, const char *const *list)
{
	struct suggest suggest = SUGGEST_FOR(word);

	for (size_t i = 0; list[i] != NULL; i++)
		suggest_try(&suggest, list[i]);
	return suggest.best;
}
