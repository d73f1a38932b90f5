/* table.c - texts with a number each, found by hash. Made once, when a policy
 * is loaded; looking something up allocates nothing. */
#include "table.h"

#include <string.h>

enum { SMALLEST = 8 };

/* FNV-1a; its upper half is folded in, which the mask would cut. */
uint64_t table_hash(uint64_t kind, const char *text)
{
	uint64_t hash = 14695981039346656037U ^ (kind * 0x9e3779b97f4a7c15U);

	for (const char *at = text; *at; at++)
		hash = (hash ^ (unsigned char)*at) * 1099511628211U;
	return hash ^ (hash >> 32);
}

enum status table_init(struct arena *arena, size_t room,
		       struct table *ret_table)
{
	struct table table = {.room = room};
	size_t size = SMALLEST;

	if (room >= UINT32_MAX)
		return ST_NOMEM;
	while (size < room * 2)
		size *= 2;
	table.mask = size - 1;
	table.heads = arena_alloc(arena, size * sizeof(*table.heads));
	table.list = arena_alloc(arena, (room + 1) * sizeof(*table.list));
	if (!table.heads || !table.list)
		return ST_NOMEM;
	*ret_table = table;
	return ST_OK;
}

bool table_add(struct table *table, uint64_t hash, const char *text,
	       size_t number)
{
	uint32_t *head;

	if (table->count >= table->room || number >= UINT32_MAX)
		return false;
	head = &table->heads[hash & table->mask];
	table->list[table->count++] = (struct table_entry){
		hash, text, (uint32_t)number, *head};
	*head = (uint32_t)table->count;
	return true;
}

static const struct table_entry *search(const struct table *table,
					uint32_t index, uint64_t hash)
{
	while (index != 0 && table->list[index - 1].hash != hash)
		index = table->list[index - 1].next;
	return index ? &table->list[index - 1] : NULL;
}

const struct table_entry *table_first(const struct table *table,
				      uint64_t hash)
{
	if (table->count == 0)
		return NULL;
	return search(table, table->heads[hash & table->mask], hash);
}

const struct table_entry *table_next(const struct table *table,
				     const struct table_entry *entry)
{
	return search(table, entry->next, entry->hash);
}

const struct table_entry *table_find(const struct table *table, uint64_t hash,
				     const char *text)
{
	const struct table_entry *entry = table_first(table, hash);

	while (entry && strcmp(entry->text, text) != 0)
		entry = table_next(table, entry);
	return entry;
}
