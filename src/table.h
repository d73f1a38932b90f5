/* table.h - texts with a number each, found by hash. What lies in a table
 * comes from the policy; what is looked up may come from anybody: it can find
 * the longest chain that the policy has made, and no longer one. */
#ifndef MTLSGATE_TABLE_H
#define MTLSGATE_TABLE_H

#include "arena.h"

struct table_entry {
	uint64_t hash;
	const char *text;
	uint32_t number;
	uint32_t next; /* index of the next entry of this chain, from 1 */
};

/* Zeroed: an empty one. */
struct table {
	uint32_t *heads; /* indexes of entries, from 1; 0: none */
	size_t mask;
	struct table_entry *list;
	size_t count;
	size_t room;
};

/* The hash of text among those of one kind: the same text has another under
 * another kind. */
uint64_t table_hash(uint64_t kind, const char *text);

/* An empty table with room for that many texts. ST_NOMEM. */
NODISCARD enum status table_init(struct arena *arena, size_t room,
				 struct table *ret_table);

/* Adds a text, borrowed, under its hash. A text may be there more than once.
 * False: there is no room for it. */
NODISCARD bool table_add(struct table *table, uint64_t hash, const char *text,
			 size_t number);

/* The entry of this text and hash that was added last, or NULL. */
const struct table_entry *table_find(const struct table *table, uint64_t hash,
				     const char *text);

/* The entry that was added last under this hash, whatever its text, or NULL;
 * then the one before it. */
const struct table_entry *table_first(const struct table *table,
				      uint64_t hash);
const struct table_entry *table_next(const struct table *table,
				     const struct table_entry *entry);

#endif
