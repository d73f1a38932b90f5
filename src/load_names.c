/* load_names.c - texts come in with a number, the number of a text goes out:
 * names of roles and pins, and paths. Ten thousand of them cost little. */
#include <string.h>

#include "loader.h"

/* Candidates looked at for one message. */
enum { MOST_CANDIDATES = 1000 };

/* FNV-1a. */
static uint64_t hash(const char *text, size_t len)
{
	uint64_t value = 14695981039346656037U;

	for (size_t i = 0; i < len; i++)
		value = (value ^ (unsigned char)text[i]) * 1099511628211U;
	return value;
}

bool names_init(struct loader *loader, struct names *names, size_t count)
{
	size_t size = 16;

	while (size < count * 2)
		size *= 2;
	*names = (struct names){.mask = size - 1};
	names->heads = loader_alloc(loader, size * sizeof(*names->heads));
	if (names->heads == NULL)
		return false;
	for (size_t i = 0; i < size; i++)
		names->heads[i] = SIZE_MAX;
	return true;
}

void names_add(struct loader *loader, struct names *names, const char *text,
	       size_t number)
{
	size_t *head = &names->heads[hash(text, strlen(text)) & names->mask];
	struct names_entry *list =
		loader_grow(loader, names->list, names->count, sizeof(*list));

	if (list == NULL)
		return;
	names->list = list;
	list[names->count] = (struct names_entry){text, number, *head};
	*head = names->count++;
}

static const struct names_entry *search(const struct names *names, size_t index,
					const char *text, size_t len)
{
	while (index != SIZE_MAX) {
		const struct names_entry *entry = &names->list[index];

		if (strncmp(entry->text, text, len) == 0 &&
		    entry->text[len] == '\0')
			return entry;
		index = entry->next;
	}
	return NULL;
}

const struct names_entry *names_first(const struct names *names,
				      const char *text, size_t len)
{
	size_t head = names->heads[hash(text, len) & names->mask];

	return search(names, head, text, len);
}

const struct names_entry *names_next(const struct names *names,
				     const struct names_entry *entry)
{
	return search(names, entry->next, entry->text, strlen(entry->text));
}

static void complain(struct loader *loader, const struct names *names,
		     const char *what, const struct ini_setting *setting,
		     const char *text)
{
	struct suggest suggest = SUGGEST_FOR(text);

	for (size_t i = 0; i < names->count && i < MOST_CANDIDATES; i++)
		suggest_try(&suggest, names->list[i].text);
	if (suggest.best != NULL)
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no %s '%s': did you mean '%s'?", what,
			    text, suggest.best);
	else
		issue_error(loader->issues, loader->file, setting->line,
			    "there is no %s '%s'", what, text);
}

size_t names_require(struct loader *loader, const struct names *names,
		     const char *what, const struct ini_setting *setting,
		     const char *text)
{
	const struct names_entry *entry =
		names_first(names, text, strlen(text));
	size_t number = SIZE_MAX;

	if (entry == NULL)
		complain(loader, names, what, setting, text);
	for (; entry != NULL; entry = names_next(names, entry))
		number = entry->number;
	return number;
}

void add_pins(struct loader *loader, const struct ini_setting *setting,
	      size_t **list, size_t *count)
{
	struct words words;

	if (!value_words(loader, setting, &words))
		return;
	for (size_t i = 0; i < words.count; i++) {
		size_t pin = names_require(loader, &loader->pins, "pin",
					   setting, words.list[i]);

		if (pin != SIZE_MAX)
			add_index(loader, list, count, pin);
	}
}
